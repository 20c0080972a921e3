//! Find or create: the door through which engines bring people in without making copies.
//!
//! The evidence is tried in a fixed order: the active link of the source record, an identifier, an e-mail address that is verified or
//! primary and not shared. What finds nothing is created. Evidence that leads to several parties is reported, never guessed.
mod apply;
mod item;
mod known;
mod plan;

use super::{
    Permission, Request,
    input::PartyInput,
    race,
    source_record::{self, RecordInput},
};
use crate::domain::{
    error::Error,
    party::Party,
    refusal::{Code, Refusal},
};
use item::Item;
use known::Known;
use plan::Plan;

/// The most items of one bulk call.
pub const MAX_ITEMS: usize = 1_000;

/// What is known of somebody.
#[derive(Clone, Debug)]
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
}

impl FoundBy {
    fn as_str(self) -> &'static str {
        match self {
            Self::SourceRecord => "SOURCE_RECORD",
            Self::Identifier => "IDENTIFIER",
            Self::Email => "EMAIL",
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
    let known = Known::look_up(&change, items.iter().flatten()).await?;
    let outcomes = apply::apply(&mut change, &known, Plan::make(&known, items)).await?;
    change.commit().await?;
    Ok(outcomes)
}
