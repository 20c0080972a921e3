//! Source records: what engines register of the people they know.
use super::{Caller, Permission, Request};
use crate::{
    domain::{
        code::{RecordType, SourceKey, SystemCode},
        company::Company,
        cursor,
        email::Email,
        error::{Error, Refusals},
        kind::RecordState,
        link::{Presented, RecordFilter, SourceRecord},
        page::{Page, PageRequest},
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
#[derive(Clone, Debug, Default, serde::Serialize)]
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
        for (field, value) in fields(presented) {
            check_presented(value).map_err(|refusal| refusal.at(field).at("presented"))?;
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

/// The presented values with the names that callers give them.
pub(super) fn fields(presented: &Presented) -> [(&'static str, Option<&str>); 7] {
    [
        ("displayName", presented.display_name.as_deref()),
        ("givenName", presented.given_name.as_deref()),
        ("familyName", presented.family_name.as_deref()),
        ("organizationName", presented.organization_name.as_deref()),
        ("email", presented.email.as_deref()),
        ("phone", presented.phone.as_deref()),
        ("address", presented.address.as_deref()),
    ]
}

fn check_presented(value: Option<&str>) -> Result<(), Refusal> {
    let Some(value) = value else { return Ok(()) };
    if value.chars().count() > MAX_PRESENTED {
        return Err(Refusal::new(Code::InvalidArgument, format!("A presented value has at most {MAX_PRESENTED} characters.")));
    }
    if value.contains('\0') {
        return Err(Refusal::new(Code::InvalidArgument, "A presented value cannot hold the character NUL. Send it without."));
    }
    Ok(())
}

fn shown_name(presented: &Presented) -> Option<String> {
    let full = [presented.given_name.as_deref(), presented.family_name.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let name = presented.display_name.clone().or_else(|| presented.organization_name.clone()).unwrap_or(full);
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    (!name.is_empty()).then_some(name)
}

/// Refuses a caller who may not write this record: an engine's token writes its own records only.
///
/// # Errors
/// `FORBIDDEN`.
pub fn require(caller: &Caller, permission: Permission, record: &RecordInput) -> Result<(), Error> {
    match SystemCode::parse(&record.system) {
        Ok(system) => caller.require_for_system(permission, &system),
        // A malformed system is refused with the item's other values.
        Err(_) => caller.require_for_any_system(permission),
    }
}

/// The records of some keys; unknown ones are left out.
pub async fn find(request: &Request, keys: &[SourceKey]) -> Result<HashMap<SourceKey, SourceRecord>, Error> {
    store::source_record::find(&*request.read().await?, keys).await
}

/// A page of the registered records, in the order of system, type and id.
///
/// # Errors
/// `INVALID_CURSOR` at `after`.
pub async fn list(request: &Request, filter: &RecordFilter, page: &PageRequest) -> Result<Page<SourceRecord>, Error> {
    let tag = format!("sourceRecords/{filter:?}");
    let after = page.after.as_deref().map(|after| position(&tag, after)).transpose().map_err(|refusal| refusal.at("after"))?;
    let rows = store::source_record::list(&*request.read().await?, filter, after.as_ref(), page.first as u64 + 1).await?;
    Ok(Page::cut(rows, page.first, |record| {
        let SourceKey { system, record_type, record_id } = &record.key;
        cursor::encode(&tag, &[system.to_string(), record_type.to_string(), record_id.to_string()])
    }))
}

fn position(tag: &str, after: &str) -> Result<SourceKey, Refusal> {
    let malformed = || Refusal::new(Code::InvalidCursor, "This is not a cursor: pass the endCursor of a page unchanged.");
    let parts: [String; 3] = cursor::decode(tag, after)?.try_into().map_err(|_| malformed())?;
    SourceKey::parse(&parts[0], &parts[1], &parts[2]).map_err(|_| malformed())
}

/// Parses what a list is asked for.
///
/// # Errors
/// `INVALID_CODE` at `system` or `type`.
pub fn filter(system: Option<&str>, record_type: Option<&str>, state: Option<RecordState>) -> Result<RecordFilter, Error> {
    let mut refusals = Refusals::default();
    let system = refusals.optional("system", system, SystemCode::parse);
    let record_type = refusals.optional("type", record_type, RecordType::parse);
    refusals.check()?;
    Ok(RecordFilter { system, record_type, state })
}
