//! Recording: many entries in one transaction, all or nothing, each at most once.
use super::{
    book::{Book, Known, Recorder},
    draft::{Draft, EntryInput, PartyRef},
};
use crate::{
    domain::{
        code::{SourceKey, SystemCode},
        error::Error,
        event::EventType,
        id::PartyId,
        kind::Direction,
        link::Link,
        money::{Currency, Money},
        refusal::{Code, Refusal},
        revenue::{RevenueEntry, Sums},
    },
    service::{Change, Permission, Request, race},
    store::{self, tenant::TenantTx},
};
use serde_json::json;
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

/// The most entries of one call.
pub const MAX_ENTRIES: usize = 5_000;

/// As many refusals are told of one call; the others follow once these are mended.
const MAX_REFUSALS: usize = 100;

/// What became of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// How many entries were added.
    pub recorded: usize,
    /// How many entries were there already, with the same content.
    pub unchanged: usize,
}

/// Records entries, all of them or none. Entries that were recorded before with the same content are left as they are.
///
/// Money is a fact: a deactivated party takes it too, and what is recorded for an absorbed party goes to the survivor.
///
/// # Errors
/// `TOO_MANY_ITEMS`, `FORBIDDEN` unless the token may record for every engine that is named; at `entries.N`: what is wrong with an entry,
/// `PARTY_NOT_FOUND`, `NOT_LINKED`, `CHANNEL_UNKNOWN`, `ENTRY_CONFLICT`, `ENTRY_NOT_FOUND`, `INVALID_REVERSAL`; at `entries`:
/// `INVALID_AMOUNT` when a sum would not fit into 64 bits of minor units.
pub async fn record(request: &Request, entries: &[EntryInput]) -> Result<Recorded, Error> {
    request.caller.require_for_any_system(Permission::RevenueWrite)?;
    if entries.len() > MAX_ENTRIES {
        let message = format!("{} entries in one call; the limit is {MAX_ENTRIES}. Send them in several calls.", entries.len());
        return Err(Refusal::new(Code::TooManyItems, message).at("entries").into());
    }
    // A malformed system is refused with the entry's other values.
    let systems: BTreeSet<SystemCode> = entries.iter().filter_map(|entry| SystemCode::parse(&entry.source.system).ok()).collect();
    for system in systems {
        request.caller.require_for_system(Permission::RevenueWrite, &system)?;
    }
    let now = request.hub.clock.now();
    let drafts = each(entries.iter().enumerate(), |entry| Draft::parse(entry, now)).map_err(|error| error.at("entries"))?;
    race::settled(|| try_once(request, &drafts)).await.map_err(|error| error.at("entries"))
}

