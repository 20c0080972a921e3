//! The mapping file: which column holds which field, written down instead of recognised.
use super::columns::Column;
use crate::domain::matching::input::Field;
use anyhow::{Context, Result, bail};
use serde::Deserialize;
use std::{collections::BTreeMap, path::Path};

/// The file: `[columns]` with one line for each column that is used.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    columns: BTreeMap<String, Target>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Target {
    Field(String),
    Grouped { field: String, group: u8 },
}

const FIELDS: &[(&str, Field)] = &[
    ("kind", Field::Kind),
    ("person_name", Field::PersonName),
    ("name", Field::AnyName),
    ("given_name", Field::GivenName),
    ("middle_name", Field::MiddleName),
    ("family_name", Field::FamilyName),
    ("name_suffix", Field::NameSuffix),
    ("organization_name", Field::OrganizationName),
    ("employer", Field::Employer),
    ("email", Field::Email),
    ("phone", Field::Phone),
    ("street", Field::Street),
    ("house_number", Field::HouseNumber),
    ("address_extra", Field::AddressExtra),
    ("city", Field::City),
    ("region", Field::Region),
    ("postal_code", Field::PostalCode),
    ("country", Field::Country),
    ("birth_date", Field::BirthDate),
    ("birth_year", Field::BirthYear),
    ("birth_month", Field::BirthMonth),
    ("birth_day", Field::BirthDay),
    ("birth_place", Field::BirthPlace),
    ("gender", Field::Gender),
    ("occupation", Field::Occupation),
    ("website", Field::Website),
];

/// Reads a mapping file for the headings of a table.
///
/// # Errors
/// When the file cannot be read, names an unknown field, or a column that the table does not have.
pub fn read(path: &Path, headings: &[String]) -> Result<Vec<Option<Column>>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("The mapping {} cannot be read", path.display()))?;
    parse(&text, headings).with_context(|| format!("The mapping {} does not fit", path.display()))
}

fn parse(text: &str, headings: &[String]) -> Result<Vec<Option<Column>>> {
    let file: File = toml::from_str(text)?;
    let mut columns = vec![None; headings.len()];
    for (heading, target) in file.columns {
        let Some(at) = headings.iter().position(|known| *known == heading) else {
            bail!("the table has no column {heading:?}; it has {}", headings.join(", "));
        };
        let (name, group) = match target {
            Target::Field(name) => (name, 0),
            Target::Grouped { field, group } => (field, group),
        };
        columns[at] = field(&name)?.map(|field| Column { field, group });
    }
    Ok(columns)
}

/// The field of a name; none for `ignore`.
///
/// # Errors
/// When there is no such field.
pub fn field(name: &str) -> Result<Option<Field>> {
    if name == "ignore" {
        return Ok(None);
    }
    if let Some((sort, of)) = name.split_once(':').filter(|(_, of)| !of.is_empty()) {
        match sort {
            "identifier" => return Ok(Some(Field::Identifier(of.to_owned()))),
            "category" => return Ok(Some(Field::Category(of.to_owned()))),
            _ => {}
        }
    }
    if let Some((_, field)) = FIELDS.iter().find(|(known, _)| *known == name) {
        return Ok(Some(field.clone()));
    }
    let known: Vec<&str> = FIELDS.iter().map(|(known, _)| *known).collect();
    bail!("{name:?} is no field; fields are {}, identifier:SCHEME, category:NAME and ignore", known.join(", "))
}

/// The name of a field as it stands in mapping files.
pub fn name(field: &Field) -> String {
    match field {
        Field::Identifier(scheme) => format!("identifier:{scheme}"),
        Field::Category(name) => format!("category:{name}"),
        other => FIELDS.iter().find(|(_, field)| field == other).map_or("", |(name, _)| name).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mapping_names_columns_and_groups() {
        let headings = ["a", "b", "c"].map(str::to_owned);
        let columns = parse("[columns]\na = \"given_name\"\nb = { field = \"city\", group = 2 }\nc = \"identifier:crew\"\n", &headings).unwrap();
        assert_eq!(columns[1], Some(Column { field: Field::City, group: 2 }));
        assert_eq!(columns[2].as_ref().map(|column| name(&column.field)), Some("identifier:crew".to_owned()));
    }

    #[test]
    fn what_does_not_fit_is_said() {
        let headings = ["a".to_owned()];
        for (text, says) in [("[columns]\nb = \"city\"", "no column"), ("[columns]\na = \"town\"", "is no field"), ("columns = 3", "invalid type")] {
            let error = format!("{:#}", parse(text, &headings).unwrap_err());
            assert!(error.contains(says), "{error}");
        }
    }
}
