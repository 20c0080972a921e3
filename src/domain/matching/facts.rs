//! Facts: what is said of somebody in the words of the graph, on its way to features and to the keys under which parties are kept.
use super::{
    features::Features,
    input::{Entry, Field, features},
    normal::{email, phone, scalar},
    vocabulary::{Population, Vocabulary},
};
use crate::domain::{
    address::PostalAddress,
    draft::{PartyDraft, email_key, identifier_key, name_key, pair_key, phone_key},
    kind::PartyKind,
    link::{Presented, SourceRecord},
    name::{PartyNames, placeholder},
    token,
};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// Parties that are read of one key at the most. A key that has as many is shared by so many that it says little.
pub const KEY_CAP: u32 = 100;

/// Keys that are looked up for one record at the most.
const MAX_KEYS: usize = 64;

/// Words of a record whose pairs are looked up.
const MAX_PAIRED: usize = 6;

/// Groups of fields that one record has at the most; what comes later says nothing new.
const MAX_GROUPS: u8 = 60;

/// What is said of somebody.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    entries: Vec<(Field, u8, String)>,
    group: u8,
    words: Vec<String>,
    /// Keys of values that few share, with the key under which the value counts in a [`Population`].
    values: BTreeMap<String, String>,
    verified: Vec<String>,
}

/// Names as they stand in a record.
#[derive(Clone, Copy, Debug, Default)]
pub struct Names<'a> {
    /// The name to show.
    pub display: Option<&'a str>,
    /// A person's given name.
    pub given: Option<&'a str>,
    /// A person's family name.
    pub family: Option<&'a str>,
    /// An organisation's registered name.
    pub legal: Option<&'a str>,
}

impl<'a> From<&'a PartyNames> for Names<'a> {
    fn from(names: &'a PartyNames) -> Self {
        let [given, family, legal] = [&names.given, &names.family, &names.legal].map(|name| name.as_ref().map(|name| name.as_str()));
        Self { display: Some(names.display.as_str()), given, family, legal }
    }
}

/// A key under which parties are looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedKey {
    /// The key as it is stored.
    pub key: String,
    /// Whether it is a single word: then it finds nobody when many have it.
    pub is_word: bool,
}

impl Facts {
    /// The facts of a party that is about to be made. The kind may be left open.
    pub fn of_draft(draft: &PartyDraft, kind: Option<PartyKind>) -> Self {
        let mut facts = Self::default();
        facts.kind(kind);
        facts.names(draft.names.kind, (&draft.names).into());
        if let Some(email) = &draft.email {
            facts.email(email.as_str(), email.key());
        }
        if let Some(phone) = &draft.phone {
            facts.phone(phone.e164());
        }
        if let Some(address) = &draft.address {
            facts.address(address);
        }
        for identifier in &draft.identifiers {
            facts.identifier(identifier.scheme().as_str(), identifier.value(), false);
        }
        facts
    }

    /// The facts of an engine's record.
    pub fn of_record(record: &SourceRecord) -> Self {
        let mut facts = Self::default();
        facts.presented(&record.presented);
        if let (Some(email), Some(key)) = (&record.presented.email, &record.email_key) {
            facts.email(email, key);
        }
        if let Some(phone) = &record.phone {
            facts.phone(phone);
        }
        facts
    }

