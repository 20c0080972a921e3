//! The table `party`.

use sea_orm::entity::prelude::*;

/// A person or organisation: the golden record.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "party")]
pub struct Model {
    /// The company that owns the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub company_id: Uuid,
    /// The id of the row within its company (UUIDv7).
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// `PERSON` or `ORGANIZATION`.
    #[sea_orm(column_type = "Text")]
    pub kind: String,
    /// The name to show.
    #[sea_orm(column_type = "Text")]
    pub display_name: String,
    /// The display name folded for ordering.
    #[sea_orm(column_type = "Text")]
    pub name_key: String,
    /// The given name of a person.
    #[sea_orm(column_type = "Text", nullable)]
    pub given_name: Option<String>,
    /// The family name of a person.
    #[sea_orm(column_type = "Text", nullable)]
    pub family_name: Option<String>,
    /// The registered name of an organisation.
    #[sea_orm(column_type = "Text", nullable)]
    pub legal_name: Option<String>,
    /// The primary e-mail address as it was written.
    #[sea_orm(column_type = "Text", nullable)]
    pub primary_email: Option<String>,
    /// The primary e-mail address normalised; unique among live parties of the company.
    #[sea_orm(column_type = "Text", nullable)]
    pub email_key: Option<String>,
    /// The primary phone number in E.164.
    #[sea_orm(column_type = "Text", nullable)]
    pub primary_phone: Option<String>,
    /// The primary postal address, a JSON object with a `formatted` line.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub primary_address: Option<Json>,
    /// `ACTIVE`, `INACTIVE`, `MERGED` or `ERASED`.
    #[sea_orm(column_type = "Text")]
    pub status: String,
    /// The survivor, always one hop away; set exactly when the status is `MERGED`.
    pub merged_into: Option<Uuid>,
    /// Counts the changes of the row, for optimistic locking.
    pub version: i64,
    /// When the row was written, UTC.
    pub created_at: DateTimeUtc,
    /// When the row was last changed, UTC.
    pub updated_at: DateTimeUtc,
}

/// The store joins by hand, because relations would not carry the company.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
