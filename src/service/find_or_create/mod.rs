//! Find or create: the door through which engines bring people in without making copies.
//!
//! The evidence is tried in a fixed order: the active link of the source record, an identifier, an e-mail address that is verified or
//! primary and not shared. What finds nothing is compared with everybody who shares anything; who is clearly the same is found, and whoever may
//! be the same is created and shown to a steward. Evidence that leads to several parties is reported, never guessed.
mod apply;
mod consider;
mod item;
mod known;
mod plan;

use super::{
    Change, Permission, Request,
    idempotency::Call,
    input::PartyInput,
    match_task, party, race,
    source_record::{self, RecordInput},
};
use crate::domain::{
    error::Error,
    id::TaskId,
    kind::LinkMethod,
    match_task::Subject,
    party::Party,
    refusal::{Code, Refusal},
};
pub(super) use item::Item;
use known::Known;
use plan::Plan;
use serde::Serialize;
use serde_json::json;

/// The most items of one bulk call.
pub const MAX_ITEMS: usize = 1_000;

/// What is known of somebody.
#[derive(Clone, Debug, Serialize)]
pub struct Evidence {
    /// The engine's record that this is about; registered and linked to the party.
    pub source: Option<RecordInput>,
    /// The values that find the party, and that it is made of when it is new.
    pub party: PartyInput,
    /// A role that the party holds in any case afterwards.
    pub role: Option<String>,
}

/// By what a party was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FoundBy {
    /// The source record was linked to it.
    SourceRecord,
    /// It has the identifier.
    Identifier,
    /// It has the e-mail address.
    Email,
    /// All evidence together, so clear that nobody needs to look.
    Match,
}

impl FoundBy {
    const ALL: [Self; 4] = [Self::SourceRecord, Self::Identifier, Self::Email, Self::Match];

    /// The way as it is noted with links.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SourceRecord => "SOURCE_RECORD",
            Self::Identifier => "IDENTIFIER",
            Self::Email => "EMAIL",
            Self::Match => "MATCH",
        }
    }
}

/// What became of one item.
#[derive(Clone, Debug)]
pub struct Found {
    /// The party.
    pub party: Party,
    /// By what it was found; absent when it was created.
    pub by: Option<FoundBy>,
    /// Whether this item created it.
    pub created: bool,
    /// The task that asks a steward whether it is somebody who was there already.
    pub review: Option<TaskId>,
}

/// What became of one item, or why nothing did.
pub type Outcome = Result<Found, Vec<Refusal>>;

/// Finds or creates one party for each evidence, all in one transaction. An item that is refused does not harm the others.
///
/// # Errors
/// `TOO_MANY_ITEMS`, `FORBIDDEN`, outages; refusals of single items are in the answer, in the order asked for.
pub async fn find_or_create(request: &Request, items: &[Evidence]) -> Result<Vec<Outcome>, Error> {
    if items.len() > MAX_ITEMS {
        let message = format!("{} items in one call; the limit is {MAX_ITEMS}. Send them in several calls.", items.len());
        return Err(Refusal::new(Code::TooManyItems, message).at("items").into());
    }
    for record in items.iter().filter_map(|item| item.source.as_ref()) {
        source_record::require(&request.caller, Permission::PartyWrite, record)?;
    }
    // Another call may make the same party, link or role in the meantime: then it can be found.
    race::settled(|| try_once(request, items)).await
}

async fn try_once(request: &Request, items: &[Evidence]) -> Result<Vec<Outcome>, Error> {
    let mut change = request.change(Permission::PartyWrite).await?;
    let mut items: Vec<Result<Item, Vec<Refusal>>> = items.iter().map(|item| Item::parse(&change.company, item)).collect();
    item::refuse_unknown_roles(&change, &mut items).await?;
    let outcomes = place(&mut change, items, LinkMethod::Auto).await?;
    change.commit().await?;
    Ok(outcomes)
}

/// One party is looked for by all evidence together before it is made. Of many that would be a search for each: the job that looks for
/// duplicates does it afterwards.
async fn work(request: &Request, change: &mut Change, item: &Evidence) -> Result<Outcome, Error> {
    let mut items = vec![Item::parse(&change.company, item)];
    item::refuse_unknown_roles(change, &mut items).await?;
    let mut known = Known::look_up(change, items.iter().flatten()).await?;
    let mut plan = Plan::make(&known, items);
    let doubtful = consider::consider(request, change, &mut known, &mut plan).await?;
    let outcome = apply::apply(change, &known, plan, LinkMethod::Auto).await?.pop().ok_or_else(|| Error::internal("one item had no outcome"))?;
    let (Ok(mut found), Some(doubtful)) = (outcome.clone(), doubtful) else { return Ok(outcome) };
    if let Some(best) = doubtful.best() {
        let task = match_task::open(change, Subject::Party(found.party.id), &doubtful, best).await?;
        found.review = task.map(|task| task.id);
    }
    Ok(Ok(found))
}

/// Finds or makes the parties of items that are parsed, whoever sent them, and links their records by a method.
pub(super) async fn place(change: &mut Change, items: Vec<Result<Item, Vec<Refusal>>>, method: LinkMethod) -> Result<Vec<Outcome>, Error> {
    let known = Known::look_up(change, items.iter().flatten()).await?;
    apply::apply(change, &known, Plan::make(&known, items), method).await
}

/// Finds or creates one party. The same call with the same idempotency key answers as it did the first time.
///
/// # Errors
/// As [`find_or_create`], and `IDEMPOTENCY_CONFLICT` when the key was used for another call.
pub async fn find_or_create_one(request: &Request, item: &Evidence, idempotency_key: Option<&str>) -> Result<Outcome, Error> {
    let call = Call::new(idempotency_key, "findOrCreateParty", item)?;
    if let Some(record) = &item.source {
        source_record::require(&request.caller, Permission::PartyWrite, record)?;
    }
    race::settled(|| try_one(request, item, call.as_ref())).await
}

async fn try_one(request: &Request, item: &Evidence, call: Option<&Call<'_>>) -> Result<Outcome, Error> {
    let mut change = request.change(Permission::PartyWrite).await?;
    if let Some(call) = call
        && let Some(before) = call.recall(&change).await?
    {
        let by = FoundBy::ALL.into_iter().find(|by| before["foundBy"] == by.as_str());
        let review = before["reviewTaskId"].as_str().and_then(|id| TaskId::parse(id).ok());
        let party = party::remembered(&change, &before).await?;
        return Ok(Ok(Found { party, by, created: by.is_none(), review }));
    }
    let outcome = work(request, &mut change, item).await?;
    if let (Some(call), Ok(found)) = (call, &outcome) {
        let told = json!({
            "partyId": found.party.id.to_string(),
            "foundBy": found.by.map(FoundBy::as_str),
            "reviewTaskId": found.review.map(|id| id.to_string()),
        });
        call.remember(&change, told).await?;
    }
    change.commit().await?;
    Ok(outcome)
}
