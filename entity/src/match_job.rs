//! The table `match_job`.

use sea_orm::entity::prelude::*;

/// A job that links records by themselves.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "match_job")]
pub struct Model {
    /// The company that owns the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub company_id: Uuid,
    /// The id of the row within its company (UUIDv7).
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whether it only tells what it would do.
    pub dry_run: bool,
    /// `RUNNING`, `DONE` or `UNDONE`.
    #[sea_orm(column_type = "Text")]
    pub status: String,
    /// Who started it.
    #[sea_orm(column_type = "Text")]
    pub started_by: String,
    /// When, UTC.
    pub started_at: DateTimeUtc,
    /// When there was nothing left to do, UTC.
    pub ended_at: Option<DateTimeUtc>,
    /// Who took its links back.
    #[sea_orm(column_type = "Text", nullable)]
    pub undone_by: Option<String>,
    /// When, UTC.
    pub undone_at: Option<DateTimeUtc>,
}

/// The store joins by hand, because relations would not carry the company.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
