//! The mapping: which old tables there are, what their rows are, and which column holds what.
use crate::domain::{
    code::{ChannelCode, RecordType, RoleCode, SystemCode},
    refusal::{Code, Refusal},
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// How old tables are read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// The system that source records are found under.
    pub system: String,
    /// The currency of amounts that come without one; the company's when absent.
    pub currency: Option<String>,
    /// Old words for roles.
    #[serde(default)]
    pub roles: BTreeMap<String, String>,
    /// The tables, in the order in which they are read.
    pub tables: Vec<Table>,
}

/// What the rows of a table are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rows {
    /// A person or organisation.
    Party,
    /// A person, an organisation, or both in one row.
    Lead,
    /// A record of an engine that leads to a party.
    Record,
    /// A business fact worth money.
    Money,
    /// A link from an old record to another one's party.
    Link,
}

/// What a record does that refers to nobody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Otherwise {
    /// It stays unlinked.
    #[default]
    Unlinked,
    /// It is linked to who has its e-mail address, if that was verified; else it stays unlinked.
    FindVerified,
    /// It finds or makes a party, as a row of persons and organisations does.
    Create,
}

/// What a column may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The old tenant.
    Company,
    /// A name.
    Name,
    /// The name of an organisation beside a person's.
    Organization,
    /// An e-mail address.
    Email,
    /// Whether the e-mail address was verified.
    EmailVerified,
    /// A phone number.
    Phone,
    /// A postal address in one line, or a JSON object whose values make one.
    Address,
    /// Whether it is a person or an organisation.
    Kind,
    /// Roles: a JSON array, or words with commas.
    Roles,
    /// Whether it is in use.
    Active,
    /// An amount of money.
    Amount,
    /// Its currency.
    Currency,
    /// When the business happened.
    OccurredAt,
    /// The state of the business.
    Status,
    /// By which channel.
    Channel,
    /// The type of the record that is linked.
    SourceType,
    /// Its old id.
    SourceId,
    /// The type of the record whose party it is linked to.
    PartyType,
    /// Its old id.
    PartyId,
}

/// A column that holds the old id of another record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// The column.
    pub column: String,
    /// The record type that the other table's rows get.
    #[serde(rename = "type")]
    pub record_type: String,
}

/// One old table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// Its name, with the schema if it is not on the path: `old.customers`.
    pub name: String,
    /// What its rows are.
    pub rows: Rows,
    /// The record type of its rows.
    #[serde(rename = "type")]
    pub record_type: String,
    /// The record type of the organisations of leads.
    pub organization_type: Option<String>,
    /// The columns that tell one row from another.
    #[serde(default = "id")]
    pub key: Vec<String>,
    /// Which column holds what.
    #[serde(default)]
    pub columns: BTreeMap<Field, String>,
    /// Columns with the old ids of records that lead to the party.
    #[serde(default)]
    pub references: Vec<Reference>,
    /// What a record does that refers to nobody.
    #[serde(default)]
    pub otherwise: Otherwise,
    /// Person or organisation, where the row does not say; guessed from the name when absent.
    pub kind: Option<String>,
    /// Roles that every row's party gets.
    #[serde(default)]
    pub roles: Vec<String>,
    /// The channel of money, where the row does not say.
    pub channel: Option<String>,
    /// What the old words for channels are here.
    #[serde(default)]
    pub channels: BTreeMap<String, String>,
    /// `INFLOW` or `OUTFLOW`.
    pub direction: Option<String>,
    /// States in which money does not count.
    #[serde(default)]
    pub left_out: Vec<String>,
    /// The record that an amount is part of: if that one counts, this one does not.
    pub inside: Option<Reference>,
}

fn id() -> Vec<String> {
    vec!["id".to_owned()]
}

impl Table {
    /// The column that holds a field.
    pub fn column(&self, field: Field) -> Option<&str> {
        self.columns.get(&field).map(String::as_str)
    }

    /// Every column that is read.
    pub fn wanted(&self) -> BTreeSet<&str> {
        let referring = self.references.iter().chain(&self.inside).map(|reference| &reference.column);
        self.key.iter().chain(self.columns.values()).chain(referring).map(String::as_str).collect()
    }
}

impl Mapping {
    /// The default mapping, as a file.
    pub const OLD_SHAPE: &str = include_str!("old_shape.toml");

