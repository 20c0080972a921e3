//! The table `distinct_assertion`.

use sea_orm::entity::prelude::*;

/// Two parties that are not the same, as somebody asserted.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "distinct_assertion")]
pub struct Model {
    /// The company that owns the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub company_id: Uuid,
    /// The id of the assertion.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The party with the lower id.
    pub party_a: Uuid,
    /// The party with the higher id.
    pub party_b: Uuid,
    /// Who asserted it.
    #[sea_orm(column_type = "Text")]
    pub author: String,
    /// Why.
    #[sea_orm(column_type = "Text", nullable)]
    pub reason: Option<String>,
    /// When, UTC.
    pub created_at: DateTimeUtc,
    /// When it was withdrawn, UTC.
    pub retracted_at: Option<DateTimeUtc>,
    /// Who withdrew it.
    #[sea_orm(column_type = "Text", nullable)]
    pub retracted_by: Option<String>,
    /// Why it was withdrawn.
    #[sea_orm(column_type = "Text", nullable)]
    pub retract_reason: Option<String>,
}

/// The store joins by hand, because relations would not carry the company.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
