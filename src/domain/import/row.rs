//! One row of an old table, and how its values are cleaned.
use super::mapping::{Field, Mapping, Table};
use crate::domain::{kind::PartyKind, moment};
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use std::{collections::HashMap, sync::Arc};

/// The longest presented value, in characters; longer ones are cut and the ledger says so.
pub const MAX_PRESENTED: usize = 1_000;

/// One row, its values as text in the order of the columns that were read.
#[derive(Clone, Debug)]
pub struct Row {
    /// The columns that were read.
    pub columns: Arc<HashMap<String, usize>>,
    /// The values; absent for NULL and for columns that the table does not have.
    pub values: Vec<Option<String>>,
    /// The old tenant, its own or that of the record it refers to.
    pub company: Option<String>,
    /// Its key: the values of the key columns, joined by slashes.
    pub key: String,
    /// Where it stood in its file, if that is needed to know it again; zero if not.
    pub position: i64,
    /// Whether the key is one: false for rows without, and for the second of several with the same key.
    pub has_key: bool,
}

impl Row {
    /// The value of a column: absent when it is NULL or nothing but white space.
    pub fn column(&self, column: &str) -> Option<&str> {
        let value = self.values.get(*self.columns.get(column)?)?.as_deref()?.trim();
        (!value.is_empty()).then_some(value)
    }

    /// The value of a field.
    pub fn field(&self, table: &Table, field: Field) -> Option<&str> {
        self.column(table.column(field)?)
    }

    /// A value that is presented: without control characters and cut to what is kept, with a note if something was lost by that.
    pub fn presented(&self, table: &Table, field: Field, notes: &mut Vec<String>) -> Option<String> {
        let value = self.field(table, field)?;
        let clean: String = value.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MAX_PRESENTED).collect();
        let count = value.chars().count();
        if count > MAX_PRESENTED {
            notes.push(format!("{} has {count} characters, of which {MAX_PRESENTED} were taken", table.column(field).unwrap_or_default()));
        }
        let clean = clean.split_whitespace().collect::<Vec<_>>().join(" ");
        (!clean.is_empty()).then_some(clean)
    }
}

/// The key of a row from the values of its key columns; none when one of them is missing.
pub fn joined_key(values: &[Option<&str>]) -> Option<String> {
    let values: Vec<&str> = values.iter().map(|value| value.map(str::trim).filter(|value| !value.is_empty())).collect::<Option<_>>()?;
    Some(values.join("/"))
}

/// Whether a word says yes.
pub fn is_true(word: &str) -> bool {
    matches!(word.to_ascii_lowercase().as_str(), "t" | "true" | "1" | "y" | "yes")
}

/// Whether a word says no.
pub fn is_false(word: &str) -> bool {
    matches!(word.to_ascii_lowercase().as_str(), "f" | "false" | "0" | "n" | "no")
}

/// Person or organisation, from the old word for it; none when it says neither.
pub fn kind_of(word: &str) -> Option<PartyKind> {
    match word.to_ascii_lowercase().as_str() {
        "person" | "individual" | "private" | "consumer" | "b2c" | "human" => Some(PartyKind::Person),
        "organization" | "organisation" | "company" | "business" | "corporate" | "b2b" | "firm" => Some(PartyKind::Organization),
        _ => None,
    }
}

/// Whether a name ends as the names of organisations do.
pub fn guessed_kind(name: &str) -> PartyKind {
    const FORMS: [&str; 22] = [
        "gmbh",
        "ag",
        "kg",
        "ohg",
        "ug",
        "se",
        "ltd",
        "limited",
        "llc",
        "inc",
        "corp",
        "corporation",
        "plc",
        "bv",
        "nv",
        "sa",
        "sas",
        "srl",
        "spa",
        "oy",
        "ab",
        "ev",
    ];
    let last = name.rsplit(char::is_whitespace).next().unwrap_or_default().to_lowercase().replace(['.', ','], "");
    if FORMS.contains(&last.as_str()) && name.contains(char::is_whitespace) { PartyKind::Organization } else { PartyKind::Person }
}

/// The old words of a column of roles: a JSON array of words, or words with commas.
pub fn role_words(text: &str) -> Vec<String> {
    let words = match serde_json::from_str::<serde_json::Value>(text) {
        Ok(serde_json::Value::Array(words)) => words.into_iter().filter_map(|word| word.as_str().map(str::to_owned)).collect(),
        Ok(serde_json::Value::Object(words)) => words.into_iter().filter(|(_, held)| held.as_bool() == Some(true)).map(|(word, _)| word).collect(),
        Ok(serde_json::Value::String(word)) => vec![word],
        Ok(_) => Vec::new(),
        Err(_) => text.split(',').map(str::to_owned).collect::<Vec<_>>(),
    };
    words.into_iter().map(|word| word.trim().to_lowercase()).filter(|word| !word.is_empty()).collect()
}

/// The role code of an old word.
pub fn role_code<'m>(mapping: &'m Mapping, word: &'m str) -> &'m str {
    mapping.roles.get(word).map_or(word, String::as_str)
}

/// A postal address in one line: the text itself, or the values of a JSON object.
pub fn address_line(text: &str) -> String {
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(serde_json::Value::Object(parts)) => {
            let parts: Vec<String> =
                parts.values().filter_map(|part| part.as_str()).map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect();
            parts.join(", ")
        }
        _ => text.to_owned(),
    }
}

/// A time as PostgreSQL and exports write it; without a zone it is UTC.
pub fn time(text: &str) -> Option<DateTime<Utc>> {
    let zoned = ["%Y-%m-%d %H:%M:%S%.f%#z", "%Y-%m-%dT%H:%M:%S%.f%#z"].iter().find_map(|form| DateTime::parse_from_str(text, form).ok());
    let plain = || ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f"].iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok());
    let day = || NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().and_then(|day| day.and_hms_opt(0, 0, 0));
    let parsed = moment::parse(text).or_else(|| zoned.map(|at| at.to_utc())).or_else(|| plain().or_else(day).map(|at| at.and_utc()));
    parsed.filter(|at| moment::is_kept(*at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_databases_write_them() {
        for text in ["2025-03-01 12:00:00+00", "2025-03-01T12:00:00Z", "2025-03-01 12:00:00", "2025-03-01 13:00:00.000+01"] {
            assert_eq!(time(text).map(|at| at.to_rfc3339()), Some("2025-03-01T12:00:00+00:00".to_owned()), "{text}");
        }
        assert_eq!(time("2025-03-01").map(|at| at.to_rfc3339()), Some("2025-03-01T00:00:00+00:00".to_owned()));
        assert_eq!((time("yesterday"), time("infinity"), time("")), (None, None, None));
    }

    #[test]
    fn roles_are_read_from_json_and_from_lists() {
        for text in [r#"["Reseller", "customer"]"#, "reseller, customer", r#"{"reseller": true, "customer": true, "vendor": false}"#] {
            let mut words = role_words(text);
            words.sort();
            assert_eq!(words, ["customer", "reseller"], "{text}");
        }
        assert_eq!(role_words("null"), Vec::<String>::new());
    }

    #[test]
    fn names_of_firms_are_told_by_their_last_word() {
        assert_eq!(guessed_kind("Acme Trading GmbH"), PartyKind::Organization);
        assert_eq!(guessed_kind("Anna Schmidt"), PartyKind::Person);
        assert_eq!(guessed_kind("Ag"), PartyKind::Person);
        assert_eq!(address_line(r#"{"street": "Main St 1", "city": "Berlin", "zip": null}"#), "Berlin, Main St 1");
    }
}
