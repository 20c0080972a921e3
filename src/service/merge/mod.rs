//! Merging: two records of one party become one, and two again when it was a mistake.
//!
//! Rows are handed over to the survivor and remember for whom they were made, so that they find their way back however long it takes.
//! What a merge changes beyond that is kept with it (`domain::merge::Before`).
mod attach;
mod detach;
mod group;
mod preview;
mod priority;
mod ranks;
mod unmerge;

pub use preview::{Preview, PreviewField, preview};
pub use priority::{set_source_priority, source_priority};
pub(in crate::service) use unmerge::within as unmerge_within;
pub use unmerge::{Came, Unmerged, unmerge};

use super::{Change, Permission, Request, engine, idempotency::Call, input, party, race};
use crate::{
    domain::{
        error::Error,
        event::EventType,
        id::{MergeId, PartyId},
        kind::{MergeField, MergeState, MergeStep},
        merge::{Choices, Merge},
        refusal::{Code, Refusal},
    },
    store,
};
use group::Group;
use serde_json::json;
use std::collections::{BTreeMap, HashMap};

/// The most parties that one call merges into another, or takes out of it.
pub const MAX_ABSORBED: usize = 20;

/// A party as a steward saw it.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    /// The party.
    pub party: PartyId,
    /// Its version then; none when it does not matter, as in a preview.
    pub version: Option<i64>,
}

/// A merge that somebody asks for.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The party that goes on.
    pub survivor: Seen,
    /// The parties that are merged into it, in this order.
    pub absorbed: Vec<Seen>,
    /// Whose value goes on, field by field.
    pub choices: Choices,
    /// Why.
    pub reason: Option<String>,
}

impl Wanted {
    fn fingerprint(&self) -> serde_json::Value {
        let seen = |seen: &Seen| json!([seen.party.to_string(), seen.version]);
        let choices: BTreeMap<&str, String> = self.choices.iter().map(|(field, party)| (field.as_str(), party.to_string())).collect();
        json!([seen(&self.survivor), self.absorbed.iter().map(seen).collect::<Vec<_>>(), choices, self.reason])
    }
}

/// Merges parties into another one. Everything of theirs is handed over, and their ids lead to it from then on.
///
/// # Errors
/// `TOO_MANY_ITEMS`; `INVALID_ARGUMENT` for a party with itself or a choice of a party that has no part in it; `PARTY_NOT_FOUND`, `PARTY_MERGED`,
/// `PARTY_INACTIVE`, `KINDS_DIFFER`, `PARTIES_DISTINCT`, `STALE_VERSION`.
pub async fn merge(request: &Request, wanted: &Wanted, idempotency_key: Option<&str>) -> Result<Vec<Merge>, Error> {
    request.caller.require(Permission::PartySteward)?;
    group::check_size(wanted.absorbed.len())?;
    let call = Call::new(idempotency_key, "mergeParties", &wanted.fingerprint())?;
    let reason = input::note("reason", wanted.reason.as_deref())?;
    race::settled(|| try_merge(request, wanted, reason.as_deref(), call.as_ref())).await
}

async fn try_merge(request: &Request, wanted: &Wanted, reason: Option<&str>, call: Option<&Call<'_>>) -> Result<Vec<Merge>, Error> {
    let mut change = request.change(Permission::PartySteward).await?;
    if let Some(call) = call
        && let Some(before) = call.recall(&change).await?
    {
        return remembered(&change, &before).await;
    }
    let group = match Group::hold(&change, wanted).await {
        Ok(group) => group,
        // The same call may have been made at the same time, and finished since we looked for it: then its own merge is in the way.
        Err(refused @ Error::Refused(_)) => {
            return match call {
                Some(call) => match call.recall(&change).await? {
                    Some(before) => remembered(&change, &before).await,
                    None => Err(refused),
                },
                None => Err(refused),
            };
        }
        Err(fault) => return Err(fault),
    };
    let merges = carry_out(&mut change, wanted, group, reason).await?;
    if let Some(call) = call {
        call.remember(&change, json!(merges.iter().map(|merge| merge.id.to_string()).collect::<Vec<_>>())).await?;
    }
    change.commit().await?;
    Ok(merges)
}

/// Merges parties within a change that does more.
///
/// # Errors
/// As [`merge`].
pub(in crate::service) async fn within(change: &mut Change, wanted: &Wanted, reason: Option<&str>) -> Result<Vec<Merge>, Error> {
    let group = Group::hold(change, wanted).await?;
    carry_out(change, wanted, group, reason).await
}

