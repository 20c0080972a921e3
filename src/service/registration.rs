//! Registering source records: engines tell what they know of people, as often as they like.
use super::{
    Change, Permission, Request, race,
    source_record::{RecordInput, fields, require},
};
use crate::{
    domain::{
        code::SourceKey,
        error::Error,
        event::EventType,
        link::{Presented, SourceRecord},
        refusal::{Code, Refusal},
    },
    store,
};
use serde_json::json;
use std::collections::{BTreeMap, HashMap, HashSet};

/// The most records of one call.
pub const MAX_RECORDS: usize = 1_000;

/// What became of one record that was registered.
#[derive(Clone, Debug, PartialEq)]
pub struct Registered {
    /// The record as it is now.
    pub record: SourceRecord,
    /// Whether it was not known before.
    pub created: bool,
    /// Whether it is new or its values are others than before.
    pub changed: bool,
}

/// What became of one item of a bulk call.
pub type Outcome = Result<Registered, Vec<Refusal>>;

/// Registers records with the values that their engine presents, all in one transaction. An item that is refused does not harm
/// the others; a record that is known with the same values stays as it is.
///
/// # Errors
/// `TOO_MANY_ITEMS`, `FORBIDDEN`, outages; refusals of single items are in the answer, in the order asked for.
pub async fn register(request: &Request, records: &[RecordInput]) -> Result<Vec<Outcome>, Error> {
    if records.len() > MAX_RECORDS {
        let message = format!("{} records in one call; the limit is {MAX_RECORDS}. Send them in several calls.", records.len());
        return Err(Refusal::new(Code::TooManyItems, message).at("records").into());
    }
    request.caller.require_for_any_system(Permission::PartyLink)?;
    for record in records {
        require(&request.caller, Permission::PartyLink, record)?;
    }
    race::settled(|| register_once(request, records)).await
}

async fn register_once(request: &Request, inputs: &[RecordInput]) -> Result<Vec<Outcome>, Error> {
    let mut change = request.change_unchecked().await?;
    let parsed = parse_all(&change, inputs);
    let wanted: BTreeMap<SourceKey, SourceRecord> = parsed.iter().flatten().map(|record| (record.key.clone(), record.clone())).collect();
    let registered = write(&mut change, wanted.into_values().collect()).await?;
    change.commit().await?;
    parsed
        .into_iter()
        .map(|record| match record {
            Ok(record) => {
                let done = registered.get(&record.key).cloned();
                done.map(Ok).ok_or_else(|| Error::internal("a record that was registered is gone"))
            }
            Err(refusal) => Ok(Err(vec![refusal])),
        })
        .collect()
}

fn parse_all(change: &Change, inputs: &[RecordInput]) -> Vec<Result<SourceRecord, Refusal>> {
    let mut seen: HashMap<SourceKey, (usize, Presented)> = HashMap::new();
    let parse = |(i, input): (usize, &RecordInput)| {
        let record = input.parse(&change.company)?;
        let (first, presented) = seen.entry(record.key.clone()).or_insert_with(|| (i, record.presented.clone()));
        if *presented != record.presented {
            let message = format!("The record {} is in this call twice with different values, first at index {first}. Send it once.", record.key);
            return Err(Refusal::new(Code::InvalidArgument, message));
        }
        Ok(SourceRecord { received_at: change.at, updated_at: change.at, ..record })
    };
    inputs.iter().enumerate().map(parse).collect()
}

/// Writes the records that are new or have other values, and says what became of each.
pub(super) async fn write(change: &mut Change, wanted: Vec<SourceRecord>) -> Result<HashMap<SourceKey, Registered>, Error> {
    let created = store::source_record::insert_missing(change.tx(), &wanted).await?;
    let keys: Vec<SourceKey> = wanted.iter().map(|record| record.key.clone()).filter(|key| !created.contains(key)).collect();
    let before = store::source_record::lock(change.tx(), &keys).await?;
    let registered: Vec<Registered> = wanted
        .into_iter()
        .map(|record| match before.get(&record.key) {
            Some(before) if same_values(before, &record) => Registered { record: before.clone(), created: false, changed: false },
            Some(before) => {
                let record = SourceRecord { state: before.state, received_at: before.received_at, ..record };
                Registered { record, created: false, changed: true }
            }
            None => Registered { record, created: true, changed: true },
        })
        .collect();
    let updates: Vec<SourceRecord> = registered.iter().filter(|done| done.changed && !done.created).map(|done| done.record.clone()).collect();
    store::source_record::upsert_many(change.tx(), &updates).await?;
    let linked: Vec<SourceKey> = updates.iter().map(|record| record.key.clone()).collect();
    let links = store::link::active(change.tx(), &linked).await?;
    for done in registered.iter().filter(|done| done.changed) {
        let party = links.get(&done.record.key).map(|link| link.party);
        let fields = changed_fields(before.get(&done.record.key), &done.record);
        let payload = json!({ "source": done.record.key.to_string(), "created": done.created, "fields": fields });
        change.record(EventType::SourceRecordRegistered, party, payload);
    }
    Ok(registered.into_iter().map(|done| (done.record.key.clone(), done)).collect())
}

fn same_values(before: &SourceRecord, after: &SourceRecord) -> bool {
    let values = |record: &SourceRecord| (record.presented.clone(), record.display_name.clone(), record.email_key.clone(), record.phone.clone());
    values(before) == values(after)
}

/// The names of the presented fields that differ; the values themselves are personal and stay out of the log.
pub(super) fn changed_fields(before: Option<&SourceRecord>, after: &SourceRecord) -> Vec<&'static str> {
    let nothing = Presented::default();
    let before: HashSet<_> = fields(before.map_or(&nothing, |record| &record.presented)).into();
    fields(&after.presented).into_iter().filter(|field| !before.contains(field)).map(|(name, _)| name).collect()
}
