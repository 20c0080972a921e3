//! Health: is the process alive, and can it serve.
use super::Front;
use axum::{Json, extract::State, http::StatusCode};
use serde_json::{Value, json};

/// The process runs.
pub async fn live() -> Json<Value> {
    Json(json!({ "status": "live" }))
}

/// The database answers, so requests can be served.
pub async fn ready(State(front): State<Front>) -> (StatusCode, Json<Value>) {
    if !front.authenticator.is_ready() {
        return unavailable("The keys that tokens are signed with cannot be fetched.");
    }
    match front.hub.database.ping().await {
        Ok(()) => (StatusCode::OK, Json(json!({ "status": "ready" }))),
        Err(error) => {
            tracing::warn!(?error, "the database did not answer a readiness check");
            unavailable("The database cannot be reached.")
        }
    }
}

fn unavailable(reason: &str) -> (StatusCode, Json<Value>) {
    (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "status": "unavailable", "reason": reason })))
}
