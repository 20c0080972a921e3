//! The table `role_type`.

use sea_orm::entity::prelude::*;

/// The catalogue of roles that a party can have; the nil company holds the system's rows.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "role_type")]
pub struct Model {
    /// The company that added the type; the nil id for the system's own.
    #[sea_orm(primary_key, auto_increment = false)]
    pub company_id: Uuid,
    /// The code that rows refer to, in snake case.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub code: String,
    /// The name for people.
    #[sea_orm(column_type = "Text")]
    pub label: String,
    /// `BUYS`, `SELLS` or `BOTH`.
    #[sea_orm(column_type = "Text")]
    pub side: String,
    /// Whether the type is one of the seeded ones.
    pub is_system: bool,
    /// When the row was written, UTC.
    pub created_at: DateTimeUtc,
}

/// The store joins by hand, because relations would not carry the company.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
