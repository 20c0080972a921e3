//! What can go wrong, and the one door through which errors leave: each has a code, and text that is not for clients is masked.
use async_graphql::{
    Response, ServerError, ServerResult, Value,
    extensions::{Extension, ExtensionContext, ExtensionFactory, NextRequest, NextResolve, ResolveInfo},
};
use sea_orm::DbErr;
use std::sync::{Arc, Mutex, PoisonError};

/// Why something was not done.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// The request is at fault; the text says what to do.
    #[error("{message}")]
    Refused {
        /// A stable code to branch on.
        code: &'static str,
        /// For people.
        message: String,
    },
    /// The database does not answer.
    #[error("The service is not available at the moment. Try again.")]
    Unavailable(String),
    /// A fault of this program.
    #[error("Something went wrong in the service.")]
    Internal(String),
}

impl Error {
    /// A refusal with its code.
    pub fn refused(code: &'static str, message: impl Into<String>) -> Self {
        Self::Refused { code, message: message.into() }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Refused { code, .. } => code,
            Self::Unavailable(_) => "UNAVAILABLE",
            Self::Internal(_) => "INTERNAL",
        }
    }
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        match error {
            DbErr::Conn(_) | DbErr::ConnectionAcquire(_) => Self::Unavailable(error.to_string()),
            _ => Self::Internal(error.to_string()),
        }
    }
}

/// Gives every error of a response its code, and keeps an error in the nullable field that it is of: the library would null the parent.
#[derive(Default)]
pub struct Errors(Mutex<Vec<ServerError>>);

impl ExtensionFactory for Errors {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self::default())
    }
}

#[async_trait::async_trait]
impl Extension for Errors {
    async fn request(&self, ctx: &ExtensionContext<'_>, next: NextRequest<'_>) -> Response {
        let mut response = next.run(ctx).await;
        response.errors.append(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
        response.errors.iter_mut().for_each(describe);
        response
    }

    async fn resolve(&self, ctx: &ExtensionContext<'_>, info: ResolveInfo<'_>, next: NextResolve<'_>) -> ServerResult<Option<Value>> {
        let nullable = !info.return_type.ends_with('!');
        match next.run(ctx, info).await {
            Err(error) if nullable => {
                self.0.lock().unwrap_or_else(PoisonError::into_inner).push(error);
                Ok(None)
            }
            result => result,
        }
    }
}

fn describe(error: &mut ServerError) {
    let source = error.source.take();
    let code = match source.as_deref().map(|source| source.downcast_ref::<Error>()) {
        Some(Some(ours)) => {
            if !matches!(ours, Error::Refused { .. }) {
                tracing::error!(error = ?ours, path = ?error.path, "a resolver failed");
            }
            error.message = ours.to_string();
            ours.code()
        }
        Some(None) => {
            tracing::error!(message = %error.message, path = ?error.path, "a resolver failed with a foreign error");
            error.message = Error::Internal(String::new()).to_string();
            "INTERNAL"
        }
        // The library's own: the document does not parse or does not fit the schema.
        None => "GRAPHQL_VALIDATION_FAILED",
    };
    error.extensions.get_or_insert_default().set("code", code);
}

/// A whole answer that is one error, for what goes wrong before execution.
pub fn response(error: &Error) -> Response {
    let mut server_error = ServerError::new(error.to_string(), None);
    server_error.extensions.get_or_insert_default().set("code", error.code());
    Response::from_errors(vec![server_error])
}
