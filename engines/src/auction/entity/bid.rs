//! The table `bids`.
use crate::platform::database::CompanyTable;
use sea_orm::entity::prelude::*;

/// What somebody offered for a lot.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "bids")]
pub struct Model {
    /// The company that owns the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub company_id: Uuid,
    /// The id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The lot.
    #[sea_orm(column_type = "Text")]
    pub lot_id: String,
    /// Who bid.
    #[sea_orm(column_type = "Text")]
    pub account_id: String,
    /// How much, in minor units of the lot's currency.
    pub amount_minor: i64,
    /// Whether the lot went to this bid.
    pub is_winning: bool,
    /// The party that bought. A winning bid must have one, and the database sees to it.
    pub party_id: Option<Uuid>,
    /// When.
    pub placed_at: DateTimeUtc,
}

/// Rows are joined by hand, because relations would not carry the company.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl CompanyTable for Entity {
    const COMPANY: Column = Column::CompanyId;
}
