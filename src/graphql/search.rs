//! Search in the graph: `searchParties`.
use super::{
    context::{self, Nullable},
    directory::PartyFilter,
    hot::{Emit, Environment, Hot, HotList, Json, Kind, Needs, Plan, Scope, compile, parts_beneath, slots},
    page::{PageInfo, page_complexity, page_request},
    party::Party,
};
use crate::{
    domain::{self, error::Error, page::Page, search::SearchHit},
    service,
};
use async_graphql::{Context, Description, Enum, Object, SimpleObject, parser::types::Field, resolver_utils::enum_value};

/// By what a party was found.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::search::MatchedBy")]
pub enum PartyMatchedBy {
    /// An e-mail address of the party.
    Email,
    /// A phone number of the party.
    Phone,
    /// A number that somebody issued to the party, whatever its scheme.
    Identifier,
    /// The id of a record of an engine that is linked to the party.
    SourceId,
    /// The party's own id, or one that was merged into it.
    PartyId,
    /// Words of a name, perhaps only their beginnings or with a typo.
    Name,
}

/// A page of parties that answer a search.
#[derive(Description)]
pub struct PartySearchConnection {
    edges: Vec<PartySearchEdge>,
    page_info: PageInfo,
}

#[Object(use_type_description)]
impl PartySearchConnection {
    /// The parties with how well they answer, best first.
    async fn edges(&self) -> HotList<&PartySearchEdge> {
        HotList(self.edges.iter().collect())
    }

    /// The parties alone.
    async fn nodes(&self) -> HotList<&Party> {
        HotList(self.edges.iter().map(|edge| &edge.node).collect())
    }

    /// Where the page stands among all answers.
    async fn page_info(&self) -> &PageInfo {
        &self.page_info
    }
}

/// A party that answers a search.
#[derive(SimpleObject)]
pub struct PartySearchEdge {
    /// Where the party stands among all answers; opaque.
    cursor: String,
    /// The party.
    node: Party,
    /// How well it answers, above 0 and up to 1, which is an exact match. Same words rank above beginnings of words above words with a typo.
    score: f64,
    /// By what it was found.
    matched_by: PartyMatchedBy,
}

slots!(CURSOR, NODE, SCORE, MATCHED_BY);

impl Hot for PartySearchEdge {
    fn kind(_: &Scope<'_, '_>, field: &Field) -> Kind {
        match field.name.node.as_str() {
            "cursor" => Kind::Leaf(CURSOR, Needs::NOTHING),
            "node" => Kind::Node(NODE, Needs::NOTHING, compile::<Party>),
            "score" => Kind::Leaf(SCORE, Needs::NOTHING),
            "matchedBy" => Kind::Leaf(MATCHED_BY, Needs::NOTHING),
            _ => Kind::Lazy,
        }
    }
}

impl Emit for PartySearchEdge {
    fn emit(&self, field: u16, plan: &Plan<'_>, json: &mut Json<'_>) {
        match field {
            CURSOR => json.text(&self.cursor),
            NODE => json.object(&self.node, plan),
            SCORE => json.value(&self.score.into()),
            _ => json.value(&enum_value(self.matched_by)),
        }
    }

    fn is_ready(&self, needs: Needs, environment: &Environment) -> bool {
        self.node.is_ready(needs, environment)
    }
}

impl PartySearchConnection {
    async fn new(ctx: &Context<'_>, page: Page<SearchHit>, after: Option<&str>) -> Result<Self, Error> {
        let page_info = PageInfo::new(&page, after);
        let parties = page.items.iter().map(|(_, hit)| hit.party.clone()).collect();
        let parts = parts_beneath::<Party>(ctx, &[&["nodes"], &["edges", "node"]]);
        let mut profiles = service::party::complete(context::request(ctx)?, parties, parts).await?;
        let edge = |(cursor, hit): (String, SearchHit)| {
            let node = Party::from(profiles.remove(&hit.party.id)?);
            Some(PartySearchEdge { cursor, node, score: hit.score, matched_by: hit.matched_by.into() })
        };
        Ok(Self { edges: page.items.into_iter().filter_map(edge).collect(), page_info })
    }
}

/// Root fields that search parties.
#[derive(Default)]
pub struct SearchQuery;

#[Object]
#[expect(clippy::too_many_arguments, reason = "a search has a text, a filter and a page beside the context")]
impl SearchQuery {
    /// The parties that a text may mean, best first: by words of their names (beginnings and single typos are forgiven), an e-mail
    /// address or phone number (with the scope `party:pii`), an identifier, the id of a linked record, or a party's id. Merged
    /// and erased parties are not found. Of names that very many parties have, a few hundred parties are considered.
    #[graphql(complexity = "page_complexity(first, child_complexity)")]
    async fn search_parties(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to search for, 1 to 200 characters.")] query: String,
        #[graphql(desc = "Which parties; all that are active or inactive when left out.")] filter: Option<PartyFilter>,
        #[graphql(desc = "The most items of the page, from 1 to 100; 20 when left out.")] first: Option<i32>,
        #[graphql(desc = "The `endCursor` of the page before, asked for with the same text and filter.")] after: Option<String>,
    ) -> Nullable<PartySearchConnection> {
        Some(search(ctx, &query, filter.unwrap_or_default(), (first, after)).await)
    }
}

async fn search(
    ctx: &Context<'_>,
    query: &str,
    filter: PartyFilter,
    (first, after): (Option<i32>, Option<String>),
) -> Result<PartySearchConnection, Error> {
    let asked = page_request(first, after)?;
    let page = service::search::page(context::request(ctx)?, query, &filter.into(), &asked).await?;
    PartySearchConnection::new(ctx, page, asked.after.as_deref()).await
}
