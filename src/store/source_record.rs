//! Source records: what engines registered.
use super::{
    bulk::{self, Also},
    scope::of_company,
    stored,
    tenant::TenantTx,
};
use crate::domain::{
    code::SourceKey,
    error::Error,
    id::JobId,
    kind::RecordState,
    link::{Presented, RecordFilter, SourceRecord},
};
use entity::source_record::{ActiveModel, Column, Entity, Model};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::{Expr, ExprTrait, LockBehavior, OnConflict, SimpleExpr},
};
use std::collections::{BTreeMap, HashMap, HashSet};

/// The columns that tell one record of a company from another, in the order of lists.
const KEY: [Column; 3] = [Column::System, Column::RecordType, Column::RecordId];

/// The records of some keys; unknown keys are left out.
pub async fn find(tx: &TenantTx, keys: &[SourceKey]) -> Result<HashMap<SourceKey, SourceRecord>, Error> {
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    by_key(records(tx).filter(one_of(tx, keys)).all(tx).await?)
}

/// As [`find`], held against other writers until the transaction ends. They are taken in the order of their keys, whatever
/// the order asked for, so that two writers never wait for each other.
pub async fn lock(tx: &TenantTx, keys: &[SourceKey]) -> Result<HashMap<SourceKey, SourceRecord>, Error> {
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    by_key(in_order(records(tx).filter(one_of(tx, keys))).lock(super::party::HOLD).all(tx).await?)
}

/// Up to `limit` records without a party after a key that a job has not looked at, held; those that others hold are passed over.
pub async fn lock_unseen(tx: &TenantTx, job: JobId, after: Option<&SourceKey>, limit: u64) -> Result<Vec<SourceRecord>, Error> {
    let mut query = unseen(tx, job);
    if let Some(after) = after {
        let after = [after.system.as_str(), after.record_type.as_str(), after.record_id.as_str()];
        query = query.filter(Expr::tuple(KEY.map(Expr::col)).gt(Expr::tuple(after.map(Expr::val))));
    }
    let rows = in_order(query).limit(limit).lock_with_behavior(super::party::HOLD, LockBehavior::SkipLocked).all(tx).await?;
    rows.into_iter().map(from_row).collect()
}

/// Those of some held records that a job has still not looked at. Who looked at them may have let them go between the look and the hold of
/// [`lock_unseen`]; from now on nobody can.
pub async fn still_unseen(tx: &TenantTx, job: JobId, held: &[SourceRecord]) -> Result<Vec<SourceRecord>, Error> {
    let keys: Vec<SourceKey> = held.iter().map(|record| record.key.clone()).collect();
    let rows = in_order(unseen(tx, job).filter(one_of(tx, &keys))).all(tx).await?;
    rows.into_iter().map(from_row).collect()
}

/// Whether there are records without a party that a job has not looked at.
pub async fn any_unseen(tx: &TenantTx, job: JobId) -> Result<bool, Error> {
    Ok(unseen(tx, job).limit(1).one(tx).await?.is_some())
}

fn unseen(tx: &TenantTx, job: JobId) -> Select<Entity> {
    let place = if tx.get_database_backend() == DbBackend::Postgres { "$1" } else { "?" };
    let seen = format!(
        "NOT EXISTS (SELECT 1 FROM match_job_record r WHERE r.company_id = source_record.company_id AND r.job_id = {place} \
         AND r.system = source_record.system AND r.record_type = source_record.record_type AND r.record_id = source_record.record_id)"
    );
    records(tx).filter(Column::State.eq(RecordState::Unlinked.as_str())).filter(Expr::cust_with_values(seen, [job.0]))
}

