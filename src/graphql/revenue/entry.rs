//! The type `RevenueEntry`.
use super::object::channel;
use crate::{
    domain::{self, code::SourceKey, error::Error, kind},
    graphql::{
        channel::Channel,
        context,
        money::Money,
        page::connection,
        party::{Party, not_found},
        scalar::DateTime,
    },
};
use async_graphql::{Context, Description, Enum, ID, Object, SimpleObject};

/// Which way money goes.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "kind::Direction")]
pub enum RevenueDirection {
    /// The party pays the company.
    Inflow,
    /// The company pays the party.
    Outflow,
}

/// The engine's record that a revenue entry is.
#[derive(SimpleObject, Clone)]
pub struct RevenueSource {
    /// The engine.
    pub system: String,
    /// The engine's name for such records.
    #[graphql(name = "type")]
    pub record_type: String,
    /// The record's id in the engine.
    pub id: ID,
}

impl From<&SourceKey> for RevenueSource {
    fn from(key: &SourceKey) -> Self {
        Self { system: key.system.to_string(), record_type: key.record_type.to_string(), id: ID(key.record_id.to_string()) }
    }
}

/// One business fact worth money, such as an invoice line or a settled lot. Never changed; what was wrong is taken back by a reversal.
#[derive(Clone, Description)]
pub struct RevenueEntry(domain::revenue::RevenueEntry);

impl From<domain::revenue::RevenueEntry> for RevenueEntry {
    fn from(entry: domain::revenue::RevenueEntry) -> Self {
        Self(entry)
    }
}

#[Object(use_type_description)]
impl RevenueEntry {
    /// The engine's record that the fact is.
    async fn source(&self) -> RevenueSource {
        (&self.0.key).into()
    }

    /// Who paid or was paid.
    async fn party(&self, ctx: &Context<'_>) -> Result<Party, Error> {
        let party = context::loaders(ctx)?.parties.load(self.0.party).await?;
        party.map(Party::from).ok_or_else(|| not_found(self.0.party))
    }

    /// By which way.
    async fn channel(&self, ctx: &Context<'_>) -> Result<Channel, Error> {
        channel(ctx, &self.0.channel).await
    }

    /// Whether the party paid or was paid.
    async fn direction(&self) -> RevenueDirection {
        self.0.direction.into()
    }

    /// How much; negative in a reversal.
    async fn amount(&self) -> Money {
        self.0.amount.into()
    }

    /// When the business happened.
    async fn occurred_at(&self) -> DateTime {
        self.0.occurred_at.into()
    }

    /// The entry that this one takes back, wholly or in part; null when it is a fact of its own.
    async fn reverses(&self) -> Option<RevenueSource> {
        self.0.reverses.as_ref().map(RevenueSource::from)
    }

    /// A remark for people.
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }

    /// Who recorded it: the subject of the token.
    async fn recorded_by(&self) -> &str {
        &self.0.recorded_by
    }

    /// When it was recorded.
    async fn recorded_at(&self) -> DateTime {
        self.0.recorded_at.into()
    }
}

connection!(RevenueEntryConnection, RevenueEntryEdge, RevenueEntry);
