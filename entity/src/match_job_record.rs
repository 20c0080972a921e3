//! The table `match_job_record`.

use sea_orm::entity::prelude::*;

/// What a job did with a record.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "match_job_record")]
pub struct Model {
    /// The company that owns the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub company_id: Uuid,
    /// The job.
    #[sea_orm(primary_key, auto_increment = false)]
    pub job_id: Uuid,
    /// The engine of the record.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub system: String,
    /// The engine's name for such records.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub record_type: String,
    /// The engine's id of the record.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub record_id: String,
    /// `AUTO_LINK`, `REVIEW` or `NO_MATCH`.
    #[sea_orm(column_type = "Text")]
    pub outcome: String,
    /// The link that it made.
    pub link_id: Option<Uuid>,
}

/// The store joins by hand, because relations would not carry the company.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
