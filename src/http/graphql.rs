//! GraphQL over HTTP: POST with a JSON body, and GET for queries.
use super::Front;
use crate::{
    domain::{
        error::Error,
        refusal::{Code, Refusal},
    },
    graphql::{RequestContext, WrittenAnswer, read_request, response_bytes, response_error},
    service::Request as PartyRequest,
};
use async_graphql::{Request, Response as GraphResponse, http::parse_query_string, parser::types::OperationType};
use axum::{
    body::{Body, to_bytes},
    extract::State,
    http::{
        HeaderMap, HeaderValue, StatusCode, Uri,
        header::{CONTENT_TYPE, WWW_AUTHENTICATE},
    },
    response::{IntoResponse, Response},
};
use std::sync::Arc;

/// The largest body: 10,000 representations and their query fit well.
const MAX_BODY: usize = 4 * 1024 * 1024;

/// Runs a query or mutation.
pub async fn post(State(front): State<Front>, headers: HeaderMap, body: Body) -> Response {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    // Browsers send other types across origins without asking; JSON they do not.
    if !media_type.eq_ignore_ascii_case("application/json") {
        return refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Send the request as application/json.");
    }
    let Ok(bytes) = to_bytes(body, MAX_BODY).await else {
        return refused(StatusCode::PAYLOAD_TOO_LARGE, "The body has more than 4 MiB, or did not arrive whole.");
    };
    match read_request(&bytes) {
        Ok(request) => answer(&front, &headers, request).await,
        Err(_) => refused(
            StatusCode::BAD_REQUEST,
            "The body is not a GraphQL request: a JSON object with `query` and perhaps `variables` and `operationName`.",
        ),
    }
}

/// Runs a query. Changes need POST, which other sites cannot make a browser send.
pub async fn get(State(front): State<Front>, headers: HeaderMap, uri: Uri) -> Response {
    let Ok(mut request) = parse_query_string(uri.query().unwrap_or_default()) else {
        return refused(
            StatusCode::BAD_REQUEST,
            "This address takes GraphQL queries: POST one as JSON, or add it as `?query=…`. People use /graphiql.",
        );
    };
    let wanted = request.operation_name.clone();
    let is_query = request.parsed_query().is_ok_and(|document| {
        document
            .operations
            .iter()
            .filter(|(name, _)| wanted.is_none() || name.map(|name| name.as_str()) == wanted.as_deref())
            .all(|(_, operation)| operation.node.ty == OperationType::Query)
    });
    if is_query {
        answer(&front, &headers, request).await
    } else {
        refused(StatusCode::METHOD_NOT_ALLOWED, "Only queries run on GET. Send mutations with POST.")
    }
}

async fn answer(front: &Front, headers: &HeaderMap, request: Request) -> Response {
    match front.authenticator.caller(headers).await {
        Ok(identity) => {
            let context = RequestContext::new(PartyRequest::new(Arc::clone(&front.hub), identity.caller));
            respond(front.schema.execute(request.data(context).data(WrittenAnswer)).await)
        }
        Err(error) if error.code() == Code::Unavailable => with_status(StatusCode::SERVICE_UNAVAILABLE, respond(response_error(&error))),
        Err(error) => {
            let mut response = with_status(StatusCode::UNAUTHORIZED, respond(response_error(&error)));
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            response
        }
    }
}

fn refused(status: StatusCode, message: &str) -> Response {
    let error = Error::from(Refusal::new(Code::InvalidArgument, message));
    with_status(status, respond(response_error(&error)))
}

fn respond(response: GraphResponse) -> Response {
    ([(CONTENT_TYPE, "application/json")], response_bytes(&response)).into_response()
}

fn with_status(status: StatusCode, mut response: Response) -> Response {
    *response.status_mut() = status;
    response
}
