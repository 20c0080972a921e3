//! Carrying out a plan: parties, roles, records and links, with their events, in bulk.
use super::{
    Found, Outcome,
    known::Known,
    plan::{Placed, Plan, Target},
};
use crate::{
    domain::{
        code::{RoleCode, SourceKey},
        error::Error,
        event::EventType,
        id::PartyId,
        kind::{LinkMethod, PartyStatus, RecordState},
        link::{Link, SourceRecord},
        party::Party,
        refusal::{Code, Refusal},
        role::RoleHolding,
    },
    service::{
        Change,
        creation::{create_many, new_role},
    },
    store,
};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Carries out a plan. Locks are taken in the order that every change keeps: records, parties, and then what is new.
pub async fn apply(change: &mut Change, known: &Known, plan: Plan) -> Result<Vec<Outcome>, Error> {
    let mut items = plan.items;
    refuse_inactive(&mut items, known);
    lock(change, known, &items).await?;
    let made = if plan.drafts.is_empty() { Vec::new() } else { create_many(change, plan.drafts).await? };
    let placed: Vec<(PartyId, &Placed)> = items.iter().flatten().map(|placed| (id_of(placed.target, &made), placed)).collect();
    assign_roles(change, &placed).await?;
    link_records(change, known, &placed).await?;
    let mut parties: HashMap<PartyId, &Party> = known.parties.iter().map(|(id, party)| (*id, party)).collect();
    parties.extend(made.iter().map(|party| (party.id, party)));
    items
        .into_iter()
        .map(|item| match item {
            Ok(placed) => {
                let party = parties.get(&id_of(placed.target, &made)).copied().cloned();
                let party = party.ok_or_else(|| Error::internal("a party that was found is gone"))?;
                Ok(Ok(Found { party, by: placed.by, created: placed.by.is_none() }))
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
    placed.item.role.is_some() || placed.item.source.as_ref().is_some_and(|record| !known.links.contains_key(&record.key))
}

/// A party that is out of use takes no role and no link; finding it without asking for either is fine.
fn refuse_inactive(items: &mut [Result<Placed, Vec<Refusal>>], known: &Known) {
    for item in items {
        let Ok(placed) = item else { continue };
        let Target::Known(id) = placed.target else { continue };
        let active = known.parties.get(&id).is_some_and(|party| party.status == PartyStatus::Active);
        if !active && writes(placed, known) {
            *item = Err(vec![Refusal::new(Code::PartyInactive, format!("The party {id} is deactivated. Reactivate it first."))]);
        }
    }
}

/// Holds the records that are to be linked and the parties that get something, each in the order of their keys. A party that changed since it was
/// looked up makes the call begin anew.
async fn lock(change: &Change, known: &Known, items: &[Result<Placed, Vec<Refusal>>]) -> Result<(), Error> {
    let (mut records, mut parties) = (BTreeSet::new(), BTreeSet::new());
    for placed in items.iter().flatten().filter(|placed| writes(placed, known)) {
        let record = placed.item.source.as_ref().map(|record| &record.key);
        records.extend(record.filter(|key| known.records.contains(key) && !known.links.contains_key(key)).cloned());
        if let Target::Known(id) = placed.target {
            parties.insert(id);
        }
    }
    store::source_record::lock(change.tx(), &records.into_iter().collect::<Vec<_>>()).await?;
    for party in store::party::lock_many(change.tx(), &parties.into_iter().collect::<Vec<_>>()).await? {
        if known.parties.get(&party.id).is_none_or(|before| before.status != party.status) {
            return Err(Error::Contended(std::sync::Arc::new(std::io::Error::other("a party changed its status between look and write"))));
        }
    }
    Ok(())
}

/// Assigns the roles that the found parties do not hold yet. New parties got theirs when they were made.
async fn assign_roles(change: &mut Change, placed: &[(PartyId, &Placed)]) -> Result<(), Error> {
    let wanted: BTreeSet<(PartyId, RoleCode)> = placed.iter().filter_map(|(id, placed)| Some((*id, placed.item.role.clone()?))).collect();
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
        change.record(EventType::RoleAssigned, id, json!({ "role": code.as_str() }));
        roles.push(new_role(change, id, &code, is_first));
    }
    if roles.is_empty() {
        return Ok(());
    }
    store::party::touch(change.tx(), &roles.iter().map(|role| role.party).collect::<Vec<_>>(), change.at).await?;
    store::role::insert_many(change.tx(), &roles).await
}

/// Registers the records that are new, and links those that are not linked.
async fn link_records(change: &mut Change, known: &Known, placed: &[(PartyId, &Placed)]) -> Result<(), Error> {
    // In the order of the keys, so that two bulk writers wait for each other in one direction only.
    let mut unlinked: BTreeMap<&SourceKey, (PartyId, &Placed, &SourceRecord)> = BTreeMap::new();
    for (id, placed) in placed {
        if let Some(record) = placed.item.source.as_ref().filter(|record| !known.links.contains_key(&record.key)) {
            unlinked.entry(&record.key).or_insert((*id, placed, record));
        }
    }
    if unlinked.is_empty() {
        return Ok(());
    }
    let (mut records, mut links) = (Vec::new(), Vec::new());
    for (key, (party, placed, record)) in unlinked {
        if !known.records.contains(key) {
            change.record(EventType::SourceRecordRegistered, party, json!({ "source": key.to_string() }));
        }
        let evidence = json!({ "matchedBy": placed.by.map(super::FoundBy::as_str) });
        change.record(EventType::LinkCreated, party, json!({ "source": key.to_string(), "method": LinkMethod::Auto.as_str(), "evidence": evidence }));
        records.push(SourceRecord { state: RecordState::Linked, received_at: change.at, updated_at: change.at, ..record.clone() });
        links.push(Link {
            id: change.id(),
            source: key.clone(),
            party,
            method: LinkMethod::Auto,
            confidence: Some(1.0),
            evidence: Some(evidence),
            note: None,
            linked_by: change.actor.clone(),
            linked_at: change.at,
            ended_by: None,
            ended_at: None,
            end_reason: None,
        });
    }
    let registered: Vec<SourceKey> = links.iter().map(|link| link.source.clone()).filter(|key| known.records.contains(key)).collect();
    store::source_record::upsert_many(change.tx(), &records).await?;
    store::source_record::set_state(change.tx(), &registered, RecordState::Linked).await?;
    store::link::insert_many(change.tx(), &links).await
}
