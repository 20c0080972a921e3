//! The table `buyer_accounts`.
use crate::platform::database::CompanyTable;
use sea_orm::entity::prelude::*;

/// An account with which somebody bids. Who it is, the hub knows.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "buyer_accounts")]
pub struct Model {
    /// The company that owns the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub company_id: Uuid,
    /// The id of the account, under which the hub knows it as `auction / buyer_account / <id>`.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub account_id: String,
    /// The party; null while it is not known.
    pub party_id: Option<Uuid>,
    /// Where the buyer bids.
    #[sea_orm(column_type = "Text")]
    pub auction_house: String,
    /// The auction house's own id of the buyer.
    #[sea_orm(column_type = "Text")]
    pub external_buyer_id: String,
    /// The pseudonym under which the buyer bids.
    #[sea_orm(column_type = "Text")]
    pub username: String,
    /// How reliably the buyer pays, from 0 to 100.
    pub rating: Option<i32>,
    /// When the account was registered.
    pub created_at: DateTimeUtc,
}

/// Rows are joined by hand, because relations would not carry the company.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl CompanyTable for Entity {
    const COMPANY: Column = Column::CompanyId;
}
