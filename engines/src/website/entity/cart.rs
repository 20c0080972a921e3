//! The table `shopping_carts`. It has no party: the account's source record leads to it, whoever that is today.
use crate::platform::database::CompanyTable;
use sea_orm::{FromJsonQueryResult, entity::prelude::*};
use serde::{Deserialize, Serialize};

/// What somebody is about to buy.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "shopping_carts")]
pub struct Model {
    /// The company that owns the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub company_id: Uuid,
    /// The id, under which the hub knows the money as `website / invoice / <id>`.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub cart_id: String,
    /// The session of the browser.
    #[sea_orm(column_type = "Text")]
    pub session_id: String,
    /// `GUEST` or `AUTHENTICATED`.
    #[sea_orm(column_type = "Text")]
    pub kind: String,
    /// The account; a guest has none.
    #[sea_orm(column_type = "Text", nullable)]
    pub account_id: Option<String>,
    /// `OPEN` or `CHECKED_OUT`.
    #[sea_orm(column_type = "Text")]
    pub status: String,
    /// The currency of its prices, ISO 4217.
    #[sea_orm(column_type = "Text")]
    pub currency: String,
    /// What is in it.
    #[sea_orm(column_type = "JsonBinary")]
    pub items: Items,
    /// Not to be checked out after this time.
    pub expires_at: DateTimeUtc,
}

/// The items of a cart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Items(pub Vec<Item>);

/// Some pieces of an article.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// The article.
    pub sku: String,
    /// How many.
    pub quantity: u32,
    /// The price of one, in minor units.
    pub unit_price_minor: i64,
}

impl Model {
    /// What everything together costs, in minor units.
    pub fn total_minor(&self) -> i64 {
        self.items.0.iter().map(|item| i64::from(item.quantity) * item.unit_price_minor).sum()
    }
}

/// Rows are joined by hand, because relations would not carry the company.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl CompanyTable for Entity {
    const COMPANY: Column = Column::CompanyId;
}
