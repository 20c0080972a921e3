//! The admin pages, from files that were built into the program, and what they need to know before anybody signed in.
use super::{Front, embedded};
use anyhow::{Context, Result};
use axum::{
    Json, Router,
    extract::{Path, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use rust_embed::RustEmbed;
use serde::Serialize;
use std::sync::Arc;
use url::Url;

/// What `make web` built; empty in a build without it.
#[derive(RustEmbed)]
#[folder = "web/dist/admin"]
#[allow_missing = true]
struct Assets;

const NOT_BUILT: &str = "<!doctype html><html lang=en><meta charset=utf-8><title>Party</title>\
     <p>The admin pages are not part of this build. Run <code>make web</code> and start the server again.</p>";

/// The only style that scripts put into a page: that of the charts. Components set styles of single elements, which `style-src-attr` allows.
const CHART_STYLE: &str = "'sha256-vq1nXiip1gYEos9mq/l/rANunpXYSgJCLvOVRyKe3Xo='";

/// Where people sign in to the admin pages.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SignIn {
    /// The OpenID provider.
    pub issuer: Url,
    /// The name of the pages at the provider.
    pub client_id: String,
    /// What is asked for.
    pub scope: String,
    /// For whom the tokens are.
    pub resource: Option<String>,
}

/// What the pages are told before anybody signed in.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Configuration {
    demo: bool,
    sign_in: Option<SignIn>,
}

/// The admin pages of one server.
#[derive(Clone, Debug)]
pub struct AdminPages {
    configuration: Configuration,
    policy: HeaderValue,
}

impl AdminPages {
    /// The pages of a server that needs no token, or at which people sign in at a provider, or paste one.
    ///
    /// # Errors
    /// When the provider's address cannot be written into the pages' policy.
    pub fn new(demo: bool, sign_in: Option<SignIn>) -> Result<Self> {
        let provider = sign_in.as_ref().map(|sign_in| sign_in.issuer.origin().ascii_serialization()).unwrap_or_default();
        let policy = format!(
            "default-src 'none'; script-src 'self'; style-src 'self' {CHART_STYLE}; style-src-attr 'unsafe-inline'; img-src 'self' data:; \
             font-src 'self'; connect-src 'self' {provider}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        );
        let policy = HeaderValue::from_str(&policy).context("PARTY_ADMIN_OIDC_ISSUER cannot be used")?;
        Ok(Self { configuration: Configuration { demo, sign_in }, policy })
    }
}

/// The admin pages: every address beneath them that is no file is a view, which the page itself reads from the address.
pub fn routes() -> Router<Arc<Front>> {
    Router::new()
        .route("/admin", get(|| async { Redirect::temporary("/admin/") }))
        .route("/admin/", get(async |State(front): State<Arc<Front>>| file(&front.admin, "index.html")))
        .route("/admin/config.json", get(configuration))
        .route("/admin/{*path}", get(async |State(front): State<Arc<Front>>, Path(path): Path<String>| file(&front.admin, &path)))
}

async fn configuration(State(front): State<Arc<Front>>) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], Json(&front.admin.configuration)).into_response()
}

fn file(pages: &AdminPages, path: &str) -> Response {
    let is_file = path.rsplit('/').next().is_some_and(|name| name.contains('.'));
    embedded::file::<Assets>(if is_file { path } else { "index.html" }, pages.policy.clone(), NOT_BUILT)
}
