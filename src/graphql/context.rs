//! What every resolver asks its context for: the request, its loaders, and whether a field may be shown.
use super::loader::Loaders;
use crate::{
    domain::error::Error,
    service::{Caller, Permission, Request},
};
use async_graphql::{Context, ContextBase, ContextSelectionSet, Positioned, ServerError, parser::types::Field};
use std::sync::{Arc, Mutex, PoisonError};

/// A nullable field: absent, shown, or refused with an error while its neighbours still answer.
pub type Nullable<T> = Option<Result<T, Error>>;

/// What one GraphQL request carries through its resolvers.
pub struct RequestContext {
    request: Arc<Request>,
    loaders: Mutex<(u64, Arc<Loaders>)>,
}

impl RequestContext {
    /// The context of a request that has loaded nothing yet.
    pub fn new(request: Request) -> Self {
        let request = Arc::new(request);
        let loaders = Arc::new(Loaders::new(&request));
        Self { request, loaders: Mutex::new((0, loaders)) }
    }
}

/// The request that is being answered.
///
/// # Errors
/// `Internal` when the server executed a request without a caller, which no front door does.
pub fn request<'c, T>(ctx: &ContextBase<'c, T>) -> Result<&'c Arc<Request>, Error> {
    Ok(&context(ctx)?.request)
}

/// The request's loaders. They forget everything when a mutation began a change, so that its payload shows what is true now.
pub fn loaders<T>(ctx: &ContextBase<'_, T>) -> Result<Arc<Loaders>, Error> {
    let context = context(ctx)?;
    let generation = context.request.generation();
    let mut loaders = context.loaders.lock().unwrap_or_else(PoisonError::into_inner);
    if loaders.0 != generation {
        *loaders = (generation, Arc::new(Loaders::new(&context.request)));
    }
    Ok(Arc::clone(&loaders.1))
}

/// The caller of the request that is being answered, if it has one.
pub fn caller<'c, T>(ctx: &ContextBase<'c, T>) -> Option<&'c Caller> {
    ctx.data_opt::<RequestContext>().map(|context| &context.request.caller)
}

/// An error of the domain at the place of a list.
pub fn server_error(ctx: &ContextSelectionSet<'_>, error: Error, field: &Positioned<Field>) -> ServerError {
    ctx.set_error_path(async_graphql::Error::from(error).into_server_error(field.pos))
}

fn context<'c, T>(ctx: &ContextBase<'c, T>) -> Result<&'c RequestContext, Error> {
    ctx.data_opt::<RequestContext>().ok_or_else(|| Error::internal("a request was executed without a caller"))
}

/// Refuses a field to callers without a permission.
pub fn require(ctx: &Context<'_>, permission: Permission) -> Result<(), Error> {
    request(ctx)?.caller.require(permission)
}

/// A field that holds personal data: refused without `party:pii`, whether or not there is a value.
pub fn personal<T>(ctx: &Context<'_>, value: Option<T>) -> Nullable<T> {
    match require(ctx, Permission::PartyPii) {
        Ok(()) => value.map(Ok),
        Err(error) => Some(Err(error)),
    }
}
