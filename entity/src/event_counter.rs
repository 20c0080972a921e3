//! The table `event_counter`.

use sea_orm::entity::prelude::*;

/// How far the log of a company is numbered. Who writes events holds the row until the transaction ends.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "event_counter")]
pub struct Model {
    /// The company whose log it is.
    #[sea_orm(primary_key, auto_increment = false)]
    pub company_id: Uuid,
    /// The number of the newest event.
    pub last_seq: i64,
}

/// The store joins by hand, because relations would not carry the company.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
