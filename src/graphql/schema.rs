//! The schema: its roots, its limits, and its SDL as gateways get it.
use super::{
    channel::ChannelQuery,
    contact_point::ContactPointMutation,
    directory::DirectoryQuery,
    distinct::DistinctMutation,
    engine::{EngineMutation, EngineQuery},
    error::Errors,
    facet::FacetQuery,
    federation::FederationQuery,
    feed::{FeedQuery, FeedSubscription},
    import_run::ImportRunQuery,
    link::{LinkMutation, LinkQuery},
    match_job::{MatchJobMutation, MatchJobQuery},
    match_task::{MatchTaskMutation, MatchTaskQuery},
    merge::{MergeMutation, MergeQuery},
    omitted::OmittedVariables,
    party::{FindOrCreateMutation, PartyMutation, PartyQuery},
    relationship::{RelationshipMutation, RelationshipQuery},
    revenue::{RevenueMutation, RevenueQuery},
    role::{RoleMutation, RoleQuery},
    search::SearchQuery,
    source_record::{SourceRecordMutation, SourceRecordQuery},
    statistics::StatisticsQuery,
    suggestion::SuggestionQuery,
};
use async_graphql::{MergedObject, MergedSubscription, SDLExportOptions, Schema, SchemaBuilder};
use std::sync::Arc;

/// The root of all reads. Each field needs the scope `party:read`; those that need more say so.
#[derive(MergedObject, Default)]
#[graphql(name = "Query")]
pub struct Query(
    ChannelQuery,
    DirectoryQuery,
    EngineQuery,
    FederationQuery,
    FeedQuery,
    ImportRunQuery,
    LinkQuery,
    MatchJobQuery,
    MatchTaskQuery,
    MergeQuery,
    PartyQuery,
    RelationshipQuery,
    RevenueQuery,
    RoleQuery,
    SearchQuery,
    SourceRecordQuery,
    FacetQuery,
    StatisticsQuery,
    SuggestionQuery,
);

/// The root of all changes. Reading what a payload shows of parties needs the scope `party:read` besides. Each runs in one transaction; several in one request run one after the other.
#[derive(MergedObject, Default)]
#[graphql(name = "Mutation")]
pub struct Mutation(
    ContactPointMutation,
    DistinctMutation,
    EngineMutation,
    FindOrCreateMutation,
    LinkMutation,
    MatchJobMutation,
    MatchTaskMutation,
    MergeMutation,
    PartyMutation,
    RelationshipMutation,
    RevenueMutation,
    RoleMutation,
    SourceRecordMutation,
);

/// The root of what is followed as it happens.
#[derive(MergedSubscription, Default)]
#[graphql(name = "Subscription")]
pub struct Subscription(FeedSubscription);

/// The schema of this subgraph.
pub type PartySchema = Schema<Query, Mutation, Subscription>;

/// How much one request may ask for.
#[derive(Clone, Debug)]
pub struct GraphLimits {
    /// How deep selections may nest.
    pub depth: usize,
    /// The sum of fields, each counted as often as its list may be long.
    pub complexity: usize,
    /// Aliases in one document.
    pub aliases: usize,
    /// Directives on one field.
    pub directives: usize,
    /// Whether clients may ask for the schema.
    pub introspection: bool,
}

/// The SDL that `_service` answers with; nothing when clients may not ask for the schema.
pub(super) struct ServiceSdl(pub Option<Arc<str>>);

/// Builds the schema with its limits.
pub fn build(limits: &GraphLimits) -> PartySchema {
    let builder = builder()
        .limit_depth(limits.depth)
        .limit_complexity(limits.complexity)
        .limit_aliases(limits.aliases)
        .limit_directives(limits.directives)
        .disable_suggestions()
        .extension(Errors::default())
        .extension(OmittedVariables)
        .data(ServiceSdl(limits.introspection.then(|| sdl().into())));
    if limits.introspection { builder } else { builder.disable_introspection() }.finish()
}

fn builder() -> SchemaBuilder<Query, Mutation, Subscription> {
    Schema::build(Query::default(), Mutation::default(), Subscription::default()).enable_subscription_in_federation()
}

/// The header that says which federation the SDL speaks and which of its directives it uses.
const LINK: &str = r#"extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@tag"])
"#;

/// The SDL of this subgraph, as it is committed in `schema.graphql` and composed by gateways.
pub fn sdl() -> String {
    let exported = builder().finish().sdl_with_options(SDLExportOptions::new().federation().use_space_ident());
    // The library writes a link to an older federation at the end, and definitions of directives that the link imports.
    let body = exported.split("extend schema @link(").next().unwrap_or_default();
    let mut kept: Vec<&str> = Vec::new();
    for line in body.lines() {
        if line.starts_with("directive @") { drop_description(&mut kept) } else { kept.push(line) }
    }
    format!("{LINK}\n{}\n", kept.join("\n").trim())
}

/// Takes a description off the end: without the definition that follows it, it is no GraphQL.
fn drop_description(lines: &mut Vec<&str>) {
    const QUOTES: &str = "\"\"\"";
    if lines.last() == Some(&QUOTES) {
        lines.pop();
        while lines.pop().is_some_and(|line| line != QUOTES) {}
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_sdl_is_graphql() {
        async_graphql::parser::parse_schema(super::sdl()).unwrap();
    }
}
