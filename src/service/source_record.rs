//! Source records: what engines register of the people they know.
use super::{Caller, Permission, Request};
use crate::{
    domain::{
        code::SourceKey,
        code::SystemCode,
        company::Company,
        email::Email,
        error::Error,
        kind::RecordState,
        link::{Presented, SourceRecord},
        phone::Phone,
        refusal::{Code, Refusal},
    },
    store,
};
use chrono::{DateTime, Utc};
use std::collections::HashMap;

/// The longest presented value, in characters.
const MAX_PRESENTED: usize = 1_000;

/// A record as its engine presents it.
#[derive(Clone, Debug, Default)]
pub struct RecordInput {
    /// The engine, for instance `crm`.
    pub system: String,
    /// The engine's name for such records, for instance `lead`.
    pub record_type: String,
    /// The record's id in the engine.
    pub record_id: String,
    /// What the engine knows of the person or organisation; kept as it is, even if it does not parse.
    pub presented: Presented,
}

impl RecordInput {
    /// Parses the key, and the values as far as they go: a malformed address is kept as presented but identifies nobody.
    ///
    /// # Errors
    /// `INVALID_CODE` for the key, `INVALID_ARGUMENT` for a value that is too long.
    pub fn parse(&self, company: &Company) -> Result<SourceRecord, Refusal> {
        let key = SourceKey::parse(&self.system, &self.record_type, &self.record_id)?;
        let presented = &self.presented;
        let values = [
            ("displayName", &presented.display_name),
            ("givenName", &presented.given_name),
            ("familyName", &presented.family_name),
            ("organizationName", &presented.organization_name),
            ("email", &presented.email),
            ("phone", &presented.phone),
            ("address", &presented.address),
        ];
        for (field, value) in values {
            if value.as_ref().is_some_and(|value| value.chars().count() > MAX_PRESENTED) {
                let message = format!("A presented value has at most {MAX_PRESENTED} characters.");
                return Err(Refusal::new(Code::InvalidArgument, message).at(field).at("presented"));
            }
        }
        Ok(SourceRecord {
            key,
            display_name: shown_name(presented),
            email_key: presented.email.as_deref().and_then(|email| Email::parse(email).ok()).map(|email| email.key().to_owned()),
            phone: presented
                .phone
                .as_deref()
                .and_then(|phone| Phone::parse(phone, Some(company.default_country)).ok())
                .map(|phone| phone.e164().to_owned()),
            presented: presented.clone(),
            state: RecordState::Unlinked,
            received_at: DateTime::<Utc>::UNIX_EPOCH,
            updated_at: DateTime::<Utc>::UNIX_EPOCH,
        })
    }
}

fn shown_name(presented: &Presented) -> Option<String> {
    let full = [presented.given_name.as_deref(), presented.family_name.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let name = presented.display_name.clone().or_else(|| presented.organization_name.clone()).unwrap_or(full);
    let name = name.trim();
    (!name.is_empty()).then(|| name.to_owned())
}

/// Refuses a caller who may not write this record: an engine's token writes its own records only.
///
/// # Errors
/// `FORBIDDEN`.
pub fn require(caller: &Caller, permission: Permission, record: &RecordInput) -> Result<(), Error> {
    match SystemCode::parse(&record.system) {
        Ok(system) => caller.require_for_system(permission, &system),
        // A malformed system is refused with the item's other values.
        Err(_) => Ok(()),
    }
}

/// The records of some keys; unknown ones are left out.
pub async fn find(request: &Request, keys: &[SourceKey]) -> Result<HashMap<SourceKey, SourceRecord>, Error> {
    store::source_record::find(&*request.read().await?, keys).await
}
