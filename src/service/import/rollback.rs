//! Taking a run back: afterwards everything is as it was before it, as long as nobody built upon what it made.
use super::actor;
use crate::{
    domain::{
        error::Error,
        id::CompanyId,
        refusal::{Code, Refusal},
    },
    service::Hub,
    store::import::rollback as store,
};
use uuid::Uuid;

/// What became of taking a run back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RolledBack {
    /// It was taken back.
    Done,
    /// It had been before.
    Before,
}

/// Takes a run back. The hub is connected as the owner of the tables, because the server's role deletes nothing.
///
/// # Errors
/// `INVALID_ARGUMENT` when there is no such run, or others built upon what it made: what, and how often.
pub async fn rollback(hub: &Hub, company: CompanyId, run: Uuid) -> Result<RolledBack, Error> {
    let tx = hub.database.write(company).await?;
    match store::state(&tx, run).await?.as_deref() {
        None => return Err(Refusal::new(Code::InvalidArgument, format!("The company has no import run {run}.")).at("run").into()),
        Some("ROLLED_BACK") => return Ok(RolledBack::Before),
        Some(_) => {}
    }
    let actor = actor(run);
    store::gather(&tx, &actor).await?;
    let built_upon = store::built_upon(&tx, &actor).await?;
    if !built_upon.is_empty() {
        let what: Vec<String> = built_upon.iter().map(|(what, count)| format!("{count} {what}")).collect();
        let message = format!("Others built upon what the run made: {}. Take that back first; nothing was changed.", what.join(", "));
        return Err(Refusal::new(Code::InvalidArgument, message).at("run").into());
    }
    store::undo(&tx, &actor, run, hub.clock.now()).await?;
    tx.commit().await?;
    Ok(RolledBack::Done)
}
