//! Asking for revenue over the whole company.
use super::{
    entry::RevenueEntryConnection,
    input::{PeriodInput, RevenueDimension, RevenueFilterInput, RevenueMeasure, filter},
    object::{RevenueReportRow, TopParty},
};
use crate::{
    domain::{error::Error, id::PartyId, refusal::Refusal, revenue::Ranked},
    graphql::{
        context::{self, Nullable},
        hot::{HotList, parts_beneath},
        input::party_id,
        page::{list_complexity, page_complexity, page_request},
        party::{Party, not_found},
    },
    service::{
        self,
        revenue::{self, FilterInput, ReportInput},
    },
};
use async_graphql::{Context, ID, Object};

/// The parties of a ranking when the caller does not say how many.
const DEFAULT_TOP: i32 = 10;

/// Root fields that add revenue up. All need the scopes `party:read` and `revenue:read`.
#[derive(Default)]
pub struct RevenueQuery;

#[Object]
impl RevenueQuery {
    /// The parties that paid or were paid most, in one currency. Parties whose amount is zero are left out. Needs the scopes
    /// `party:read` and `revenue:read`.
    #[graphql(complexity = "page_complexity(Some(first.unwrap_or(DEFAULT_TOP)), child_complexity)")]
    #[expect(clippy::too_many_arguments, reason = "each is an argument in the graph")]
    async fn top_parties(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What they are ranked by.", default_with = "RevenueMeasure::Gross")] by: RevenueMeasure,
        #[graphql(desc = "When the business happened; all time when absent.")] period: Option<PeriodInput>,
        #[graphql(desc = "Only these channels; all when absent or empty.")] channels: Option<Vec<String>>,
        #[graphql(desc = "Only parties that hold one of these roles now; all when absent or empty.")] roles: Option<Vec<String>>,
        #[graphql(desc = "The currency; the company's own when absent.")] currency: Option<String>,
        #[graphql(desc = "How many, from 1 to 100; 10 when absent.")] first: Option<i32>,
    ) -> Nullable<HotList<TopParty>> {
        Some(top(ctx, by, filter(period, channels, roles, currency), first).await)
    }

    /// Revenue added up by the database, in one row for each currency and each value of the dimensions. A party that holds several roles
    /// counts in the row of each of them when the report is grouped by ROLE, so those rows do not add up to the whole; when roles are
    /// filtered too, only those have rows. The rows are in the order of the dimensions as given. Needs the scopes `party:read` and
    /// `revenue:read`.
    #[graphql(complexity = "list_complexity(child_complexity)")]
    async fn revenue_report(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "By what the rows are told apart; an empty list adds everything up.")] group_by: Vec<RevenueDimension>,
        #[graphql(desc = "When the business happened; all time when absent.")] period: Option<PeriodInput>,
        #[graphql(desc = "Which entries; all when absent.")] filter: Option<RevenueFilterInput>,
    ) -> Nullable<Vec<RevenueReportRow>> {
        Some(report(ctx, group_by, period, filter.unwrap_or_default()).await)
    }

    /// The entries of a party, newest first: what its sums are made of. Needs the scopes `party:read` and `revenue:read`.
    #[graphql(complexity = "page_complexity(first, child_complexity)")]
    async fn revenue_entries(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The party's id, or one that was merged into it.")] party_id: ID,
        #[graphql(desc = "How many, from 1 to 100; 20 when absent.")] first: Option<i32>,
        #[graphql(desc = "The endCursor of the page before.")] after: Option<String>,
    ) -> Nullable<RevenueEntryConnection> {
        Some(entries(ctx, &party_id, first, after).await)
    }
}

async fn top(ctx: &Context<'_>, by: RevenueMeasure, filter: FilterInput, first: Option<i32>) -> Result<HotList<TopParty>, Error> {
    let page = page_request(Some(first.unwrap_or(DEFAULT_TOP)), None)?;
    let ranked = revenue::top(context::request(ctx)?, by.into(), &filter, page.first).await?;
    let ids: Vec<PartyId> = ranked.iter().map(|ranked| ranked.party).collect();
    let parties = service::party::profiles(context::request(ctx)?, &ids, parts_beneath::<Party>(ctx, &[&["party"]])).await?;
    let place = |ranked: Ranked| {
        let party = parties.get(&ranked.party).cloned().ok_or_else(|| not_found(ranked.party))?;
        Ok(TopParty { rank: ranked.rank, amount: ranked.amount.into(), party: party.into(), exact: ranked.amount })
    };
    ranked.into_iter().map(place).collect::<Result<_, Error>>().map(HotList)
}

async fn report(
    ctx: &Context<'_>,
    group_by: Vec<RevenueDimension>,
    period: Option<PeriodInput>,
    wanted: RevenueFilterInput,
) -> Result<Vec<RevenueReportRow>, Error> {
    let party: Option<PartyId> = wanted.party_id.as_ref().map(|id| party_id("partyId", id)).transpose().map_err(|refusal| refusal.at("filter"))?;
    let filter = FilterInput { direction: wanted.direction.map(Into::into), ..filter(period, wanted.channels, wanted.roles, wanted.currency) };
    let input = ReportInput { by: group_by.into_iter().map(Into::into).collect(), filter, party };
    let rows = revenue::report(context::request(ctx)?, &input).await.map_err(in_filter)?;
    Ok(rows.into_iter().map(RevenueReportRow::from).collect())
}

/// Everything that has a place but the period is written in the argument `filter`.
fn in_filter(error: Error) -> Error {
    let Error::Refused(refusals) = error else { return error };
    let is_of_filter = |refusal: &Refusal| refusal.path.first().is_some_and(|step| step != "period");
    Error::Refused(refusals.into_iter().map(|refusal| if is_of_filter(&refusal) { refusal.at("filter") } else { refusal }).collect())
}

async fn entries(ctx: &Context<'_>, id: &ID, first: Option<i32>, after: Option<String>) -> Result<RevenueEntryConnection, Error> {
    let party = party_id("partyId", id)?;
    let page = page_request(first, after.clone())?;
    Ok(RevenueEntryConnection::new(revenue::entries(context::request(ctx)?, party, &page).await?, after.as_deref()))
}