    /// Whether nothing is said by which anybody could be found.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty() && self.values.is_empty()
    }

    /// Person or organisation, where that is known.
    pub fn kind(&mut self, kind: Option<PartyKind>) {
        if let Some(kind) = kind {
            let word = if kind == PartyKind::Person { "person" } else { "organization" };
            self.add(Field::Kind, word);
        }
    }

    /// Names of one person or organisation; placeholders say nothing.
    pub fn names(&mut self, kind: PartyKind, names: Names<'_>) {
        self.next_group();
        let said = |name: Option<&'_ str>| name.filter(|name| *name != placeholder(kind)).map(str::to_owned);
        let (display, given, family, legal) = (said(names.display), said(names.given), said(names.family), said(names.legal));
        let has_both = given.is_some() && family.is_some();
        let whole = if kind == PartyKind::Person { Field::PersonName } else { Field::OrganizationName };
        for (field, name) in [(Field::GivenName, given), (Field::FamilyName, family), (Field::OrganizationName, legal), (whole, display)] {
            let Some(name) = name else { continue };
            self.word(&name);
            if field != Field::PersonName || !has_both {
                self.add(field, &name);
            }
        }
    }

    /// An e-mail address, with the form in which addresses are compared here.
    pub fn email(&mut self, text: &str, key: &str) {
        self.values.insert(email_key(key), format!("email:{}", email::feature(text)));
        self.add(Field::Email, text);
    }

    /// A phone number in E.164.
    pub fn phone(&mut self, e164: &str) {
        self.values.insert(phone_key(e164), format!("phone:{}", phone::feature(e164, None)));
        self.add(Field::Phone, e164);
    }

    /// A web address.
    pub fn web(&mut self, url: &str) {
        self.add(Field::Website, url);
    }

    /// A postal address.
    pub fn address(&mut self, address: &PostalAddress) {
        self.next_group();
        let street = address.line1().or(address.line2()).or_else(|| address.city().is_none().then(|| address.formatted()));
        let parts =
            [(Field::Street, street), (Field::City, address.city()), (Field::PostalCode, address.postal_code()), (Field::Region, address.region())];
        for (field, text) in parts {
            if let Some(text) = text {
                self.add(field, text);
            }
        }
    }

    /// A number that somebody issued. One that was verified is exclusive: who has another one of the scheme is somebody else.
    pub fn identifier(&mut self, scheme: &str, value: &str, is_verified: bool) {
        let feature = scalar::identifier(scheme, value);
        if is_verified && !feature.is_empty() {
            self.verified.push(feature.clone());
        }
        self.values.insert(identifier_key(value), format!("identifier:{feature}"));
        self.add(Field::Identifier(scheme.to_owned()), value);
    }

    /// What an engine presented, as far as it can be read; address and names, and values as they stand.
    pub fn presented(&mut self, presented: &Presented) {
        self.next_group();
        let Presented { display_name, given_name, family_name, organization_name, email, phone, address } = presented;
        let has_both = given_name.is_some() && family_name.is_some();
        let shown = display_name.as_ref().filter(|_| !has_both && organization_name.is_none());
        let names = [
            (Field::GivenName, given_name.as_ref()),
            (Field::FamilyName, family_name.as_ref()),
            (if given_name.is_some() || family_name.is_some() { Field::Employer } else { Field::OrganizationName }, organization_name.as_ref()),
            (Field::AnyName, shown),
        ];
        for (field, name) in names {
            if let Some(name) = name {
                self.word(name);
                self.add(field, name);
            }
        }
        for (field, text) in [(Field::Email, email), (Field::Phone, phone), (Field::Street, address)] {
            if let Some(text) = text {
                self.add(field, text);
            }
        }
    }

    fn next_group(&mut self) {
        self.group = (self.group + 1).min(MAX_GROUPS);
    }

    fn add(&mut self, field: Field, text: &str) {
        if self.group < MAX_GROUPS {
            self.entries.push((field, self.group, text.to_owned()));
        }
    }

    fn word(&mut self, name: &str) {
        for word in token::tokens(name) {
            if !self.words.contains(&word) {
                self.words.push(word);
            }
        }
    }

    /// The features, and those identifiers among them that were verified.
    pub fn features(&self) -> (Features, &[String]) {
        let entries: Vec<Entry<'_>> = self.entries.iter().map(|(field, group, text)| Entry { field, group: *group, text }).collect();
        (features(&entries), &self.verified)
    }

    /// The keys under which parties like this one are kept: values first, then pairs of words, then words.
    pub fn keys(&self) -> Vec<WantedKey> {
        let plain = |key: String| WantedKey { key, is_word: false };
        let mut keys: Vec<WantedKey> = self.values.keys().cloned().map(plain).take(MAX_KEYS / 2).collect();
        let paired = &self.words[..self.words.len().min(MAX_PAIRED)];
        for (i, one) in paired.iter().enumerate() {
            keys.extend(paired[i + 1..].iter().map(|other| plain(pair_key(one, other))));
        }
        keys.extend(self.words.iter().map(|word| WantedKey { key: name_key(word), is_word: true }));
        keys.truncate(MAX_KEYS);
        keys
    }

    /// The normalised values that a party is looked for, as they stand in contact points.
    pub fn values(&self) -> Vec<String> {
        self.values.keys().filter_map(|key| key.split_once(':')).map(|(_, value)| value.to_owned()).collect()
    }

    /// How common these facts are among all parties of a company, by how many of them each key was found at, up to [`KEY_CAP`].
    pub fn population(&self, total: u32, features: &Features, found: &FxHashMap<String, u32>) -> Population {
        let share = |part: f64| (f64::from(total) * part) as u32;
        let mut counts = FxHashMap::default();
        for (key, feature) in &self.values {
            let count = found.get(key).copied().unwrap_or(0);
            counts.insert(feature.clone(), if count < KEY_CAP { count } else { count.max(share(SHARED)) });
        }
        for key in Vocabulary::population_keys(features) {
            let Some((sort, text)) = key.split_once(':') else { continue };
            let Some(usual) = USUAL.iter().find(|(name, _)| *name == sort).map(|(_, usual)| *usual) else { continue };
            let words: Vec<u32> = text
                .split(' ')
                .filter(|word| self.words.iter().any(|known| known == word))
                .map(|word| found.get(&name_key(word)).copied().unwrap_or(0))
                .collect();
            let count = match words.into_iter().min() {
                Some(count) if WORDS.contains(&sort) => {
                    if count < KEY_CAP {
                        count
                    } else {
                        count.max(share(usual))
                    }
                }
                _ => share(usual),
            };
            counts.entry(key).or_insert(count);
        }
        Population { total, counts, usual_word: share(0.001) }
    }
}

/// The share of all parties that is taken to have a value when it was found at as many as are counted.
const SHARED: f64 = 0.1;

/// Sorts of values whose words are keys of parties.
const WORDS: [&str; 4] = ["given", "family", "word", "firm"];

/// The share of all parties that usually have a value of each sort, for values that nobody counted: they then count neither for nor against.
const USUAL: [(&str, f64); 8] = [
    ("given", 0.007),
    ("family", 0.0025),
    ("word", 0.001),
    ("firm", 0.0001),
    ("domain", 0.002),
    ("address", 0.000_02),
    ("place", 0.005),
    ("text", 0.001),
];
