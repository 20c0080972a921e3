//! The table `name_variant`.

use sea_orm::entity::prelude::*;

/// A spelling variant of a name token in use, for typo tolerance.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "name_variant")]
pub struct Model {
    /// The company that owns the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub company_id: Uuid,
    /// The token with one letter dropped.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub variant: String,
    /// The name token in use.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub token: String,
}

/// The store joins by hand, because relations would not carry the company.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
