//! Reading the catalogue of relationship types.
use super::object::RelationshipType;
use crate::{
    graphql::{
        context::{self, Nullable},
        page::list_complexity,
    },
    service,
};
use async_graphql::{Context, Object};

/// Root fields that read the catalogue of relationship types.
#[derive(Default)]
pub struct RelationshipQuery;

#[Object]
impl RelationshipQuery {
    /// What two parties can be to each other, by code.
    #[graphql(complexity = "list_complexity(child_complexity)")]
    async fn relationship_types(&self, ctx: &Context<'_>) -> Nullable<Vec<RelationshipType>> {
        let types = async { service::relationship::types(context::request(ctx)?).await };
        Some(types.await.map(|types| types.into_iter().map(RelationshipType::from).collect()))
    }
}
