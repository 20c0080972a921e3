//! The table `channel`.

use sea_orm::entity::prelude::*;

/// The catalogue of sales channels; the nil company holds the system's rows.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "channel")]
pub struct Model {
    /// The company that added the channel; the nil id for the system's own.
    #[sea_orm(primary_key, auto_increment = false)]
    pub company_id: Uuid,
    /// The code that rows refer to, in snake case.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub code: String,
    /// The name for people.
    #[sea_orm(column_type = "Text")]
    pub label: String,
    /// When the row was written, UTC.
    pub created_at: DateTimeUtc,
}

/// The store joins by hand, because relations would not carry the company.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
