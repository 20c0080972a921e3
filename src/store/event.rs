//! The change log: appended to by every change, never altered.
use super::{
    bulk::{self, Array},
    scope::{any_id, of_company},
    tenant::TenantTx,
};
use crate::domain::{
    error::Error,
    event::{Event, EventType, NewEvent},
    id::PartyId,
};
use chrono::{DateTime, Utc};
use entity::{
    event_counter,
    party_event::{ActiveModel, Column, Entity, Model},
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Statement,
    sea_query::{Expr, ExprTrait, Order, Query},
};

/// Appends events in the order given. The company's counter is held until the transaction ends, so that no number becomes visible before
/// all smaller ones are: a transaction takes it last and commits.
pub async fn append(tx: &TenantTx, actor: &str, at: DateTime<Utc>, events: Vec<NewEvent>) -> Result<(), Error> {
    let count = i64::try_from(events.len()).map_err(|_| Error::internal("more events than can be numbered"))?;
    match tx.get_database_backend() {
        DbBackend::Postgres => {
            let types = events.iter().map(|event| Some(event.event_type.as_str().to_owned())).collect();
            let parties = events.iter().map(|event| event.party.map(|id| id.0)).collect();
            let payloads = events.into_iter().map(|event| Some(event.payload)).collect();
            let single = vec![tx.company().0.into(), count.into(), actor.into(), at.into()];
            let arrays = vec![Array::Text(types), Array::Uuid(parties), Array::Json(payloads)];
            // In one statement: the counter is held as short as can be.
            bulk::run(tx, format!("WITH counter AS ({TAKE_NUMBERS}) {NUMBERED}"), single, arrays).await?;
        }
        backend => {
            let statement = Statement::from_sql_and_values(backend, TAKE_NUMBERS, [tx.company().0.into(), count.into()]);
            let row = tx.query_one_raw(statement).await?.ok_or_else(|| Error::internal("the counter of events gave no number"))?;
            let last: i64 = row.try_get_by_index(0)?;
            let rows: Vec<ActiveModel> = (last - count + 1..).zip(events).map(|(seq, event)| to_row(tx, (actor, at), seq, event)).collect();
            for chunk in rows.chunks(500) {
                Entity::insert_many(chunk.to_vec()).exec_without_returning(tx).await?;
            }
        }
    }
    Ok(())
}

/// Moves the company's counter, and tells the last of the numbers taken.
const TAKE_NUMBERS: &str = "INSERT INTO event_counter (company_id, last_seq) VALUES ($1, $2)
    ON CONFLICT (company_id) DO UPDATE SET last_seq = event_counter.last_seq + excluded.last_seq RETURNING last_seq";

/// Writes the events of arrays with the numbers that the counter gave.
const NUMBERED: &str = r#"INSERT INTO party_event (company_id, seq, "type", party_id, actor, payload, "at")
    SELECT $1, counter.last_seq - $2 + e.place, e."type", e.party_id, $3, e.payload, $4
    FROM counter, unnest($5::text[], $6::uuid[], $7::jsonb[]) WITH ORDINALITY AS e ("type", party_id, payload, place)"#;

fn to_row(tx: &TenantTx, (actor, at): (&str, DateTime<Utc>), seq: i64, event: NewEvent) -> ActiveModel {
    ActiveModel {
        company_id: Set(tx.company().0),
        seq: Set(seq),
        event_type: Set(event.event_type.as_str().to_owned()),
        party_id: Set(event.party.map(|id| id.0)),
        actor: Set(actor.to_owned()),
        payload: Set(event.payload),
        at: Set(at),
    }
}

/// The events that follow a place in the log, oldest first: of some types only, unless none are named.
pub async fn following(tx: &TenantTx, after: i64, types: &[EventType], limit: u64) -> Result<Vec<Event>, Error> {
    let mut query = of_company::<Entity>(tx.company(), Column::CompanyId).filter(Column::Seq.gt(after));
    if !types.is_empty() {
        query = query.filter(Column::EventType.is_in(types.iter().map(|event_type| event_type.as_str())));
    }
    let rows = query.order_by_asc(Column::Seq).limit(limit).all(tx).await?;
    Ok(rows.into_iter().map(from_row).collect())
}

/// The number of the newest event; 0 when there is none.
pub async fn newest_number(tx: &TenantTx) -> Result<i64, Error> {
    let row = of_company::<event_counter::Entity>(tx.company(), event_counter::Column::CompanyId).one(tx).await?;
    Ok(row.map_or(0, |row| row.last_seq))
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
    Ok(rows.into_iter().map(from_row).collect())
}

fn from_row(row: Model) -> Event {
    Event { seq: row.seq, event_type: row.event_type, party: row.party_id.map(PartyId), actor: row.actor, payload: row.payload, at: row.at }
}
