//! Suggestions: who somebody may be, of what a caller knows, of an engine's record, or of a party.
use super::{
    Permission, Request,
    find_or_create::{Evidence, Item},
    input::PartyInput,
};
use crate::{
    domain::{
        code::SourceKey,
        error::Error,
        id::PartyId,
        kind::PartyKind,
        matching::facts::Facts,
        refusal::{Code, Refusal},
        suggestion::{Suggestions, weigh},
    },
    store::{
        self,
        candidate::{Candidates, Search},
        tenant::TenantTx,
    },
};
use std::collections::HashMap;

/// The most suggestions of one answer.
pub const MAX_SUGGESTIONS: usize = 50;

/// Who the somebody may be of whom a caller knows something. The kind may be left open.
///
/// # Errors
/// What is wrong with the values; `NOT_ENOUGH_EVIDENCE` when there are none; `INVALID_PAGE_SIZE` at `limit`; `FORBIDDEN` without
/// `party:pii`, because the evidence tells which values a party has.
pub async fn of_input(request: &Request, input: &PartyInput, kind: Option<PartyKind>, limit: usize) -> Result<Suggestions, Error> {
    request.caller.require(Permission::PartyPii)?;
    check_limit(limit)?;
    let tx = request.read().await?;
    let company = request.hub.company(&tx).await?;
    let evidence = Evidence { source: None, party: input.clone(), role: None };
    let item = Item::parse(&company, &evidence).map_err(Error::Refused)?;
    let total = request.hub.population(&tx).await?;
    Ok(cut(search(&tx, total, &Facts::of_draft(&item.draft, kind), None).await?, limit))
}

/// Who the somebody may be of whom an engine's record speaks. Of a linked record: who else. Nobody for a record that was never registered.
///
/// # Errors
/// As [`of_input`].
pub async fn of_record(request: &Request, key: &SourceKey, limit: usize) -> Result<Option<Suggestions>, Error> {
    request.caller.require(Permission::PartyPii)?;
    check_limit(limit)?;
    let tx = request.read().await?;
    let keys = std::slice::from_ref(key);
    let Some(record) = store::source_record::find(&tx, keys).await?.remove(key) else { return Ok(None) };
    let linked = store::link::active(&tx, keys).await?.remove(key).map(|link| link.party);
    let total = request.hub.population(&tx).await?;
    let refused = refused(&tx, key).await?;
    Ok(Some(cut(search_but(&tx, total, &Facts::of_record(&record), linked, &refused).await?, limit)))
}

/// Which other parties are perhaps the same as each of some. Two statements for the first, and one for each further party.
///
/// # Errors
/// As [`of_input`].
pub async fn of_parties(request: &Request, parties: &[PartyId]) -> Result<HashMap<PartyId, Suggestions>, Error> {
    request.caller.require(Permission::PartyPii)?;
    let tx = request.read().await?;
    let total = request.hub.population(&tx).await?;
    let mut suggestions = HashMap::new();
    for subject in store::candidate::facts(&tx, parties).await? {
        suggestions.insert(subject.party, search(&tx, total, &subject.facts, Some(subject.party)).await?);
    }
    Ok(suggestions)
}

/// Looks for everybody who shares a key with somebody, and weighs them.
///
/// # Errors
/// Outages.
pub(super) async fn search(tx: &TenantTx, total: u32, facts: &Facts, party: Option<PartyId>) -> Result<Suggestions, Error> {
    search_but(tx, total, facts, party, &[]).await
}

/// The parties, or their survivors, that a steward decided a record not to belong to.
///
/// # Errors
/// Outages.
pub(super) async fn refused(tx: &TenantTx, key: &SourceKey) -> Result<Vec<PartyId>, Error> {
    let refused = store::match_task::refused_of_record(tx, key).await?;
    if refused.is_empty() {
        return Ok(refused);
    }
    Ok(store::party::resolve(tx, &refused).await?.into_values().map(|party| party.id).collect())
}

/// As [`search`]; some parties are known not to be the one.
///
/// # Errors
/// Outages.
pub(super) async fn search_but(tx: &TenantTx, total: u32, facts: &Facts, party: Option<PartyId>, refused: &[PartyId]) -> Result<Suggestions, Error> {
    let (keys, values) = (facts.keys(), facts.values());
    let Candidates { counts, mut parties } = store::candidate::find(tx, &Search { keys: &keys, values: &values, party }).await?;
    for found in &mut parties {
        found.asserted_different |= refused.contains(&found.party);
    }
    Ok(weigh(total, facts, &parties, &counts))
}

/// Refuses a limit that is none.
///
/// # Errors
/// `INVALID_PAGE_SIZE` at `limit`.
pub fn check_limit(limit: usize) -> Result<(), Error> {
    if (1..=MAX_SUGGESTIONS).contains(&limit) {
        return Ok(());
    }
    let message = format!("`limit` must be between 1 and {MAX_SUGGESTIONS}, not {limit}.");
    Err(Refusal::new(Code::InvalidPageSize, message).at("limit").into())
}

fn cut(mut suggestions: Suggestions, limit: usize) -> Suggestions {
    suggestions.parties.truncate(limit);
    suggestions
}