/// Does something with every item, and tells the refusals of all of them with their indexes.
fn each<'i, T: 'i, R>(items: impl Iterator<Item = (usize, &'i T)>, mut work: impl FnMut(&T) -> Result<R, Error>) -> Result<Vec<R>, Error> {
    let (mut done, mut refused) = (Vec::new(), Vec::new());
    for (index, item) in items {
        match work(item).map_err(|error| error.at(index)) {
            Ok(result) => done.push(result),
            Err(Error::Refused(refusals)) => refused.extend(refusals),
            Err(fault) => return Err(fault),
        }
    }
    refused.truncate(MAX_REFUSALS);
    if refused.is_empty() { Ok(done) } else { Err(Error::Refused(refused)) }
}

async fn try_once(request: &Request, drafts: &[Draft]) -> Result<Recorded, Error> {
    let mut change = request.change_unchecked().await?;
    let mut known = look_up(change.tx(), drafts).await?;
    let by = Recorder { actor: &change.actor, at: change.at, sees_amounts: request.caller.may(Permission::RevenueRead) };
    let mut book = Book::new(&mut known, by);
    each(facts_first(drafts), |draft| book.enter(draft))?;
    let (mut added, unchanged) = (book.added, book.unchanged);
    // In the order of their keys, so that two calls with the same keys never wait for each other in a circle.
    added.sort_by(|one, other| one.key.cmp(&other.key));
    store::revenue::entry::insert_many(change.tx(), &added).await?;
    store::revenue::total::add(change.tx(), &added).await?;
    record_events(&mut change, &added)?;
    change.commit().await?;
    Ok(Recorded { recorded: added.len(), unchanged })
}

/// The entries with their places in the call, such that what a reversal takes back comes before it.
fn facts_first(drafts: &[Draft]) -> impl Iterator<Item = (usize, &Draft)> {
    let place = |is_reversal: bool| drafts.iter().enumerate().filter(move |(_, draft)| draft.reverses.is_some() == is_reversal);
    place(false).chain(place(true))
}

/// Reads what the entries name, and holds their parties until the transaction ends: nobody else then records for them or merges them.
async fn look_up(tx: &TenantTx, drafts: &[Draft]) -> Result<Known, Error> {
    let (mut parties, mut linked, mut keys) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for draft in drafts {
        match &draft.party {
            PartyRef::Id(id) => drop(parties.insert(*id)),
            PartyRef::Source(key) => drop(linked.insert(key.clone())),
            PartyRef::OfOriginal => {}
        }
        keys.insert(draft.key.clone());
    }
    let originals: BTreeSet<SourceKey> = drafts.iter().filter_map(|draft| draft.reverses.clone()).collect();
    let originals: Vec<SourceKey> = originals.into_iter().collect();
    let linked: Vec<SourceKey> = linked.into_iter().collect();
    let links = links_of(tx, &linked).await?;
    parties.extend(links.values().flatten().filter(|link| link.is_active()).map(|link| link.party));
    parties.extend(store::revenue::entry::find(tx, &originals).await?.into_values().map(|entry| entry.party));
    let mut parties = hold(tx, parties.into_iter().collect()).await?;
    if links_of(tx, &linked).await? != links {
        return Err(Error::Contended(Arc::new(std::io::Error::other("a record was linked elsewhere between look and hold"))));
    }
    // Only now, so that what others recorded for these parties until we held them is seen.
    keys.extend(originals.iter().cloned());
    let entries = store::revenue::entry::find(tx, &keys.into_iter().collect::<Vec<_>>()).await?;
    require_held(&parties, originals.iter().filter_map(|key| entries.get(key)))?;
    let compared = entries.values().map(|entry| entry.party).chain(links.values().flatten().map(|link| link.party));
    let others: BTreeSet<PartyId> = compared.filter(|id| !parties.contains_key(id)).collect();
    let others = store::party::resolve(tx, &others.into_iter().collect::<Vec<_>>()).await?;
    parties.extend(others.into_iter().map(|(id, party)| (id, party.id)));
    let taken_back = store::revenue::entry::taken_back(tx, &originals).await?;
    let channels = store::channel::all(tx).await?.into_iter().map(|channel| channel.code).collect();
    Ok(Known { entries, taken_back, links, parties, channels })
}

async fn links_of(tx: &TenantTx, records: &[SourceKey]) -> Result<HashMap<SourceKey, Vec<Link>>, Error> {
    if records.is_empty() { Ok(HashMap::new()) } else { store::link::of_records(tx, records).await }
}

/// Between the look that told whom to hold and the look while holding, an original may have been recorded or passed to a survivor:
/// then nobody would keep a second reversal from being added beside ours.
fn require_held<'e>(held: &HashMap<PartyId, PartyId>, originals: impl IntoIterator<Item = &'e RevenueEntry>) -> Result<(), Error> {
    let held: BTreeSet<&PartyId> = held.iter().flat_map(|(id, survivor)| [id, survivor]).collect();
    if originals.into_iter().all(|original| held.contains(&original.party)) {
        return Ok(());
    }
    Err(Error::Contended(Arc::new(std::io::Error::other("an entry to reverse was recorded or passed on between look and write"))))
}

/// Holds parties, and tells what each id leads to.
async fn hold(tx: &TenantTx, ids: Vec<PartyId>) -> Result<HashMap<PartyId, PartyId>, Error> {
    let held = store::party::lock_many(tx, &ids).await?;
    let survivors: BTreeSet<PartyId> = held.iter().filter_map(|party| party.merged_into).collect();
    store::party::lock_many(tx, &survivors.into_iter().collect::<Vec<_>>()).await?;
    Ok(held.into_iter().map(|party| (party.id, party.merged_into.unwrap_or(party.id))).collect())
}

/// One event for each party, which tells how many entries and how much.
pub(in crate::service) fn record_events(change: &mut Change, added: &[RevenueEntry]) -> Result<(), Error> {
    let mut of_parties: BTreeMap<PartyId, BTreeMap<Currency, Sums>> = BTreeMap::new();
    for entry in added {
        let currency = entry.amount.currency;
        let (inflow, outflow) = match entry.direction {
            Direction::Inflow => (entry.amount, Money::zero(currency)),
            Direction::Outflow => (Money::zero(currency), entry.amount),
        };
        let sums = of_parties.entry(entry.party).or_default().entry(currency).or_insert_with(|| Sums::zero(currency));
        *sums = sums.plus(&Sums::new(inflow, outflow, 1)?)?;
    }
    for (party, currencies) in of_parties {
        let sums: Vec<_> = currencies
            .into_values()
            .map(|sums| {
                json!({ "currency": sums.net.currency.as_str(), "entries": sums.entries, "gross": sums.gross.format(), "payouts": sums.payouts.format() })
            })
            .collect();
        change.record(EventType::RevenueRecorded, party, json!({ "sums": sums }));
    }
    Ok(())
}
