//! Links: which party a source record belongs to, as people and imports decide it.
use super::{Change, Permission, Request, input, party::writable, race};
use crate::{
    domain::{
        code::SourceKey,
        error::{Error, Refusals},
        event::EventType,
        id::{LinkId, PartyId},
        kind::{LinkMethod, RecordState},
        link::{Link, SourceRecord},
        refusal::{Code, Help, Refusal},
    },
    store,
};
use serde_json::{Value, json};
use std::{
    collections::{BTreeSet, HashMap},
    slice::from_ref,
};

/// The longest evidence, in bytes of JSON.
const MAX_EVIDENCE: usize = 10_000;

/// Links by id, ended ones too; unknown ids are left out.
pub async fn find(request: &Request, ids: &[LinkId]) -> Result<HashMap<LinkId, Link>, Error> {
    store::link::find(&*request.read().await?, ids).await
}

/// The active links of some source records.
pub async fn active(request: &Request, keys: &[SourceKey]) -> Result<HashMap<SourceKey, Link>, Error> {
    store::link::active(&*request.read().await?, keys).await
}

/// All links of some source records, ended ones too, oldest first.
pub async fn of_records(request: &Request, keys: &[SourceKey]) -> Result<HashMap<SourceKey, Vec<Link>>, Error> {
    store::link::of_records(&*request.read().await?, keys).await
}

/// All links of some parties, ended ones too, oldest first.
pub async fn of_parties(request: &Request, ids: &[PartyId]) -> Result<HashMap<PartyId, Vec<Link>>, Error> {
    store::link::of_parties(&*request.read().await?, ids).await
}

/// A link that somebody asks for.
#[derive(Clone, Debug)]
pub struct LinkRequest {
    /// The source record; registered when it is unknown.
    pub source: SourceKey,
    /// The party.
    pub party: PartyId,
    /// How the link came about; callers decide by hand or import.
    pub method: LinkMethod,
    /// How sure it is, between 0 and 1.
    pub confidence: Option<f64>,
    /// What spoke for it.
    pub evidence: Option<Value>,
    /// A remark for people.
    pub note: Option<String>,
    /// Whether to take the record away from the party that has it now.
    pub move_existing: bool,
}

impl LinkRequest {
    fn check(&self) -> Result<Option<String>, Error> {
        let mut refusals = Refusals::default();
        if !matches!(self.method, LinkMethod::Manual | LinkMethod::Import) {
            let message = format!("Links of the method {} are made by matching alone. Use MANUAL or IMPORT.", self.method);
            refusals.push(Refusal::new(Code::InvalidArgument, message).at("method"));
        }
        if let Some(confidence) = self.confidence.filter(|confidence| !(0.0..=1.0).contains(confidence)) {
            let message = format!("A confidence is between 0 and 1, not {confidence}.");
            refusals.push(Refusal::new(Code::InvalidArgument, message).at("confidence"));
        }
        if let Some(evidence) = &self.evidence {
            if evidence.to_string().len() > MAX_EVIDENCE {
                let message = format!("The evidence has at most {MAX_EVIDENCE} bytes of JSON.");
                refusals.push(Refusal::new(Code::InvalidArgument, message).at("evidence"));
            } else if holds_nul(evidence) {
                refusals.push(Refusal::new(Code::InvalidArgument, "The evidence cannot hold the character NUL.").at("evidence"));
            }
        }
        let note = match input::note("note", self.note.as_deref()) {
            Ok(note) => note,
            Err(refusal) => {
                refusals.push(refusal);
                None
            }
        };
        refusals.check().map(|()| note)
    }

    fn link(&self, change: &Change, note: Option<&str>) -> Link {
        Link {
            id: change.id(),
            source: self.source.clone(),
            party: self.party,
            home: None,
            method: self.method,
            confidence: self.confidence,
            evidence: self.evidence.clone(),
            note: note.map(str::to_owned),
            linked_by: change.actor.clone(),
            linked_at: change.at,
            ended_by: None,
            ended_at: None,
            end_reason: None,
        }
    }
}

