//! Carrying out a plan: parties, roles, records and links, with their events, in bulk.
use super::{
    Found, Outcome,
    known::{IdentifierKey, Known, identifier_key},
    plan::{Placed, Plan, Target},
};
use crate::{
    domain::{
        code::{RoleCode, SourceKey},
        draft,
        error::Error,
        event::EventType,
        id::PartyId,
        identifier::Identifier,
        identifier_record::PartyIdentifier,
        kind::{LinkMethod, PartyStatus, RecordState},
        link::{Link, SourceRecord},
        party::Party,
        refusal::{Code, Refusal},
        role::RoleHolding,
    },
    service::{
        Change,
        creation::{create_many, new_role},
        link::created,
        registration::changed_fields,
    },
    store,
};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Carries out a plan. Locks are taken in the order that every change keeps: records, parties, and then what is new.
pub async fn apply(change: &mut Change, known: &Known, plan: Plan, method: LinkMethod) -> Result<Vec<Outcome>, Error> {
    let mut items = plan.items;
    refuse_inactive(&mut items, known);
    let registered = hold_records(change, known, &items).await?;
    hold_parties(change, known, &items).await?;
    let given: BTreeSet<(usize, RoleCode)> =
        plan.drafts.iter().enumerate().flat_map(|(i, draft)| draft.roles.iter().map(move |role| (i, role.clone()))).collect();
    let made = if plan.drafts.is_empty() { Vec::new() } else { create_many(change, plan.drafts, &known.words).await? };
    let placed: Vec<(PartyId, &Placed)> = items.iter().flatten().map(|placed| (id_of(placed.target, &made), placed)).collect();
    assign_roles(change, &placed, &given).await?;
    add_identifiers(change, known, &placed).await?;
    link_records(change, known, &registered, &placed, method).await?;
    let mut parties: HashMap<PartyId, &Party> = known.parties.iter().map(|(id, party)| (*id, party)).collect();
    parties.extend(made.iter().map(|party| (party.id, party)));
    items
        .into_iter()
        .map(|item| match item {
            Ok(placed) => {
                let party = parties.get(&id_of(placed.target, &made)).copied().cloned();
                let party = party.ok_or_else(|| Error::internal("a party that was found is gone"))?;
                Ok(Ok(Found { party, by: placed.by, created: placed.by.is_none(), review: None }))
            }
            Err(refusals) => Ok(Err(refusals)),
        })
        .collect()
}

fn id_of(target: Target, made: &[Party]) -> PartyId {
    match target {
        Target::Known(id) => id,
        Target::New(index) => made[index].id,
    }
}

/// Whether an item changes something of the party that it found.
fn writes(placed: &Placed, known: &Known) -> bool {
    !placed.item.roles.is_empty() || to_link(placed, known).is_some() || new_identifiers(placed, known).next().is_some()
}

/// The record of an item that is to be linked.
fn to_link<'p>(placed: &'p Placed, known: &Known) -> Option<&'p SourceRecord> {
    placed.item.source.as_ref().filter(|record| !known.links.contains_key(&record.key))
}

/// The identifiers of an item that nobody has yet. Those that belong to somebody else stay there.
fn new_identifiers<'p>(placed: &'p Placed, known: &Known) -> impl Iterator<Item = &'p Identifier> {
    placed.item.draft.identifiers.iter().filter(|identifier| !known.identifiers.contains_key(&identifier_key(identifier)))
}

/// A party that is out of use takes no role and no link; finding it without asking for either is fine.
fn refuse_inactive(items: &mut [Result<Placed, Vec<Refusal>>], known: &Known) {
    for item in items {
        let Ok(placed) = item else { continue };
        let Target::Known(id) = placed.target else { continue };
        let active = known.parties.get(&id).is_some_and(|party| party.status == PartyStatus::Active);
        if !active && (!placed.item.roles.is_empty() || to_link(placed, known).is_some()) {
            *item = Err(vec![Refusal::new(Code::PartyInactive, format!("The party {id} is deactivated. Reactivate it first."))]);
        }
    }
}

/// Registers the records that are to be linked and not known yet, and holds all of them, in the order of their keys. Tells which are new.
async fn hold_records(change: &Change, known: &Known, items: &[Result<Placed, Vec<Refusal>>]) -> Result<HashSet<SourceKey>, Error> {
    let records: BTreeMap<&SourceKey, &SourceRecord> =
        items.iter().flatten().filter_map(|placed| to_link(placed, known)).map(|record| (&record.key, record)).collect();
    let rows: Vec<SourceRecord> = records
        .values()
        .map(|record| SourceRecord { state: RecordState::Linked, received_at: change.at, updated_at: change.at, ..(*record).clone() })
        .collect();
    let registered = store::source_record::insert_missing(change.tx(), &rows).await?;
    let there: Vec<SourceKey> = records.into_keys().filter(|key| !registered.contains(*key)).cloned().collect();
    if !there.is_empty() {
        store::source_record::lock(change.tx(), &there).await?;
        store::source_record::set_state(change.tx(), &there, RecordState::Linked).await?;
    }
    Ok(registered)
}

