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
        matching::facts::{Facts, WantedKey},
        refusal::{Code, Refusal},
        suggestion::{Suggestions, weigh},
    },
    store::{
        self,
        candidate::{Candidates, Search},
        tenant::TenantTx,
    },
};
use std::collections::{BTreeSet, HashMap};

/// The most suggestions of one answer.
pub const MAX_SUGGESTIONS: usize = 50;

/// Parties that are weighed before something is decided without a steward: only those who share the rarest keys can be the one, and
/// each costs time.
pub(super) const DECIDING: usize = 16;

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
    let facts = Facts::of_draft(&item.draft, kind);
    Ok(cut(search_one(&tx, total, Sought { facts: &facts, party: None, refused: &[] }, MAX_SUGGESTIONS).await?, limit))
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
    let refused = refused(&tx, keys).await?.remove(key).unwrap_or_default();
    let facts = Facts::of_record(&record);
    Ok(Some(cut(search_one(&tx, total, Sought { facts: &facts, party: linked, refused: &refused }, MAX_SUGGESTIONS).await?, limit)))
}

/// Which other parties are perhaps the same as each of some. Two statements for a few dozen.
///
/// # Errors
/// As [`of_input`].
pub async fn of_parties(request: &Request, parties: &[PartyId]) -> Result<HashMap<PartyId, Suggestions>, Error> {
    request.caller.require(Permission::PartyPii)?;
    let tx = request.read().await?;
    let total = request.hub.population(&tx).await?;
    let subjects = store::candidate::facts(&tx, parties).await?;
    let sought: Vec<Sought<'_>> = subjects.iter().map(|subject| Sought { facts: &subject.facts, party: Some(subject.party), refused: &[] }).collect();
    let suggestions = search(&tx, total, &sought, MAX_SUGGESTIONS).await?;
    Ok(subjects.iter().map(|subject| subject.party).zip(suggestions).collect())
}

/// Somebody who is looked for.
pub(super) struct Sought<'f> {
    /// What is said of them.
    pub facts: &'f Facts,
    /// The party that is looked for among the others, if it is one.
    pub party: Option<PartyId>,
    /// Parties that are known not to be the one.
    pub refused: &'f [PartyId],
}

/// Looks for everybody who shares a key with somebody, and weighs those who share the rarest, for each at most so many. One statement for a few dozen.
///
/// # Errors
/// Outages.
pub(super) async fn search(tx: &TenantTx, total: u32, sought: &[Sought<'_>], most: usize) -> Result<Vec<Suggestions>, Error> {
    let keys: Vec<(Vec<WantedKey>, Vec<String>)> = sought.iter().map(|sought| (sought.facts.keys(), sought.facts.values())).collect();
    let searches: Vec<Search<'_>> = sought.iter().zip(&keys).map(|(sought, (keys, values))| Search { keys, values, party: sought.party }).collect();
    let Candidates { counts, of } = store::candidate::find(tx, &searches, most).await?;
    let weighed = sought.iter().zip(of).map(|(sought, mut parties)| {
        for found in &mut parties {
            found.asserted_different |= sought.refused.contains(&found.party);
        }
        weigh(total, sought.facts, &parties, &counts)
    });
    Ok(weighed.collect())
}

/// As [`search`], for one.
///
/// # Errors
/// Outages.
pub(super) async fn search_one(tx: &TenantTx, total: u32, sought: Sought<'_>, most: usize) -> Result<Suggestions, Error> {
    search(tx, total, &[sought], most).await?.pop().ok_or_else(|| Error::internal("somebody was looked for and nobody weighed"))
}

/// The parties, or their survivors, that a steward decided records not to belong to.
///
/// # Errors
/// Outages.
pub(super) async fn refused(tx: &TenantTx, keys: &[SourceKey]) -> Result<HashMap<SourceKey, Vec<PartyId>>, Error> {
    let refused = store::match_task::refused_of_records(tx, keys).await?;
    if refused.is_empty() {
        return Ok(HashMap::new());
    }
    let parties: BTreeSet<PartyId> = refused.iter().map(|(_, party)| *party).collect();
    let survivors = store::party::resolve(tx, &parties.into_iter().collect::<Vec<_>>()).await?;
    let mut of: HashMap<SourceKey, Vec<PartyId>> = HashMap::new();
    for (key, party) in refused {
        if let Some(survivor) = survivors.get(&party) {
            of.entry(key).or_default().push(survivor.id);
        }
    }
    Ok(of)
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
