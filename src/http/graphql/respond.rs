//! From GraphQL responses to HTTP: one JSON document, with the status that its form asks for.
use super::accept::Media;
use crate::{
    domain::{
        error::Error,
        refusal::{Code, Refusal},
    },
    graphql::{response_bytes, response_error},
};
use async_graphql::{Response as GraphResponse, ServerError, Value};
use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use serde::Serialize;
use std::collections::BTreeMap;

/// A request that was not executed.
pub enum Refused {
    /// Something about HTTP: its status is told in every form.
    Http(StatusCode, Error),
    /// An answer as GraphQL tells it.
    Answer(Box<GraphResponse>),
}

impl Refused {
    /// Refused with a status, a code and a sentence.
    pub fn new(status: StatusCode, code: Code, message: impl Into<String>) -> Self {
        Self::Http(status, Refusal::new(code, message).into())
    }

    /// A request that is not one.
    pub fn malformed(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, Code::InvalidArgument, message)
    }

    /// The answer in a form.
    pub fn respond(self, media: Media) -> Response {
        // A stream has no way to say no: that is for JSON.
        let media = if media == Media::EventStream { Media::GraphqlResponse } else { media };
        match self {
            Self::Answer(response) => respond(media, &response),
            Self::Http(status, error) => {
                let mut response = json(media, status, &response_error(&error));
                if status == StatusCode::UNAUTHORIZED {
                    response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
                }
                response
            }
        }
    }

    /// The errors, for where there is no HTTP any more.
    pub fn into_answer(self) -> GraphResponse {
        match self {
            Self::Http(_, error) => response_error(&error),
            Self::Answer(response) => *response,
        }
    }
}

impl From<Error> for Refused {
    /// What keeps a caller out.
    fn from(error: Error) -> Self {
        let status = match error.code() {
            Code::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::UNAUTHORIZED,
        };
        Self::Http(status, error)
    }
}

/// An answer in a form.
pub fn respond(media: Media, response: &GraphResponse) -> Response {
    let status = match media {
        _ if is_timeout(response) => StatusCode::SERVICE_UNAVAILABLE,
        Media::GraphqlResponse if is_request_error(response) => StatusCode::BAD_REQUEST,
        _ => StatusCode::OK,
    };
    json(media, status, response)
}

/// Whether nothing was executed: then there is no `data`, not even null.
pub fn is_request_error(response: &GraphResponse) -> bool {
    response.data == Value::Null && !response.errors.is_empty() && response.errors.iter().all(|error| error.path.is_empty())
}

fn is_timeout(response: &GraphResponse) -> bool {
    response.errors.first().is_some_and(|error| code(error) == Some(Code::RequestTimeout.as_str()))
}

/// The code of an error.
pub fn code(error: &ServerError) -> Option<&str> {
    match error.extensions.as_ref()?.get("code")? {
        Value::String(code) => Some(code),
        _ => None,
    }
}

#[derive(Serialize)]
struct RequestError<'a> {
    errors: &'a [ServerError],
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    extensions: &'a BTreeMap<String, Value>,
}

/// A response as JSON.
pub fn to_json(response: &GraphResponse) -> Vec<u8> {
    if !is_request_error(response) {
        return response_bytes(response);
    }
    // Errors are always JSON.
    serde_json::to_vec(&RequestError { errors: &response.errors, extensions: &response.extensions }).unwrap_or_default()
}

fn json(media: Media, status: StatusCode, response: &GraphResponse) -> Response {
    let mut http = Response::new(Body::from(to_json(response)));
    *http.status_mut() = status;
    http.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media.content_type()));
    http.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    http
}
