//! Idempotency keys: what an earlier call with the same key did.
use super::{scope::of_company, tenant::TenantTx};
use crate::domain::error::Error;
use chrono::{DateTime, Utc};
use entity::idempotency_key::{ActiveModel, Column, Entity};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

/// What a call with a key was, and what it did.
pub struct Remembered {
    /// The operation's name.
    pub operation: String,
    /// A hash of the operation's input.
    pub request_hash: String,
    /// What is needed to answer again.
    pub result: serde_json::Value,
}

/// The call that used a key before.
pub async fn find(tx: &TenantTx, key: &str) -> Result<Option<Remembered>, Error> {
    let row = of_company::<Entity>(tx.company(), Column::CompanyId).filter(Column::Key.eq(key)).one(tx).await?;
    Ok(row.map(|row| Remembered { operation: row.operation, request_hash: row.request_hash, result: row.result }))
}

/// Remembers a call.
///
/// # Errors
/// `IDEMPOTENCY_CONFLICT` when another call used the key in the meantime.
pub async fn insert(tx: &TenantTx, key: &str, call: Remembered, at: DateTime<Utc>) -> Result<(), Error> {
    let row = ActiveModel {
        company_id: Set(tx.company().0),
        key: Set(key.to_owned()),
        operation: Set(call.operation),
        request_hash: Set(call.request_hash),
        result: Set(call.result),
        created_at: Set(at),
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}
