//! Adding revenue up: by party, in rankings, in reports. Every read needs `revenue:read`.
use crate::{
    domain::{
        channel::Channel,
        code::{ChannelCode, RoleCode},
        error::{Error, Refusals},
        id::PartyId,
        kind::Direction,
        money::Currency,
        page::{Page, PageRequest},
        period::{Month, Period},
        refusal::{Code, Refusal},
        revenue::{Dimension, Measure, PartyRevenue, Ranked, ReportRow, RevenueEntry, RevenueFilter, Sums},
    },
    service::{Permission, Request},
    store::{self, tenant::TenantTx},
};
use chrono::NaiveDate;
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

/// Which entries are added up, as it was written.
#[derive(Clone, Debug, Default)]
pub struct FilterInput {
    /// The first day.
    pub from: Option<NaiveDate>,
    /// The day after the last one.
    pub to: Option<NaiveDate>,
    /// Codes of channels.
    pub channels: Option<Vec<String>>,
    /// Codes of roles.
    pub roles: Option<Vec<String>>,
    /// Which way the money went.
    pub direction: Option<Direction>,
    /// A currency.
    pub currency: Option<String>,
}

/// Reads a filter. Whether its codes are in the catalogues is another question.
///
/// # Errors
/// `INVALID_PERIOD` at `period`, `INVALID_CODE` at `channels` or `roles`, `INVALID_CURRENCY` at `currency`.
pub fn parse_filter(input: &FilterInput) -> Result<RevenueFilter, Error> {
    let mut refusals = Refusals::default();
    let period = refusals.take("period", Period::parse(input.from, input.to));
    let channels = refusals.take("channels", codes(input.channels.as_deref(), ChannelCode::parse));
    let roles = refusals.take("roles", codes(input.roles.as_deref(), RoleCode::parse));
    let currency = refusals.optional("currency", input.currency.as_deref(), Currency::parse);
    refusals.check()?;
    Ok(RevenueFilter {
        period: period.unwrap_or_default(),
        channels: channels.flatten(),
        roles: roles.flatten(),
        direction: input.direction,
        currency,
    })
}

fn codes<T: Ord>(texts: Option<&[String]>, parse: impl Fn(&str) -> Result<T, Refusal>) -> Result<Option<Vec<T>>, Refusal> {
    // As in every filter, an empty list filters nothing.
    let Some(texts) = texts.filter(|texts| !texts.is_empty()) else { return Ok(None) };
    let parsed = texts.iter().enumerate().map(|(index, text)| parse(text).map_err(|refusal| refusal.at(index)));
    // Each code once and in order, so that filters that say the same are the same.
    Ok(Some(parsed.collect::<Result<BTreeSet<T>, _>>()?.into_iter().collect()))
}

/// Refuses channels that the catalogue does not have, so that a misspelt one is not taken for one without revenue.
///
/// # Errors
/// `CHANNEL_UNKNOWN` at `channels`.
pub fn check_channels(filter: &RevenueFilter, catalogue: &[Channel]) -> Result<(), Error> {
    let unknown = filter.channels.iter().flatten().find(|code| !catalogue.iter().any(|channel| channel.code == **code));
    unknown.map_or(Ok(()), |code| {
        let message = format!("There is no channel {code}. The query `channels` tells which there are.");
        Err(Refusal::new(Code::ChannelUnknown, message).at("channels").into())
    })
}

async fn check_codes(tx: &TenantTx, filter: &RevenueFilter) -> Result<(), Error> {
    if filter.channels.is_some() {
        check_channels(filter, &store::channel::all(tx).await?)?;
    }
    if let Some(roles) = &filter.roles {
        let catalogue = store::role::types(tx).await?;
        if let Some(code) = roles.iter().find(|code| !catalogue.iter().any(|role| role.code == **code)) {
            let message = format!("There is no role type {code}. The query `roleTypes` tells which there are.");
            return Err(Refusal::new(Code::RoleUnknown, message).at("roles").into());
        }
    }
    Ok(())
}

async fn open(request: &Request) -> Result<Arc<TenantTx>, Error> {
    request.caller.require(Permission::RevenueRead)?;
    request.read().await
}

/// What is asked of one party's revenue.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PartyRevenueKey {
    /// The party.
    pub party: PartyId,
    /// Which entries; its roles are not looked at.
    pub filter: RevenueFilter,
    /// The details: channels, months.
    pub by: BTreeSet<Dimension>,
}

