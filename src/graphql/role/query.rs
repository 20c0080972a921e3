//! Reading the catalogue of roles.
use super::object::RoleType;
use crate::{
    graphql::{
        context::{self, Nullable},
        page::list_complexity,
    },
    service,
};
use async_graphql::{Context, Object};

/// Root fields that read the catalogue of roles.
#[derive(Default)]
pub struct RoleQuery;

#[Object]
impl RoleQuery {
    /// The roles that a party can hold: the system's and those that the company added, by code.
    #[graphql(complexity = "list_complexity(child_complexity)")]
    async fn role_types(&self, ctx: &Context<'_>) -> Nullable<Vec<RoleType>> {
        let types = async { service::role_type::all(context::request(ctx)?).await };
        Some(types.await.map(|types| types.into_iter().map(RoleType::from).collect()))
    }
}
