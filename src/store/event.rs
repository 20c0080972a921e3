//! The change log: appended to by every change, never altered.
use super::{scope::of_company, tenant::TenantTx};
use crate::domain::{
    error::Error,
    event::{Event, NewEvent},
    id::PartyId,
};
use chrono::{DateTime, Utc};
use entity::party_event::{ActiveModel, Column, Entity};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

/// Appends events in the order given.
pub async fn append(tx: &TenantTx, actor: &str, at: DateTime<Utc>, events: Vec<NewEvent>) -> Result<(), Error> {
    let mut next = match tx.get_database_backend() {
        DbBackend::Postgres => None,
        // SQLite has one writer at a time, so nobody else can take these numbers.
        _ => Some(last_seq(tx).await? + 1),
    };
    let rows: Vec<ActiveModel> = events
        .into_iter()
        .map(|event| ActiveModel {
            company_id: Set(tx.company().0),
            seq: next.as_mut().map_or(NotSet, |next| {
                let seq = *next;
                *next += 1;
                Set(seq)
            }),
            event_type: Set(event.event_type.as_str().to_owned()),
            party_id: Set(event.party.map(|id| id.0)),
            actor: Set(actor.to_owned()),
            payload: Set(event.payload),
            at: Set(at),
        })
        .collect();
    for chunk in rows.chunks(500) {
        Entity::insert_many(chunk.to_vec()).exec_without_returning(tx).await?;
    }
    Ok(())
}

async fn last_seq(tx: &TenantTx) -> Result<i64, Error> {
    let last: Option<Option<i64>> =
        of_company::<Entity>(tx.company(), Column::CompanyId).select_only().column_as(Column::Seq.max(), "last").into_tuple().one(tx).await?;
    Ok(last.flatten().unwrap_or(0))
}

/// A party's events under any of its ids, newest first, older than `before`.
pub async fn of_party(tx: &TenantTx, ids: &[PartyId], before: Option<i64>, limit: u64) -> Result<Vec<Event>, Error> {
    let mut query = of_company::<Entity>(tx.company(), Column::CompanyId).filter(super::scope::any_id(tx, Column::PartyId, ids.iter().copied()));
    if let Some(before) = before {
        query = query.filter(Column::Seq.lt(before));
    }
    let rows = query.order_by_desc(Column::Seq).limit(limit).all(tx).await?;
    Ok(rows
        .into_iter()
        .map(|row| Event {
            seq: row.seq,
            event_type: row.event_type,
            party: row.party_id.map(PartyId),
            actor: row.actor,
            payload: row.payload,
            at: row.at,
        })
        .collect())
}
