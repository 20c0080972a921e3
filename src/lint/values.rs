//! Whether values look like identity, and how they may be shown.
use super::{
    catalogue::Kind,
    identity::{self, Identity},
};
use crate::domain::{email::Email, phone::Phone};
use fake::locales::{DE_DE, Data, EN, FR_FR, IT_IT, NL_NL, PT_BR};
use serde_json::Value;
use std::{
    collections::{BTreeMap, HashSet},
    sync::LazyLock,
};

/// Characters of a value that are looked at; what a column holds shows early.
pub const MAX_CHARS: usize = 2_000;

/// What the values of a column, or at one place inside its JSON, look like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The place inside a JSON value; empty for the column itself.
    pub path: String,
    /// What they look like.
    pub identity: Identity,
    /// How many of them do.
    pub matching: usize,
    /// How many were looked at.
    pub total: usize,
    /// One of them, so masked that nobody is known by it.
    pub example: String,
}

impl Seen {
    /// The sentence about it.
    pub fn evidence(&self) -> String {
        let noun = match self.identity {
            Identity::Email => "e-mail addresses",
            Identity::Phone => "phone numbers",
            Identity::Name => "names of persons",
            Identity::Address => "postal addresses",
            Identity::Document => "contact data",
        };
        format!("{} of {} sampled values look like {noun}, for example {:?}.", self.matching, self.total, self.example)
    }
}

/// What the values of a column look like. Each value that is a JSON object or list is taken apart.
pub fn judge(values: &[String]) -> Vec<Seen> {
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for value in values {
        match serde_json::from_str::<Value>(value) {
            Ok(document @ (Value::Object(_) | Value::Array(_))) => collect("", &document, &mut places),
            Ok(Value::String(text)) => places.entry(String::new()).or_default().push(text),
            _ => places.entry(String::new()).or_default().push(value.clone()),
        }
    }
    places.into_iter().filter_map(|(path, values)| judge_place(path, &values)).collect()
}

/// The texts at the leaves of a JSON value, by path. Lists are left out of paths: all their items are one place.
fn collect(path: &str, value: &Value, places: &mut BTreeMap<String, Vec<String>>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                collect(&if path.is_empty() { name.clone() } else { format!("{path}.{name}") }, value, places);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(path, item, places)),
        Value::String(text) => places.entry(path.to_owned()).or_default().push(text.clone()),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn judge_place(path: String, values: &[String]) -> Option<Seen> {
    let values: Vec<&str> = values.iter().map(|value| value.trim()).filter(|value| !value.is_empty()).collect();
    let total = values.len();
    let by_values = TESTS.iter().find_map(|(identity, share, looks_like)| {
        let matching: Vec<&&str> = values.iter().filter(|value| looks_like(value)).collect();
        let is_enough = !matching.is_empty() && matching.len() * share >= total;
        is_enough.then(|| Seen { path: path.clone(), identity: *identity, matching: matching.len(), total, example: mask(matching[0]) })
    });
    by_values.or_else(|| {
        let (parent, key) = path.rsplit_once('.').unwrap_or(("", &path));
        let found = identity::of_name(key, Kind::Text, identity::is_of_people(parent.rsplit('.').next().unwrap_or_default()))?;
        (!path.is_empty() && total > 0).then(|| Seen { path: path.clone(), identity: found, matching: total, total, example: mask(values[0]) })
    })
}

type Test = (Identity, usize, fn(&str) -> bool);

/// The tests in the order of their precision, each with the share of the values (one in so many) that must pass it.
const TESTS: &[Test] =
    &[(Identity::Email, 20, holds_email), (Identity::Phone, 5, is_phone), (Identity::Address, 5, is_address), (Identity::Name, 2, is_person_name)];

/// Whether a text is or contains an e-mail address.
fn holds_email(text: &str) -> bool {
    let is_around = |letter: char| letter.is_whitespace() || "<>()[]{}\"',;:|".contains(letter);
    text.contains('@') && text.split(is_around).any(|word| word.contains('@') && Email::parse(word.trim_matches(['.', '!', '?'])).is_ok())
}

