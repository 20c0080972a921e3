//! Wake-ups between the processes of one PostgreSQL database: they say that a company's log has grown, never what is in it.
//!
//! A notice is sent after the change was committed, in a statement of its own. One inside the transaction would make PostgreSQL
//! commit all notifying transactions of the whole database one after the other. What is lost on the way is found by looking.
use super::database::Database;
use crate::domain::{error::Error, id::CompanyId};
use sqlx::postgres::PgListener;

const CHANNEL: &str = "party_event";

/// As many companies go into one notice: it holds fewer than 8,000 bytes.
const MAX_COMPANIES: usize = 200;

/// Hears the notices of all processes, through one connection that is taken anew when it breaks.
pub struct Listener(PgListener);

impl Listener {
    /// The companies whose logs have grown; nothing when notices may have been lost.
    ///
    /// # Errors
    /// `Unavailable` when the database does not answer.
    pub async fn next(&mut self) -> Result<Option<Vec<CompanyId>>, Error> {
        let notice = self.0.try_recv().await?;
        Ok(notice.map(|notice| notice.payload().split(',').filter_map(|id| CompanyId::parse(id).ok()).collect()))
    }
}

impl Database {
    /// Tells every process that some companies' logs have grown.
    ///
    /// # Errors
    /// `Unavailable` when the database does not answer.
    pub async fn notify(&self, companies: &[CompanyId]) -> Result<(), Error> {
        let Some(pool) = self.postgres_pool() else { return Ok(()) };
        for some in companies.chunks(MAX_COMPANIES) {
            let ids: Vec<String> = some.iter().map(ToString::to_string).collect();
            sqlx::query("SELECT pg_notify($1, $2)").bind(CHANNEL).bind(ids.join(",")).execute(pool).await?;
        }
        Ok(())
    }

    /// Opens the connection that hears notices, beside the pool; none on SQLite, whose only process needs none.
    ///
    /// # Errors
    /// `Unavailable` when the database does not answer.
    pub async fn listen(&self) -> Result<Option<Listener>, Error> {
        let Some(pool) = self.postgres_pool() else { return Ok(None) };
        // A pool of its own, of which the listener takes the one connection again when it breaks.
        let own = sqlx::pool::PoolOptions::new().max_connections(1).max_lifetime(None).idle_timeout(None);
        let mut listener = PgListener::connect_with(&own.connect_lazy_with((*pool.connect_options()).clone())).await?;
        listener.listen(CHANNEL).await?;
        Ok(Some(Listener(listener)))
    }
}
