//! The history of a party in the graph.
use crate::{
    domain::{self, error::Error, id::PartyId},
    graphql::{
        context::{self, Nullable},
        input::graphql_id,
        page::{connection, page_request},
        scalar::DateTime,
    },
    service::history::{HistoryPage, require_details},
};
use async_graphql::{Context, Description, ID, Json, Object};

/// Something that happened to a party.
#[derive(Clone, Description)]
pub struct PartyEvent(domain::event::Event);

impl From<domain::event::Event> for PartyEvent {
    fn from(event: domain::event::Event) -> Self {
        Self(event)
    }
}

#[Object(use_type_description)]
impl PartyEvent {
    /// Where the event stands in the company's log: a whole number that grows, with gaps.
    async fn sequence(&self) -> ID {
        ID(self.0.seq.to_string())
    }

    /// What happened, for instance `party.updated` or `contact_point.added`.
    #[graphql(name = "type")]
    async fn event_type(&self) -> &str {
        &self.0.event_type
    }

    /// The id under which it happened: the party's own, or one that was merged into it.
    async fn party_id(&self) -> Option<ID> {
        self.0.party.map(|id| graphql_id(id.0))
    }

    /// The merge that it is about: for `party.merged`, `party.unmerged` and `merge.acknowledged`.
    async fn merge_id(&self) -> Option<ID> {
        self.named("mergeId")
    }

    /// The party that went on: for the same types.
    async fn survivor_id(&self) -> Option<ID> {
        self.named("survivorId")
    }

    /// The party that was merged into it: for the same types.
    async fn absorbed_id(&self) -> Option<ID> {
        self.named("absorbedId")
    }

    /// The person or program that did it.
    async fn actor(&self) -> &str {
        &self.0.actor
    }

    /// When it happened.
    async fn at(&self) -> DateTime {
        self.0.at.into()
    }

    /// What changed, as an object whose fields depend on `type`. Needs the scope `party:pii`, and `revenue:read` too if it is about money.
    #[graphql(tag = "pii")]
    async fn payload(&self, ctx: &Context<'_>) -> Nullable<Json<&serde_json::Value>> {
        Some(context::request(ctx).and_then(|request| require_details(request, &self.0)).map(|()| Json(&self.0.payload)))
    }
}

impl PartyEvent {
    /// An id in the details of an event about a merge, which is not personal.
    fn named(&self, field: &str) -> Option<ID> {
        let is_about_merge = matches!(self.0.event_type.as_str(), "party.merged" | "party.unmerged" | "merge.acknowledged");
        self.0.payload[field].as_str().filter(|_| is_about_merge).map(|id| ID(id.to_owned()))
    }
}

connection!(PartyEventConnection, PartyEventEdge, PartyEvent);

/// A page of a party's history.
pub async fn of_party(ctx: &Context<'_>, party: PartyId, first: Option<i32>, after: Option<String>) -> Result<Option<PartyEventConnection>, Error> {
    let page = page_request(first, after)?;
    let loaders = context::loaders(ctx)?;
    let absorbed = loaders.absorbed.load(party).await?.unwrap_or_default();
    let ids: Vec<PartyId> = std::iter::once(party).chain(absorbed).collect();
    let history = loaders.histories.load(HistoryPage::new(ids, &page)?).await?;
    Ok(history.map(|history| PartyEventConnection::new(history, page.after.as_deref())))
}
