//! The table `party_revenue`.

use sea_orm::entity::prelude::*;

/// The all-time sums of a party in one currency.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "party_revenue")]
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
    /// The sum of the inflow in minor units.
    pub gross_minor: i64,
    /// The sum of the outflow in minor units.
    pub payout_minor: i64,
    /// Inflow less outflow in minor units.
    pub net_minor: i64,
}

/// The store joins by hand, because relations would not carry the company.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
