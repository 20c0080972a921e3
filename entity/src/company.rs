//! The table `company`.

use sea_orm::entity::prelude::*;

/// A tenant: the company whose parties the service keeps.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "company")]
pub struct Model {
    /// The id of the company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The name of the company.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// The ISO 4217 code of the currency in which it reports.
    #[sea_orm(column_type = "Text")]
    pub currency: String,
    /// The ISO 3166 alpha-2 code with which phone numbers without a country are read.
    #[sea_orm(column_type = "Text")]
    pub default_country: String,
    /// Settings of the company, a JSON object.
    #[sea_orm(column_type = "JsonBinary")]
    pub settings: Json,
    /// When the row was written, UTC.
    pub created_at: DateTimeUtc,
}

/// The store joins by hand, because relations would not carry the company.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
