//! Statistics in the graph: `partyStatistics`.
use super::{
    context::{self, Nullable},
    link::LinkMethod,
    party::{PartyKind, PartyStatus},
};
use crate::{
    domain::{self, code::SystemCode, error::Error, kind, statistics::RoleCount},
    service,
};
use async_graphql::{Context, Description, Object, SimpleObject};

/// How many parties are of a kind.
#[derive(SimpleObject)]
pub struct PartyKindCount {
    /// The kind.
    pub(super) kind: PartyKind,
    /// How many.
    pub(super) count: i64,
}

/// How many parties are in a state.
#[derive(SimpleObject)]
pub struct PartyStatusCount {
    /// The state.
    pub(super) status: PartyStatus,
    /// How many.
    pub(super) count: i64,
}

/// How many parties hold a role now.
#[derive(SimpleObject)]
pub struct PartyRoleCount {
    /// The role's code.
    code: String,
    /// The role's name for people.
    label: String,
    /// How many.
    count: i64,
}

impl From<&RoleCount> for PartyRoleCount {
    fn from(role: &RoleCount) -> Self {
        Self { code: role.code.to_string(), label: role.label.clone(), count: role.count }
    }
}

/// How many there are of an engine.
#[derive(SimpleObject)]
pub struct PartySystemCount {
    /// The engine, for instance `crm`.
    system: String,
    /// How many.
    count: i64,
}

/// How many links there are of a type of record.
#[derive(SimpleObject)]
pub struct PartyRecordTypeCount {
    /// The engine, for instance `crm`.
    system: String,
    /// The engine's name for such records, for instance `lead`.
    #[graphql(name = "type")]
    record_type: String,
    /// How many.
    count: i64,
}

/// How many links came about in a way.
#[derive(SimpleObject)]
pub struct PartyLinkMethodCount {
    /// The way.
    method: LinkMethod,
    /// How many.
    count: i64,
}

/// How many parties were made in a month.
#[derive(SimpleObject)]
pub struct PartyMonthCount {
    /// The month in UTC, such as "2026-03".
    month: String,
    /// How many.
    count: i64,
}

/// Source records that wait for a party.
#[derive(SimpleObject)]
pub struct UnlinkedRecordCount {
    /// How many of all engines.
    total: i64,
    /// How many of each engine, for engines that have some.
    by_system: Vec<PartySystemCount>,
}

/// What the company has, counted over everything at the time of asking.
#[derive(Description)]
pub struct PartyStatistics(domain::statistics::PartyStatistics);

#[Object(use_type_description)]
impl PartyStatistics {
    /// Parties in use or deactivated. Merged and erased ones are counted in `byStatus` alone.
    async fn total(&self) -> i64 {
        self.0.total()
    }

    /// The same by what they are.
    async fn by_kind(&self) -> Vec<PartyKindCount> {
        kind::PartyKind::ALL.iter().map(|kind| PartyKindCount { kind: (*kind).into(), count: self.0.of_kind(*kind) }).collect()
    }

    /// All records of parties by where they stand in their life.
    async fn by_status(&self) -> Vec<PartyStatusCount> {
        kind::PartyStatus::ALL.iter().map(|status| PartyStatusCount { status: (*status).into(), count: self.0.of_status(*status) }).collect()
    }

    /// Parties that hold a role now, for every role of the catalogue, by code. A party with several roles is counted in each.
    async fn by_role(&self) -> Vec<PartyRoleCount> {
        self.0.roles.iter().map(PartyRoleCount::from).collect()
    }

    /// Active links by engine.
    async fn links_by_system(&self) -> Vec<PartySystemCount> {
        by_system(self.0.links_by(|system, _, _| system.clone()))
    }

    /// Active links by engine and type of record.
    async fn links_by_type(&self) -> Vec<PartyRecordTypeCount> {
        let counts = self.0.links_by(|system, record_type, _| (system.clone(), record_type.clone())).into_iter();
        counts
            .map(|((system, record_type), count)| PartyRecordTypeCount { system: system.to_string(), record_type: record_type.to_string(), count })
            .collect()
    }

    /// Active links by how they came about.
    async fn links_by_method(&self) -> Vec<PartyLinkMethodCount> {
        let counts = self.0.links_by(|_, _, method| method);
        let count = |method: &kind::LinkMethod| counts.get(method).copied().unwrap_or_default();
        kind::LinkMethod::ALL.iter().map(|method| PartyLinkMethodCount { method: (*method).into(), count: count(method) }).collect()
    }

    /// Source records without a party that nobody has put aside: unlinked, or in review.
    async fn unlinked_source_records(&self) -> UnlinkedRecordCount {
        UnlinkedRecordCount { total: self.0.unlinked.values().sum(), by_system: by_system(self.0.unlinked.clone()) }
    }

    /// Parties in use or deactivated by the month in which they were made: the last twelve months with the current one, oldest first.
    async fn new_per_month(&self) -> Vec<PartyMonthCount> {
        self.0.new_per_month.iter().map(|(month, count)| PartyMonthCount { month: month.to_string(), count: *count }).collect()
    }
}

/// Counts of engines, by code.
pub(super) fn by_system(counts: impl IntoIterator<Item = (SystemCode, i64)>) -> Vec<PartySystemCount> {
    counts.into_iter().map(|(system, count)| PartySystemCount { system: system.to_string(), count }).collect()
}

/// Root fields that count.
#[derive(Default)]
pub struct StatisticsQuery;

#[Object]
impl StatisticsQuery {
    /// How many parties, roles, links and unlinked records the company has, counted by the database over everything.
    #[graphql(complexity = "100 + child_complexity")]
    async fn party_statistics(&self, ctx: &Context<'_>) -> Nullable<PartyStatistics> {
        Some(count(ctx).await)
    }
}

async fn count(ctx: &Context<'_>) -> Result<PartyStatistics, Error> {
    Ok(PartyStatistics(service::statistics::of_company(context::request(ctx)?).await?))
}
