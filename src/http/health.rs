//! Health: is the process alive, and can it serve.
use super::Front;
use axum::{Json, extract::State, http::StatusCode};
use serde_json::{Value, json};
use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};
use tokio::time::timeout;

/// How long the database may take to answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// The process runs.
pub async fn live() -> Json<Value> {
    Json(json!({ "status": "live" }))
}

/// The database answers and tokens can be checked, so requests can be served; and the server is not about to stop.
pub async fn ready(State(front): State<Arc<Front>>) -> (StatusCode, Json<Value>) {
    if front.draining.load(Ordering::Relaxed) {
        return unavailable("The server stops.");
    }
    if !front.authenticator.is_ready() {
        return unavailable("The keys that tokens are signed with cannot be fetched.");
    }
    match timeout(PATIENCE, front.hub.database.ping()).await {
        Ok(Ok(())) => (StatusCode::OK, Json(json!({ "status": "ready" }))),
        Ok(Err(error)) => {
            tracing::warn!(?error, "the database did not answer a readiness check");
            unavailable("The database cannot be reached.")
        }
        Err(_) => {
            tracing::warn!(seconds = PATIENCE.as_secs(), "the database did not answer a readiness check in time");
            unavailable("The database does not answer in time.")
        }
    }
}

fn unavailable(reason: &str) -> (StatusCode, Json<Value>) {
    (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "status": "unavailable", "reason": reason })))
}