/// Holds the parties that get something, in the order of their ids. One that changed since it was looked up makes the call begin anew.
async fn hold_parties(change: &Change, known: &Known, items: &[Result<Placed, Vec<Refusal>>]) -> Result<(), Error> {
    let parties: BTreeSet<PartyId> = items
        .iter()
        .flatten()
        .filter(|placed| writes(placed, known))
        .filter_map(|placed| match placed.target {
            Target::Known(id) => Some(id),
            Target::New(_) => None,
        })
        .collect();
    for party in store::party::lock_many(change.tx(), &parties.into_iter().collect::<Vec<_>>()).await? {
        if known.parties.get(&party.id).is_none_or(|before| before.status != party.status) {
            return Err(Error::Contended(std::sync::Arc::new(std::io::Error::other("a party changed its status between look and write"))));
        }
    }
    Ok(())
}

/// Assigns the roles that the parties do not hold yet. New parties were given those of their drafts when they were made.
async fn assign_roles(change: &mut Change, placed: &[(PartyId, &Placed)], given: &BTreeSet<(usize, RoleCode)>) -> Result<(), Error> {
    let is_given = |placed: &Placed, role: &RoleCode| matches!(placed.target, Target::New(draft) if given.contains(&(draft, role.clone())));
    let roles_of = |placed: &&Placed| placed.item.roles.iter().filter(|role| !is_given(placed, role)).cloned().collect::<Vec<_>>();
    let wanted: BTreeSet<(PartyId, RoleCode)> = placed.iter().flat_map(|(id, placed)| roles_of(placed).into_iter().map(|role| (*id, role))).collect();
    let ids: BTreeSet<PartyId> = wanted.iter().map(|(id, _)| *id).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let holdings = store::role::of_parties(change.tx(), &ids.into_iter().collect::<Vec<_>>()).await?;
    let current = |id: PartyId| holdings.get(&id).into_iter().flatten().filter(|role| role.valid_to.is_none());
    let mut roles: Vec<RoleHolding> = Vec::new();
    for (id, code) in wanted {
        if current(id).any(|role| role.code == code) {
            continue;
        }
        let is_first = current(id).next().is_none() && roles.iter().all(|role| role.party != id);
        roles.push(new_role(change, id, &code, is_first));
    }
    if roles.is_empty() {
        return Ok(());
    }
    store::party::touch(change.tx(), &roles.iter().map(|role| role.party).collect::<Vec<_>>(), change.at).await?;
    store::role::insert_many(change.tx(), &roles).await
}

/// Notes the identifiers that came with parties which were found by something else: the next engine finds them by these too.
async fn add_identifiers(change: &mut Change, known: &Known, placed: &[(PartyId, &Placed)]) -> Result<(), Error> {
    let mut added: BTreeMap<IdentifierKey, PartyIdentifier> = BTreeMap::new();
    for (party, placed) in placed.iter().filter(|(_, placed)| matches!(placed.target, Target::Known(_))) {
        for identifier in new_identifiers(placed, known) {
            let row = PartyIdentifier { identifier: identifier.clone(), party: *party, verified_at: None, created_at: change.at };
            added.entry(identifier_key(identifier)).or_insert(row);
        }
    }
    let added: Vec<PartyIdentifier> = added.into_values().collect();
    for row in &added {
        let identifier = &row.identifier;
        let payload = json!({ "scheme": identifier.scheme().as_str(), "value": identifier.display() });
        change.record(EventType::IdentifierAdded, row.party, payload);
    }
    let keys: Vec<(PartyId, String)> = added.iter().map(|row| (row.party, draft::identifier_key(row.identifier.value()))).collect();
    store::identifier::insert_many(change.tx(), &added).await?;
    store::match_key::insert_many(change.tx(), &keys).await
}

/// Links the records that are not linked.
async fn link_records(
    change: &mut Change,
    known: &Known,
    registered: &HashSet<SourceKey>,
    placed: &[(PartyId, &Placed)],
    method: LinkMethod,
) -> Result<(), Error> {
    let mut unlinked: BTreeMap<&SourceKey, (PartyId, &Placed, &SourceRecord)> = BTreeMap::new();
    for (id, placed) in placed {
        if let Some(record) = to_link(placed, known) {
            unlinked.entry(&record.key).or_insert((*id, placed, record));
        }
    }
    let mut links = Vec::new();
    for (key, (party, placed, record)) in unlinked {
        if registered.contains(key) {
            let payload = json!({ "source": key.to_string(), "created": true, "fields": changed_fields(None, record) });
            change.record(EventType::SourceRecordRegistered, party, payload);
        }
        let link = Link {
            id: change.id(),
            source: key.clone(),
            party,
            home: None,
            method,
            confidence: Some(placed.evidence.as_ref().map_or(1.0, |(_, probability)| *probability)),
            evidence: Some(json!({ "matchedBy": placed.by.map(super::FoundBy::as_str), "match": placed.evidence.as_ref().map(|(told, _)| told) })),
            note: None,
            linked_by: change.actor.clone(),
            linked_at: change.at,
            ended_by: None,
            ended_at: None,
            end_reason: None,
        };
        change.record(EventType::LinkCreated, party, created(&link, None));
        links.push(link);
    }
    store::link::insert_many(change.tx(), &links).await?;
    let touched: Vec<PartyId> = links.iter().map(|link| link.party).filter(|id| known.parties.contains_key(id)).collect();
    if touched.is_empty() { Ok(()) } else { store::party::touch(change.tx(), &touched, change.at).await }
}