    /// Reads a mapping and checks what can be checked without the tables.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT` with the place in the file and what is wrong there.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let mapping: Self = toml::from_str(text).map_err(|error| wrong(error.to_string()))?;
        SystemCode::parse(&mapping.system).map_err(|refusal| refusal.at("system"))?;
        mapping.roles.values().try_for_each(|code| RoleCode::parse(code).map(drop)).map_err(|refusal| refusal.at("roles"))?;
        let types: BTreeSet<&str> = mapping.tables.iter().map(|table| table.record_type.as_str()).collect();
        let names: BTreeSet<&str> = mapping.tables.iter().map(|table| table.name.as_str()).collect();
        if types.len() < mapping.tables.len() || names.len() < mapping.tables.len() {
            return Err(wrong("two tables have the same name or the same type").at("tables"));
        }
        for table in &mapping.tables {
            table.check(&types).map_err(|refusal| refusal.at(&table.name).at("tables"))?;
        }
        Ok(mapping)
    }

    /// The table whose rows have a record type.
    pub fn table_of(&self, record_type: &str) -> Option<&Table> {
        self.tables.iter().find(|table| table.record_type == record_type)
    }
}

impl Table {
    fn check(&self, types: &BTreeSet<&str>) -> Result<(), Refusal> {
        for record_type in [Some(&self.record_type), self.organization_type.as_ref()].into_iter().flatten() {
            RecordType::parse(record_type).map_err(|refusal| refusal.at("type"))?;
        }
        for role in &self.roles {
            RoleCode::parse(role).map_err(|refusal| refusal.at("roles"))?;
        }
        for channel in self.channel.iter().chain(self.channels.values()) {
            ChannelCode::parse(channel).map_err(|refusal| refusal.at("channel"))?;
        }
        if self.key.is_empty() {
            return Err(wrong("a table needs columns that tell its rows apart").at("key"));
        }
        for name in self.wanted().into_iter().chain(self.name.split('.')) {
            if name.is_empty() || name.contains(['"', '\0', '.']) {
                return Err(wrong(format!("{name:?} is not a name of a table or column")));
            }
        }
        if let Some(unknown) = self.references.iter().chain(&self.inside).find(|reference| !types.contains(reference.record_type.as_str())) {
            return Err(wrong(format!("no table has the type {:?} that {:?} refers to", unknown.record_type, unknown.column)).at("references"));
        }
        for (value, among) in [(&self.kind, ["PERSON", "ORGANIZATION"]), (&self.direction, ["INFLOW", "OUTFLOW"])] {
            if let Some(value) = value.as_deref().filter(|value| !among.contains(value)) {
                return Err(wrong(format!("{value:?} is neither {} nor {}", among[0], among[1])));
            }
        }
        let missing = |fields: &[Field]| fields.iter().find(|field| !self.columns.contains_key(field)).copied();
        let missing = match self.rows {
            Rows::Money => missing(&[Field::Amount]),
            Rows::Link => missing(&[Field::SourceType, Field::SourceId, Field::PartyType, Field::PartyId]),
            Rows::Party | Rows::Lead | Rows::Record => None,
        };
        match missing {
            Some(field) => Err(wrong(format!("rows of this kind need a column for {field:?}")).at("columns")),
            None if self.rows == Rows::Money && (self.references.is_empty() || self.channel.is_none() && self.channels.is_empty()) => {
                Err(wrong("money needs `references` that lead to a party, and a `channel`"))
            }
            None => Ok(()),
        }
    }
}

fn wrong(message: impl std::fmt::Display) -> Refusal {
    Refusal::new(Code::InvalidArgument, format!("The mapping does not fit: {message}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_the_old_shape() {
        let mapping = Mapping::parse(Mapping::OLD_SHAPE).unwrap();
        assert_eq!(mapping.tables.len(), 12);
        assert_eq!(mapping.table_of("cart").unwrap().otherwise, Otherwise::FindVerified);
        assert_eq!(mapping.tables[0].column(Field::Kind), Some("entity_type"));
    }

    #[test]
    fn what_does_not_fit_is_said() {
        let file = |table: &str| format!("system = \"legacy\"\n[[tables]]\nname = \"a\"\ntype = \"x\"\n{table}");
        for (table, says) in [
            ("rows = \"thing\"", "unknown variant"),
            ("rows = \"money\"", "Amount"),
            ("rows = \"party\"\nroles = [\"Boss\"]", "not a role code"),
            ("rows = \"record\"\nreferences = [{ column = \"b\", type = \"y\" }]", "no table has the type"),
            ("rows = \"party\"\nkind = \"THING\"", "neither PERSON"),
            ("rows = \"party\"\ncolumns = { name = \"a\\\"b\" }", "not a name"),
            ("rows = \"party\"\ncolumns = { nom = \"a\" }", "unknown variant"),
        ] {
            let refusal = Mapping::parse(&file(table)).unwrap_err();
            assert!(refusal.message.contains(says), "{table}: {}", refusal.message);
        }
    }
}