/// PostgreSQL keeps no NUL in JSON, in whatever depth.
fn holds_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(holds_nul),
        Value::Object(fields) => fields.iter().any(|(name, value)| name.contains('\0') || holds_nul(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// What linking did.
#[derive(Clone, Debug)]
pub struct Linked {
    /// The active link.
    pub link: Link,
    /// The link to another party that was ended for it.
    pub ended: Option<Link>,
}

/// Links a source record to a party. A record that is linked to this very party keeps the link that it has.
///
/// # Errors
/// `ALREADY_LINKED` with the link, when the record belongs to another party and is not to be moved; `PARTY_NOT_FOUND`,
/// `PARTY_MERGED`, `PARTY_INACTIVE`; what is wrong with the values.
pub async fn link(request: &Request, wanted: &LinkRequest) -> Result<Linked, Error> {
    request.caller.require_for_system(Permission::PartyLink, &wanted.source.system)?;
    let note = wanted.check()?;
    race::settled(|| link_once(request, wanted, note.as_deref())).await
}

async fn link_once(request: &Request, wanted: &LinkRequest, note: Option<&str>) -> Result<Linked, Error> {
    let mut change = request.change_unchecked().await?;
    let linked = within(&mut change, wanted, note).await?;
    change.commit().await?;
    Ok(linked)
}

/// Links within a change that does more. Holds the record first and then the parties in the order of their ids: who holds the record decides on
/// its link.
///
/// # Errors
/// As [`link`].
pub(super) async fn within(change: &mut Change, wanted: &LinkRequest, note: Option<&str>) -> Result<Linked, Error> {
    if !register_if_unknown(change, wanted).await? {
        store::source_record::lock(change.tx(), from_ref(&wanted.source)).await?;
    }
    let current = active_link(change, &wanted.source).await?;
    let former = current.as_ref().map(|link| link.party).filter(|party| wanted.move_existing && *party != wanted.party);
    for id in BTreeSet::from_iter(former.into_iter().chain([wanted.party])) {
        if id == wanted.party {
            writable(change, id).await?;
        } else {
            store::party::lock(change.tx(), id).await?;
        }
    }
    if let Some(link) = &current {
        require_still_of(change, link).await?;
    }
    let ended = match current {
        Some(link) if link.party == wanted.party => return Ok(Linked { link, ended: None }),
        Some(link) if !wanted.move_existing => return Err(already_linked(&link).into()),
        Some(link) => Some(end(change, link, Some(format!("Moved to the party {}.", wanted.party))).await?),
        None => None,
    };
    let linked_at = ended.as_ref().and_then(|ended| ended.ended_at).unwrap_or(change.at);
    let link = Link { linked_at, ..wanted.link(change, note) };
    store::link::insert_many(change.tx(), from_ref(&link)).await?;
    store::source_record::set_state(change.tx(), from_ref(&link.source), RecordState::Linked).await?;
    let touched: Vec<PartyId> = former.into_iter().chain([link.party]).collect();
    store::party::touch(change.tx(), &touched, change.at).await?;
    change.record(EventType::LinkCreated, link.party, created(&link, former));
    Ok(Linked { link, ended })
}

fn already_linked(link: &Link) -> Refusal {
    let message = format!(
        "The record {} is linked to the party {}. Unlink it first, or set moveExisting if it belongs to the other one.",
        link.source, link.party
    );
    Refusal::new(Code::AlreadyLinked, message).at("source").with(Help::Link(link.id))
}

/// Ends the active link of a source record. The record stays, without a party.
///
/// # Errors
/// `NOT_LINKED`, `SOURCE_RECORD_NOT_FOUND`.
pub async fn unlink(request: &Request, source: &SourceKey, reason: Option<&str>) -> Result<Link, Error> {
    request.caller.require_for_system(Permission::PartyLink, &source.system)?;
    let reason = input::note("reason", reason)?;
    race::settled(|| unlink_once(request, source, reason.clone())).await
}

async fn unlink_once(request: &Request, source: &SourceKey, reason: Option<String>) -> Result<Link, Error> {
    let mut change = request.change_unchecked().await?;
    if store::source_record::lock(change.tx(), from_ref(source)).await?.is_empty() {
        let message = format!("There is no source record {source}. Check system, type and id.");
        return Err(Refusal::new(Code::SourceRecordNotFound, message).at("source").into());
    }
    let link = active_link(&change, source).await?;
    let link = link.ok_or_else(|| Refusal::new(Code::NotLinked, format!("The record {source} is not linked to a party.")).at("source"))?;
    let link = end_within(&mut change, link, reason).await?;
    change.commit().await?;
    Ok(link)
}

/// Ends a link whose record is held, within a change that does more.
///
/// # Errors
/// Outages.
pub(super) async fn end_within(change: &mut Change, link: Link, reason: Option<String>) -> Result<Link, Error> {
    store::party::lock(change.tx(), link.party).await?;
    require_still_of(change, &link).await?;
    let link = end(change, link, reason).await?;
    store::source_record::set_state(change.tx(), from_ref(&link.source), RecordState::Unlinked).await?;
    store::party::touch(change.tx(), &[link.party], change.at).await?;
    Ok(link)
}

/// Between the look at a link and the hold of its party, a merge may have handed it over: then the call begins anew.
async fn require_still_of(change: &Change, seen: &Link) -> Result<(), Error> {
    let now = active_link(change, &seen.source).await?;
    if now.is_some_and(|now| now.id == seen.id && now.party == seen.party) {
        return Ok(());
    }
    Err(Error::Contended(std::sync::Arc::new(std::io::Error::other("the link was handed over to another party"))))
}

async fn active_link(change: &Change, source: &SourceKey) -> Result<Option<Link>, Error> {
    Ok(store::link::active(change.tx(), from_ref(source)).await?.remove(source))
}

/// Adds a record that nobody registered, and says whether it did.
async fn register_if_unknown(change: &mut Change, wanted: &LinkRequest) -> Result<bool, Error> {
    let record = SourceRecord::unknown(wanted.source.clone(), change.at);
    let created = !store::source_record::insert_missing(change.tx(), from_ref(&record)).await?.is_empty();
    if created {
        let payload = json!({ "source": wanted.source.to_string(), "created": true, "fields": [] });
        change.record(EventType::SourceRecordRegistered, wanted.party, payload);
    }
    Ok(created)
}

/// What an event tells of a link that was made.
pub(super) fn created(link: &Link, moved_from: Option<PartyId>) -> Value {
    json!({
        "source": link.source.to_string(),
        "linkId": link.id.to_string(),
        "method": link.method.as_str(),
        "movedFrom": moved_from.map(|id| id.to_string()),
        "evidence": link.evidence,
    })
}

async fn end(change: &mut Change, link: Link, reason: Option<String>) -> Result<Link, Error> {
    // A change that waited for the one before it began earlier than that one ended.
    let at = change.at.max(link.linked_at);
    let link = Link { ended_by: Some(change.actor.clone()), ended_at: Some(at), end_reason: reason, ..link };
    store::link::end(change.tx(), &link).await?;
    let payload = json!({ "source": link.source.to_string(), "linkId": link.id.to_string(), "reason": link.end_reason });
    change.record(EventType::LinkEnded, link.party, payload);
    Ok(link)
}
