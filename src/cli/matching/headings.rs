//! Headings under which fields stand in the tables of the world.
use super::mapping;
use crate::domain::matching::input::Field;
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

static HEADINGS: LazyLock<FxHashMap<&'static str, Field>> = LazyLock::new(|| {
    let mut headings = FxHashMap::default();
    for line in include_str!("headings.txt").lines().filter(|line| !line.starts_with('#')) {
        let Some((name, words)) = line.rsplit_once(": ") else { continue };
        let Ok(Some(field)) = mapping::field(name) else { continue };
        for word in words.split(' ') {
            headings.entry(word).or_insert_with(|| field.clone());
        }
    }
    headings
});

/// The field that stands under a heading, which is folded and without spaces.
pub fn field(heading: &str) -> Option<Field> {
    HEADINGS.get(heading).cloned()
}

/// Words of headings that say nothing about the field.
pub const NEUTRAL: &[&str] = &[
    "primary",
    "main",
    "customer",
    "client",
    "contact",
    "user",
    "person",
    "personal",
    "party",
    "lead",
    "member",
    "patient",
    "applicant",
    "subscriber",
    "buyer",
    "account",
    "current",
    "the",
    "kunde",
    "kunden",
    "holder",
    "owner",
    "cust",
    "entity",
    "individual",
    "default",
    "principal",
    "my",
    "registrant",
    "employee",
    "student",
    "voter",
    "guest",
];

/// Words before "name" that say that it is the record's own.
pub const NAME_OWNERS: &[&str] = &[
    "display",
    "billing",
    "legal",
    "official",
    "registered",
    "complete",
    "common",
    "known",
    "restaurant",
    "place",
    "venue",
    "trade",
    "business",
    "vendor",
    "supplier",
    "applicant",
];

/// Words before a name that say that it is another name of the same party.
pub const OTHER_NAMES: &[&str] = &[
    "native",
    "secondary",
    "alias",
    "aka",
    "other",
    "former",
    "maiden",
    "birth",
    "previous",
    "alternate",
    "alternative",
    "second",
    "latin",
    "local",
    "original",
    "old",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_names_a_field() {
        for line in include_str!("headings.txt").lines().filter(|line| !line.starts_with('#')) {
            let (name, words) = line.rsplit_once(": ").unwrap();
            assert!(mapping::field(name).unwrap().is_some() && !words.is_empty(), "{line}");
        }
    }
}
