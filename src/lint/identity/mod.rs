//! Whether a column or a field holds identity, by what it is called and what it can hold.
mod vocabulary;
mod words;

use super::catalogue::Kind;
use vocabulary::{Before, List};
pub(crate) use words::words;

/// What of a party a value can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Identity {
    /// An e-mail address.
    Email,
    /// A phone or fax number.
    Phone,
    /// The name of a person or an organisation.
    Name,
    /// A postal address or a part of one.
    Address,
    /// Several of these in one value.
    Document,
}

impl Identity {
    /// The noun with its article, as it stands in a sentence.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Email => "an e-mail address",
            Self::Phone => "a phone number",
            Self::Name => "the name of a person or an organisation",
            Self::Address => "a postal address or a part of one",
            Self::Document => "contact data of a person or an organisation in one value",
        }
    }

    /// Whether a value of this kind can be it.
    fn fits(self, kind: Kind, words: &[String]) -> bool {
        match kind {
            Kind::Text | Kind::CaseInsensitive | Kind::Binary | Kind::Unknown => true,
            Kind::Json => true,
            // A phone number in a number has lost its zeros, but it is one; so are house numbers and postcodes. Other numbers count or measure.
            Kind::Number => match self {
                Self::Phone => !words.iter().any(|word| word == "cell") && words.last().is_some_and(|last| last != "mobile" && last != "mobil"),
                Self::Address => words.iter().any(|word| {
                    ["zip", "zipcode", "postcode", "plz", "code", "house", "hausnummer", "hausnr", "postleitzahl", "number"].contains(&word.as_str())
                }),
                Self::Email | Self::Name | Self::Document => false,
            },
            Kind::Flag | Kind::Moment | Kind::Id | Kind::Network | Kind::Choice | Kind::Object => false,
        }
    }
}

/// What a column or field of this name and kind holds of a party. `of_people` tells that the record is one of a person or an organisation.
pub fn of_name(name: &str, kind: Kind, of_people: bool) -> Option<Identity> {
    let words = words(name);
    let found = of_words(&words, of_people).or_else(|| of_document(&words, kind)).or_else(|| of_login(&words, kind))?;
    found.fits(kind, &words).then_some(found)
}

/// What values of a named type are: a domain `email_address`, a scalar `PhoneNumber`.
pub fn of_type(name: &str) -> Option<Identity> {
    of_words(&words(name), false).filter(|found| *found != Identity::Name && *found != Identity::Document)
}

/// Whether a table or type of this name is one of persons and organisations.
pub fn is_of_people(name: &str) -> bool {
    noun_of_record(name).is_some_and(|noun| is_one_of(&noun, &vocabulary::IDENTITY_NOUNS) || is_one_of(&noun, &vocabulary::DOUBTFUL_NOUNS))
}

/// How sure it is that a record with this name is identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sureness {
    /// Whatever else is known of it.
    Sure,
    /// Only if it is known to hold identity.
    Doubtful,
}

/// Whether a table of this name is one to which business records must not refer.
pub fn of_table(name: &str) -> Option<Sureness> {
    sureness(&noun_of_record(name)?)
}

/// The noun by which a column such as `customer_id` refers to identity, and how sure that is; none for `party_id` and everything else.
pub fn of_reference(name: &str) -> Option<(String, Sureness)> {
    let words = words(name);
    let [before @ .., noun, last] = words.as_slice() else { return None };
    if !["id", "ids", "uuid", "guid", "fk", "ref", "key"].contains(&last.as_str()) || !before.iter().all(|word| is_usual(word)) {
        return None;
    }
    Some((noun.clone(), sureness(noun)?))
}

/// Whether an argument or input field is named like the id of a party, or of somebody who should be one.
pub fn is_party_id(name: &str) -> bool {
    let words = words(name);
    let Some((last, before)) = words.split_last() else { return false };
    let is_id = ["id", "ids", "uuid", "guid"].contains(&last.as_str());
    is_id && (before.last().is_some_and(|word| word == "party" || word == "parties") || matches!(of_reference(name), Some((_, Sureness::Sure))))
}

fn sureness(noun: &str) -> Option<Sureness> {
    if is_one_of(noun, &vocabulary::IDENTITY_NOUNS) {
        Some(Sureness::Sure)
    } else {
        is_one_of(noun, &vocabulary::DOUBTFUL_NOUNS).then_some(Sureness::Doubtful)
    }
}

/// The last word of a table's name that says what its rows are: `tbl_customers_v2` is one of customers.
pub(crate) fn noun_of_record(name: &str) -> Option<String> {
    const BESIDE: &[&str] = &[
        "table", "tbl", "tab", "master", "data", "info", "detail", "old", "new", "archive", "history", "backup", "v", "list", "input", "type",
        "record",
    ];
    words(name).into_iter().rev().find(|word| !BESIDE.contains(&word.as_str()) && !is_number(word))
}

