//! The one door through which errors leave: every error gets a code, and text that is not ours to show is masked.
//!
//! Resolvers return the domain's error with `?`; async-graphql keeps it as the source of its own error. What carries no such source
//! comes from parsing and validating the document, or is a fault, and is told apart here.
use crate::domain::{
    error::Error,
    refusal::{Code, Help, Refusal},
};
use async_graphql::{
    Response, ServerError, Value,
    extensions::{Extension, ExtensionContext, ExtensionFactory, NextRequest, NextSubscribe},
    futures_util::stream::{BoxStream, StreamExt},
};
use std::sync::Arc;

/// Puts a code on every error of a response.
pub struct Errors;

impl ExtensionFactory for Errors {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self)
    }
}

#[async_trait::async_trait]
impl Extension for Errors {
    async fn request(&self, ctx: &ExtensionContext<'_>, next: NextRequest<'_>) -> Response {
        coded(next.run(ctx).await)
    }

    fn subscribe<'s>(&self, ctx: &ExtensionContext<'_>, stream: BoxStream<'s, Response>, next: NextSubscribe<'_>) -> BoxStream<'s, Response> {
        next.run(ctx, stream).map(coded).boxed()
    }
}

fn coded(mut response: Response) -> Response {
    for error in &mut response.errors {
        let source = error.source.take();
        match source.as_deref().and_then(|source| source.downcast_ref::<Error>()) {
            Some(ours) => describe(error, ours),
            None if error.extensions.as_ref().is_some_and(|values| values.get("code").is_some()) => {}
            // The library's own errors: the document does not parse or does not fit the schema.
            None if source.is_none() => set_code(error, "GRAPHQL_VALIDATION_FAILED"),
            None => {
                tracing::error!(message = %error.message, path = ?error.path, "a resolver failed with an error that is not the domain's");
                error.message = Error::internal("").to_string();
                set_code(error, Code::Internal.as_str());
            }
        }
    }
    response
}

fn describe(error: &mut ServerError, ours: &Error) {
    error.message = ours.to_string();
    set_code(error, ours.code().as_str());
    match ours {
        Error::Refused(refusals) => {
            if let Some(refusal) = refusals.first() {
                describe_refusal(error, refusal);
            }
        }
        Error::Unavailable(cause) | Error::Contended(cause) => tracing::warn!(%cause, path = ?error.path, "the database did not answer"),
        Error::Internal(cause) => tracing::error!(%cause, path = ?error.path, "a resolver failed"),
    }
}

fn describe_refusal(error: &mut ServerError, refusal: &Refusal) {
    let values = error.extensions.get_or_insert_default();
    if !refusal.path.is_empty() {
        values.set("argumentPath", refusal.path.clone());
    }
    if let Help::Candidates(parties) = &refusal.help {
        values.set("candidates", parties.iter().map(|id| Value::from(id.to_string())).collect::<Vec<_>>());
    }
}

fn set_code(error: &mut ServerError, code: &str) {
    error.extensions.get_or_insert_default().set("code", code);
}

/// A whole answer that is one error, for what goes wrong before execution.
pub fn response_error(error: &Error) -> Response {
    let mut server_error = ServerError::new(error.to_string(), None);
    describe(&mut server_error, error);
    Response::from_errors(vec![server_error])
}
