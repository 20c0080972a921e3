//! The messages of `graphql-transport-ws`, and why a socket is closed.
use crate::{
    domain::{error::Error, refusal::Code},
    http::graphql::{
        Refused, body,
        respond::{is_request_error, to_json},
    },
};
use async_graphql::{Request, Response};
use axum::extract::ws::{CloseFrame, Message};
use serde::{Deserialize, Serialize};
use serde_json::{Value, value::RawValue};
use std::borrow::Cow;

/// The protocol's name.
pub const PROTOCOL: &str = "graphql-transport-ws";

/// What a client says.
pub enum ClientMessage {
    /// Who it is: its token.
    ConnectionInit(Value),
    /// Whether anybody is there.
    Ping,
    /// That it is there.
    Pong,
    /// What it asks for, under which name.
    Subscribe(String, Box<Result<Request, Refused>>),
    /// That it wants no more answers to what has this name.
    Complete(String),
}

#[derive(Deserialize)]
struct Frame<'t> {
    #[serde(rename = "type")]
    kind: Cow<'t, str>,
    id: Option<String>,
    #[serde(borrow)]
    payload: Option<&'t RawValue>,
}

impl ClientMessage {
    /// Reads a message; nothing when it is not one of the protocol.
    pub fn parse(text: &str) -> Option<Self> {
        let frame: Frame<'_> = serde_json::from_str(text).ok()?;
        Some(match frame.kind.as_ref() {
            "connection_init" => Self::ConnectionInit(frame.payload.map_or(Ok(Value::Null), |payload| serde_json::from_str(payload.get())).ok()?),
            "ping" => Self::Ping,
            "pong" => Self::Pong,
            "subscribe" => Self::Subscribe(frame.id?, Box::new(body::from_json(frame.payload?.get().as_bytes()))),
            "complete" => Self::Complete(frame.id?),
            _ => return None,
        })
    }
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum ServerMessage<'a> {
    ConnectionAck,
    Pong,
    Next { id: &'a str, payload: &'a RawValue },
    Error { id: &'a str, payload: &'a Value },
    Complete { id: &'a str },
}

impl ServerMessage<'_> {
    fn text(&self) -> Message {
        // Strings and JSON are always JSON.
        Message::Text(serde_json::to_string(self).unwrap_or_default().into())
    }
}

/// That the client is let in.
pub fn acknowledge() -> Message {
    ServerMessage::ConnectionAck.text()
}

/// That the server is there.
pub fn pong() -> Message {
    ServerMessage::Pong.text()
}

/// That an operation has no more answers.
pub fn complete(id: &str) -> Message {
    ServerMessage::Complete { id }.text()
}

/// An answer, and whether it is the last word of its operation because nothing was executed.
pub fn answer(id: &str, response: &Response) -> (Message, bool) {
    if is_request_error(response) {
        let errors = serde_json::to_value(&response.errors).unwrap_or_default();
        return (ServerMessage::Error { id, payload: &errors }.text(), true);
    }
    let json = String::from_utf8(to_json(response)).ok().and_then(|json| RawValue::from_string(json).ok());
    (ServerMessage::Next { id, payload: &json.unwrap_or_else(|| RawValue::NULL.to_owned()) }.text(), false)
}

/// Why the server ends a connection.
#[derive(Debug, PartialEq, Eq)]
pub struct Close {
    code: u16,
    reason: String,
}

impl Close {
    /// With a code of the protocol and a reason; the frame takes 123 bytes.
    pub fn new(code: u16, reason: impl Into<String>) -> Self {
        let mut reason = reason.into();
        reason.truncate(reason.floor_char_boundary(123));
        Self { code, reason }
    }

    /// A client that may not come in.
    pub fn forbidden(reason: impl Into<String>) -> Self {
        Self::new(4403, reason)
    }

    /// The message that says so.
    pub fn message(self) -> Message {
        Message::Close(Some(CloseFrame { code: self.code, reason: self.reason.into() }))
    }
}

impl From<&Error> for Close {
    fn from(error: &Error) -> Self {
        match error.code() {
            Code::Unavailable => Self::new(1013, error.to_string()),
            _ => Self::forbidden(error.to_string()),
        }
    }
}
