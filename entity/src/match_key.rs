//! The table `match_key`.

use sea_orm::entity::prelude::*;

/// A blocking or search key of a live party.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "match_key")]
pub struct Model {
    /// The company that owns the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub company_id: Uuid,
    /// A prefix that says the kind of key, a colon and the key: `n:` a name token, `e:` an e-mail address, `p:` a phone number.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub match_key: String,
    /// The party that the row is about.
    #[sea_orm(primary_key, auto_increment = false)]
    pub party_id: Uuid,
}

/// The store joins by hand, because relations would not carry the company.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
