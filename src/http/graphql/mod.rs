//! GraphQL over HTTP: POST with a JSON body, GET for queries, one answer or a stream of events, and WebSockets.
mod accept;
mod body;
mod persisted;
mod respond;
mod run;
mod sse;
mod websocket;

pub use persisted::PersistedQueries;
pub use respond::Refused;
pub use websocket::WebSocketLimits;

use super::{Front, auth::Identity, server::ConnectionSlot};
use crate::domain::refusal::Code;
use accept::Media;
use async_graphql::{Request, parser::types::OperationType};
use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{Extension, State, WebSocketUpgrade, ws::rejection::WebSocketUpgradeRejection},
    http::{HeaderMap, StatusCode, Uri, header},
    response::Response,
};
use std::{net::IpAddr, sync::Arc};
use tokio::time::{Instant, timeout_at};

/// Runs a query or mutation.
pub async fn post(State(front): State<Arc<Front>>, headers: HeaderMap, body: Body) -> Response {
    let Some(media) = Media::accepted(&headers) else { return not_acceptable() };
    let deadline = Instant::now() + front.limits.request_timeout;
    match read(&front, &headers, body, deadline).await {
        Ok((identity, request)) => answer(&front, media, identity, request, deadline).await,
        Err(refused) => refused.respond(media),
    }
}

/// Runs a query, or opens a WebSocket. Changes need POST, which other sites cannot make a browser send.
pub async fn get(
    State(front): State<Arc<Front>>,
    slot: Option<Extension<ConnectionSlot>>,
    headers: HeaderMap,
    uri: Uri,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    if let Err(refused) = same_site(&front, &headers) {
        return refused.respond(Media::Json);
    }
    if let Ok(upgrade) = upgrade {
        return websocket::open(front, headers, slot.map(|Extension(slot)| slot), upgrade);
    }
    let Some(media) = Media::accepted(&headers) else { return not_acceptable() };
    let deadline = Instant::now() + front.limits.request_timeout;
    match read_query(&front, media, &headers, &uri).await {
        Ok((identity, request)) => answer(&front, media, identity, request, deadline).await,
        Err(refused) => refused.respond(media),
    }
}

/// Who asks for what, from a body. Strangers are turned away before their body is read.
async fn read(front: &Front, headers: &HeaderMap, body: Body, deadline: Instant) -> Result<(Identity, Request), Refused> {
    own_page(front, headers)?;
    // Browsers send other types across origins without asking; JSON they do not.
    if !is_json(headers) {
        return Err(Refused::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, Code::InvalidArgument, "Send the request as application/json."));
    }
    let identity = front.authenticator.caller(headers).await?;
    let bytes = read_body(front, body, deadline).await?;
    let mut request = body::from_json(&bytes)?;
    front.persisted.complete(&mut request)?;
    Ok((identity, request))
}

async fn read_body(front: &Front, body: Body, deadline: Instant) -> Result<Bytes, Refused> {
    let limit = front.limits.max_body_bytes;
    match timeout_at(deadline, to_bytes(body, limit)).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(_)) => Err(Refused::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            Code::RequestTooLarge,
            format!("The body has more than {limit} bytes, or did not arrive whole."),
        )),
        Err(_) => Err(Refused::new(StatusCode::REQUEST_TIMEOUT, Code::RequestTimeout, "The body did not arrive in time.")),
    }
}

/// Who asks for what, from an address.
async fn read_query(front: &Front, media: Media, headers: &HeaderMap, uri: &Uri) -> Result<(Identity, Request), Refused> {
    let mut request = body::from_query_string(uri.query().unwrap_or_default())?;
    let identity = front.authenticator.caller(headers).await?;
    front.persisted.complete(&mut request)?;
    let may_run = match run::operation_type(&mut request) {
        Some(OperationType::Mutation) => false,
        Some(OperationType::Subscription) => media == Media::EventStream,
        // What is neither is told by the executor.
        Some(OperationType::Query) | None => true,
    };
    if may_run {
        Ok((identity, request))
    } else {
        Err(Refused::new(StatusCode::METHOD_NOT_ALLOWED, Code::InvalidArgument, "Only queries run on GET. Send mutations with POST."))
    }
}

async fn answer(front: &Arc<Front>, media: Media, identity: Identity, request: Request, deadline: Instant) -> Response {
    if media == Media::EventStream {
        return sse::stream(front, &identity, request);
    }
    respond::respond(media, &front.execute(identity.caller, request, deadline).await)
}

/// Refuses what a browser asks on behalf of another site. Programs that are not browsers do not send what says so.
fn same_site(front: &Front, headers: &HeaderMap) -> Result<(), Refused> {
    let is_websocket = headers.contains_key(header::UPGRADE);
    let site = text(headers, "sec-fetch-site").unwrap_or_default();
    // Browsers ask before they send this type to another site. A WebSocket has to bring a token, which browsers do not add by themselves.
    let is_foreign = matches!(site, "cross-site" | "same-site") && !is_json(headers) && !is_websocket;
    if is_foreign { Err(foreign()) } else { own_page(front, headers) }
}

/// In demo mode nobody brings a token, so a page of another site must neither open a WebSocket to this machine nor lead its own name to it.
fn own_page(front: &Front, headers: &HeaderMap) -> Result<(), Refused> {
    if !front.authenticator.is_demo() {
        return Ok(());
    }
    let host = text(headers, "host").unwrap_or_default();
    let name = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit())).map_or(host, |(name, _)| name);
    let is_here = name == "localhost" || name.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    let is_own = text(headers, "origin").is_none_or(|origin| origin.split_once("://").is_some_and(|(_, authority)| authority == host));
    if is_here && is_own { Ok(()) } else { Err(foreign()) }
}

fn foreign() -> Refused {
    Refused::new(StatusCode::FORBIDDEN, Code::Forbidden, "Pages of other sites may not ask this server.")
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn is_json(headers: &HeaderMap) -> bool {
    text(headers, "content-type").unwrap_or_default().split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json")
}

fn not_acceptable() -> Response {
    let message = "This server answers with application/graphql-response+json, application/json or text/event-stream.";
    Refused::new(StatusCode::NOT_ACCEPTABLE, Code::InvalidArgument, message).respond(Media::Json)
}
