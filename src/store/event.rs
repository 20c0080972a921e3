//! The change log: appended to by every change, never altered.
use super::{
    scope::{any_id, of_company},
    tenant::TenantTx,
};
use crate::domain::{
    error::Error,
    event::{Event, NewEvent},
    id::PartyId,
};
use chrono::{DateTime, Utc};
use entity::party_event::{ActiveModel, Column, Entity};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QuerySelect,
    sea_query::{Expr, ExprTrait, Order, Query},
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

/// The newest events of each of some parties that are older than `before`: at most `limit` a party, newest first.
pub async fn newest(tx: &TenantTx, parties: &[PartyId], before: Option<i64>, limit: u64) -> Result<Vec<Event>, Error> {
    let columns = [Column::CompanyId, Column::Seq, Column::EventType, Column::PartyId, Column::Actor, Column::Payload, Column::At];
    let mut ranked = Query::select();
    ranked
        .columns(columns)
        .expr_as(Expr::cust(r#"ROW_NUMBER() OVER (PARTITION BY "party_id" ORDER BY "seq" DESC)"#), "place")
        .from(Entity)
        .and_where(Expr::col(Column::CompanyId).eq(tx.company().0))
        .and_where(any_id(tx, Column::PartyId, parties.iter().copied()))
        .and_where_option(before.map(|before| Expr::col(Column::Seq).lt(before)));
    let mut newest = Query::select();
    newest.columns(columns).from_subquery(ranked, "ranked").and_where(Expr::col("place").lte(limit)).order_by(Column::Seq, Order::Desc);
    let rows = Entity::find().from_raw_sql(tx.get_database_backend().build(&newest)).all(tx).await?;
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
