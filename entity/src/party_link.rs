//! The table `party_link`.

use sea_orm::entity::prelude::*;

/// A link from a source record to a party, active or ended.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "party_link")]
pub struct Model {
    /// The company that owns the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub company_id: Uuid,
    /// The id of the row within its company (UUIDv7).
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The engine, for example `crm`.
    #[sea_orm(column_type = "Text")]
    pub system: String,
    /// The engine's type of record, for example `lead`.
    #[sea_orm(column_type = "Text")]
    pub record_type: String,
    /// The engine's id of the record.
    #[sea_orm(column_type = "Text")]
    pub record_id: String,
    /// The party that the row is about.
    pub party_id: Uuid,
    /// The party for which the row was made, when a merge handed it over since.
    pub home_id: Option<Uuid>,
    /// `MANUAL`, `AUTO`, `IMPORT` or `SUGGESTED`.
    #[sea_orm(column_type = "Text")]
    pub method: String,
    /// `ACTIVE` or `ENDED`.
    #[sea_orm(column_type = "Text")]
    pub status: String,
    /// How sure the method was, from 0 to 1.
    pub confidence: Option<f64>,
    /// What spoke for the link, JSON.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub evidence: Option<Json>,
    /// The version of the rules that made the link.
    #[sea_orm(column_type = "Text", nullable)]
    pub ruleset: Option<String>,
    /// A remark for people.
    #[sea_orm(column_type = "Text", nullable)]
    pub note: Option<String>,
    /// Who made the link.
    #[sea_orm(column_type = "Text")]
    pub linked_by: String,
    /// When it was made, UTC.
    pub linked_at: DateTimeUtc,
    /// Who ended it.
    #[sea_orm(column_type = "Text", nullable)]
    pub ended_by: Option<String>,
    /// When it was ended, UTC; none while it is active.
    pub ended_at: Option<DateTimeUtc>,
    /// Why it was ended.
    #[sea_orm(column_type = "Text", nullable)]
    pub end_reason: Option<String>,
}

/// The store joins by hand, because relations would not carry the company.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
