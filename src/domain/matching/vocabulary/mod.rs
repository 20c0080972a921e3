//! The vocabulary: every distinct value once, with what comparing it needs, and how often it occurs.
mod population;

pub use population::Population;

use super::{
    features::{Attribute, Features, Kind},
    normal::{
        date::PartialDate,
        email, nickname,
        person::{PersonName, is_particle},
        words::{hash, skeleton, sound, without_digraphs},
    },
};
use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

/// Values of one sort, numbered in the order in which they came.
#[derive(Debug)]
pub struct Pool<T> {
    values: IndexMap<Box<str>, T, FxBuildHasher>,
    counts: Vec<u32>,
}

impl<T> Default for Pool<T> {
    fn default() -> Self {
        Self { values: IndexMap::default(), counts: Vec::new() }
    }
}

impl<T> Pool<T> {
    fn id(&mut self, text: &str, make: impl FnOnce() -> T) -> u32 {
        if let Some(id) = self.values.get_index_of(text) {
            return narrow(id);
        }
        let value = make();
        self.values.insert(text.into(), value);
        self.counts.push(0);
        narrow(self.values.len() - 1)
    }

    /// The value of a number.
    pub fn get(&self, id: u32) -> &T {
        &self.values[id as usize]
    }

    /// The text of a number.
    pub fn text(&self, id: u32) -> &str {
        self.values.get_index(id as usize).map_or("", |(text, _)| text)
    }

    /// How many records have the value.
    pub fn count(&self, id: u32) -> u32 {
        self.counts[id as usize]
    }

    fn recount(&mut self, sort: &str, of: &impl Fn(&str, &str) -> u32) {
        self.counts = self.values.keys().map(|text| of(sort, text)).collect();
    }

    fn tell(&self, sort: &str, keys: &mut Vec<String>) {
        keys.extend(self.values.keys().zip(&self.counts).filter(|(_, count)| **count > 0).map(|(text, _)| format!("{sort}:{text}")));
    }

    /// How often each value occurs.
    pub fn counts(&self) -> &[u32] {
        &self.counts
    }
}

/// A word of a name.
#[derive(Debug)]
pub struct Word {
    /// The number of its sound.
    pub sound: u32,
    /// The number of its consonants; 0 when it has fewer than three.
    pub skeleton: u32,
    /// The number of its spelling without German digraphs.
    pub plain: u32,
    /// The full names that it can stand for.
    pub full_names: &'static [u16],
}

/// A person's name.
#[derive(Debug)]
pub struct Person {
    /// Words of the given names.
    pub given: Box<[u32]>,
    /// Words of the family name without particles.
    pub family: Box<[u32]>,
    /// All given names as one word, when there are several; else the only one.
    pub whole_given: Option<u32>,
    /// The family name as one word.
    pub whole_family: Option<u32>,
    /// Senior, junior, third.
    pub generation: Option<u8>,
}

/// An address; all parts are numbers of the pool of places.
#[derive(Debug)]
pub struct Place {
    /// House number.
    pub number: Option<u32>,
    /// Words of the street.
    pub street: Box<[u32]>,
    /// Postal code.
    pub postal_code: Option<u32>,
    /// Words of the city.
    pub city: Box<[u32]>,
    /// The city as one word.
    pub whole_city: Option<u32>,
}

/// An e-mail address.
#[derive(Debug)]
pub struct Mail {
    /// Bytes before the @.
    pub local: u16,
    /// The number of the domain.
    pub domain: u32,
    /// Whether it is the mailbox of a function.
    pub is_role: bool,
    /// Whether the domain gives mailboxes to everybody.
    pub is_free: bool,
}

/// The name of an organisation.
#[derive(Debug)]
pub struct Firm {
    /// Its words.
    pub words: Box<[u32]>,
    /// The number of all words written together.
    pub joined: u32,
    /// The number of its initials, when it has three words or more.
    pub initials: Option<u32>,
}

/// Every distinct value of a set of records.
#[derive(Debug, Default)]
pub struct Vocabulary {
    /// Words of persons' names; counted as given names.
    pub words: Pool<Word>,
    /// How often each word is a family name.
    pub family_counts: Vec<u32>,
    /// Persons' names.
    pub persons: Pool<Person>,
    /// Words of organisations' names.
    pub firm_words: Pool<Word>,
    /// Organisations' names.
    pub firms: Pool<Firm>,
    /// Dates.
    pub births: Pool<PartialDate>,
    /// House numbers, words of streets and cities, postal codes.
    pub places: Pool<()>,
    /// Addresses.
    pub addresses: Pool<Place>,
    /// Domains of mailboxes.
    pub domains: Pool<()>,
    /// E-mail addresses.
    pub emails: Pool<Mail>,
    /// Phone numbers, with the number of their last seven digits.
    pub phones: Pool<u64>,
    /// Identifiers, with the bytes of their scheme.
    pub identifiers: Pool<u16>,
    /// Everything that is compared as text: domains of web sites, gender, places, occupations, categories with the bytes of their name.
    pub texts: Pool<u16>,
    /// Records that were counted.
    pub total: u32,
}

