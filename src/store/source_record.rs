//! Source records: what engines registered.
use super::{scope::of_company, stored, tenant::TenantTx};
use crate::domain::{
    code::SourceKey,
    error::Error,
    kind::RecordState,
    link::{Presented, SourceRecord},
};
use entity::source_record::{ActiveModel, Column, Entity, Model};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait, OnConflict, SimpleExpr},
};
use std::collections::HashMap;

/// The records of some keys; unknown keys are left out.
pub async fn find(tx: &TenantTx, keys: &[SourceKey]) -> Result<HashMap<SourceKey, SourceRecord>, Error> {
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = of_company::<Entity>(tx.company(), Column::CompanyId)
        .filter(one_of(Column::System, Column::RecordType, Column::RecordId, keys))
        .all(tx)
        .await?;
    rows.into_iter().map(|row| from_row(row).map(|record| (record.key.clone(), record))).collect()
}

/// A filter for the three columns of a source key.
pub(super) fn one_of<C: ColumnTrait>(system: C, record_type: C, record_id: C, keys: &[SourceKey]) -> SimpleExpr {
    let tuples: Vec<(String, String, String)> =
        keys.iter().map(|key| (key.system.as_str().to_owned(), key.record_type.as_str().to_owned(), key.record_id.as_str().to_owned())).collect();
    Expr::tuple([Expr::col(system), Expr::col(record_type), Expr::col(record_id)]).in_tuples(tuples)
}

/// Adds records, or takes the newly presented values of those that are there; 500 a statement. The state of known records stays.
pub async fn upsert_many(tx: &TenantTx, records: &[SourceRecord]) -> Result<(), Error> {
    for chunk in records.chunks(500) {
        let rows = chunk.iter().map(|record| to_row(tx, record));
        let conflict = OnConflict::columns([Column::CompanyId, Column::System, Column::RecordType, Column::RecordId])
            .update_columns([Column::Presented, Column::DisplayName, Column::EmailKey, Column::Phone, Column::UpdatedAt])
            .to_owned();
        Entity::insert_many(rows).on_conflict(conflict).exec_without_returning(tx).await?;
    }
    Ok(())
}

/// Writes the state of some records.
pub async fn set_state(tx: &TenantTx, keys: &[SourceKey], state: RecordState) -> Result<(), Error> {
    for chunk in keys.chunks(1_000) {
        Entity::update_many()
            .set(ActiveModel { state: Set(state.as_str().to_owned()), ..Default::default() })
            .filter(Column::CompanyId.eq(tx.company().0))
            .filter(one_of(Column::System, Column::RecordType, Column::RecordId, chunk))
            .exec(tx)
            .await?;
    }
    Ok(())
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
