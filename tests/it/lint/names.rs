//! How well names tell: two lists of what schemas really call their columns, and generated names in every style.
use super::fixture;
use party::lint::{
    catalogue::Kind,
    identity::{self, Identity},
};
use proptest::prelude::*;

/// The lines of a list: what is expected, table, column, kind.
fn names(file: &str) -> Vec<(String, String, String, Kind)> {
    let text = std::fs::read_to_string(fixture(file)).unwrap();
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let parsed = lines.map(|line| {
        let words: Vec<&str> = line.split(' ').collect();
        let [.., name, kind] = words.as_slice() else { panic!("{line}") };
        let (table, column) = name.split_once('.').unwrap();
        let expected = if words.len() == 3 { words[0] } else { "-" };
        (expected.to_owned(), table.to_owned(), column.to_owned(), Kind::of_sql(kind))
    });
    parsed.collect()
}

fn letter(found: Option<Identity>) -> &'static str {
    match found {
        None => "-",
        Some(Identity::Email) => "E",
        Some(Identity::Phone) => "P",
        Some(Identity::Name) => "N",
        Some(Identity::Address) => "A",
        Some(Identity::Document) => "D",
    }
}

fn mistakes(file: &str) -> Vec<String> {
    let found = |table: &str, column: &str, kind| letter(identity::of_name(column, kind, identity::is_of_people(table)));
    let names = names(file).into_iter().map(|(expected, table, column, kind)| (expected, found(&table, &column, kind), format!("{table}.{column}")));
    names
        .filter(|(expected, found, _)| expected != found)
        .map(|(expected, found, name)| format!("{name}: expected {expected}, found {found}"))
        .collect()
}

#[test]
fn ordinary_names_are_left_alone() {
    assert!(names("ordinary_names.txt").len() >= 150);
    assert_eq!(mistakes("ordinary_names.txt"), Vec::<String>::new());
}

#[test]
fn identity_is_known_in_several_languages() {
    assert!(names("identity_names.txt").len() >= 100);
    assert_eq!(mistakes("identity_names.txt"), Vec::<String>::new());
}

/// Ways to write a name of several words.
const STYLES: [fn(&[&str]) -> String; 7] = [
    |words| words.join("_"),
    |words| words.join("-"),
    |words| words.join(" "),
    |words| words.join("_").to_uppercase(),
    |words| words.iter().map(|word| capital(word)).collect(),
    |words| words[0].to_owned() + &words[1..].iter().map(|word| capital(word)).collect::<String>(),
    |words| words.concat(),
];

fn capital(word: &str) -> String {
    word[..1].to_uppercase() + &word[1..]
}

fn written(words: &str, style: usize) -> String {
    STYLES[style](&words.split_whitespace().collect::<Vec<_>>())
}

fn one_of(words: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    proptest::sample::select(words)
}

/// Words of schemas that have nothing to do with persons.
const THINGS: &[&str] = &[
    "product",
    "invoice",
    "order",
    "lot",
    "sensor",
    "campaign",
    "page",
    "warehouse",
    "shipment",
    "event",
    "device",
    "template",
    "payment",
    "project",
];
const ATTRIBUTES: &[&str] =
    &["name", "status", "count", "total", "label", "code", "type", "title", "amount", "rate", "version", "position", "number", "at"];
/// Words after which an e-mail address, a number or a name is spoken of, and not held.
const SPEAKING: &[&str] = &["status", "count", "type", "verified", "template", "sent", "provider", "model", "id", "score", "quality", "category"];
const BEFORE: &[&str] = &["", "contact", "customer", "billing", "portal", "buyer", "primary", "shipping"];
const CORES: &[(&str, Identity)] = &[
    ("email", Identity::Email),
    ("email address", Identity::Email),
    ("phone", Identity::Phone),
    ("phone number", Identity::Phone),
    ("mobile phone", Identity::Phone),
    ("fax", Identity::Phone),
    ("telefon", Identity::Phone),
    ("first name", Identity::Name),
    ("last name", Identity::Name),
    ("surname", Identity::Name),
    ("nachname", Identity::Name),
    ("address", Identity::Address),
    ("street", Identity::Address),
    ("street address", Identity::Address),
    ("postcode", Identity::Address),
    ("zip code", Identity::Address),
    ("city", Identity::Address),
    ("house number", Identity::Address),
    ("anschrift", Identity::Address),
];
const AFTER: &[&str] = &["", "1", "normalized", "hash", "encrypted", "old"];

proptest! {
    #[test]
    fn neutral_names_are_never_reported(thing in one_of(THINGS), attribute in one_of(ATTRIBUTES), style in 0..STYLES.len()) {
        let name = written(&format!("{thing} {attribute}"), style);
        prop_assert_eq!(identity::of_name(&name, Kind::Text, false), None, "{}", name);
    }

    #[test]
    fn what_speaks_of_identity_is_not_reported(
        (core, _) in proptest::sample::select(CORES), speaking in one_of(SPEAKING), thing in one_of(THINGS), style in 0..STYLES.len() - 1
    ) {
        for words in [format!("{core} {speaking}"), format!("{thing} {core} {speaking}"), format!("is {core}"), format!("has {core}")] {
            let name = written(&words, style);
            prop_assert_eq!(identity::of_name(&name, Kind::Text, false), None, "{}", name);
        }
    }

    #[test]
    fn identity_is_reported_in_every_style(
        before in one_of(BEFORE), (core, expected) in proptest::sample::select(CORES), after in one_of(AFTER), style in 0..STYLES.len()
    ) {
        let name = written(&format!("{before} {core} {after}"), style);
        prop_assert_eq!(identity::of_name(&name, Kind::Text, false), Some(expected), "{}", name);
        for kind in [Kind::Flag, Kind::Moment, Kind::Id, Kind::Network, Kind::Choice] {
            prop_assert_eq!(identity::of_name(&name, kind, false), None, "{} as {:?}", name, kind);
        }
    }

    #[test]
    fn any_text_is_a_name(name in "\\PC{0,80}") {
        let _ = (identity::of_name(&name, Kind::Text, true), identity::of_type(&name), identity::of_reference(&name), identity::is_party_id(&name));
    }
}