/// Up to `limit` records that a filter admits, after a key, in the order of system, type and id.
pub async fn list(tx: &TenantTx, filter: &RecordFilter, after: Option<&SourceKey>, limit: u64) -> Result<Vec<SourceRecord>, Error> {
    let mut query = records(tx);
    if let Some(system) = &filter.system {
        query = query.filter(Column::System.eq(system.as_str()));
    }
    if let Some(record_type) = &filter.record_type {
        query = query.filter(Column::RecordType.eq(record_type.as_str()));
    }
    if let Some(state) = filter.state {
        query = query.filter(Column::State.eq(state.as_str()));
    }
    if let Some(after) = after {
        let after = [after.system.as_str(), after.record_type.as_str(), after.record_id.as_str()];
        query = query.filter(Expr::tuple(KEY.map(Expr::col)).gt(Expr::tuple(after.map(Expr::val))));
    }
    in_order(query).limit(limit).all(tx).await?.into_iter().map(from_row).collect()
}

/// A filter for the three columns of a source key, which every table that has them names alike. It binds the same few
/// values for any number of keys.
pub(super) fn one_of(tx: &TenantTx, keys: &[SourceKey]) -> SimpleExpr {
    one_of_in(tx, "(system, record_type, record_id)", keys)
}

/// As [`one_of`], for a key that is in other columns.
pub(super) fn one_of_in(tx: &TenantTx, columns: &str, keys: &[SourceKey]) -> SimpleExpr {
    if let Some(kinds) = few_kinds(&keys.iter().collect::<Vec<_>>()) {
        let names: Vec<&str> = columns.trim_matches(['(', ')']).split(", ").collect();
        let [system, record_type, record_id] = [0, 1, 2].map(|place| names.get(place).copied().unwrap_or_default().to_owned());
        let of_kind = |((of_system, of_type), ids): ((&str, &str), Vec<String>)| {
            let column = |name: &String| Expr::col(sea_orm::sea_query::Alias::new(name));
            let one_of_ids = match tx.get_database_backend() {
                DbBackend::Postgres => Expr::cust_with_values(format!("{record_id} = ANY($1)"), [sea_orm::Value::from(ids)]),
                _ => Expr::cust_with_values(format!("{record_id} IN (SELECT value FROM json_each(?))"), [serde_json::json!(ids).to_string()]),
            };
            column(&system).eq(of_system).and(column(&record_type).eq(of_type)).and(one_of_ids)
        };
        return kinds.into_iter().map(of_kind).reduce(ExprTrait::or).unwrap_or_else(|| Expr::val(false));
    }
    let parts = |part: fn(&SourceKey) -> &str| keys.iter().map(|key| part(key).to_owned()).collect::<Vec<String>>();
    let systems = parts(|key| key.system.as_str());
    let record_types = parts(|key| key.record_type.as_str());
    let record_ids = parts(|key| key.record_id.as_str());
    match tx.get_database_backend() {
        DbBackend::Postgres => Expr::cust_with_values(
            format!("{columns} IN (SELECT * FROM unnest($1, $2, $3))"),
            [sea_orm::Value::from(systems), record_types.into(), record_ids.into()],
        ),
        _ => {
            let tuples: Vec<(&String, &String, &String)> =
                systems.iter().zip(&record_types).zip(&record_ids).map(|((system, record_type), id)| (system, record_type, id)).collect();
            Expr::cust_with_values(
                format!("{columns} IN (SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?))"),
                [serde_json::json!(tuples).to_string()],
            )
        }
    }
}

/// Many keys of a few kinds, as a plain list of ids for each kind. PostgreSQL finds those by the index whatever it believes of the table; a
/// list of triples it compares with every row while a table grows faster than its statistics.
pub(super) fn few_kinds<'k>(keys: &[&'k SourceKey]) -> Option<BTreeMap<(&'k str, &'k str), Vec<String>>> {
    const MANY: usize = 200;
    const FEW: usize = 8;
    if keys.len() < MANY {
        return None;
    }
    let mut kinds: BTreeMap<(&str, &str), Vec<String>> = BTreeMap::new();
    for key in keys {
        kinds.entry((key.system.as_str(), key.record_type.as_str())).or_default().push(key.record_id.as_str().to_owned());
    }
    (kinds.len() <= FEW).then_some(kinds)
}

