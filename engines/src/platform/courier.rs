//! The courier: brings reports from the outbox to the hub, and asks it now and then for the parties of records that have none yet.
use super::{
    Engine, Error,
    engine::Unidentified,
    hub::{Failure, Hub},
    outbox::{self, REVENUE},
};
use sea_orm::DatabaseConnection;
use serde_json::Value;
use std::{collections::BTreeMap, time::Duration};
use uuid::Uuid;

/// The most reports of one round; the hub takes 1,000 records in a call.
const MOST: u64 = 500;

/// Works until the process ends. What fails is logged and tried again.
pub async fn run<E: Engine>(db: DatabaseConnection, hub: Hub, pause: Duration, identify_pause: Duration) {
    let (mut rounds, mut asks) = (tokio::time::interval(pause), tokio::time::interval(identify_pause));
    loop {
        let done = tokio::select! {
            _ = rounds.tick() => deliver::<E>(&db, &hub).await.map(drop),
            _ = asks.tick() => identify::<E>(&db, &hub).await.map(drop),
        };
        if let Err(error) = done {
            tracing::warn!(engine = E::SYSTEM, ?error, "the courier will try again");
        }
    }
}

/// Delivers what is due and says how many reports the hub took.
///
/// # Errors
/// When the engine's own database does not answer. A hub that does not answer is no error: its reports are put off.
pub async fn deliver<E: Engine>(db: &DatabaseConnection, hub: &Hub) -> Result<usize, Error> {
    let mut taken = 0;
    loop {
        let due = outbox::due(db, MOST).await?;
        if due.is_empty() {
            return Ok(taken);
        }
        // Records before money, so that money can name a record that was just made.
        let mut groups: BTreeMap<(Uuid, String), Vec<outbox::Model>> = BTreeMap::new();
        for report in due {
            groups.entry((report.company_id, report.kind.clone())).or_default().push(report);
        }
        for ((company, kind), reports) in groups {
            let outcomes = send(hub, E::SYSTEM, company, &kind, &reports).await;
            let (mut ids, mut put_off) = (Vec::new(), Vec::new());
            for (report, outcome) in reports.iter().zip(outcomes) {
                match outcome {
                    Ok(()) => ids.push(report.id),
                    Err(failure) => put_off.push((report, failure)),
                }
            }
            taken += ids.len();
            outbox::delivered(db, company, ids).await?;
            for (report, failure) in put_off {
                tracing::warn!(engine = E::SYSTEM, record = %report.record_id, ?failure, "a report was put off");
                let (Failure::Unreachable(text) | Failure::Refused(text)) = &failure;
                outbox::put_off(db, report, text).await?;
            }
        }
    }
}

/// Sends reports of one company and kind; one outcome for each.
async fn send(hub: &Hub, system: &str, company: Uuid, kind: &str, reports: &[outbox::Model]) -> Vec<Result<(), Failure>> {
    let messages: Vec<Value> = reports.iter().map(|report| report.message.clone()).collect();
    if kind != REVENUE {
        return hub.register(system, company, &messages).await.unwrap_or_else(|failure| vec![Err(failure); messages.len()]);
    }
    match hub.record_revenue(system, company, &messages).await {
        Ok(()) => vec![Ok(()); messages.len()],
        // One bad entry refuses the whole call: each is sent alone, so that the good ones arrive.
        Err(Failure::Refused(_)) if messages.len() > 1 => {
            let mut outcomes = Vec::with_capacity(messages.len());
            for message in &messages {
                outcomes.push(hub.record_revenue(system, company, std::slice::from_ref(message)).await);
            }
            outcomes
        }
        Err(failure) => vec![Err(failure); messages.len()],
    }
}

/// Asks the hub for the parties of all records that have none yet, and says how many were found.
///
/// # Errors
/// When the engine's own database does not answer.
pub async fn identify<E: Engine>(db: &DatabaseConnection, hub: &Hub) -> Result<usize, Error> {
    let (mut found, mut last): (usize, Option<Unidentified>) = (0, None);
    loop {
        let records = E::unidentified(db, last.as_ref()).await?;
        last = records.last().cloned();
        if last.is_none() {
            return Ok(found);
        }
        for same in records.chunk_by(|a, b| (a.company, a.record_type) == (b.company, b.record_type)) {
            let ids: Vec<&str> = same.iter().map(|record| record.record_id.as_str()).collect();
            let parties = match hub.resolve(E::SYSTEM, same[0].company, same[0].record_type, &ids).await {
                Ok(parties) => parties,
                Err(failure) => {
                    tracing::warn!(engine = E::SYSTEM, ?failure, "the hub was not asked for parties");
                    return Ok(found);
                }
            };
            for (record, party) in same.iter().zip(parties).filter_map(|(record, party)| Some((record, party?))) {
                E::identify(db, record, party).await?;
                found += 1;
            }
        }
    }
}
