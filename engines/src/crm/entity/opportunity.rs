//! The table `opportunities`.
use crate::platform::database::CompanyTable;
use sea_orm::entity::prelude::*;

/// Business that may come of a party.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "opportunities")]
pub struct Model {
    /// The company that owns the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub company_id: Uuid,
    /// The id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The party.
    pub party_id: Uuid,
    /// What it is about.
    #[sea_orm(column_type = "Text")]
    pub title: String,
    /// What it may be worth, in minor units.
    pub value_minor: i64,
    /// The currency, ISO 4217.
    #[sea_orm(column_type = "Text")]
    pub currency: String,
    /// `OPEN`, `PROPOSED`, `WON` or `LOST`.
    #[sea_orm(column_type = "Text")]
    pub stage: String,
    /// The lead from which it came.
    #[sea_orm(column_type = "Text", nullable)]
    pub lead_id: Option<String>,
    /// When it was entered.
    pub created_at: DateTimeUtc,
}

/// Rows are joined by hand, because relations would not carry the company.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl CompanyTable for Entity {
    const COMPANY: Column = Column::CompanyId;
}
