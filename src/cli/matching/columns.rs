//! Which column of a table holds which field: by its heading in several languages, else by what stands in it.
use super::headings::{self, NAME_OWNERS, NEUTRAL, OTHER_NAMES};
use crate::domain::matching::{
    input::Field,
    normal::{
        date::PartialDate,
        email, nickname, organization,
        person::looks_like_person,
        phone, scalar,
        words::{folded, is_blank},
    },
};

/// What a column holds, and which address or name of the record it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The field.
    pub field: Field,
    /// The address or name.
    pub group: u8,
}

/// Values of each column that are looked at.
const SAMPLE: usize = 300;

/// Recognises the columns of a table by their headings and a sample of its rows.
pub fn recognise(headings: &[String], rows: &[Vec<String>]) -> Vec<Option<Column>> {
    let mut prefixes: Vec<String> = vec![String::new()];
    let mut columns: Vec<Option<Column>> = Vec::with_capacity(headings.len());
    for (at, heading) in headings.iter().enumerate() {
        let values: Vec<&str> = rows
            .iter()
            .take(SAMPLE * 10)
            .filter_map(|row| row.get(at))
            .map(|text| text.trim())
            .filter(|text| !text.is_empty())
            .take(SAMPLE)
            .collect();
        let found = by_heading(heading, &values).or_else(|| by_content(heading, &values).map(|field| (field, String::new())));
        columns.push(found.map(|(field, prefix)| {
            let group = prefixes.iter().position(|known| *known == prefix).unwrap_or_else(|| {
                prefixes.push(prefix);
                prefixes.len() - 1
            });
            Column { field, group: u8::try_from(group).unwrap_or(u8::MAX) }
        }));
    }
    one_address(&mut columns);
    columns
}

/// Addresses whose parts never stand in two groups are one address with headings of several styles.
fn one_address(columns: &mut [Option<Column>]) {
    let is_part = |field: &Field| {
        matches!(field, Field::Street | Field::HouseNumber | Field::AddressExtra | Field::City | Field::PostalCode | Field::Region | Field::Country)
    };
    let parts: Vec<Column> = columns.iter().flatten().filter(|column| is_part(&column.field)).cloned().collect();
    let twice = parts.iter().enumerate().any(|(at, one)| parts[at + 1..].iter().any(|other| other.field == one.field && other.group != one.group));
    if !twice {
        columns.iter_mut().flatten().filter(|column| is_part(&column.field)).for_each(|column| column.group = 0);
    }
}