const ID_BITS: u32 = 28;

/// A value of a record: its attribute and its number in that attribute's pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Value(u32);

impl Value {
    fn new(attribute: Attribute, id: u32) -> Self {
        Self((attribute as u32) << ID_BITS | id)
    }

    /// The attribute, as a number.
    pub fn attribute(self) -> usize {
        (self.0 >> ID_BITS) as usize
    }

    /// The number in the pool.
    pub fn id(self) -> u32 {
        self.0 & ((1 << ID_BITS) - 1)
    }
}

/// A record or a party as the vocabulary numbers it; values are sorted by attribute.
#[derive(Clone, Copy, Debug)]
pub struct Profile<'a> {
    /// Person or organisation.
    pub kind: Kind,
    /// The values.
    pub values: &'a [Value],
}

impl<'a> Profile<'a> {
    /// The values of one attribute.
    pub fn of(&self, attribute: Attribute) -> &'a [Value] {
        let start = self.values.iter().position(|value| value.attribute() == attribute as usize).unwrap_or(self.values.len());
        let rest = &self.values[start..];
        let end = rest.iter().position(|value| value.attribute() != attribute as usize).unwrap_or(rest.len());
        &rest[..end]
    }
}

impl Vocabulary {
    /// Numbers the features of a record and counts them.
    pub fn add(&mut self, features: &Features) -> Vec<Value> {
        let values = self.number(features);
        self.total += 1;
        for value in &values {
            self.count(*value);
        }
        values
    }

    /// Numbers the features without counting them.
    pub fn number(&mut self, features: &Features) -> Vec<Value> {
        let mut values: Vec<Value> = features.iter().map(|(attribute, text)| Value::new(attribute, self.intern(attribute, text))).collect();
        values.sort_unstable();
        values
    }

    fn intern(&mut self, attribute: Attribute, text: &str) -> u32 {
        match attribute {
            Attribute::Person => self.person(text),
            Attribute::Organization => self.firm(text),
            Attribute::Birth => self.births.id(text, || PartialDate::of_feature(text).unwrap_or_default()),
            Attribute::Address => self.address(text),
            Attribute::Email => self.email(text),
            Attribute::Phone => self.phones.id(text, || hash(super::normal::phone::tail(text))),
            Attribute::Identifier => self.identifiers.id(text, || scheme_len(text)),
            _ => self.texts.id(text, || scheme_len(text)),
        }
    }

    fn count(&mut self, value: Value) {
        let id = value.id() as usize;
        let counts = match value.attribute() {
            0 => return self.count_person(value.id()),
            1 => return self.count_firm(value.id()),
            2 => &mut self.births.counts,
            3 => return self.count_address(value.id()),
            4 => {
                self.domains.counts[self.emails.get(value.id()).domain as usize] += 1;
                &mut self.emails.counts
            }
            5 => &mut self.phones.counts,
            6 => &mut self.identifiers.counts,
            _ => &mut self.texts.counts,
        };
        counts[id] += 1;
    }

    fn count_person(&mut self, id: u32) {
        self.persons.counts[id as usize] += 1;
        let person = self.persons.get(id);
        let first = person.given.first().copied();
        for word in [first, person.whole_given.filter(|word| Some(*word) != first)].into_iter().flatten() {
            self.words.counts[word as usize] += 1;
        }
        self.family_counts.resize(self.words.values.len(), 0);
        if let Some(word) = person.whole_family {
            self.family_counts[word as usize] += 1;
        }
    }

    fn count_firm(&mut self, id: u32) {
        self.firms.counts[id as usize] += 1;
        for word in &self.firms.get(id).words {
            self.firm_words.counts[*word as usize] += 1;
        }
    }

    fn count_address(&mut self, id: u32) {
        self.addresses.counts[id as usize] += 1;
        let place = self.addresses.get(id);
        for part in [place.postal_code, place.whole_city].into_iter().flatten() {
            self.places.counts[part as usize] += 1;
        }
    }

    fn word(&mut self, text: &str) -> u32 {
        self.words.id(text, || new_word(text))
    }

