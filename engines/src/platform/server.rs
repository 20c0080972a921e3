//! The HTTP front door of an engine: GraphQL at `/<engine>/graphql`, and health.
use super::{
    Engine, Session,
    access::Access,
    error::{self, Errors},
};
use async_graphql::{EmptySubscription, Request, Response, Schema};
use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, StatusCode},
    routing::{get, post},
};
use sea_orm::DatabaseConnection;
use std::sync::Arc;

/// The largest body: 10,000 representations and their query fit well.
const MAX_BODY: usize = 8 * 1024 * 1024;

struct Front<E: Engine> {
    schema: Schema<E::Query, E::Mutation, EmptySubscription>,
    db: DatabaseConnection,
    access: Access,
}

/// Everything that an engine answers.
pub fn router<E: Engine>(db: DatabaseConnection, access: Access) -> Router {
    let schema = Schema::build(E::Query::default(), E::Mutation::default(), EmptySubscription)
        .limit_depth(20)
        .limit_complexity(20_000)
        .disable_suggestions()
        .extension(Errors::default())
        .finish();
    let front = Arc::new(Front::<E> { schema, db, access });
    Router::new()
        .route(&format!("/{}/graphql", E::SYSTEM), post(answer::<E>))
        .route(&format!("/{}/health", E::SYSTEM), get(health::<E>))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .with_state(front)
}

async fn answer<E: Engine>(State(front): State<Arc<Front<E>>>, headers: HeaderMap, Json(request): Json<Request>) -> (StatusCode, Json<Response>) {
    let caller = match front.access.caller(&headers) {
        Ok(caller) => caller,
        Err(error) => return (StatusCode::UNAUTHORIZED, Json(error::response(&error))),
    };
    let session = Arc::new(Session { system: E::SYSTEM, db: front.db.clone(), caller });
    let request = request.data(E::loaders(&session)).data(session);
    // In a task of its own: a client that goes away must not stop a change half-way, nor leave a transaction open on its connection.
    match tokio::spawn(async move { front.schema.execute(request).await }).await {
        Ok(response) => (StatusCode::OK, Json(response)),
        Err(error) => {
            tracing::error!(%error, "a request panicked");
            (StatusCode::INTERNAL_SERVER_ERROR, Json(error::response(&super::Error::Internal(error.to_string()))))
        }
    }
}

async fn health<E: Engine>(State(front): State<Arc<Front<E>>>) -> StatusCode {
    match front.db.ping().await {
        Ok(()) => StatusCode::OK,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// The size of a page that a client asks for.
///
/// # Errors
/// `INVALID_PAGE`.
pub fn page_size(first: Option<i32>) -> Result<u64, super::Error> {
    let first = u64::try_from(first.unwrap_or(20)).ok().filter(|first| (1..=100).contains(first));
    first.ok_or_else(|| super::Error::refused("INVALID_PAGE", "`first` is from 1 to 100."))
}
