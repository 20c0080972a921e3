//! A party that is about to be made: everything parsed, nothing decided.
use super::{address::PostalAddress, code::RoleCode, email::Email, identifier::Identifier, name::PartyNames, phone::Phone, token};
use std::collections::BTreeSet;

/// The values of a new party.
#[derive(Clone, Debug)]
pub struct PartyDraft {
    /// Kind and names.
    pub names: PartyNames,
    /// The primary e-mail address.
    pub email: Option<Email>,
    /// Whether the e-mail address is a mailbox of several people: then it is noted, but identifies nobody.
    pub email_is_shared: bool,
    /// The primary phone number.
    pub phone: Option<Phone>,
    /// The primary postal address.
    pub address: Option<PostalAddress>,
    /// Numbers issued by somebody.
    pub identifiers: Vec<Identifier>,
    /// Roles to hold from the start; the first is the primary one.
    pub roles: Vec<RoleCode>,
}

/// Words of a party whose pairs are keys at the most; those of its first names come first.
const MAX_PAIRED: usize = 16;

/// The keys by which a party with these names is found: each word, and each pair of words.
pub fn name_keys(names: &[&str]) -> BTreeSet<String> {
    let mut words: Vec<String> = Vec::new();
    for token in names.iter().flat_map(|name| token::tokens(name)) {
        if !words.contains(&token) {
            words.push(token);
        }
    }
    let mut keys: BTreeSet<String> = words.iter().map(|word| name_key(word)).collect();
    words.truncate(MAX_PAIRED);
    for (i, one) in words.iter().enumerate() {
        keys.extend(words[i + 1..].iter().map(|other| pair_key(one, other)));
    }
    keys
}

/// The key of two words of a party's names, whatever their order: it begins with the one that is first in the order of code points.
pub fn pair_key(one: &str, other: &str) -> String {
    if one <= other { pair_beginning(one, other) } else { pair_beginning(other, one) }
}

/// How the keys of pairs begin that are a word and one that begins with another.
pub fn pair_beginning(first: &str, second: &str) -> String {
    format!("w:{first} {second}")
}

/// The key of a name token.
pub fn name_key(token: &str) -> String {
    format!("n:{token}")
}

/// The key of an e-mail address.
pub fn email_key(key: &str) -> String {
    format!("e:{key}")
}

/// The key of a phone number in E.164.
pub fn phone_key(e164: &str) -> String {
    format!("p:{e164}")
}

/// The key of an identifier, whatever its scheme.
pub fn identifier_key(value: &str) -> String {
    format!("i:{value}")
}
