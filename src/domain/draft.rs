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

/// The keys by which a party with these names is found.
pub fn name_keys(names: &[&str]) -> BTreeSet<String> {
    names.iter().flat_map(|name| token::tokens(name)).map(|token| name_key(&token)).collect()
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
