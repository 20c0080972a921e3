//! Sums of revenue: of a party, by channel, by month, in a ranking, in a report.
use super::{
    entry::RevenueDirection,
    input::{PeriodInput, filter},
};
use crate::{
    domain::{
        self,
        code::ChannelCode,
        error::Error,
        id::PartyId,
        revenue::{Dimension, Sums},
    },
    graphql::{
        channel::Channel,
        context::{self, require},
        money::Money,
        page::list_complexity,
        party::Party,
    },
    service::{
        Permission,
        revenue::{PartyRevenueKey, check_channels, parse_filter},
    },
};
use async_graphql::{ComplexObject, Context, SimpleObject};
use std::collections::BTreeSet;

/// A party's revenue in one currency. Sums never cross currencies.
#[derive(SimpleObject)]
pub struct PartyRevenue {
    /// The currency, ISO 4217.
    pub currency: String,
    /// What the party paid to the company.
    pub gross: Money,
    /// What the company paid to the party.
    pub payouts: Money,
    /// Gross less payouts.
    pub net: Money,
    /// How many entries were added up, reversals included.
    pub entry_count: i64,
    /// The same by channel, for channels that have entries.
    #[graphql(complexity = "list_complexity(child_complexity)")]
    pub by_channel: Vec<ChannelRevenue>,
    /// The same by month in UTC, for months that have entries, oldest first.
    #[graphql(complexity = "list_complexity(child_complexity)")]
    pub by_month: Vec<MonthRevenue>,
}

impl From<domain::revenue::PartyRevenue> for PartyRevenue {
    fn from(revenue: domain::revenue::PartyRevenue) -> Self {
        let Sums { gross, payouts, net, entries } = revenue.total;
        Self {
            currency: net.currency.to_string(),
            gross: gross.into(),
            payouts: payouts.into(),
            net: net.into(),
            entry_count: entries,
            by_channel: revenue.by_channel.into_iter().map(|(code, sums)| ChannelRevenue::new(code, sums)).collect(),
            by_month: revenue.by_month.into_iter().map(|(month, sums)| MonthRevenue::new(month.to_string(), sums)).collect(),
        }
    }
}

/// A party's revenue in one currency through one channel.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct ChannelRevenue {
    #[graphql(skip)]
    code: ChannelCode,
    /// What the party paid to the company.
    pub gross: Money,
    /// What the company paid to the party.
    pub payouts: Money,
    /// Gross less payouts.
    pub net: Money,
    /// How many entries were added up, reversals included.
    pub entry_count: i64,
}

impl ChannelRevenue {
    fn new(code: ChannelCode, Sums { gross, payouts, net, entries }: Sums) -> Self {
        Self { code, gross: gross.into(), payouts: payouts.into(), net: net.into(), entry_count: entries }
    }
}

#[ComplexObject]
impl ChannelRevenue {
    /// The channel.
    async fn channel(&self, ctx: &Context<'_>) -> Result<Channel, Error> {
        channel(ctx, &self.code).await
    }
}

/// A party's revenue in one currency in one month.
#[derive(SimpleObject)]
pub struct MonthRevenue {
    /// The month in UTC, such as "2026-03".
    pub month: String,
    /// What the party paid to the company.
    pub gross: Money,
    /// What the company paid to the party.
    pub payouts: Money,
    /// Gross less payouts.
    pub net: Money,
    /// How many entries were added up, reversals included.
    pub entry_count: i64,
}

impl MonthRevenue {
    fn new(month: String, Sums { gross, payouts, net, entries }: Sums) -> Self {
        Self { month, gross: gross.into(), payouts: payouts.into(), net: net.into(), entry_count: entries }
    }
}

/// A party with its place in a ranking.
#[derive(SimpleObject)]
pub struct TopParty {
    /// The place, from 1 on. Parties with the same amount are in the order of their ids.
    pub rank: usize,
    /// What the party is ranked by.
    pub amount: Money,
    /// The party.
    pub party: Party,
    #[graphql(skip)]
    pub(super) exact: domain::money::Money,
}

/// One row of a revenue report. Only the dimensions that it was grouped by are filled.
#[derive(SimpleObject)]
pub struct RevenueReportRow {
    /// The code of the channel; null unless grouped by CHANNEL.
    pub channel: Option<String>,
    /// The month in UTC, such as "2026-03"; null unless grouped by MONTH.
    pub month: Option<String>,
    /// The code of a role that the parties hold now; null unless grouped by ROLE, and then in the row of the parties without a role.
    pub role: Option<String>,
    /// Which way the money went; null unless grouped by DIRECTION.
    pub direction: Option<RevenueDirection>,
    /// The currency, ISO 4217. Sums never cross currencies.
    pub currency: String,
    /// What parties paid to the company.
    pub gross: Money,
    /// What the company paid to parties.
    pub payouts: Money,
    /// Gross less payouts.
    pub net: Money,
    /// How many entries were added up, reversals included.
    pub entry_count: i64,
}

impl From<domain::revenue::ReportRow> for RevenueReportRow {
    fn from(row: domain::revenue::ReportRow) -> Self {
        let Sums { gross, payouts, net, entries } = row.sums;
        Self {
            channel: row.channel.map(|code| code.to_string()),
            month: row.month.map(|month| month.to_string()),
            role: row.role.map(|code| code.to_string()),
            direction: row.direction.map(Into::into),
            currency: net.currency.to_string(),
            gross: gross.into(),
            payouts: payouts.into(),
            net: net.into(),
            entry_count: entries,
        }
    }
}

/// A party's revenue, for callers with `revenue:read`. Details that the query does not select are not asked of the database.
pub async fn of_party(
    ctx: &Context<'_>,
    party: PartyId,
    period: Option<PeriodInput>,
    channels: Option<Vec<String>>,
    currency: Option<String>,
) -> Result<Vec<PartyRevenue>, Error> {
    require(ctx, Permission::RevenueRead)?;
    let filter = parse_filter(&filter(period, channels, None, currency))?;
    let loaders = context::loaders(ctx)?;
    if filter.channels.is_some() {
        check_channels(&filter, &loaders.channels.load(()).await?.unwrap_or_default())?;
    }
    let selected = ctx.look_ahead();
    let details = [("byChannel", Dimension::Channel), ("byMonth", Dimension::Month)];
    let by: BTreeSet<Dimension> = details.into_iter().filter(|(field, _)| selected.field(field).exists()).map(|(_, by)| by).collect();
    let revenue = loaders.revenue.load(PartyRevenueKey { party, filter, by }).await?;
    Ok(revenue.unwrap_or_default().into_iter().map(PartyRevenue::from).collect())
}

/// A channel of the catalogue. One that was taken out of it since is shown by its code.
pub async fn channel(ctx: &Context<'_>, code: &ChannelCode) -> Result<Channel, Error> {
    let catalogue = context::loaders(ctx)?.channels.load(()).await?.unwrap_or_default();
    let known = catalogue.iter().find(|channel| channel.code == *code).cloned();
    Ok(known.unwrap_or_else(|| domain::channel::Channel { code: code.clone(), label: code.to_string() }).into())
}
