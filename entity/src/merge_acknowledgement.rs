//! The table `merge_acknowledgement`.

use sea_orm::entity::prelude::*;

/// What an engine says of a merge, or has yet to say.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "merge_acknowledgement")]
pub struct Model {
    /// The company that owns the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub company_id: Uuid,
    /// The merge.
    #[sea_orm(primary_key, auto_increment = false)]
    pub merge_id: Uuid,
    /// `MERGED` or `UNMERGED`.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub step: String,
    /// The engine's code.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub system: String,
    /// `PENDING`, `DONE` or `FAILED`.
    #[sea_orm(column_type = "Text")]
    pub state: String,
    /// How many rows the engine changed, a JSON array of names and numbers.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub counts: Option<Json>,
    /// Why it could not follow.
    #[sea_orm(column_type = "Text", nullable)]
    pub error: Option<String>,
    /// Since when it is waited for, UTC.
    pub since: DateTimeUtc,
    /// When it last said something, UTC.
    pub at: Option<DateTimeUtc>,
}

/// The store joins by hand, because relations would not carry the company.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
