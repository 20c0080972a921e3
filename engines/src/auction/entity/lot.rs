//! The table `lots`.
use crate::platform::database::CompanyTable;
use sea_orm::entity::prelude::*;

/// What is sold to the highest bid.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "lots")]
pub struct Model {
    /// The company that owns the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub company_id: Uuid,
    /// The id, under which the hub knows the money as `auction / invoice / <id>`.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub lot_id: String,
    /// What it is.
    #[sea_orm(column_type = "Text")]
    pub title: String,
    /// The currency of its bids, ISO 4217.
    #[sea_orm(column_type = "Text")]
    pub currency: String,
    /// `OPEN`, `CLOSED` or `SETTLED`.
    #[sea_orm(column_type = "Text")]
    pub status: String,
    /// When it was opened.
    pub created_at: DateTimeUtc,
}

/// Rows are joined by hand, because relations would not carry the company.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl CompanyTable for Entity {
    const COMPANY: Column = Column::CompanyId;
}
