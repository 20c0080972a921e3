//! The table `match_task`.

use sea_orm::entity::prelude::*;

/// A question for a steward: whether a source record belongs to a party, or two parties are one.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "match_task")]
pub struct Model {
    /// The company that owns the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub company_id: Uuid,
    /// The id of the row within its company (UUIDv7).
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// `LINK` or `MERGE`.
    #[sea_orm(column_type = "Text")]
    pub kind: String,
    /// The engine of the record that is to be linked.
    #[sea_orm(column_type = "Text", nullable)]
    pub system: Option<String>,
    /// The engine's name for such records.
    #[sea_orm(column_type = "Text", nullable)]
    pub record_type: Option<String>,
    /// The engine's id of the record.
    #[sea_orm(column_type = "Text", nullable)]
    pub record_id: Option<String>,
    /// The party that is perhaps the other one.
    pub party_id: Option<Uuid>,
    /// The party that was there before.
    pub other_party_id: Uuid,
    /// `OPEN`, `LEASED` or `DECIDED`.
    #[sea_orm(column_type = "Text")]
    pub status: String,
    /// The weight of the evidence: heavier tasks come first.
    pub priority: f64,
    /// What spoke for it, JSON.
    #[sea_orm(column_type = "JsonBinary")]
    pub evidence: Json,
    /// Who or what asked.
    #[sea_orm(column_type = "Text")]
    pub opened_by: String,
    /// When, UTC.
    pub opened_at: DateTimeUtc,
    /// Who works on it.
    #[sea_orm(column_type = "Text", nullable)]
    pub lease_by: Option<String>,
    /// Until when, UTC.
    pub lease_until: Option<DateTimeUtc>,
    /// `SAME`, `DIFFERENT`, `UNSURE` or `NEW_PARTY`.
    #[sea_orm(column_type = "Text", nullable)]
    pub decision: Option<String>,
    /// Who decided.
    #[sea_orm(column_type = "Text", nullable)]
    pub decided_by: Option<String>,
    /// When, UTC.
    pub decided_at: Option<DateTimeUtc>,
    /// Why.
    #[sea_orm(column_type = "Text", nullable)]
    pub reason: Option<String>,
    /// The merge that the decision made.
    pub merge_id: Option<Uuid>,
    /// The assertion that the decision made.
    pub assertion_id: Option<Uuid>,
    /// The link that the decision made.
    pub link_id: Option<Uuid>,
}

/// The store joins by hand, because relations would not carry the company.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
