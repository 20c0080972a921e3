//! The directory in the graph: `parties`.
use super::{
    context::{self, Nullable},
    hot::{Emit, Environment, Hot, HotList, Json, Kind, Needs, Plan, Scope, compile, parts_beneath, slots},
    page::{PageInfo, page_complexity, page_request},
    party::{Party, PartyKind, PartyStatus},
    scalar::DateTime,
};
use crate::{
    domain::{
        directory::{DirectoryOrder, SortKey},
        error::Error,
        page::Page,
        profile::Profile,
    },
    service::{self, directory::DirectoryInput},
};
use async_graphql::{Context, Description, Enum, InputObject, Object, SimpleObject, parser::types::Field};
use std::sync::Arc;

/// A page of a list.
#[derive(Description)]
pub struct PartyConnection {
    edges: Vec<PartyEdge>,
    page_info: PageInfo,
}

impl PartyConnection {
    fn new(page: Page<Arc<Profile>>, after: Option<&str>) -> Self {
        let page_info = PageInfo::new(&page, after);
        let edges = page.items.into_iter().map(|(cursor, profile)| PartyEdge { cursor, node: profile.into() }).collect();
        Self { edges, page_info }
    }
}

#[Object(use_type_description)]
impl PartyConnection {
    /// The items with their cursors.
    async fn edges(&self) -> HotList<&PartyEdge> {
        HotList(self.edges.iter().collect())
    }

    /// The items alone.
    async fn nodes(&self) -> HotList<&Party> {
        HotList(self.edges.iter().map(|edge| &edge.node).collect())
    }

    /// Where the page stands in the list.
    async fn page_info(&self) -> &PageInfo {
        &self.page_info
    }
}

/// One item of a page.
#[derive(SimpleObject)]
pub struct PartyEdge {
    /// Where the item stands in the list; opaque.
    cursor: String,
    /// The item.
    node: Party,
}

slots!(CURSOR, NODE);

impl Hot for PartyEdge {
    fn kind(_: &Scope<'_, '_>, field: &Field) -> Kind {
        match field.name.node.as_str() {
            "cursor" => Kind::Leaf(CURSOR, Needs::NOTHING),
            "node" => Kind::Node(NODE, Needs::NOTHING, compile::<Party>),
            _ => Kind::Lazy,
        }
    }
}

impl Emit for PartyEdge {
    fn emit(&self, field: u16, plan: &Plan<'_>, json: &mut Json<'_>) {
        match field {
            CURSOR => json.text(&self.cursor),
            _ => json.object(&self.node, plan),
        }
    }

    fn is_ready(&self, needs: Needs, environment: &Environment) -> bool {
        self.node.is_ready(needs, environment)
    }
}

/// The order of a list of parties. Those that are equal in it follow each other by id.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub enum PartyOrder {
    /// By display name, without regard to case and accents, from A to Z.
    NameAsc,
    /// By display name from Z to A.
    NameDesc,
    /// The oldest record first.
    CreatedAtAsc,
    /// The newest record first.
    CreatedAtDesc,
    /// The record that was changed longest ago first.
    UpdatedAtAsc,
    /// The record that was changed last first.
    UpdatedAtDesc,
}

impl From<PartyOrder> for DirectoryOrder {
    fn from(order: PartyOrder) -> Self {
        let (key, descending) = match order {
            PartyOrder::NameAsc => (SortKey::Name, false),
            PartyOrder::NameDesc => (SortKey::Name, true),
            PartyOrder::CreatedAtAsc => (SortKey::CreatedAt, false),
            PartyOrder::CreatedAtDesc => (SortKey::CreatedAt, true),
            PartyOrder::UpdatedAtAsc => (SortKey::UpdatedAt, false),
            PartyOrder::UpdatedAtDesc => (SortKey::UpdatedAt, true),
        };
        Self { key, descending }
    }
}

/// Which parties a list shows: those that meet everything that is given. An empty list filters nothing.
#[derive(InputObject, Default)]
pub struct PartyFilter {
    /// Only persons or only organisations.
    pub kind: Option<PartyKind>,
    /// In one of these states. Active and inactive ones when left out; merged and erased ones only when named.
    pub statuses: Option<Vec<PartyStatus>>,
    /// Codes of roles of which the party holds at least one now.
    pub roles: Option<Vec<String>>,
    /// Engines, for instance `crm`, of which at least one has a record that is linked to the party.
    pub linked_systems: Option<Vec<String>>,
    /// Made at this time or later.
    pub created_since: Option<DateTime>,
    /// Changed at this time or later.
    pub updated_since: Option<DateTime>,
}

impl From<PartyFilter> for DirectoryInput {
    fn from(filter: PartyFilter) -> Self {
        Self {
            kind: filter.kind.map(Into::into),
            statuses: filter.statuses.unwrap_or_default().into_iter().map(Into::into).collect(),
            roles: filter.roles.unwrap_or_default(),
            linked_systems: filter.linked_systems.unwrap_or_default(),
            created_since: filter.created_since.map(|at| at.0),
            updated_since: filter.updated_since.map(|at| at.0),
        }
    }
}

/// Root fields that list parties.
#[derive(Default)]
pub struct DirectoryQuery;

#[Object]
#[expect(clippy::too_many_arguments, reason = "a list has a filter, an order and a page beside the context")]
impl DirectoryQuery {
    /// The company's parties in pages, filtered and in order.
    #[graphql(complexity = "page_complexity(first, child_complexity)")]
    async fn parties(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which parties; all that are active or inactive when left out.")] filter: Option<PartyFilter>,
        #[graphql(desc = "The order.", default_with = "PartyOrder::NameAsc")] order_by: PartyOrder,
        #[graphql(desc = "The most items of the page, from 1 to 100; 20 when left out.")] first: Option<i32>,
        #[graphql(desc = "The `endCursor` of the page before, asked for with the same filter and order.")] after: Option<String>,
    ) -> Nullable<PartyConnection> {
        Some(parties(ctx, filter.unwrap_or_default().into(), order_by.into(), (first, after)).await)
    }
}

async fn parties(
    ctx: &Context<'_>,
    filter: DirectoryInput,
    order: DirectoryOrder,
    (first, after): (Option<i32>, Option<String>),
) -> Result<PartyConnection, Error> {
    let asked = page_request(first, after)?;
    let parts = parts_beneath::<Party>(ctx, &[&["nodes"], &["edges", "node"]]);
    let page = service::directory::page(context::request(ctx)?, &filter, order, &asked, parts).await?;
    Ok(PartyConnection::new(page, asked.after.as_deref()))
}
