//! What callers write to record revenue and to ask for it.
use super::entry::RevenueDirection;
use crate::{
    domain::revenue,
    graphql::{
        input::SourceKeyInput,
        scalar::{Date, DateTime, Decimal},
    },
    service::revenue::{EntryInput, FilterInput, KeyInput},
};
use async_graphql::{Enum, ID, InputObject};

/// Business facts worth money: all are recorded, or none.
#[derive(InputObject)]
pub struct RecordRevenueInput {
    /// At most 5,000.
    pub entries: Vec<RevenueEntryInput>,
}

/// One business fact worth money, such as an invoice line or a settled lot.
///
/// It is known by its source: sent again with the same content it changes nothing; with other content it is ENTRY_CONFLICT, because entries
/// are never changed. What was wrong is taken back by an entry that reverses it.
#[derive(InputObject)]
pub struct RevenueEntryInput {
    /// The engine's record that the fact is. Its system decides which engine's token may record it.
    pub source: SourceKeyInput,
    /// The party that pays or is paid. What is recorded for an id that was merged goes to the survivor. Instead of it `partySource` may be
    /// given; a reversal needs neither.
    pub party_id: Option<ID>,
    /// A source record that is linked to the party.
    pub party_source: Option<SourceKeyInput>,
    /// The code of the channel, one of `channels`. A reversal may leave it out.
    pub channel: Option<String>,
    /// Whether the party pays (INFLOW) or is paid (OUTFLOW). INFLOW when absent; a reversal takes over what it reverses.
    pub direction: Option<RevenueDirection>,
    /// How much: more than zero, with no more decimals than the currency has. In a reversal: how much is taken back.
    pub amount: Decimal,
    /// The currency, ISO 4217. A reversal may leave it out.
    pub currency: Option<String>,
    /// When the business happened; at most one day in the future. It counts for the month of this time in UTC.
    pub occurred_at: DateTime,
    /// A remark for people.
    pub note: Option<String>,
    /// The entry of the same system that this one takes back, wholly or in part. It may be in the same call. All reversals of an entry
    /// together never exceed it, and a reversal cannot be reversed.
    pub reverses: Option<ReversedEntryInput>,
}

/// An entry of the same system.
#[derive(InputObject)]
pub struct ReversedEntryInput {
    /// The engine's name for such records.
    #[graphql(name = "type")]
    pub record_type: String,
    /// The record's id in the engine.
    pub id: ID,
}

impl From<RevenueEntryInput> for EntryInput {
    fn from(input: RevenueEntryInput) -> Self {
        Self {
            source: key(input.source),
            party_id: input.party_id.map(|id| id.0),
            party_source: input.party_source.map(key),
            channel: input.channel,
            direction: input.direction.map(Into::into),
            amount: input.amount.0,
            currency: input.currency,
            occurred_at: input.occurred_at.0,
            note: input.note,
            reverses: input.reverses.map(|reversed| (reversed.record_type, reversed.id.0)),
        }
    }
}

fn key(input: SourceKeyInput) -> KeyInput {
    KeyInput { system: input.system, record_type: input.record_type, record_id: input.id.0 }
}

/// Days from `from` to the day before `to`, in UTC. A missing bound leaves that side open.
#[derive(InputObject, Default)]
pub struct PeriodInput {
    /// The first day.
    pub from: Option<Date>,
    /// The day after the last one.
    pub to: Option<Date>,
}

/// Which entries a report is about. What is absent or an empty list filters nothing.
#[derive(InputObject, Default)]
pub struct RevenueFilterInput {
    /// Only these channels.
    pub channels: Option<Vec<String>>,
    /// Only parties that hold one of these roles now.
    pub roles: Option<Vec<String>>,
    /// Only this direction.
    pub direction: Option<RevenueDirection>,
    /// Only this currency.
    pub currency: Option<String>,
    /// Only this party, or the survivor when it was merged.
    pub party_id: Option<ID>,
}

/// The filter of a period and what else is asked for.
pub fn filter(period: Option<PeriodInput>, channels: Option<Vec<String>>, roles: Option<Vec<String>>, currency: Option<String>) -> FilterInput {
    let period = period.unwrap_or_default();
    FilterInput { from: period.from.map(|day| day.0), to: period.to.map(|day| day.0), channels, roles, currency, direction: None }
}

/// By what a revenue report tells its rows apart.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "revenue::Dimension")]
pub enum RevenueDimension {
    /// The channel.
    Channel,
    /// The month in which the business happened, in UTC.
    Month,
    /// The roles that the parties hold now.
    Role,
    /// Whether the money came in or went out.
    Direction,
}

/// By what parties are ranked.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "revenue::Measure")]
pub enum RevenueMeasure {
    /// What they paid to the company.
    Gross,
    /// What they paid less what they were paid.
    Net,
    /// What the company paid to them.
    Payouts,
}
