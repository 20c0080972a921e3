//! Taking merges back, months later if need be: of any absorbed party, whatever was merged into the same survivor since.
use super::{
    attach::{self, FIELDS},
    detach,
    group::{contended, hold_families},
    ranks::Ranks,
    told,
};
use crate::{
    domain::{
        error::Error,
        event::EventType,
        id::{ContactPointId, PartyId},
        kind::{MergeRule, MergeState, MergeStep},
        merge::{self, Choices, Merge, Names},
        party::Party,
        refusal::{Code, Refusal},
    },
    service::{Change, Permission, Request, engine, input, race},
    store::{self, handover::Since},
};
use std::collections::BTreeSet;

/// What became of a call.
#[derive(Clone, Debug)]
pub struct Unmerged {
    /// The merges that were taken back, in the order asked for.
    pub merges: Vec<Merge>,
    /// The parties that are on their own again.
    pub parties: Vec<Party>,
    /// What came after the merges, and where it is now.
    pub came_after: Vec<Came>,
}

/// What came after a merge, of one kind and at one party.
#[derive(Clone, Debug, PartialEq)]
pub struct Came {
    /// The party that has it now.
    pub party: PartyId,
    /// What it is and how much.
    pub since: Since,
}

/// Takes parties out of the ones that they were merged into. What was theirs goes back to them; what came since stays with the survivor,
/// unless it was addressed to their ids or came through their records.
///
/// # Errors
/// `TOO_MANY_ITEMS`, `INVALID_ARGUMENT` without any or for one that is named twice; `PARTY_NOT_FOUND`, `NOT_MERGED`, `DUPLICATE_PARTY`
/// when somebody else has taken the e-mail address.
pub async fn unmerge(request: &Request, absorbed: &[PartyId], reason: Option<&str>) -> Result<Unmerged, Error> {
    request.caller.require(Permission::PartySteward)?;
    super::group::check_size(absorbed.len()).map_err(|error| match error {
        Error::Refused(refusals) => {
            Error::Refused(refusals.into_iter().map(|refusal| Refusal { path: vec!["absorbedIds".to_owned()], ..refusal }).collect())
        }
        other => other,
    })?;
    let reason = input::note("reason", reason)?;
    let mut named = BTreeSet::new();
    if let Some(i) = absorbed.iter().position(|id| !named.insert(*id)) {
        return Err(Refusal::new(Code::InvalidArgument, "The party is named twice.").at(i).at("absorbedIds").into());
    }
    if absorbed.is_empty() {
        return Err(Refusal::new(Code::InvalidArgument, "Name the parties that are to be on their own again.").at("absorbedIds").into());
    }
    race::settled(|| try_unmerge(request, absorbed, reason.as_deref())).await
}

async fn try_unmerge(request: &Request, absorbed: &[PartyId], reason: Option<&str>) -> Result<Unmerged, Error> {
    let mut change = request.change(Permission::PartySteward).await?;
    hold(&change, absorbed).await?;
    let (mut merges, mut came_after) = (Vec::new(), Vec::new());
    for (i, id) in absorbed.iter().enumerate() {
        let not_merged = || {
            let message = format!("The party {id} is not merged into another one.");
            Refusal::new(Code::NotMerged, message).at(i).at("absorbedIds")
        };
        let merge = store::merge::of_absorbed(change.tx(), &[*id]).await?.pop().ok_or_else(not_merged)?;
        let merge = take_back(&mut change, merge, reason).await?;
        for party in [merge.survivor, merge.absorbed] {
            let since = store::handover::came_since(change.tx(), party, merge.merged_at).await?;
            came_after.extend(since.into_iter().map(|since| Came { party, since }));
        }
        merges.push(merge);
    }
    let parties = store::party::find(change.tx(), absorbed).await?;
    change.commit().await?;
    Ok(Unmerged { merges, parties, came_after })
}

/// Takes one party out of the one that it was merged into, within a change that does more.
///
/// # Errors
/// As [`unmerge`].
pub(in crate::service) async fn within(change: &mut Change, absorbed: PartyId, reason: Option<&str>) -> Result<Merge, Error> {
    hold(change, &[absorbed]).await?;
    let merge = store::merge::of_absorbed(change.tx(), &[absorbed]).await?.pop();
    take_back(change, merge.ok_or_else(|| Error::internal("a merge that holds is gone"))?, reason).await
}

/// Holds the families of all parties that are named, in the order of their ids.
async fn hold(change: &Change, absorbed: &[PartyId]) -> Result<(), Error> {
    let seen = store::party::find(change.tx(), absorbed).await?;
    let refusals = absorbed.iter().enumerate().filter_map(|(i, id)| match seen.iter().find(|party| party.id == *id) {
        None => Some(Refusal::new(Code::PartyNotFound, format!("There is no party with the id {id}.")).at(i).at("absorbedIds")),
        Some(party) if party.merged_into.is_none() => {
            let message = format!("The party {id} is not merged into another one.");
            Some(Refusal::new(Code::NotMerged, message).at(i).at("absorbedIds"))
        }
        Some(_) => None,
    });
    let refusals: Vec<Refusal> = refusals.collect();
    if !refusals.is_empty() {
        return Err(Error::Refused(refusals));
    }
    let roots: BTreeSet<PartyId> = seen.iter().filter_map(|party| party.merged_into).collect();
    let roots: Vec<PartyId> = roots.into_iter().collect();
    let held = hold_families(change, &roots).await?;
    let still_there = seen.iter().all(|party| held.get(&party.id).is_some_and(|held| held.merged_into == party.merged_into));
    if still_there { Ok(()) } else { Err(contended("a party was merged or unmerged between look and hold")) }
}

