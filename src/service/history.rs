//! Histories: the change log of parties, newest first.
use super::{Permission, Request};
use crate::{
    domain::{
        cursor,
        error::Error,
        event::Event,
        id::PartyId,
        page::{Page, PageRequest},
        refusal::{Code, Refusal},
    },
    store,
};
use std::collections::{BTreeMap, HashMap};

/// One page of one party's history.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HistoryPage {
    /// The party.
    party: PartyId,
    /// Every id of the party, those that were merged into it too.
    ids: Vec<PartyId>,
    first: usize,
    before: Option<i64>,
}

impl HistoryPage {
    /// The page of a party's history that is asked for; `ids` are all ids that lead to the party, its own first.
    ///
    /// # Errors
    /// `INVALID_CURSOR` when the cursor is malformed or belongs to another list or party.
    pub fn new(ids: Vec<PartyId>, page: &PageRequest) -> Result<Self, Error> {
        let party = *ids.first().ok_or_else(|| Error::internal("a history of no party"))?;
        let before = page.after.as_deref().map(|after| read_cursor(party, after)).transpose().map_err(|refusal| refusal.at("after"))?;
        Ok(Self { party, ids, first: page.first, before })
    }
}

/// Whether an event's details are about money, which needs a permission of its own.
pub fn is_about_money(event: &Event) -> bool {
    event.event_type.starts_with("revenue.")
}

/// Whether the caller may see an event's details: who was called what, and what was paid.
///
/// # Errors
/// `FORBIDDEN` that names the scope.
pub fn require_details(request: &Request, event: &Event) -> Result<(), Error> {
    request.caller.require(Permission::PartyPii)?;
    if is_about_money(event) { request.caller.require(Permission::RevenueRead) } else { Ok(()) }
}

/// Some pages of histories; those of the same size and place are fetched with one statement.
pub async fn pages(request: &Request, pages: &[HistoryPage]) -> Result<HashMap<HistoryPage, Page<Event>>, Error> {
    let tx = request.read().await?;
    let mut alike: BTreeMap<(usize, Option<i64>), Vec<&HistoryPage>> = BTreeMap::new();
    for page in pages {
        alike.entry((page.first, page.before)).or_default().push(page);
    }
    let mut found = HashMap::new();
    for ((first, before), pages) in alike {
        let ids: Vec<PartyId> = pages.iter().flat_map(|page| page.ids.iter().copied()).collect();
        let newest = store::event::newest(&tx, &ids, before, first as u64 + 1).await?;
        let mut of_ids: HashMap<PartyId, Vec<Event>> = HashMap::new();
        for event in newest {
            if let Some(party) = event.party {
                of_ids.entry(party).or_default().push(event);
            }
        }
        for page in pages {
            let mut events: Vec<Event> = page.ids.iter().filter_map(|id| of_ids.get(id)).flatten().cloned().collect();
            events.sort_by_key(|event| std::cmp::Reverse(event.seq));
            found.insert(page.clone(), Page::cut(events, first, |event| write_cursor(page.party, event.seq)));
        }
    }
    Ok(found)
}

fn tag(party: PartyId) -> String {
    format!("history/{party}")
}

fn write_cursor(party: PartyId, seq: i64) -> String {
    cursor::encode(&tag(party), &[seq.to_string()])
}

fn read_cursor(party: PartyId, after: &str) -> Result<i64, Refusal> {
    let parts = cursor::decode(&tag(party), after)?;
    let seq = parts.first().and_then(|seq| seq.parse().ok());
    seq.ok_or_else(|| Refusal::new(Code::InvalidCursor, "The cursor is not one of a history: begin again without a cursor."))
}
