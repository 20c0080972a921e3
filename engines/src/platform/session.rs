//! One request: who asks, and the database that answers.
use super::{Error, access::Caller};
use async_graphql::Context;
use sea_orm::DatabaseConnection;
use std::sync::Arc;
use uuid::Uuid;

/// Who asks, and the engine's database.
pub struct Session {
    /// The engine, for instance `crm`.
    pub system: &'static str,
    /// The engine's own database.
    pub db: DatabaseConnection,
    /// Who asks.
    pub caller: Caller,
}

impl Session {
    /// The session of a caller who may read, which needs the scope `<system>:read`.
    ///
    /// # Errors
    /// `FORBIDDEN`.
    pub fn reader<'c>(ctx: &Context<'c>) -> Result<&'c Arc<Self>, Error> {
        Self::with(ctx, "read")
    }

    /// The session of a caller who may change something, which needs the scope `<system>:write`.
    ///
    /// # Errors
    /// `FORBIDDEN`.
    pub fn writer<'c>(ctx: &Context<'c>) -> Result<&'c Arc<Self>, Error> {
        Self::with(ctx, "write")
    }

    fn with<'c>(ctx: &Context<'c>, right: &str) -> Result<&'c Arc<Self>, Error> {
        let session = ctx.data_opt::<Arc<Self>>().ok_or_else(|| Error::Internal("a request without a session".to_owned()))?;
        session.caller.require(&format!("{}:{right}", session.system))?;
        Ok(session)
    }

    /// The company whose rows may be seen. It comes from the token, never from an argument.
    pub fn company(&self) -> Uuid {
        self.caller.company
    }
}
