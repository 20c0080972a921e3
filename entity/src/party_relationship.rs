//! The table `party_relationship`.

use sea_orm::entity::prelude::*;

/// A typed, dated relation from one party to another.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "party_relationship")]
pub struct Model {
    /// The company that owns the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub company_id: Uuid,
    /// The id of the row within its company (UUIDv7).
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The party from which the type is read.
    pub from_party_id: Uuid,
    /// The party at the other end.
    pub to_party_id: Uuid,
    /// The party that stood at the first end, when a merge led it elsewhere since.
    pub from_home_id: Option<Uuid>,
    /// The party that stood at the second end, when a merge led it elsewhere since.
    pub to_home_id: Option<Uuid>,
    /// The code of a relationship type.
    #[sea_orm(column_type = "Text")]
    pub type_code: String,
    /// What the relation is called in this case, for example a job title.
    #[sea_orm(column_type = "Text", nullable)]
    pub title: Option<String>,
    /// The start of the validity, inclusive, UTC.
    pub valid_from: DateTimeUtc,
    /// The end of the validity, exclusive, UTC; none while it holds.
    pub valid_to: Option<DateTimeUtc>,
    /// Who stated it.
    #[sea_orm(column_type = "Text")]
    pub created_by: String,
    /// Who ended it.
    #[sea_orm(column_type = "Text", nullable)]
    pub ended_by: Option<String>,
    /// Why it was ended.
    #[sea_orm(column_type = "Text", nullable)]
    pub end_reason: Option<String>,
}

/// The store joins by hand, because relations would not carry the company.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