/// Whether a text is a phone number: an international one, or a national one that is written as people write them.
fn is_phone(text: &str) -> bool {
    if text.len() > 40 || text.chars().any(|letter| letter.is_alphabetic()) {
        return false;
    }
    let international = text.strip_prefix("00").map(|rest| format!("+{rest}"));
    if text.starts_with('+') || international.is_some() && text.contains([' ', '-', '/']) {
        return Phone::parse(international.as_deref().unwrap_or(text), None).is_ok();
    }
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let parted = text.split([' ', '-', '/', '(', ')']).filter(|part| !part.is_empty()).count();
    let only_phone_signs = text.chars().all(|letter| letter.is_ascii_digit() || " -/()".contains(letter));
    // Dates are parted twice by one sign; numbers of orders and the like do not begin with 0 or a bracket and hold a gap as well.
    let is_date = [8, 6].contains(&digits) && text.split(['-', '/', ' ']).count() == 3 && !text.contains('(');
    only_phone_signs && (text.starts_with('0') || text.starts_with('(')) && (7..=15).contains(&digits) && parted > 1 && !is_date
}

/// Words for a street, which stand before or after its name or at the end of it.
const STREETS: &[&str] = &[
    "street",
    "st",
    "road",
    "rd",
    "avenue",
    "ave",
    "lane",
    "ln",
    "drive",
    "dr",
    "boulevard",
    "blvd",
    "court",
    "ct",
    "square",
    "terrace",
    "strasse",
    "str",
    "gasse",
    "platz",
    "allee",
    "weg",
    "damm",
    "ring",
    "ufer",
    "rue",
    "chemin",
    "impasse",
    "calle",
    "avenida",
    "plaza",
    "via",
    "viale",
    "piazza",
    "rua",
    "straat",
    "laan",
    "plein",
    "gracht",
    "gade",
    "vej",
    "gatan",
    "vagen",
    "ulica",
    "ul",
];

/// Whether a text has a street with a number in it.
fn is_address(text: &str) -> bool {
    if text.len() > 300 {
        return false;
    }
    let plain = any_ascii::any_ascii(text).to_lowercase();
    let words: Vec<&str> = plain.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let is_street =
        |word: &&str| STREETS.contains(word) || ["strasse", "straat", "gasse", "platz", "weg", "allee"].iter().any(|end| word.ends_with(end));
    let is_number = |word: &str| word.len() <= 5 && word.starts_with(|first: char| first.is_ascii_digit());
    let street = words.iter().position(is_street);
    let near = |at: usize| words.iter().enumerate().any(|(number, word)| is_number(word) && number.abs_diff(at) <= 4);
    words.len() >= 2 && words.len() <= 25 && street.is_some_and(near) && words.iter().any(|word| word.len() > 3 && !is_number(word))
}

/// Given names of several languages.
static GIVEN_NAMES: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let lists =
        [EN::NAME_FIRST_NAME, DE_DE::NAME_FIRST_NAME, FR_FR::NAME_FIRST_NAME, IT_IT::NAME_FIRST_NAME, NL_NL::NAME_FIRST_NAME, PT_BR::NAME_FIRST_NAME];
    lists.into_iter().flatten().map(|name| any_ascii::any_ascii(name).to_lowercase()).collect()
});

/// Whether a text is two to four words that begin with a capital, one of the first two a given name: `Jane Q. Public`, `Doe, John`.
fn is_person_name(text: &str) -> bool {
    let words: Vec<&str> = text.split([' ', ',']).filter(|word| !word.is_empty()).collect();
    let is_like_a_name =
        |word: &&str| word.starts_with(char::is_uppercase) && word.chars().all(|letter| letter.is_alphabetic() || ".'’-".contains(letter));
    let is_given = |word: &&str| word.split('-').any(|part| GIVEN_NAMES.contains(&any_ascii::any_ascii(part).to_lowercase()));
    (2..=4).contains(&words.len()) && words.iter().all(is_like_a_name) && words.iter().take(2).any(is_given)
}

