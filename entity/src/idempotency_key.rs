//! The table `idempotency_key`.

use sea_orm::entity::prelude::*;

/// The stored answer of a mutation that carried an idempotency key.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency_key")]
pub struct Model {
    /// The company that owns the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub company_id: Uuid,
    /// The key that the client chose.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub key: String,
    /// The mutation that carried it.
    #[sea_orm(column_type = "Text")]
    pub operation: String,
    /// A hash of the input, to refuse the same key with other content.
    #[sea_orm(column_type = "Text")]
    pub request_hash: String,
    /// The answer that was given, JSON.
    #[sea_orm(column_type = "JsonBinary")]
    pub result: Json,
    /// When the row was written, UTC.
    pub created_at: DateTimeUtc,
}

/// The store joins by hand, because relations would not carry the company.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
