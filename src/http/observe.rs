//! What is noted of every request: its id, how it ended and how long it took. Never its token, nor what it is about.
use super::{Front, metrics::Route};
use axum::{
    Router,
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, Request},
    response::{IntoResponse, Response},
};
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry_http::HeaderExtractor;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use std::{sync::Arc, time::Instant};
use tower::ServiceExt;
use tracing::{Instrument, Span, field::Empty};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use uuid::Uuid;

/// The header with the request's id: taken from the client, or made here, and given back.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The longest id that is taken from a client.
const MAX_ID: usize = 128;

/// Answers a request, and notes how.
pub async fn observe(front: Arc<Front>, router: Router, request: Request<Body>) -> Response {
    let began = Instant::now();
    let id = request_id(&front, request.headers());
    let route = Route::of(request.uri().path());
    let method = request.method().clone();
    let span = span(&front, &request, &id);
    let mut response = match router.oneshot(request).instrument(span.clone()).await {
        Ok(response) => response,
        Err(never) => match never {},
    };
    let (status, took) = (response.status().as_u16(), began.elapsed());
    front.metrics.request(route, status, took);
    if front.exports_traces {
        span.record("http.response.status_code", status);
        if status >= 500 {
            span.record("otel.status_code", "ERROR");
        }
    }
    span.in_scope(|| {
        let milliseconds = took.as_micros() as f64 / 1_000.0;
        tracing::debug!(target: "party::access", %method, route = route.as_str(), status, milliseconds, "answered");
    });
    response.headers_mut().insert(REQUEST_ID, id);
    response.into_response()
}

/// The client's id if it is one: letters, digits, dots, dashes and underscores, so that it cannot forge lines of the log.
fn request_id(front: &Front, headers: &HeaderMap) -> HeaderValue {
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    match headers.get(REQUEST_ID) {
        Some(id) if (1..=MAX_ID).contains(&id.len()) && id.as_bytes().iter().all(is_plain) => id.clone(),
        _ => {
            let mut text = Uuid::encode_buffer();
            let text = front.hub.ids.next::<Uuid>().hyphenated().encode_lower(&mut text);
            HeaderValue::from_str(text).unwrap_or_else(|_| HeaderValue::from_static("none"))
        }
    }
}

/// What all lines of the request stand in. It is of the highest level, so that no filter takes the id from a line that is written.
fn span(front: &Front, request: &Request<Body>, id: &HeaderValue) -> Span {
    let id = id.to_str().unwrap_or_default();
    if !front.exports_traces {
        return tracing::error_span!("request", id);
    }
    let span = tracing::error_span!(
        "request",
        id,
        otel.name = %format_args!("{} {}", request.method(), Route::of(request.uri().path()).as_str()),
        otel.kind = "server",
        otel.status_code = Empty,
        http.request.method = %request.method(),
        http.response.status_code = Empty,
        graphql.operation.type = Empty,
        graphql.operation.name = Empty,
    );
    let _ = span.set_parent(TraceContextPropagator::new().extract(&HeaderExtractor(request.headers())));
    span
}
