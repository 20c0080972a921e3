//! Notices that PostgreSQL does not answer, so that requests fail at once instead of waiting for a connection one after the other.
use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::watch::{Receiver, Sender, channel},
    task::JoinHandle,
    time::{sleep, timeout},
};

/// The time between two looks.
const PAUSE: Duration = Duration::from_millis(500);

/// A server that refuses is noticed at once; one that says nothing, after this time.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a task with a connection of its own sees: whether the database answers.
#[derive(Clone)]
pub(super) struct Watch {
    answers: Receiver<bool>,
    task: Arc<Task>,
}

struct Task(JoinHandle<()>);

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Watch {
    /// Begins to watch a database that has answered just now.
    pub(super) fn begin(options: PgConnectOptions) -> Self {
        let (sender, answers) = channel(true);
        Self { answers, task: Arc::new(Task(tokio::spawn(watch(options, sender)))) }
    }

    /// Whether the database answered when it was last asked.
    pub(super) fn answers(&self) -> bool {
        *self.answers.borrow()
    }

    /// Waits until the database does not answer.
    pub(super) async fn gone(&self) {
        if self.answers.clone().wait_for(|answers| !answers).await.is_err() {
            // Nobody watches any more, so nothing is known.
            std::future::pending().await
        }
    }

    /// Stops watching and closes the connection.
    pub(super) fn stop(&self) {
        self.task.0.abort();
    }
}

async fn watch(options: PgConnectOptions, sender: Sender<bool>) {
    let mut connection = None;
    loop {
        let seen = match timeout(PATIENCE, look(&options, &mut connection)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) if has_no_connection_left(&error) => Ok(()),
            Ok(Err(error)) => Err(error.to_string()),
            Err(_) => Err(format!("no answer within {} s", PATIENCE.as_secs())),
        };
        let changed = sender.send_if_modified(|answers| std::mem::replace(answers, seen.is_ok()) != seen.is_ok());
        match seen {
            Err(cause) if changed => tracing::error!(%cause, "the database does not answer; requests are refused until it does"),
            Ok(()) if changed => tracing::info!("the database answers again"),
            _ => {}
        }
        sleep(PAUSE).await;
    }
}

/// Asks on the connection of the last look; if that was cut, on a new one.
async fn look(options: &PgConnectOptions, kept: &mut Option<PgConnection>) -> Result<(), sqlx::Error> {
    if let Some(mut connection) = kept.take()
        && connection.ping().await.is_ok()
    {
        *kept = Some(connection);
        return Ok(());
    }
    let mut connection = PgConnection::connect_with(options).await?;
    connection.ping().await?;
    *kept = Some(connection);
    Ok(())
}

/// The pool's own connections may work although the server gives out no more.
fn has_no_connection_left(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::Database(error) if error.code().as_deref() == Some("53300"))
}
