//! The table `revenue_total`.

use sea_orm::entity::prelude::*;

/// The sums of revenue entries by party, currency, channel, direction and month.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "revenue_total")]
pub struct Model {
    /// The company that owns the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub company_id: Uuid,
    /// The party that the row is about.
    #[sea_orm(primary_key, auto_increment = false)]
    pub party_id: Uuid,
    /// The ISO 4217 code of the currency.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub currency: String,
    /// The code of the sales channel.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub channel: String,
    /// `INFLOW` or `OUTFLOW`.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub direction: String,
    /// The first day of the month, UTC.
    #[sea_orm(primary_key, auto_increment = false)]
    pub month: Date,
    /// The sum in minor units of the currency.
    pub amount_minor: i64,
    /// How many entries the sum holds.
    pub entries: i64,
}

/// The store joins by hand, because relations would not carry the company.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
