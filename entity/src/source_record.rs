//! The table `source_record`.

use sea_orm::entity::prelude::*;

/// A record of an engine and the identity values that it presented.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "source_record")]
pub struct Model {
    /// The company that owns the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub company_id: Uuid,
    /// The engine, for example `crm`.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub system: String,
    /// The engine's type of record, for example `lead`.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub record_type: String,
    /// The engine's id of the record.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub record_id: String,
    /// The identity values as the engine presented them, a JSON object.
    #[sea_orm(column_type = "JsonBinary")]
    pub presented: Json,
    /// The name that it presented.
    #[sea_orm(column_type = "Text", nullable)]
    pub display_name: Option<String>,
    /// The e-mail address that it presented, normalised.
    #[sea_orm(column_type = "Text", nullable)]
    pub email_key: Option<String>,
    /// The phone number that it presented, in E.164.
    #[sea_orm(column_type = "Text", nullable)]
    pub phone: Option<String>,
    /// `LINKED`, `UNLINKED`, `IN_REVIEW` or `IGNORED`.
    #[sea_orm(column_type = "Text")]
    pub state: String,
    /// When the record was first presented, UTC.
    pub received_at: DateTimeUtc,
    /// When the row was last changed, UTC.
    pub updated_at: DateTimeUtc,
}

/// The store joins by hand, because relations would not carry the company.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
