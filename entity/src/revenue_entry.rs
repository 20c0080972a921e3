//! The table `revenue_entry`.

use sea_orm::entity::prelude::*;

/// A business fact worth money, keyed by its source record; never changed, only reversed.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "revenue_entry")]
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
    /// The party that paid or was paid.
    pub party_id: Uuid,
    /// The party for which the row was made, when a merge handed it over since.
    pub home_id: Option<Uuid>,
    /// The code of the sales channel.
    #[sea_orm(column_type = "Text")]
    pub channel: String,
    /// `INFLOW` or `OUTFLOW`.
    #[sea_orm(column_type = "Text")]
    pub direction: String,
    /// The amount in minor units of the currency; negative only in a reversal, never zero.
    pub amount_minor: i64,
    /// The ISO 4217 code of the currency.
    #[sea_orm(column_type = "Text")]
    pub currency: String,
    /// When the business happened, UTC.
    pub occurred_at: DateTimeUtc,
    /// The record type of the reversed entry of the same system.
    #[sea_orm(column_type = "Text", nullable)]
    pub reverses_type: Option<String>,
    /// The record id of the reversed entry of the same system.
    #[sea_orm(column_type = "Text", nullable)]
    pub reverses_id: Option<String>,
    /// A remark for people.
    #[sea_orm(column_type = "Text", nullable)]
    pub note: Option<String>,
    /// Who recorded it.
    #[sea_orm(column_type = "Text")]
    pub recorded_by: String,
    /// When it was recorded, UTC.
    pub recorded_at: DateTimeUtc,
}

/// The store joins by hand, because relations would not carry the company.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
