//! The one door through which errors leave: every error gets a code, and text that is not ours to show is masked.
//!
//! Resolvers return the domain's error with `?`; async-graphql keeps it as the source of its own error. What carries no such source
//! comes from parsing and validating the document, or is a fault, and is told apart here.
use super::scalar::FORMS;
use crate::domain::{
    error::Error,
    refusal::{Code, Help, Refusal},
};
use async_graphql::{
    PathSegment, QueryPathNode, QueryPathSegment, Response, ServerError, ServerResult, Value,
    extensions::{Extension, ExtensionContext, ExtensionFactory, NextRequest, NextResolve, NextSubscribe, ResolveInfo},
    futures_util::stream::{BoxStream, StreamExt},
};
use std::sync::{Arc, Mutex, PoisonError};

/// How the library's messages begin when a document exceeds one of the limits that the schema is built with.
const LIMITS: [&str; 5] = [
    "Query is too complex.",
    "Query is nested too deep.",
    "The number of directives on the field",
    "The amount of aliases of the query",
    "The recursion depth of the query",
];

/// Puts a code on every error of a response, and keeps an error in the field that it is of.
#[derive(Default)]
pub struct Errors {
    /// The errors of nullable fields that the library would have let null the whole response.
    kept: Arc<Mutex<Vec<ServerError>>>,
}

impl ExtensionFactory for Errors {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self::default())
    }
}

#[async_trait::async_trait]
impl Extension for Errors {
    async fn request(&self, ctx: &ExtensionContext<'_>, next: NextRequest<'_>) -> Response {
        let mut response = next.run(ctx).await;
        response.errors.append(&mut self.kept.lock().unwrap_or_else(PoisonError::into_inner));
        coded(response)
    }

    /// An argument that cannot be read is found when the field is resolved, after earlier mutations were kept. The library fails the
    /// parent for it even when the field is nullable, and nobody would learn what was done.
    async fn resolve(&self, ctx: &ExtensionContext<'_>, info: ResolveInfo<'_>, next: NextResolve<'_>) -> ServerResult<Option<Value>> {
        let (path, nullable) = (info.path_node, !info.return_type.ends_with('!'));
        match next.run(ctx, info).await {
            Err(mut error) if nullable => {
                if error.path.is_empty() {
                    error.path = path_of(path);
                }
                self.kept.lock().unwrap_or_else(PoisonError::into_inner).push(error);
                Ok(None)
            }
            result => result,
        }
    }

    fn subscribe<'s>(&self, ctx: &ExtensionContext<'_>, stream: BoxStream<'s, Response>, next: NextSubscribe<'_>) -> BoxStream<'s, Response> {
        let kept = Arc::clone(&self.kept);
        let answers = next.run(ctx, stream).map(move |mut response| {
            response.errors.append(&mut kept.lock().unwrap_or_else(PoisonError::into_inner));
            coded(response)
        });
        answers.boxed()
    }
}

fn path_of(node: &QueryPathNode<'_>) -> Vec<PathSegment> {
    let segment = |node: &QueryPathNode<'_>| match node.segment {
        QueryPathSegment::Index(index) => PathSegment::Index(index),
        QueryPathSegment::Name(name) => PathSegment::Field(name.to_owned()),
    };
    let mut path: Vec<PathSegment> = std::iter::once(node).chain(node.parents()).map(segment).collect();
    path.reverse();
    path
}

fn coded(mut response: Response) -> Response {
    for error in &mut response.errors {
        let source = error.source.take();
        match source.as_deref().and_then(|source| source.downcast_ref::<Error>()) {
            Some(ours) => describe(error, ours),
            None if error.extensions.as_ref().is_some_and(|values| values.get("code").is_some()) => {}
            // The library's own errors: the document does not parse or does not fit the schema.
            None if source.is_none() && LIMITS.iter().any(|text| error.message.starts_with(text)) => set_code(error, Code::QueryTooLarge.as_str()),
            None if source.is_none() => {
                add_form(&mut error.message);
                set_code(error, "GRAPHQL_VALIDATION_FAILED");
            }
            None => {
                tracing::error!(message = %error.message, path = ?error.path, "a resolver failed with an error that is not the domain's");
                error.message = Error::internal("").to_string();
                set_code(error, Code::Internal.as_str());
            }
        }
    }
    response
}

/// The library names the type that it expected; people need to know how values of it are written.
fn add_form(message: &mut String) {
    if let Some((_, form)) = FORMS.iter().find(|(name, _)| message.ends_with(&format!("expected type \"{name}\""))) {
        message.push_str(": ");
        message.push_str(form);
        message.push('.');
    }
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

/// A whole answer that is one refusal.
pub fn refusal(code: Code, message: impl Into<String>) -> Response {
    response_error(&Refusal::new(code, message).into())
}

/// A whole answer that is one error, for what goes wrong before execution.
pub fn response_error(error: &Error) -> Response {
    let mut server_error = ServerError::new(error.to_string(), None);
    describe(&mut server_error, error);
    Response::from_errors(vec![server_error])
}
