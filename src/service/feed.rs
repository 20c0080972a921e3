//! The feed: a company's log in its own order, read page by page or followed as it grows.
//!
//! The cursor is the place in the log, so that whoever was away goes on where they stopped. Numbers are handed out in the order of
//! commits (`store::event::append`), so a reader that is past a number has seen all smaller ones.
use super::{Permission, Request};
use crate::{
    domain::{
        cursor,
        error::Error,
        event::{Event, EventType},
        id::PartyId,
        page::{Page, PageRequest},
        refusal::{Code, Refusal},
        text::shortened,
    },
    store,
};
use futures_util::{Stream, stream::unfold};
use std::{
    collections::{BTreeSet, VecDeque},
    sync::Arc,
    time::Duration,
};
use tokio::sync::watch;

/// A follower that nobody wakes looks by itself after this time.
const LOOK: Duration = Duration::from_secs(5);
/// As many events a follower reads at once and holds at the most: it reads on when those are delivered, however slow that is.
const BATCH: u64 = 100;
/// The most parties that one follower may name.
const MAX_PARTIES: usize = 100;

/// The events that follow a place in the log, oldest first.
///
/// # Errors
/// `INVALID_CURSOR`; `INVALID_ARGUMENT` for a type that is none.
pub async fn page(request: &Request, types: &[String], page: &PageRequest) -> Result<Page<Event>, Error> {
    let types = parse_types(types)?;
    let after = read_cursor(page.after.as_deref())?.unwrap_or(0);
    let events = store::event::following(&*request.read().await?, after, &types, page.first as u64 + 1).await?;
    Ok(Page::cut(events, page.first, |event| write_cursor(event.seq)))
}

/// The cursor of an event.
pub fn write_cursor(seq: i64) -> String {
    cursor::encode("partyEvents", &[seq.to_string()])
}

fn read_cursor(after: Option<&str>) -> Result<Option<i64>, Error> {
    let Some(after) = after else { return Ok(None) };
    let parts = cursor::decode("partyEvents", after).map_err(|refusal| refusal.at("after"))?;
    let seq = parts.first().and_then(|seq| seq.parse().ok());
    let no_place = || Refusal::new(Code::InvalidCursor, "The cursor is not one of the feed: begin again without a cursor.").at("after");
    Ok(Some(seq.ok_or_else(no_place)?))
}

pub(super) fn parse_types(types: &[String]) -> Result<Vec<EventType>, Error> {
    let parse = |(i, text): (usize, &String)| {
        let unknown = || {
            let message = format!("There is no event type {:?}; one is \"party.updated\", for instance.", shortened(text));
            Refusal::new(Code::InvalidArgument, message).at(i).at("types")
        };
        EventType::stored(text).ok_or_else(unknown)
    };
    Ok(types.iter().enumerate().map(parse).collect::<Result<_, _>>()?)
}

/// What a follower wants to hear of.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// The types, as `noun.verb`; all when there are none.
    pub types: Vec<String>,
    /// The parties; all when none are named.
    pub parties: Option<Vec<PartyId>>,
    /// The place in the log from which to go on; from now when absent.
    pub after: Option<String>,
}

/// Follows the log: the events that come after a place in it, as they come, without an end.
///
/// Nothing is kept for a follower but the batch that it is being given, so a slow one costs no memory and loses nothing.
///
/// # Errors
/// `FORBIDDEN` without `party:read`; `INVALID_CURSOR`; `INVALID_ARGUMENT` for a type that is none or too many parties.
pub async fn follow(request: Arc<Request>, wanted: &Wanted) -> Result<impl Stream<Item = Event> + Send + use<>, Error> {
    request.caller.require(Permission::PartyRead)?;
    let types = parse_types(&wanted.types)?;
    let parties = match &wanted.parties {
        Some(parties) if parties.len() > MAX_PARTIES => {
            let message = format!("{} parties; the limit is {MAX_PARTIES}. Leave `partyIds` out to follow all.", parties.len());
            return Err(Refusal::new(Code::InvalidArgument, message).at("partyIds").into());
        }
        Some(parties) => Some(with_survivors(&request, parties).await?),
        None => None,
    };
    let bell = request.hub.bell.wait_for(request.caller.company);
    let after = match read_cursor(wanted.after.as_deref())? {
        Some(after) => after,
        None => store::event::newest_number(&*request.read().await?).await?,
    };
    let follower = Follower { request, types, parties, bell, after, batch: VecDeque::new() };
    Ok(unfold(follower, |mut follower| async move {
        let event = follower.next().await;
        Some((event, follower))
    }))
}

async fn with_survivors(request: &Request, parties: &[PartyId]) -> Result<BTreeSet<PartyId>, Error> {
    let survivors = store::party::resolve(&*request.read().await?, parties).await?;
    Ok(parties.iter().copied().chain(survivors.into_values().map(|party| party.id)).collect())
}

/// Somebody who follows the log, at a place in it.
struct Follower {
    request: Arc<Request>,
    types: Vec<EventType>,
    parties: Option<BTreeSet<PartyId>>,
    bell: watch::Receiver<()>,
    after: i64,
    batch: VecDeque<Event>,
}

impl Follower {
    async fn next(&mut self) -> Event {
        // What the event before was shown with is over: a follower holds no transaction while it waits.
        self.request.begin_anew().await;
        loop {
            while let Some(event) = self.batch.pop_front() {
                if self.wants(&event) {
                    return event;
                }
            }
            self.bell.borrow_and_update();
            match self.read().await {
                Ok(true) => {}
                Ok(false) => self.wait().await,
                Err(error) => {
                    tracing::warn!(%error, "a follower cannot read the log; it tries again");
                    tokio::time::sleep(LOOK).await;
                }
            }
        }
    }

    /// Reads the next batch, and tells whether there was anything new.
    async fn read(&mut self) -> Result<bool, Error> {
        let tx = self.request.hub.database.read(self.request.caller.company).await?;
        let newest = store::event::newest_number(&tx).await?;
        if newest <= self.after {
            return Ok(false);
        }
        let events = store::event::following(&tx, self.after, &self.types, BATCH).await?;
        // Past what is not wanted as well, so that it is not read again.
        let last = events.last().map_or(0, |event| event.seq);
        self.after = if events.len() as u64 == BATCH { last } else { last.max(newest) };
        self.batch.extend(events);
        Ok(true)
    }

    async fn wait(&mut self) {
        // An error says that the bell is gone; then the time alone counts.
        if let Ok(Err(_)) = tokio::time::timeout(LOOK, self.bell.changed()).await {
            tokio::time::sleep(LOOK).await;
        }
    }

    /// A merge happens to both of its parties, and whoever follows the absorbed one follows the survivor from then on.
    fn wants(&mut self, event: &Event) -> bool {
        let Some(parties) = &mut self.parties else { return true };
        let is_merge = [EventType::PartyMerged, EventType::PartyUnmerged].iter().any(|kind| kind.as_str() == event.event_type);
        let survivor = event.payload["survivorId"].as_str().filter(|_| is_merge).and_then(|id| PartyId::parse(id).ok());
        let wanted = event.party.into_iter().chain(survivor).any(|party| parties.contains(&party));
        if wanted && event.event_type == EventType::PartyMerged.as_str() {
            parties.extend(survivor);
        }
        wanted
    }
}
