//! The table `crm_prospect_metadata`: one row a lead.
use crate::platform::database::CompanyTable;
use sea_orm::entity::prelude::*;

/// What sales know of a lead. Who it is, the hub knows.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "crm_prospect_metadata")]
pub struct Model {
    /// The company that owns the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub company_id: Uuid,
    /// The id of the lead, under which the hub knows it as `crm / lead / <id>`.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub lead_id: String,
    /// The party; null while it is not known.
    pub party_id: Option<Uuid>,
    /// Where the lead came from, for instance `trade fair`.
    #[sea_orm(column_type = "Text")]
    pub lead_source: String,
    /// How promising it is, from 0 to 100.
    pub qualification_score: Option<i32>,
    /// The login of the colleague who takes care of it.
    #[sea_orm(column_type = "Text", nullable)]
    pub assigned_to: Option<String>,
    /// `NEW`, `CONTACTED`, `QUALIFIED` or `LOST`.
    #[sea_orm(column_type = "Text")]
    pub status: String,
    /// Why it was lost.
    #[sea_orm(column_type = "Text", nullable)]
    pub lost_reason: Option<String>,
    /// What sales noted.
    #[sea_orm(column_type = "Text", nullable)]
    pub notes: Option<String>,
    /// When it was entered.
    pub created_at: DateTimeUtc,
}

/// Rows are joined by hand, because relations would not carry the company.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl CompanyTable for Entity {
    const COMPANY: Column = Column::CompanyId;
}
