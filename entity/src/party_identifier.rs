//! The table `party_identifier`.

use sea_orm::entity::prelude::*;

/// A number that somebody issued to a party, such as a tax id.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "party_identifier")]
pub struct Model {
    /// The company that owns the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub company_id: Uuid,
    /// Who issues the number, for example `de-vat`.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub scheme: String,
    /// The number, normalised.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub value: String,
    /// The party that the row is about.
    pub party_id: Uuid,
    /// The party for which the row was made, when a merge handed it over since.
    pub home_id: Option<Uuid>,
    /// The number as it was written.
    #[sea_orm(column_type = "Text")]
    pub display_value: String,
    /// When the value was verified, UTC.
    pub verified_at: Option<DateTimeUtc>,
    /// When the row was written, UTC.
    pub created_at: DateTimeUtc,
}

/// The store joins by hand, because relations would not carry the company.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