/// Adds the records that are not there yet, and tells which those were. The others stay as they are.
pub async fn insert_missing(tx: &TenantTx, records: &[SourceRecord]) -> Result<HashSet<SourceKey>, Error> {
    let also = Also {
        conflict: Some(OnConflict::columns([Column::CompanyId].into_iter().chain(KEY)).do_nothing().to_owned()),
        returning: vec!["system", "record_type", "record_id"],
    };
    let inserted = bulk::insert_also(tx, rows_in_order(tx, records), also).await?;
    inserted.iter().map(|row| Ok(SourceKey::stored(row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?))).collect()
}

/// Adds records, or takes the newly presented values of those that are there. The state of known records stays.
pub async fn upsert_many(tx: &TenantTx, records: &[SourceRecord]) -> Result<(), Error> {
    let conflict = OnConflict::columns([Column::CompanyId].into_iter().chain(KEY))
        .update_columns([Column::Presented, Column::DisplayName, Column::EmailKey, Column::Phone, Column::UpdatedAt])
        .to_owned();
    let rows = records.iter().map(|record| to_row(tx, record)).collect();
    bulk::insert_also(tx, rows, Also { conflict: Some(conflict), ..Also::default() }).await.map(drop)
}

fn rows_in_order(tx: &TenantTx, records: &[SourceRecord]) -> Vec<ActiveModel> {
    let mut records: Vec<&SourceRecord> = records.iter().collect();
    records.sort_by(|a, b| a.key.cmp(&b.key));
    records.into_iter().map(|record| to_row(tx, record)).collect()
}

/// Writes the state of some records.
pub async fn set_state(tx: &TenantTx, keys: &[SourceKey], state: RecordState) -> Result<(), Error> {
    Entity::update_many()
        .set(ActiveModel { state: Set(state.as_str().to_owned()), ..Default::default() })
        .filter(Column::CompanyId.eq(tx.company().0))
        .filter(one_of(tx, keys))
        .exec(tx)
        .await?;
    Ok(())
}

fn records(tx: &TenantTx) -> Select<Entity> {
    of_company::<Entity>(tx.company(), Column::CompanyId)
}

fn in_order(query: Select<Entity>) -> Select<Entity> {
    KEY.into_iter().fold(query, |query, column| query.order_by_asc(column))
}

fn by_key(rows: Vec<Model>) -> Result<HashMap<SourceKey, SourceRecord>, Error> {
    rows.into_iter().map(|row| from_row(row).map(|record| (record.key.clone(), record))).collect()
}

fn to_row(tx: &TenantTx, record: &SourceRecord) -> ActiveModel {
    ActiveModel {
        company_id: Set(tx.company().0),
        system: Set(record.key.system.as_str().to_owned()),
        record_type: Set(record.key.record_type.as_str().to_owned()),
        record_id: Set(record.key.record_id.as_str().to_owned()),
        presented: Set(serde_json::json!(record.presented)),
        display_name: Set(record.display_name.clone()),
        email_key: Set(record.email_key.clone()),
        phone: Set(record.phone.clone()),
        state: Set(record.state.as_str().to_owned()),
        received_at: Set(record.received_at),
        updated_at: Set(record.updated_at),
    }
}

fn from_row(row: Model) -> Result<SourceRecord, Error> {
    Ok(SourceRecord {
        key: SourceKey::stored(row.system, row.record_type, row.record_id),
        presented: serde_json::from_value::<Presented>(row.presented).unwrap_or_default(),
        display_name: row.display_name,
        email_key: row.email_key,
        phone: row.phone,
        state: stored("source_record.state", &row.state, RecordState::stored)?,
        received_at: row.received_at,
        updated_at: row.updated_at,
    })
}
