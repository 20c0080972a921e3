//! The table `party_role`.

use sea_orm::entity::prelude::*;

/// A role of a party in a stretch of time.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "party_role")]
pub struct Model {
    /// The company that owns the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub company_id: Uuid,
    /// The id of the row within its company (UUIDv7).
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The party that the row is about.
    pub party_id: Uuid,
    /// The party for which the row was made, when a merge handed it over since.
    pub home_id: Option<Uuid>,
    /// The code of a role type of the company or of the system.
    #[sea_orm(column_type = "Text")]
    pub role_code: String,
    /// Whether it is the primary role of the party.
    pub is_primary: bool,
    /// The start of the validity, inclusive, UTC.
    pub valid_from: DateTimeUtc,
    /// The end of the validity, exclusive, UTC; none while it holds.
    pub valid_to: Option<DateTimeUtc>,
    /// Who granted it.
    #[sea_orm(column_type = "Text")]
    pub granted_by: String,
    /// Why it was granted.
    #[sea_orm(column_type = "Text", nullable)]
    pub grant_reason: Option<String>,
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
