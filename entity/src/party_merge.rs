//! The table `party_merge`.

use sea_orm::entity::prelude::*;

/// One absorbed party of one survivor, with what is needed to undo it.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "party_merge")]
pub struct Model {
    /// The company that owns the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub company_id: Uuid,
    /// The id of the merge.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The party that goes on.
    pub survivor_id: Uuid,
    /// The party whose id leads to the survivor.
    pub absorbed_id: Uuid,
    /// The place among the merges of the survivor's family; grows.
    pub position: i64,
    /// `PROPAGATING`, `DONE` or `UNMERGED`.
    #[sea_orm(column_type = "Text")]
    pub state: String,
    /// What the merge changed, a JSON object.
    #[sea_orm(column_type = "JsonBinary")]
    pub before: Json,
    /// What was decided, a JSON array with an element for each field.
    #[sea_orm(column_type = "JsonBinary")]
    pub decisions: Json,
    /// Why.
    #[sea_orm(column_type = "Text", nullable)]
    pub reason: Option<String>,
    /// Who merged.
    #[sea_orm(column_type = "Text")]
    pub merged_by: String,
    /// When, UTC.
    pub merged_at: DateTimeUtc,
    /// Who took it back.
    #[sea_orm(column_type = "Text", nullable)]
    pub unmerged_by: Option<String>,
    /// When, UTC.
    pub unmerged_at: Option<DateTimeUtc>,
    /// Why it was taken back.
    #[sea_orm(column_type = "Text", nullable)]
    pub unmerge_reason: Option<String>,
}

/// The store joins by hand, because relations would not carry the company.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