/// The value with all but the first letter of each word hidden, and every digit: enough to tell what it is, not whose.
pub fn mask(value: &str) -> String {
    const MAX: usize = 40;
    let mut masked = String::new();
    let mut in_word = false;
    for letter in value.chars() {
        if letter.is_alphanumeric() {
            match (in_word, letter.is_numeric()) {
                (false, false) => masked.push(letter),
                (false, true) => masked.push('#'),
                (true, _) => {}
            }
            if !in_word {
                masked.push('…');
            }
            in_word = true;
        } else {
            in_word = false;
            masked.push(if letter.is_control() { ' ' } else { letter });
        }
        if masked.chars().count() >= MAX {
            break;
        }
    }
    masked
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn values_are_known_for_what_they_are() {
        for email in ["john@example.com", "John Doe <john.doe@example.com>", "please ask jane@example.org."] {
            assert!(holds_email(email), "{email}");
        }
        for other in ["@handle", "a @ b", "user@localhost", "3 @ 5 EUR", "https://example.com/@me"] {
            assert!(!holds_email(other), "{other}");
        }
        for phone in ["+49 30 123456", "0049 30 1234567", "030 / 1234567", "(555) 010-9999", "+1-202-555-0143"] {
            assert!(is_phone(phone), "{phone}");
        }
        for other in
            ["2024-01-15", "01.02.2024", "01/02/2024", "4711", "0.12345678", "10 000 000", "00:12:34", "INV-0049-1", "00012345", "12345678901"]
        {
            assert!(!is_phone(other), "{other}");
        }
        for address in ["Hauptstraße 5, 10115 Berlin", "221B Baker Street", "12 rue de la Paix, 75002 Paris", "Damrak 1 straat", "Calle Mayor 7"] {
            assert!(is_address(address), "{address}");
        }
        for other in [
            "5 via 7",
            "Main Street",
            "10 items",
            "The ring was lot 5 of the sale and everybody in the room wanted to have it but nobody had any money left to pay for it at all so",
        ] {
            assert!(!is_address(other), "{other}");
        }
        for name in ["John Doe", "Doe, John", "Jane Q. Public", "Hans-Peter Müller", "Jürgen Klein"] {
            assert!(is_person_name(name), "{name}");
        }
        for other in ["Credit Card", "Bank Transfer", "new", "In Progress", "iPhone Case", "Red"] {
            assert!(!is_person_name(other), "{other}");
        }
    }

    #[test]
    fn json_is_looked_into() {
        let values = [r#"{"to":{"email":"john@example.com","city":"Berlin"},"items":[{"sku":"A-1"}],"note":null}"#.to_owned(), "[]".to_owned()];
        let seen: Vec<(String, Identity)> = judge(&values).into_iter().map(|seen| (seen.path, seen.identity)).collect();
        assert_eq!(seen, [("to.city".to_owned(), Identity::Address), ("to.email".to_owned(), Identity::Email)]);
    }

    #[test]
    fn a_few_values_among_many_count_only_when_they_are_sure() {
        let mut values = vec!["new".to_owned(); 19];
        values.push("jane@example.com".to_owned());
        assert_eq!(judge(&values)[0].evidence(), r#"1 of 20 sampled values look like e-mail addresses, for example "j…@e….c…"."#);
        values.push("new".to_owned());
        assert_eq!(judge(&values), []);
    }

    proptest! {
        #[test]
        fn nothing_that_is_masked_can_be_read(value in "\\PC{0,60}") {
            let masked = mask(&value);
            prop_assert!(masked.chars().count() <= 41);
            let letters: Vec<char> = masked.chars().collect();
            prop_assert!(letters.windows(2).all(|pair| !(pair[0].is_alphanumeric() && pair[1].is_alphanumeric())));
            prop_assert!(!masked.chars().any(char::is_numeric));
        }

        #[test]
        fn any_values_can_be_judged(values in proptest::collection::vec("\\PC{0,30}", 0..5)) {
            let _ = judge(&values);
        }
    }
}
