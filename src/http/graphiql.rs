//! GraphiQL, from files that were built into the program: no network but this server.
use super::{Front, embedded};
use axum::{
    Router,
    extract::Path,
    http::HeaderValue,
    response::{Redirect, Response},
    routing::get,
};
use rust_embed::RustEmbed;
use std::sync::Arc;

/// What `make web` built; empty in a build without it.
#[derive(RustEmbed)]
#[folder = "web/dist/graphiql"]
#[allow_missing = true]
struct Assets;

/// The editor sets styles from scripts, hence 'unsafe-inline' for them; scripts come from files only.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
     font-src 'self'; connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const NOT_BUILT: &str = "<!doctype html><html lang=en><meta charset=utf-8><title>GraphiQL</title>\
     <p>GraphiQL is not part of this build. Run <code>make web</code> and start the server again.</p>";

/// The pages of GraphiQL.
pub fn routes() -> Router<Arc<Front>> {
    Router::new()
        .route("/", get(|| async { Redirect::temporary("/graphiql/") }))
        .route("/graphiql", get(|| async { Redirect::temporary("/graphiql/") }))
        .route("/graphiql/", get(|| async { file("index.html") }))
        .route("/graphiql/{*path}", get(|Path(path): Path<String>| async move { file(&path) }))
}

fn file(path: &str) -> Response {
    embedded::file::<Assets>(path, HeaderValue::from_static(CONTENT_SECURITY_POLICY), NOT_BUILT)
}
