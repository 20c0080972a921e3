//! The table `website_customer_metadata`.
use crate::platform::database::CompanyTable;
use sea_orm::entity::prelude::*;

/// What the shop knows of an account. Who it is, the hub knows.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "website_customer_metadata")]
pub struct Model {
    /// The company that owns the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub company_id: Uuid,
    /// The id of the account, under which the hub knows it as `website / customer / <id>`.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub account_id: String,
    /// The party; null while it is not known.
    pub party_id: Option<Uuid>,
    /// `STANDARD`, `SILVER` or `GOLD`.
    #[sea_orm(column_type = "Text")]
    pub tier: String,
    /// One for each whole unit of money that was spent.
    pub loyalty_points: i64,
    /// How they like to pay, for instance `invoice`.
    #[sea_orm(column_type = "Text", nullable)]
    pub preferred_payment: Option<String>,
    /// When the row was last changed.
    pub updated_at: DateTimeUtc,
}

/// Rows are joined by hand, because relations would not carry the company.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl CompanyTable for Entity {
    const COMPANY: Column = Column::CompanyId;
}