/// The revenue of many parties, one element for each currency that has entries. One statement for all that ask the same.
///
/// # Errors
/// `INVALID_AMOUNT` when a sum does not fit into 64 bits of minor units.
pub async fn of_parties(request: &Request, keys: &[PartyRevenueKey]) -> Result<HashMap<PartyRevenueKey, Vec<PartyRevenue>>, Error> {
    let tx = open(request).await?;
    let mut questions: HashMap<(&RevenueFilter, &BTreeSet<Dimension>), Vec<PartyId>> = HashMap::new();
    for key in keys {
        questions.entry((&key.filter, &key.by)).or_default().push(key.party);
    }
    let mut answers = HashMap::with_capacity(keys.len());
    for ((filter, by), parties) in questions {
        for (party, rows) in store::revenue::report::of_parties(&tx, filter, &parties, by).await? {
            answers.insert(PartyRevenueKey { party, filter: filter.clone(), by: by.clone() }, by_currency(rows, by)?);
        }
    }
    Ok(answers)
}

fn by_currency(rows: Vec<ReportRow>, by: &BTreeSet<Dimension>) -> Result<Vec<PartyRevenue>, Error> {
    let mut currencies: BTreeMap<Currency, Vec<ReportRow>> = BTreeMap::new();
    for row in rows {
        currencies.entry(row.sums.net.currency).or_default().push(row);
    }
    let mut revenues = Vec::with_capacity(currencies.len());
    for (currency, rows) in currencies {
        let mut total = Sums::zero(currency);
        let (mut channels, mut months) = (BTreeMap::<ChannelCode, Sums>::new(), BTreeMap::<Month, Sums>::new());
        for ReportRow { channel, month, sums, .. } in rows {
            total = total.plus(&sums)?;
            if let Some(channel) = channel.filter(|_| by.contains(&Dimension::Channel)) {
                let of_channel = channels.entry(channel).or_insert_with(|| Sums::zero(currency));
                *of_channel = of_channel.plus(&sums)?;
            }
            if let Some(month) = month {
                let of_month = months.entry(month).or_insert_with(|| Sums::zero(currency));
                *of_month = of_month.plus(&sums)?;
            }
        }
        revenues.push(PartyRevenue { total, by_channel: channels.into_iter().collect(), by_month: months.into_iter().collect() });
    }
    Ok(revenues)
}

/// The parties that paid or were paid most, in one currency: the company's own unless another one is asked for.
///
/// # Errors
/// What is wrong with the filter; `INVALID_AMOUNT` when a sum does not fit into 64 bits of minor units.
pub async fn top(request: &Request, measure: Measure, input: &FilterInput, first: usize) -> Result<Vec<Ranked>, Error> {
    let tx = open(request).await?;
    let filter = parse_filter(input)?;
    check_codes(&tx, &filter).await?;
    let currency = match filter.currency {
        Some(currency) => currency,
        None => request.hub.company(&tx).await?.currency,
    };
    store::revenue::ranking::top(&tx, measure, &filter, currency, first).await
}

/// What is asked of a report.
#[derive(Clone, Debug, Default)]
pub struct ReportInput {
    /// By what its rows are told apart; the rows are in the order of the first one, then of the next.
    pub by: Vec<Dimension>,
    /// Which entries.
    pub filter: FilterInput,
    /// Of one party alone.
    pub party: Option<PartyId>,
}

/// The sums of a company in one row for each currency and each value of the dimensions.
///
/// # Errors
/// What is wrong with the filter; `PARTY_NOT_FOUND` at `partyId`; `INVALID_AMOUNT` when a sum does not fit into 64 bits of minor units.
pub async fn report(request: &Request, input: &ReportInput) -> Result<Vec<ReportRow>, Error> {
    let tx = open(request).await?;
    let filter = parse_filter(&input.filter)?;
    check_codes(&tx, &filter).await?;
    let party = match input.party {
        Some(id) => Some(survivor(&tx, id).await?),
        None => None,
    };
    let mut rows = store::revenue::report::rows(&tx, &filter, party, &input.by.iter().copied().collect()).await?;
    rows.sort_by_cached_key(|row| {
        let values = input.by.iter().map(|dimension| match dimension {
            Dimension::Channel => row.channel.as_ref().map(ToString::to_string),
            Dimension::Month => row.month.map(|month| month.to_string()),
            Dimension::Role => row.role.as_ref().map(ToString::to_string),
            Dimension::Direction => row.direction.map(|direction| direction.to_string()),
        });
        (values.collect::<Vec<_>>(), row.sums.net.currency)
    });
    Ok(rows)
}

/// A page of a party's entries, newest first.
///
/// # Errors
/// `PARTY_NOT_FOUND` at `partyId`, `INVALID_CURSOR` at `after`.
pub async fn entries(request: &Request, party: PartyId, page: &PageRequest) -> Result<Page<RevenueEntry>, Error> {
    let tx = open(request).await?;
    let party = survivor(&tx, party).await?;
    store::revenue::entry::of_party(&tx, party, page).await
}

async fn survivor(tx: &TenantTx, id: PartyId) -> Result<PartyId, Error> {
    let party = store::party::resolve(tx, &[id]).await?.remove(&id);
    party.map(|party| party.id).ok_or_else(|| Refusal::new(Code::PartyNotFound, format!("There is no party with the id {id}.")).at("partyId").into())
}