async fn remembered(change: &Change, result: &serde_json::Value) -> Result<Vec<Merge>, Error> {
    let ids: Vec<MergeId> = result.as_array().into_iter().flatten().filter_map(|id| MergeId::parse(id.as_str()?).ok()).collect();
    let mut found = store::merge::find(change.tx(), &ids).await?;
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

/// Merges the parties that are held, one after the other, and writes what happened.
async fn carry_out(change: &mut Change, wanted: &Wanted, group: Group, reason: Option<&str>) -> Result<Vec<Merge>, Error> {
    let Group { mut survivor, absorbed, family, .. } = group;
    let before = survivor.clone();
    let ids: Vec<PartyId> = absorbed.iter().map(|party| party.id).chain([survivor.id]).collect();
    let ranks = ranks::Ranks::look_up(change, &ids).await?;
    let held = store::merge::of_absorbed(change.tx(), &family).await?;
    let last = held.iter().map(|merge| merge.position).max().unwrap_or(0);
    let mut merges = Vec::new();
    for (position, party) in (last + 1..).zip(absorbed) {
        let id = party.id;
        let (decisions, kept) = attach::attach(change, &mut survivor, party, &wanted.choices, &ranks).await?;
        let mut merge = Merge {
            id: change.id(),
            survivor: survivor.id,
            absorbed: id,
            position,
            state: MergeState::Propagating,
            before: kept,
            decisions,
            reason: reason.map(str::to_owned),
            merged_by: change.actor.clone(),
            merged_at: change.at,
            unmerged_by: None,
            unmerged_at: None,
            unmerge_reason: None,
        };
        let engines = engine::following(change, MergeStep::Merged).await?;
        if engines.is_empty() {
            merge.state = MergeState::Done;
        }
        store::merge::insert(change.tx(), &merge).await?;
        engine::wait_for(change, &engines, merge.id, MergeStep::Merged).await?;
        change.record(EventType::PartyMerged, id, told(&merge, reason));
        merges.push(merge);
    }
    party::save_changes(change, &before, &mut survivor).await?;
    if survivor.version == before.version {
        // Whoever saw the party before its merge must look again before they merge it further.
        party::save(change, &mut survivor).await?;
    }
    Ok(merges)
}

/// What an event tells of a merge.
fn told(merge: &Merge, reason: Option<&str>) -> serde_json::Value {
    json!({
        "mergeId": merge.id.to_string(),
        "survivorId": merge.survivor.to_string(),
        "absorbedId": merge.absorbed.to_string(),
        "decisions": merge.decisions,
        "reason": reason,
    })
}

/// Merges by id; unknown ids are left out.
pub async fn find(request: &Request, ids: &[MergeId]) -> Result<HashMap<MergeId, Merge>, Error> {
    store::merge::find(&*request.read().await?, ids).await
}

/// The merges in which some parties, or those merged into them, were on either side; those that were taken back too, oldest first.
pub async fn of_parties(request: &Request, parties: &[PartyId]) -> Result<HashMap<PartyId, Vec<Merge>>, Error> {
    let tx = request.read().await?;
    let absorbed = store::party::absorbed(&tx, parties).await?;
    let family = |party: &PartyId| std::iter::once(*party).chain(absorbed.get(party).into_iter().flatten().copied()).collect::<Vec<_>>();
    let all: Vec<PartyId> = parties.iter().flat_map(family).collect();
    let merges = store::merge::of_parties(&tx, &all).await?;
    Ok(parties
        .iter()
        .map(|party| {
            let family = family(party);
            let of = |merge: &&Merge| family.contains(&merge.survivor) || family.contains(&merge.absorbed);
            (*party, merges.iter().filter(of).cloned().collect())
        })
        .collect())
}

/// Reads the choices of a steward.
///
/// # Errors
/// `INVALID_ARGUMENT` at `choices.N` for a field that is chosen twice.
pub fn choices(chosen: impl IntoIterator<Item = (MergeField, PartyId)>) -> Result<Choices, Error> {
    let mut choices = Choices::new();
    for (i, (field, party)) in chosen.into_iter().enumerate() {
        if choices.insert(field, party).is_some() {
            let message = format!("The value of {field} is chosen twice.");
            return Err(Refusal::new(Code::InvalidArgument, message).at("field").at(i).at("choices").into());
        }
    }
    Ok(choices)
}