/// Takes one merge back: those that the same survivor's record is built of and that came later are undone first and done again.
async fn take_back(change: &mut Change, mut merge: Merge, reason: Option<&str>) -> Result<Merge, Error> {
    let root = store::party::resolve(change.tx(), &[merge.absorbed]).await?.remove(&merge.absorbed).map(|party| party.id);
    let root = root.ok_or_else(|| Error::internal("a merged party leads nowhere"))?;
    let family = store::party::absorbed(change.tx(), &[root]).await?.remove(&root).unwrap_or_default();
    let later: Vec<Merge> =
        store::merge::of_absorbed(change.tx(), &family).await?.into_iter().filter(|other| other.position > merge.position).collect();
    let shown = Shown::of(change, root, &merge).await?;
    for other in later.iter().rev() {
        detach::detach(change, other).await?;
    }
    detach::detach(change, &merge).await?;
    for other in &later {
        do_again(change, other).await?;
    }
    if !later.is_empty() {
        shown.keep(change, root).await?;
    }
    merge.state = MergeState::Unmerged;
    merge.unmerged_by = Some(change.actor.clone());
    merge.unmerged_at = Some(change.at);
    merge.unmerge_reason = reason.map(str::to_owned);
    store::merge::update(change.tx(), &merge).await?;
    let engines = engine::following(change, MergeStep::Unmerged).await?;
    engine::wait_for(change, &engines, merge.id, MergeStep::Unmerged).await?;
    change.record(EventType::PartyUnmerged, merge.absorbed, told(&merge, reason));
    Ok(merge)
}

/// Merges once more: what a steward chose stays chosen, the rules decide anew about what is there now.
async fn do_again(change: &Change, merge: &Merge) -> Result<(), Error> {
    let ids = [merge.survivor, merge.absorbed];
    let mut parties = store::party::find(change.tx(), &ids).await?;
    parties.sort_by_key(|party| party.id != merge.survivor);
    let [mut survivor, absorbed]: [Party; 2] = parties.try_into().map_err(|_| Error::internal("a party of a merge is gone"))?;
    let chosen = |decision: &merge::Decision| (decision.field, if decision.takes_absorbed { merge.absorbed } else { merge.survivor });
    let by_steward = merge.decisions.iter().filter(|decision| decision.rule == MergeRule::Steward);
    let choices: Choices = by_steward.map(chosen).collect();
    let ranks = Ranks::look_up(change, &ids).await?;
    let (decisions, before) = attach::attach(change, &mut survivor, absorbed, &choices, &ranks).await?;
    store::merge::update(change.tx(), &Merge { before, decisions, ..merge.clone() }).await?;
    save(change, &mut survivor).await
}

async fn save(change: &Change, party: &mut Party) -> Result<(), Error> {
    party.updated_at = change.at;
    if store::party::update(change.tx(), party).await? {
        party.version += 1;
        return Ok(());
    }
    Err(Error::internal("a party that was held changed all the same"))
}

/// What a survivor showed before later merges were undone and done again: what somebody chose since they were made stays chosen.
struct Shown {
    names: Option<Names>,
    first: Vec<ContactPointId>,
}

impl Shown {
    async fn of(change: &Change, root: PartyId, target: &Merge) -> Result<Self, Error> {
        let tx = change.tx();
        let party = store::party::find(tx, &[root]).await?.pop().ok_or_else(|| Error::internal("a survivor is gone"))?;
        let names = Names::of(&party);
        let is_of_target = target.before.names.as_ref().is_some_and(|(_, after)| *after == names);
        let points = store::contact_point::of_parties(tx, &[root]).await?.remove(&root).unwrap_or_default();
        let first = points.iter().filter(|point| point.is_primary).map(|point| point.id).collect();
        Ok(Self { names: (!is_of_target).then_some(names), first })
    }

    async fn keep(self, change: &Change, root: PartyId) -> Result<(), Error> {
        let tx = change.tx();
        let mut party = store::party::find(tx, &[root]).await?.pop().ok_or_else(|| Error::internal("a survivor is gone"))?;
        if let Some(names) = self.names {
            names.give(&mut party);
        }
        let points = store::contact_point::of_parties(tx, &[root]).await?.remove(&root).unwrap_or_default();
        for (kind, _) in FIELDS {
            let wanted = points.iter().find(|point| point.kind == kind && self.first.contains(&point.id) && !point.is_primary);
            if let Some(wanted) = wanted {
                let others: Vec<ContactPointId> = merge::primary(&points, kind).map(|point| point.id).into_iter().collect();
                store::handover::step_back(tx, &others).await?;
                store::handover::make_first_choices(tx, &[wanted.id]).await?;
            }
        }
        attach::show_first_choices(change, &mut party).await?;
        save(change, &mut party).await
    }
}
