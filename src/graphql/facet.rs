//! Facets in the graph: `partyFacets`.
use super::{
    context::{self, Nullable},
    directory::PartyFilter,
    statistics::{PartyKindCount, PartyRoleCount, PartyStatusCount, PartySystemCount, by_system},
};
use crate::{
    domain::{self, error::Error, kind},
    service,
};
use async_graphql::{Context, Description, Object};

/// The counts beside a list of parties. Each list disregards what the filter says of it itself: with the filter `kind: PERSON`, `kinds`
/// still tells how many organisations another choice would show.
#[derive(Description)]
pub struct PartyFacets(domain::facet::Facets);

#[Object(use_type_description)]
impl PartyFacets {
    /// Parties that meet the whole filter.
    async fn total(&self) -> i64 {
        self.0.total
    }

    /// By what they are.
    async fn kinds(&self) -> Vec<PartyKindCount> {
        let count = |kind: &kind::PartyKind| self.0.kinds.get(kind).copied().unwrap_or_default();
        kind::PartyKind::ALL.iter().map(|kind| PartyKindCount { kind: (*kind).into(), count: count(kind) }).collect()
    }

    /// By where they stand in their life.
    async fn statuses(&self) -> Vec<PartyStatusCount> {
        let count = |status: &kind::PartyStatus| self.0.statuses.get(status).copied().unwrap_or_default();
        kind::PartyStatus::ALL.iter().map(|status| PartyStatusCount { status: (*status).into(), count: count(status) }).collect()
    }

    /// By the roles that they hold now, for every role of the catalogue, by code. A party with several roles is counted in each.
    async fn roles(&self) -> Vec<PartyRoleCount> {
        self.0.roles.iter().map(PartyRoleCount::from).collect()
    }

    /// By the engines that have records which are linked to them. A party is counted once for each engine.
    async fn systems(&self) -> Vec<PartySystemCount> {
        by_system(self.0.systems.clone())
    }
}

/// Root fields that count what a list shows.
#[derive(Default)]
pub struct FacetQuery;

#[Object]
impl FacetQuery {
    /// How many parties `parties` lists with a filter, or `searchParties` finds with a text and a filter, by kind, status, role and engine.
    /// Of a text, those that the search considers are counted, not more.
    #[graphql(complexity = "100 + child_complexity")]
    async fn party_facets(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which parties; all that are active or inactive when left out.")] filter: Option<PartyFilter>,
        #[graphql(desc = "What to search for, 1 to 200 characters; everybody is counted when left out.")] query: Option<String>,
    ) -> Nullable<PartyFacets> {
        Some(count(ctx, filter.unwrap_or_default(), query.as_deref()).await)
    }
}

async fn count(ctx: &Context<'_>, filter: PartyFilter, query: Option<&str>) -> Result<PartyFacets, Error> {
    Ok(PartyFacets(service::facet::count(context::request(ctx)?, &filter.into(), query).await?))
}