fn of_words(words: &[String], of_people: bool) -> Option<Identity> {
    if words.len() > 1 && is_one_of(&words[0], &vocabulary::ASKING) {
        return None;
    }
    let mut end = words.len();
    loop {
        let after = &words[end..];
        if let Some(found) = at_the_end(&words[..end], after, of_people) {
            return Some(found);
        }
        let last = words.get(end.checked_sub(1)?)?;
        if !(is_number(last) || is_one_of(last, &vocabulary::FOLLOWING) || is_one_of(last, &vocabulary::PERSONS)) {
            return None;
        }
        end -= 1;
    }
}

/// The longest phrase at the end of the words that may stand after what is before it.
fn at_the_end(words: &[String], after: &[String], of_people: bool) -> Option<Identity> {
    let phrases = words.last().and_then(|last| vocabulary::PHRASES.get(last.as_str()));
    let fitting = phrases.into_iter().flatten().filter(|phrase| {
        let before = words.len().checked_sub(phrase.words.len());
        before.is_some_and(|before| words[before..] == phrase.words && may_stand(phrase.before, &words[..before], after, of_people))
    });
    let best = fitting.max_by_key(|phrase| phrase.words.len());
    let found = best.map(|phrase| phrase.identity).or_else(|| words.last().and_then(|last| compound(last)))?;
    let speaks_of_messages = found == Identity::Email && after.first().is_some_and(|word| is_one_of(word, &vocabulary::MESSAGES));
    (!speaks_of_messages).then_some(found)
}

fn may_stand(rule: Before, before: &[String], after: &[String], of_people: bool) -> bool {
    match rule {
        Before::AnyBut(excluded) => !before.iter().any(|word| is_one_of(word, excluded)),
        Before::Usual => before.iter().all(|word| is_usual(word)),
        Before::Person => {
            let is_person = |word: &String| is_one_of(word, &vocabulary::PERSONS);
            let is_named = |word: &String| is_person(word) || is_one_of(word, &vocabulary::NAMED_PURPOSES);
            before.last().is_some_and(is_named) || before.is_empty() && (of_people || after.iter().any(is_person))
        }
    }
}

/// Compounds that Germanic languages write in one word: `rechnungsadresse`, `privattelefon`.
fn compound(word: &str) -> Option<Identity> {
    const ENDINGS: &[(&str, Identity)] = &[
        ("mailadresse", Identity::Email),
        ("telefonnummer", Identity::Phone),
        ("rufnummer", Identity::Phone),
        ("telefon", Identity::Phone),
        ("vorname", Identity::Name),
        ("nachname", Identity::Name),
        ("adresse", Identity::Address),
        ("anschrift", Identity::Address),
        ("strasse", Identity::Address),
        ("hausnummer", Identity::Address),
        ("postleitzahl", Identity::Address),
    ];
    const MACHINES: &[&str] = &["ip", "mac", "web", "internet", "netzwerk", "speicher", "hardware", "url", "http", "bus", "geraete", "server"];
    let (before, found) = ENDINGS.iter().find_map(|(ending, found)| Some((word.strip_suffix(ending)?, *found)))?;
    (before.len() > 1 && !MACHINES.contains(&before)).then_some(found)
}

/// One JSON value with a whole person in it.
fn of_document(words: &[String], kind: Kind) -> Option<Identity> {
    if kind != Kind::Json {
        return None;
    }
    let end = words.iter().rposition(|word| !is_one_of(word, &vocabulary::JSON_FOLLOWING))?;
    let is_document = is_one_of(&words[end], &vocabulary::JSON_DOCUMENTS) && words[..end].iter().all(|word| is_usual(word));
    is_document.then_some(Identity::Document)
}

/// PostgreSQL's case-insensitive text is used for e-mail addresses before anything else.
fn of_login(words: &[String], kind: Kind) -> Option<Identity> {
    (kind == Kind::CaseInsensitive && is_one_of(&words.join(" "), &vocabulary::LOGIN_NAMES)).then_some(Identity::Email)
}

fn is_usual(word: &str) -> bool {
    is_one_of(word, &vocabulary::PERSONS) || is_one_of(word, &vocabulary::PURPOSES) || is_one_of(word, &vocabulary::FOLLOWING)
}

fn is_number(word: &str) -> bool {
    word.chars().all(char::is_numeric)
}

fn is_one_of(word: &str, list: &List) -> bool {
    list.contains(word)
}
