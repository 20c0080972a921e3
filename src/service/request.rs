//! One request: its caller, and the transaction that all of its reads share.
use super::{Caller, Change, Hub, Permission};
use crate::{domain::error::Error, store::tenant::TenantTx};
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};
use tokio::sync::Mutex;

/// One request of one caller.
pub struct Request {
    pub(super) hub: Arc<Hub>,
    /// Who asks.
    pub caller: Caller,
    reads: Mutex<Option<Arc<TenantTx>>>,
    changes: AtomicU64,
}

impl Request {
    /// A request that has not touched the database yet.
    pub fn new(hub: Arc<Hub>, caller: Caller) -> Self {
        Self { hub, caller, reads: Mutex::default(), changes: AtomicU64::new(0) }
    }

    /// The transaction that the request's reads share, for callers with `party:read`. The first read opens it: one BEGIN a request.
    pub(super) async fn read(&self) -> Result<Arc<TenantTx>, Error> {
        self.caller.require(Permission::PartyRead)?;
        let mut reads = self.reads.lock().await;
        if let Some(tx) = &*reads {
            return Ok(Arc::clone(tx));
        }
        let tx = Arc::new(self.hub.database.read(self.caller.company).await?);
        *reads = Some(Arc::clone(&tx));
        Ok(tx)
    }

    /// Opens a transaction that changes something. Reads that follow it begin anew, so that they see the change.
    pub(super) async fn change(&self, permission: Permission) -> Result<Change, Error> {
        self.caller.require(permission)?;
        self.change_unchecked().await
    }

    /// As [`Self::change`], for operations that check the caller themselves.
    pub(super) async fn change_unchecked(&self) -> Result<Change, Error> {
        // A request must never hold one connection while it waits for another.
        self.begin_anew().await;
        let tx = self.hub.database.write(self.caller.company).await?;
        let company = self.hub.company(&tx).await?;
        Ok(Change::new(tx, &self.hub, company, self.caller.subject.clone()))
    }

    /// Ends the transaction that the reads shared so far; the next read begins another one, and what was loaded is loaded again.
    pub(super) async fn begin_anew(&self) {
        *self.reads.lock().await = None;
        self.changes.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts the changes that this request began. What was loaded before a change is stale after it.
    pub fn generation(&self) -> u64 {
        self.changes.load(Ordering::Relaxed)
    }
}
