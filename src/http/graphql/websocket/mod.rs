//! WebSockets with the protocol `graphql-transport-ws`: queries, mutations and subscriptions of one caller over one connection.
mod connection;
mod protocol;

use super::Refused;
use crate::http::{Front, auth::Identity, server::ConnectionSlot};
use async_graphql::Request;
use axum::{
    extract::WebSocketUpgrade,
    http::{HeaderMap, HeaderValue, StatusCode, header::AUTHORIZATION},
    response::{IntoResponse, Response},
};
use connection::Connection;
use protocol::{Close, PROTOCOL};
use serde_json::Value;
use std::{sync::Arc, time::Duration};
use tracing::{Instrument, Span};

/// What one socket may do.
#[derive(Clone, Copy, Debug)]
pub struct WebSocketLimits {
    /// How long a client may take to say who it is.
    pub init_timeout: Duration,
    /// How often a silent client is asked whether it is still there.
    pub ping: Duration,
    /// How many operations may run at once.
    pub max_operations: usize,
    /// The longest message.
    pub max_message_bytes: usize,
}

/// Idle sockets hold their buffers, so these are small; longer messages make them grow.
const BUFFER: usize = 4 * 1024;

/// Opens a socket for a client that speaks the protocol.
pub(super) fn open(front: Arc<Front>, headers: HeaderMap, slot: Option<ConnectionSlot>, upgrade: WebSocketUpgrade) -> Response {
    let limit = front.limits.websocket.max_message_bytes;
    let upgrade = upgrade.protocols([PROTOCOL]).max_message_size(limit).max_frame_size(limit).read_buffer_size(BUFFER).write_buffer_size(0);
    if upgrade.selected_protocol() != Some(&HeaderValue::from_static(PROTOCOL)) {
        return (StatusCode::BAD_REQUEST, "This server speaks the protocol graphql-transport-ws.").into_response();
    }
    // Lines of the socket's operations have the id of the request that opened it.
    let span = Span::current();
    let serve = move |socket| async move {
        let _open = front.metrics.websocket();
        let task = front.sockets.token();
        let authenticating = Arc::clone(&front);
        let running = Arc::clone(&front);
        let authenticate = async move |payload: Value| identity(&authenticating, headers, &payload).await;
        let run = move |identity: &Identity, request: Result<Request, Refused>| {
            let completed = request.and_then(|mut request| running.persisted.complete(&mut request).map(|()| request).map_err(Into::into));
            match completed {
                Ok(mut request) => (super::run::is_subscription(&mut request), running.execute_stream(identity, request)),
                Err(refused) => (false, super::run::only(refused.into_answer())),
            }
        };
        Connection::new(socket, front.limits.websocket, run).serve(authenticate, front.stopping.clone()).await;
        drop((task, slot));
    };
    upgrade.on_upgrade(move |socket| serve(socket).instrument(span))
}

/// Who a client is: by the token of its first message, or else of the request that opened the socket.
async fn identity(front: &Front, headers: HeaderMap, payload: &Value) -> Result<Identity, Close> {
    let named = payload.as_object().into_iter().flatten().find(|(name, _)| name.eq_ignore_ascii_case("authorization"));
    let mut headers = headers;
    if let Some(value) = named.and_then(|(_, value)| value.as_str()) {
        let value = HeaderValue::from_str(value).map_err(|_| Close::forbidden("The token is not valid."))?;
        headers.insert(AUTHORIZATION, value);
    }
    front.authenticator.caller(&headers).await.map_err(|error| Close::from(&error))
}
