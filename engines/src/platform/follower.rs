//! The follower: reads the hub's feed, and acknowledges merges with the number of rows that they concern.
//!
//! No row is rewritten when parties merge: whoever asks brings all ids of a party (`allIds`), before and after.
use super::{
    Engine, Error,
    feed_place::{self, Model as Place},
    hub::{Failure, Hub},
};
use sea_orm::DatabaseConnection;
use std::time::Duration;
use uuid::Uuid;

/// Why a company's feed was not read to its end.
enum Stopped {
    /// The hub does not answer, or not to us.
    Hub(Failure),
    /// The engine's own database does not answer.
    Database(Error),
}

impl From<Failure> for Stopped {
    fn from(failure: Failure) -> Self {
        Self::Hub(failure)
    }
}

impl From<Error> for Stopped {
    fn from(error: Error) -> Self {
        Self::Database(error)
    }
}

/// Works until the process ends. What fails is logged and tried again.
pub async fn run<E: Engine>(db: DatabaseConnection, hub: Hub, pause: Duration) {
    let mut rounds = tokio::time::interval(pause);
    loop {
        rounds.tick().await;
        if let Err(error) = follow::<E>(&db, &hub).await {
            tracing::warn!(engine = E::SYSTEM, ?error, "the follower will try again");
        }
    }
}

/// Handles what is new in the feeds of all companies that have rows here, and says how many events that were.
///
/// # Errors
/// When the engine's own database does not answer. A hub that does not answer is no error: its feed is read later.
pub async fn follow<E: Engine>(db: &DatabaseConnection, hub: &Hub) -> Result<usize, Error> {
    let mut handled = 0;
    for company in E::companies(db).await? {
        match of_company::<E>(db, hub, company).await {
            Ok(events) => handled += events,
            Err(Stopped::Hub(failure)) => tracing::warn!(engine = E::SYSTEM, %company, ?failure, "the feed was not read to its end"),
            Err(Stopped::Database(error)) => return Err(error),
        }
    }
    Ok(handled)
}

async fn of_company<E: Engine>(db: &DatabaseConnection, hub: &Hub, company: Uuid) -> Result<usize, Stopped> {
    let mut place = match feed_place::of(db, company).await? {
        Some(place) => place,
        None => {
            // From now on merges wait for this engine.
            hub.register_engine(E::SYSTEM, company).await?;
            Place { company_id: company, cursor: None }
        }
    };
    let mut handled = 0;
    loop {
        let page = hub.merge_events(E::SYSTEM, company, place.cursor.as_deref()).await?;
        for event in &page.events {
            let counts = E::rows_of(db, company, event.absorbed).await?;
            match hub.acknowledge(E::SYSTEM, company, event, &counts).await {
                // The hub wants nothing to be said of it any more.
                Err(Failure::Refused(reason)) => tracing::warn!(engine = E::SYSTEM, merge = %event.merge, reason, "an acknowledgement was refused"),
                other => other?,
            }
        }
        handled += page.events.len();
        place.cursor = page.end.or(place.cursor);
        feed_place::keep(db, place.clone()).await?;
        if !page.has_more {
            return Ok(handled);
        }
    }
}
