//! Beginning anew: what to do when another writer was faster.
use crate::domain::error::Error;

/// How often a change is tried.
const ATTEMPTS: usize = 8;

/// Runs a change, and runs it again from the start while the database gives way to another writer or what was looked up
/// changed before it was held. Each run must open a transaction of its own.
///
/// # Errors
/// What the change is refused with; `Contended` when others were faster every time.
pub async fn repeated<T, F: Future<Output = Result<T, Error>>>(once: impl Fn() -> F) -> Result<T, Error> {
    let mut attempt = 1;
    loop {
        match once().await {
            Err(Error::Contended(cause)) if attempt < ATTEMPTS => {
                tracing::debug!(%cause, attempt, "a change begins anew");
                attempt += 1;
            }
            done => return done,
        }
    }
}