    fn person(&mut self, feature: &str) -> u32 {
        if let Some(id) = self.persons.values.get_index_of(feature) {
            return narrow(id);
        }
        let name = PersonName::of_feature(feature);
        let core: Vec<&String> = name.family.iter().filter(|word| !is_particle(word)).collect();
        let core = if core.is_empty() { name.family.iter().collect() } else { core };
        let whole_given = (!name.given.is_empty()).then(|| self.word(&name.given.concat()));
        let whole: String = core.iter().map(|word| word.as_str()).collect();
        let whole_family = (!core.is_empty()).then(|| self.word(&whole));
        let family = core.iter().map(|word| self.word(word)).collect();
        let given = name.given.iter().map(|word| self.word(word)).collect();
        self.persons.id(feature, || Person { given, family, whole_given, whole_family, generation: name.generation })
    }

    fn firm(&mut self, feature: &str) -> u32 {
        if let Some(id) = self.firms.values.get_index_of(feature) {
            return narrow(id);
        }
        let texts: Vec<&str> = feature.split(' ').collect();
        let words: Box<[u32]> = texts.iter().map(|word| self.firm_words.id(word, || new_word(word))).collect();
        let joined_text = texts.concat();
        let joined = self.firm_words.id(&joined_text, || new_word(&joined_text));
        let initials: String = texts.iter().filter_map(|word| word.chars().next()).collect();
        let initials = (texts.len() > 2).then(|| self.firm_words.id(&initials, || new_word(&initials)));
        self.firms.id(feature, || Firm { words, joined, initials })
    }

    fn address(&mut self, feature: &str) -> u32 {
        if let Some(id) = self.addresses.values.get_index_of(feature) {
            return narrow(id);
        }
        let parts: Vec<&str> = feature.split(';').collect();
        let [number, street, postal_code, city] = parts.as_slice() else {
            return self.addresses.id(feature, || Place { number: None, street: [].into(), postal_code: None, city: [].into(), whole_city: None });
        };
        let mut list = |text: &str| text.split(' ').filter(|word| !word.is_empty()).map(|word| self.places.id(word, || ())).collect::<Box<[u32]>>();
        let (street, words) = (list(street), list(city));
        let mut one = |text: &str| (!text.is_empty()).then(|| self.places.id(text, || ()));
        let place = Place { number: one(number), street, postal_code: one(postal_code), city: words, whole_city: one(city) };
        self.addresses.id(feature, || place)
    }

    fn email(&mut self, feature: &str) -> u32 {
        if let Some(id) = self.emails.values.get_index_of(feature) {
            return narrow(id);
        }
        let (local, domain) = feature.rsplit_once('@').unwrap_or((feature, ""));
        let domain_id = self.domains.id(domain, || ());
        let length = u16::try_from(local.len()).unwrap_or(u16::MAX);
        let (is_role, is_free) = (email::is_role(local), email::is_free(domain));
        self.emails.id(feature, || Mail { local: length, domain: domain_id, is_role, is_free })
    }

    /// The share of records that have a value which `count` records have, never below that of two records.
    pub fn frequency(&self, count: u32) -> f32 {
        count.max(2) as f32 / self.total.max(2) as f32
    }

    /// The text of a mailbox's domain.
    pub fn domain(&self, id: u32) -> &str {
        self.domains.text(id)
    }

    /// The text of a value, as the feature that it was read from.
    pub fn describe(&self, value: Value) -> &str {
        match value.attribute() {
            0 => self.persons.text(value.id()),
            1 => self.firms.text(value.id()),
            2 => self.births.text(value.id()),
            3 => self.addresses.text(value.id()),
            4 => self.emails.text(value.id()),
            5 => self.phones.text(value.id()),
            6 => self.identifiers.text(value.id()),
            _ => self.texts.text(value.id()),
        }
    }
}

/// Bytes of the name before the colon.
fn scheme_len(text: &str) -> u16 {
    text.find(':').and_then(|at| u16::try_from(at).ok()).unwrap_or(0)
}

fn new_word(text: &str) -> Word {
    let skeleton = skeleton(text);
    Word {
        sound: low(hash(&sound(text))),
        skeleton: if skeleton.len() < 3 { 0 } else { low(hash(&skeleton)) },
        plain: low(hash(&without_digraphs(text))),
        full_names: nickname::full_names(text),
    }
}

fn low(hash: u64) -> u32 {
    (hash & u64::from(u32::MAX)) as u32
}

fn narrow(id: usize) -> u32 {
    u32::try_from(id).unwrap_or(u32::MAX)
}
