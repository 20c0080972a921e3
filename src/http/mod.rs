//! The HTTP front door: GraphQL, health, GraphiQL, the admin pages, and figures on a port of their own. Knows nothing of SQL and of rules.
mod admin;
pub mod auth;
mod embedded;
mod graphiql;
mod graphql;
mod health;
mod metrics;
mod observe;
mod server;

pub use admin::{AdminPages, SignIn};
pub use graphql::{PersistedQueries, WebSocketLimits};
pub use metrics::Metrics;
pub use server::{ConnectionLimits, serve};

use crate::{graphql::PartySchema, service::Hub};
use auth::Authenticator;
use axum::{Router, http::header::CONTENT_TYPE, routing::get};
use std::{
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// What one request may do.
#[derive(Clone, Copy, Debug)]
pub struct RequestLimits {
    /// The largest body.
    pub max_body_bytes: usize,
    /// How long a request may take, from its head to its answer.
    pub request_timeout: Duration,
    /// What a WebSocket may do.
    pub websocket: WebSocketLimits,
}

/// What the handlers share.
pub struct Front {
    /// The application.
    pub hub: Arc<Hub>,
    /// The schema.
    pub schema: PartySchema,
    /// Who decides who the caller is.
    pub authenticator: Authenticator,
    /// What one request may do.
    pub limits: RequestLimits,
    /// The pages of the admin UI.
    pub admin: AdminPages,
    /// Documents that clients name by their hash.
    pub persisted: PersistedQueries,
    /// What is counted.
    pub metrics: Metrics,
    /// Whether spans are exported, for which more has to be noted of a request.
    pub exports_traces: bool,
    /// Whether the server is about to stop and wants no new work, though it still takes it.
    pub draining: AtomicBool,
    /// Done when the server stops.
    pub stopping: CancellationToken,
    /// The open WebSockets.
    pub sockets: TaskTracker,
}

/// Everything that this server answers.
pub fn router(front: Arc<Front>) -> Router {
    Router::new()
        .route("/graphql", get(graphql::get).post(graphql::post))
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .merge(graphiql::routes())
        .merge(admin::routes())
        .with_state(front)
}

/// The figures for Prometheus.
pub fn metrics_router(front: &Front) -> Router {
    let registry = Arc::new(front.metrics.registry(&front.hub, &front.authenticator));
    let content_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    Router::new().route("/metrics", get(async move || ([(CONTENT_TYPE, content_type)], metrics::text(&registry))))
}
