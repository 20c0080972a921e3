//! The feed in the graph: the company's log as pages, and as a subscription.
use crate::{
    domain::{self, error::Error, id::PartyId, page::Page},
    graphql::{
        context::{self, Nullable},
        history::{PartyEvent, PartyEventConnection},
        page::{page_complexity, page_request},
        party::Party,
    },
    service::feed::{self, Wanted},
};
use async_graphql::{Context, Description, ID, Object, Subscription};
use futures_util::{Stream, StreamExt};

/// Root fields that read the feed.
#[derive(Default)]
pub struct FeedQuery;

#[Object]
impl FeedQuery {
    /// What happened to the company's parties, oldest first, in the order in which it became visible: no event appears later at a place
    /// that was read before. Keep the `endCursor` of the last page and go on from it, with the same types or others. Needs the scope
    /// `party:read`.
    #[graphql(complexity = "page_complexity(first, child_complexity)")]
    async fn party_events(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The `endCursor` of the page before, or the `cursor` of a change; from the beginning when left out.")] after: Option<String>,
        #[graphql(desc = "Only these types, for instance `party.updated`; all when left out or empty.")] types: Option<Vec<String>>,
        #[graphql(desc = "How many at most: 1 to 100, 20 when left out.")] first: Option<i32>,
    ) -> Nullable<PartyEventConnection> {
        Some(events(ctx, after, &types.unwrap_or_default(), first).await)
    }
}

async fn events(ctx: &Context<'_>, after: Option<String>, types: &[String], first: Option<i32>) -> Result<PartyEventConnection, Error> {
    let page = page_request(first, after)?;
    let events: Page<domain::event::Event> = feed::page(context::request(ctx)?, types, &page).await?;
    Ok(PartyEventConnection::new(events, page.after.as_deref()))
}

/// One thing that happened, as it happens.
#[derive(Description)]
pub struct PartyChange {
    event: domain::event::Event,
}

#[Object(use_type_description)]
impl PartyChange {
    /// The place of the change in the feed: pass it as `after` to go on behind it, here or in `partyEvents`.
    async fn cursor(&self) -> String {
        feed::write_cursor(self.event.seq)
    }

    /// What happened.
    async fn event(&self) -> PartyEvent {
        self.event.clone().into()
    }

    /// The party that it happened to as it is now, or its survivor; null when it happened to none.
    async fn party(&self, ctx: &Context<'_>) -> Nullable<Party> {
        party(ctx, &self.event).await.transpose()
    }
}

async fn party(ctx: &Context<'_>, event: &domain::event::Event) -> Result<Option<Party>, Error> {
    let Some(id) = event.party else { return Ok(None) };
    Ok(context::loaders(ctx)?.parties.load(id).await?.map(Party::from))
}

/// Root fields that follow the feed.
#[derive(Default)]
pub struct FeedSubscription;

#[Subscription]
impl FeedSubscription {
    /// What happens to the company's parties, as it happens and in the order of the feed. Whoever was away goes on with the last `cursor`
    /// as `after` and misses nothing. A slow reader holds nothing up: changes wait in the feed. Needs the scope `party:read`.
    async fn party_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only these types, for instance `party.updated`; all when left out or empty.")] types: Option<Vec<String>>,
        #[graphql(desc = "Only what happens to these parties, at most 100; to all when left out.")] party_ids: Option<Vec<ID>>,
        #[graphql(desc = "The `cursor` of the last change that was seen, or an `endCursor` of `partyEvents`; from now when left out.")] after: Option<
            String,
        >,
    ) -> Result<impl Stream<Item = PartyChange> + use<>, Error> {
        let parties =
            party_ids.map(|ids| ids.iter().enumerate().map(|(i, id)| PartyId::parse(id).map_err(|refusal| refusal.at(i).at("partyIds"))).collect());
        let wanted = Wanted { types: types.unwrap_or_default(), parties: parties.transpose()?, after };
        let events = feed::follow(context::request(ctx)?.clone(), &wanted).await?;
        Ok(events.map(|event| PartyChange { event }))
    }
}
