//! The table `contact_point`.

use sea_orm::entity::prelude::*;

/// An e-mail address, phone number, postal address or web address of a party.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contact_point")]
pub struct Model {
    /// The company that owns the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub company_id: Uuid,
    /// The id of the row within its company (UUIDv7).
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The party that the row is about.
    pub party_id: Uuid,
    /// The party for which the row was made, when a merge handed it over since.
    pub home_id: Option<Uuid>,
    /// `EMAIL`, `PHONE`, `ADDRESS` or `WEB`.
    #[sea_orm(column_type = "Text")]
    pub kind: String,
    /// The value as it was written.
    #[sea_orm(column_type = "Text")]
    pub value: String,
    /// The value in the form in which it is compared.
    #[sea_orm(column_type = "Text")]
    pub normalized: String,
    /// The parts of a postal address, a JSON object.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub address: Option<Json>,
    /// What it is used for, a JSON array of text.
    #[sea_orm(column_type = "JsonBinary")]
    pub purposes: Json,
    /// Whether it is the one of its kind that the party prefers.
    pub is_primary: bool,
    /// Whether it was a first choice that stepped back in a merge: it identifies its party all the same.
    pub identifies: bool,
    /// Whether several people use it, so that it identifies nobody.
    pub shared: bool,
    /// When the value was verified, UTC.
    pub verified_at: Option<DateTimeUtc>,
    /// Who verified it.
    #[sea_orm(column_type = "Text", nullable)]
    pub verified_by: Option<String>,
    /// The start of the validity, inclusive, UTC.
    pub valid_from: DateTimeUtc,
    /// The end of the validity, exclusive, UTC; none while it holds.
    pub valid_to: Option<DateTimeUtc>,
    /// When the row was written, UTC.
    pub created_at: DateTimeUtc,
}

/// The store joins by hand, because relations would not carry the company.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
