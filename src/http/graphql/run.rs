//! The one place where operations are executed, whichever way they came.
use super::respond::code;
use crate::{
    domain::refusal::Code,
    graphql::{RequestContext, WrittenAnswer, refusal},
    http::{Front, auth::Identity},
    service::{Caller, Request as PartyRequest},
};
use async_graphql::{Request, Response, parser::types::OperationType};
use futures_util::{
    FutureExt, StreamExt,
    stream::{self, BoxStream},
};
use opentelemetry::trace::TraceContextExt;
use std::sync::Arc;
use tokio::time::{Instant, timeout_at};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

impl Front {
    /// Executes a query or mutation of a caller. What is not done in time is given up: its transaction is rolled back.
    pub async fn execute(&self, caller: Caller, mut request: Request, deadline: Instant) -> Response {
        if self.exports_traces {
            note_operation(&mut request);
        }
        let context = RequestContext::new(PartyRequest::new(Arc::clone(&self.hub), caller));
        let response = match timeout_at(deadline, self.schema.execute(request.data(context).data(WrittenAnswer))).await {
            Ok(response) => response,
            Err(_) => refusal(
                Code::RequestTimeout,
                "The request took too long and was given up. Ask for less at a time. Whether a change was kept is not known: read before you repeat it.",
            ),
        };
        self.count_errors(&response);
        response
    }

    /// Executes whatever a client asks for over a connection that takes several answers: one of a query or mutation, many of a subscription.
    pub fn execute_stream(self: &Arc<Self>, identity: &Identity, mut request: Request) -> BoxStream<'static, Response> {
        let front = Arc::clone(self);
        let caller = identity.caller.clone();
        if !is_subscription(&mut request) {
            let deadline = Instant::now() + self.limits.request_timeout;
            return async move { front.execute(caller, request, deadline).await }.into_stream().boxed();
        }
        let context = RequestContext::new(PartyRequest::new(Arc::clone(&self.hub), caller));
        let responses = self.schema.execute_stream(request.data(context));
        responses.inspect(move |response| front.count_errors(response)).boxed()
    }

    fn count_errors(&self, response: &Response) {
        for error in &response.errors {
            self.metrics.graphql_error(code(error).unwrap_or("none"));
        }
    }
}

/// Whether a request's operation is a subscription. What cannot be parsed is none: executing it tells what is wrong.
pub fn is_subscription(request: &mut Request) -> bool {
    operation_type(request) == Some(OperationType::Subscription)
}

/// The type of the operation that is to be executed, if there is exactly one that can be.
pub fn operation_type(request: &mut Request) -> Option<OperationType> {
    operation(request).map(|(operation_type, _)| operation_type)
}

/// The type and the name of the operation that is to be executed, if there is exactly one that can be.
fn operation(request: &mut Request) -> Option<(OperationType, Option<String>)> {
    let wanted = request.operation_name.clone();
    let document = request.parsed_query().ok()?;
    let mut chosen = document.operations.iter().filter(|(name, _)| wanted.is_none() || name.map(|name| name.as_str()) == wanted.as_deref());
    let (name, operation) = chosen.next()?;
    chosen.next().is_none().then(|| (operation.node.ty, name.map(ToString::to_string)))
}

/// Names the request's span after its operation.
fn note_operation(request: &mut Request) {
    let Some((operation_type, name)) = operation(request) else { return };
    let (span, name) = (Span::current(), name.unwrap_or_default());
    span.context().span().update_name(format!("{operation_type} {name}").trim_end().to_owned());
    span.record("graphql.operation.type", operation_type.to_string());
    span.record("graphql.operation.name", name);
}

/// A stream with one answer.
pub fn only(response: Response) -> BoxStream<'static, Response> {
    stream::iter([response]).boxed()
}
