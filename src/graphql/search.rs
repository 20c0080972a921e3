//! Search in the graph: `searchParties`.
use super::{
    context::{self, Nullable},
    page::{PageInfo, page_complexity, page_request},
    party::Party,
};
use crate::{
    domain::{self, error::Error, page::Page, search::SearchHit},
    service,
};
use async_graphql::{Context, Enum, Object, SimpleObject};

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
#[derive(SimpleObject)]
pub struct PartySearchConnection {
    /// The parties with how well they answer, best first.
    edges: Vec<PartySearchEdge>,
    /// The parties alone.
    nodes: Vec<Party>,
    /// Where the page stands among all answers.
    page_info: PageInfo,
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

impl PartySearchConnection {
    fn new(page: Page<SearchHit>, after: Option<&str>) -> Self {
        let page_info = PageInfo::new(&page, after);
        let edges: Vec<PartySearchEdge> = page
            .items
            .into_iter()
            .map(|(cursor, hit)| PartySearchEdge { cursor, node: hit.party.into(), score: hit.score, matched_by: hit.matched_by.into() })
            .collect();
        Self { nodes: edges.iter().map(|edge| edge.node.clone()).collect(), edges, page_info }
    }
}

/// Root fields that search parties.
#[derive(Default)]
pub struct SearchQuery;

#[Object]
impl SearchQuery {
    /// The parties that a text may mean, best first: by words of their names (beginnings and single typos are forgiven), an e-mail
    /// address or phone number (with the scope `party:pii`), an identifier, the id of a linked record, or a party's id. Merged
    /// and erased parties are not found. Of names that very many parties have, a few hundred parties are considered.
    #[graphql(complexity = "page_complexity(first, child_complexity)")]
    async fn search_parties(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to search for, 1 to 200 characters.")] query: String,
        #[graphql(desc = "The most items of the page, from 1 to 100; 20 when left out.")] first: Option<i32>,
        #[graphql(desc = "The `endCursor` of the page before, asked for with the same text.")] after: Option<String>,
    ) -> Nullable<PartySearchConnection> {
        Some(search(ctx, &query, first, after).await)
    }
}

async fn search(ctx: &Context<'_>, query: &str, first: Option<i32>, after: Option<String>) -> Result<PartySearchConnection, Error> {
    let asked = page_request(first, after)?;
    let page = service::search::page(context::request(ctx)?, query, &asked).await?;
    Ok(PartySearchConnection::new(page, asked.after.as_deref()))
}