/// The words of a heading: `billingPostalCode_2` is "billing postal code 2".
fn words_of(heading: &str) -> Vec<String> {
    let mut spaced = String::with_capacity(heading.len() + 8);
    let mut last = ' ';
    for c in heading.chars().take(80) {
        if c.is_uppercase() && last.is_lowercase() || c.is_ascii_digit() && last.is_alphabetic() {
            spaced.push(' ');
        }
        spaced.push(c);
        last = c;
    }
    folded(&spaced).split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn by_heading(heading: &str, values: &[&str]) -> Option<(Field, String)> {
    let all = words_of(heading);
    if let Some(field) = headings::field(&all.concat()) {
        return refined(field, "", &[], values);
    }
    let words: Vec<String> = all.iter().filter(|word| !NEUTRAL.contains(&word.as_str())).cloned().collect();
    let stripped = words.len() < all.len();
    for start in 0..words.len() {
        for end in (start + 1..=words.len()).rev() {
            let rest = &words[end..];
            let name = words[start..end].concat();
            // "Account number" is no house number.
            if !rest.iter().all(|word| is_ending(word))
                || (stripped || start > 0) && ["number", "no", "numero", "line", "unit", "stat", "title"].contains(&name.as_str())
            {
                continue;
            }
            if let Some(field) = headings::field(&name) {
                return refined(field, &words[..start].join(" "), rest, values);
            }
        }
    }
    None
}

/// Words after the name of a field that say nothing about it.
fn is_ending(word: &str) -> bool {
    word.trim_start_matches('c').bytes().all(|b| b.is_ascii_digit()) || matches!(word, "fake" | "nr" | "raw" | "clean" | "value" | "text" | "full")
}

/// What the words around a heading, and its values, make of its field.
fn refined(field: Field, prefix: &str, rest: &[String], values: &[&str]) -> Option<(Field, String)> {
    let second = rest.iter().any(|word| word.ends_with('2'));
    let number = if second { "2" } else { "" };
    let field = match field {
        // The type of an address, the role of a relation: not of the party.
        Field::Kind | Field::Category(_) | Field::Occupation
            if !prefix.is_empty()
                && !prefix.split(' ').all(|word| NAME_OWNERS.contains(&word) || matches!(word, "record" | "job" | "party" | "company")) =>
        {
            return None;
        }
        Field::Kind if share(values, scalar_kind) < 0.8 => Field::Category("type".to_owned()),
        Field::AnyName | Field::PersonName if prefix.split(' ').any(|word| OTHER_NAMES.contains(&word)) && prefix.contains("org") => {
            Field::OrganizationName
        }
        Field::AnyName if !prefix.is_empty() && !prefix.split(' ').all(|word| NAME_OWNERS.contains(&word) || OTHER_NAMES.contains(&word)) => {
            return None;
        }
        Field::AnyName => whose_name(values),
        Field::Street if second => Field::AddressExtra,
        Field::GivenName if second => Field::MiddleName,
        Field::BirthDate if share(values, |text| PartialDate::parse(text).is_some()) < 0.3 => return None,
        Field::Email if share(values, |text| text.contains('@')) < 0.2 => return None,
        other => other,
    };
    let group = match field {
        Field::Street | Field::HouseNumber | Field::AddressExtra | Field::City | Field::Region | Field::PostalCode | Field::Country => {
            prefix.to_owned()
        }
        Field::GivenName | Field::FamilyName | Field::MiddleName | Field::PersonName | Field::NameSuffix
            if prefix.split(' ').any(|word| OTHER_NAMES.contains(&word)) =>
        {
            format!("{prefix}{number}")
        }
        _ => String::new(),
    };
    Some((field, group))
}

fn scalar_kind(text: &str) -> bool {
    matches!(
        folded(text).as_str(),
        "person"
            | "individual"
            | "natural person"
            | "org"
            | "organization"
            | "organisation"
            | "company"
            | "business"
            | "legal entity"
            | "firm"
            | "privat"
            | "firma"
            | "consumer"
            | "corporate"
            | "legal person"
    )
}

/// Whether a column of plain names holds persons, organisations, or both.
fn whose_name(values: &[&str]) -> Field {
    let persons = share(values, |text| looks_like_person(text) && !organization::looks_like_organization(text));
    let firms = share(values, organization::looks_like_organization);
    if persons >= 0.5 && firms < 0.1 {
        Field::PersonName
    } else if persons < 0.25 {
        Field::OrganizationName
    } else {
        Field::AnyName
    }
}

fn share(values: &[&str], holds: impl Fn(&str) -> bool) -> f64 {
    values.iter().filter(|text| holds(text)).count() as f64 / values.len().max(1) as f64
}

/// What stands in a column whose heading is not known. Only what identifies parties is recognised; of a heading that
/// says nothing at all ("column 3") names and dates are too.
fn by_content(heading: &str, values: &[&str]) -> Option<Field> {
    if values.len() < 3 {
        return None;
    }
    if share(values, |text| !email::feature(text).is_empty()) > 0.6 {
        return Some(Field::Email);
    }
    let words = words_of(heading);
    let speechless = words.iter().all(|word| {
        word.bytes().all(|b| b.is_ascii_digit())
            || matches!(
                word.as_str(),
                "col"
                    | "column"
                    | "field"
                    | "f"
                    | "c"
                    | "x"
                    | "v"
                    | "var"
                    | "attr"
                    | "attribute"
                    | "unnamed"
                    | "feld"
                    | "spalte"
                    | "champ"
                    | "campo"
                    | "value"
            )
    });
    if share(values, |text| text.starts_with("http") || text.starts_with("www.")) > 0.6 && share(values, |text| !scalar::web(text).is_empty()) > 0.6 {
        return Some(Field::Website);
    }
    if !speechless {
        return None;
    }
    if share(values, |text| text.len() >= 8 && PartialDate::parse(text).is_some()) > 0.7 {
        return Some(Field::BirthDate);
    }
    let written_as_phone = |text: &str| {
        text.len() >= 8 && text.chars().all(|c| c.is_ascii_digit() || " +-()./x".contains(c)) && text.contains(['+', '-', ' ', '(', '/', '.'])
    };
    if share(values, |text| written_as_phone(text) && !phone::feature(text, None).is_empty()) > 0.6 {
        return Some(Field::Phone);
    }
    let single = |text: &str| !text.contains(' ') && nickname::is_given_name(&folded(text));
    if share(values, single) > 0.4 {
        return Some(Field::GivenName);
    }
    if share(values, looks_like_person) > 0.5 {
        return Some(Field::PersonName);
    }
    if share(values, organization::looks_like_organization) > 0.3 {
        return Some(Field::OrganizationName);
    }
    if share(values, |text| !scalar::gender(text).is_empty() && !is_blank(text)) > 0.9 {
        return Some(Field::Gender);
    }
    let address =
        |text: &str| text.contains(' ') && text.bytes().any(|b| b.is_ascii_digit()) && text.chars().filter(|c| c.is_alphabetic()).count() >= 4;
    (share(values, address) > 0.6).then_some(Field::Street)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(heading: &str, values: &[&str]) -> Option<Field> {
        let rows: Vec<Vec<String>> = values.iter().map(|value| vec![(*value).to_owned()]).collect();
        recognise(&[heading.to_owned()], &rows)[0].clone().map(|column| column.field)
    }

    #[test]
    fn headings_of_many_styles_and_languages() {
        for (heading, expected) in [
            ("first_name", Field::GivenName),
            ("Vorname", Field::GivenName),
            ("PRIMARY_NAME_LAST", Field::FamilyName),
            ("contactLastName", Field::FamilyName),
            ("Nachname", Field::FamilyName),
            ("Prénom", Field::GivenName),
            ("apellidos", Field::FamilyName),
            ("PLZ", Field::PostalCode),
            ("postcode_fake", Field::PostalCode),
            ("residential_address_line1", Field::Street),
            ("street_number", Field::HouseNumber),
            ("address_2", Field::AddressExtra),
            ("lname_c1", Field::FamilyName),
            ("Mobile Phone", Field::Phone),
            ("TELEFON", Field::Phone),
            ("soc_sec_id", Field::Identifier("ssn".to_owned())),
            ("company", Field::OrganizationName),
        ] {
            assert_eq!(field(heading, &["a"]), Some(expected), "{heading}");
        }
        for heading in ["created_at", "crm_contact_id", "partner_name", "status", "mrr_cents"] {
            assert_eq!(field(heading, &["a", "b", "c"]), None, "{heading}");
        }
        assert_eq!(field("date_of_birth", &["1984-06-21"]), Some(Field::BirthDate));
    }

    #[test]
    fn contents_speak_where_headings_do_not() {
        assert_eq!(field("col3", &["a@b.com", "c@d.org", "e@f.net"]), Some(Field::Email));
        assert_eq!(field("login", &["a@b.com", "c@d.org", "e@f.net"]), Some(Field::Email));
        assert_eq!(field("name", &["Victoria Cook", "Kevin Thomas", "Mary Ann Lee"]), Some(Field::PersonName));
        assert_eq!(field("name", &["arts delicatessen", "campanile", "hotel bel-air"]), Some(Field::OrganizationName));
    }
}
