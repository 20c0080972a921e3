//! The table `engine`.

use sea_orm::entity::prelude::*;

/// An engine that follows the feed.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "engine")]
pub struct Model {
    /// The company that owns the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub company_id: Uuid,
    /// The engine's code.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub system: String,
    /// The types of event that it follows, a JSON array; all when it is empty.
    #[sea_orm(column_type = "JsonBinary")]
    pub events: Json,
    /// Who registered it.
    #[sea_orm(column_type = "Text")]
    pub registered_by: String,
    /// When, UTC.
    pub registered_at: DateTimeUtc,
    /// When it was retired, UTC.
    pub retired_at: Option<DateTimeUtc>,
}

/// The store joins by hand, because relations would not carry the company.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
