//! The HTTP front door: GraphQL, health, GraphiQL. Knows nothing of SQL and of rules.
pub mod auth;
mod graphiql;
mod graphql;
mod health;

use crate::{graphql::PartySchema, service::Hub};
use auth::Authenticator;
use axum::{Router, routing::get};
use std::sync::Arc;

/// What the handlers share.
#[derive(Clone)]
pub struct Front {
    /// The application.
    pub hub: Arc<Hub>,
    /// The schema.
    pub schema: PartySchema,
    /// Who decides who the caller is.
    pub authenticator: Arc<Authenticator>,
}

/// Everything that this server answers.
pub fn router(front: Front) -> Router {
    Router::new()
        .route("/graphql", get(graphql::get).post(graphql::post))
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .merge(graphiql::routes())
        .with_state(front)
}
