//! "Never the same": asserting that two parties are not one, and withdrawing it.
use super::{Change, Permission, Request, input, party, race};
use crate::{
    domain::{
        distinct::DistinctAssertion,
        error::Error,
        event::EventType,
        id::{AssertionId, PartyId},
        refusal::{Code, Refusal},
    },
    store,
};
use serde_json::json;
use std::collections::HashMap;

/// Asserts that two parties are not the same. Asserting it again changes nothing.
///
/// # Errors
/// `INVALID_ARGUMENT` for a party and itself; `PARTY_NOT_FOUND`, `PARTY_MERGED`, `PARTY_INACTIVE` when it was erased.
pub async fn assert(request: &Request, one: PartyId, other: PartyId, reason: Option<&str>) -> Result<DistinctAssertion, Error> {
    request.caller.require(Permission::PartySteward)?;
    let reason = input::note("reason", reason)?;
    if one == other {
        return Err(Refusal::new(Code::InvalidArgument, "A party is the same as itself: give another one.").at("otherPartyId").into());
    }
    race::settled(|| try_assert(request, [one, other], reason.clone())).await
}

async fn try_assert(request: &Request, [one, other]: [PartyId; 2], reason: Option<String>) -> Result<DistinctAssertion, Error> {
    let mut change = request.change(Permission::PartySteward).await?;
    let assertion = within(&mut change, one, other, reason).await?;
    change.commit().await?;
    Ok(assertion)
}

/// Asserts within a change that does more.
///
/// # Errors
/// As [`assert`].
pub(super) async fn within(change: &mut Change, one: PartyId, other: PartyId, reason: Option<String>) -> Result<DistinctAssertion, Error> {
    let mut ends = [(one, "partyId"), (other, "otherPartyId")];
    ends.sort();
    for (id, field) in ends {
        // Whoever merges holds both as well, so that no merge passes by.
        party::live(change, id).await.map_err(|error| at_field(error, field))?;
    }
    let parties = ends.map(|(id, _)| id);
    if let Some(known) = store::distinct::among(change.tx(), &parties).await?.pop() {
        return Ok(known);
    }
    let assertion = DistinctAssertion {
        id: change.id(),
        parties,
        author: change.actor.clone(),
        reason,
        created_at: change.at,
        withdrawn_by: None,
        withdrawn_at: None,
        withdraw_reason: None,
    };
    store::distinct::insert(change.tx(), &assertion).await?;
    for (party, not) in [(one, other), (other, one)] {
        let payload = json!({ "assertionId": assertion.id.to_string(), "notTheSameAs": not.to_string(), "reason": assertion.reason });
        change.record(EventType::PartiesDistinct, party, payload);
    }
    Ok(assertion)
}

fn at_field(error: Error, field: &str) -> Error {
    match error {
        Error::Refused(refusals) => Error::Refused(refusals.into_iter().map(|refusal| Refusal { path: vec![field.to_owned()], ..refusal }).collect()),
        other => other,
    }
}

/// Withdraws an assertion.
///
/// # Errors
/// `ASSERTION_NOT_FOUND`, also when it was withdrawn before.
pub async fn withdraw(request: &Request, id: AssertionId, reason: Option<&str>) -> Result<DistinctAssertion, Error> {
    let reason = input::note("reason", reason)?;
    race::settled(|| try_withdraw(request, id, reason.clone())).await
}

async fn try_withdraw(request: &Request, id: AssertionId, reason: Option<String>) -> Result<DistinctAssertion, Error> {
    let mut change = request.change(Permission::PartySteward).await?;
    let assertion = withdraw_within(&mut change, id, reason).await?;
    change.commit().await?;
    Ok(assertion)
}

/// Withdraws within a change that does more.
///
/// # Errors
/// As [`withdraw`].
pub(super) async fn withdraw_within(change: &mut Change, id: AssertionId, reason: Option<String>) -> Result<DistinctAssertion, Error> {
    let unknown = || Refusal::new(Code::AssertionNotFound, format!("There is no assertion with the id {id}, or it was withdrawn.")).at("assertionId");
    let seen = store::distinct::find(change.tx(), id).await?.ok_or_else(unknown)?;
    store::party::lock_many(change.tx(), &seen.parties).await?;
    let standing = store::distinct::find(change.tx(), id).await?.filter(|assertion| assertion.withdrawn_at.is_none()).ok_or_else(unknown)?;
    let assertion =
        DistinctAssertion { withdrawn_by: Some(change.actor.clone()), withdrawn_at: Some(change.at), withdraw_reason: reason, ..standing };
    store::distinct::withdraw(change.tx(), &assertion).await?;
    let [one, other] = assertion.parties;
    for (party, not) in [(one, other), (other, one)] {
        let payload = json!({ "assertionId": id.to_string(), "notTheSameAs": not.to_string(), "reason": assertion.withdraw_reason });
        change.record(EventType::PartiesDistinctWithdrawn, party, payload);
    }
    Ok(assertion)
}

/// The assertions that stand of some parties and of those merged into them, oldest first.
pub async fn of_parties(request: &Request, parties: &[PartyId]) -> Result<HashMap<PartyId, Vec<DistinctAssertion>>, Error> {
    let tx = request.read().await?;
    let absorbed = store::party::absorbed(&tx, parties).await?;
    let family = |party: &PartyId| std::iter::once(*party).chain(absorbed.get(party).into_iter().flatten().copied()).collect::<Vec<_>>();
    let all: Vec<PartyId> = parties.iter().flat_map(family).collect();
    let standing = store::distinct::of_parties(&tx, &all).await?;
    Ok(parties
        .iter()
        .map(|party| {
            let family = family(party);
            let of = |assertion: &&DistinctAssertion| assertion.parties.iter().any(|party| family.contains(party));
            (*party, standing.iter().filter(of).cloned().collect())
        })
        .collect())
}
