//! The table `party_event`.

use sea_orm::entity::prelude::*;

/// The change log and outbox; rows are only ever added.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "party_event")]
pub struct Model {
    /// The company that owns the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub company_id: Uuid,
    /// The place of the event in the log of the company; grows without gaps.
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i64,
    /// What happened, for example `party.created`.
    #[sea_orm(column_type = "Text", column_name = "type")]
    pub event_type: String,
    /// The party that the event is about, if it is about one.
    pub party_id: Option<Uuid>,
    /// Who did it.
    #[sea_orm(column_type = "Text")]
    pub actor: String,
    /// What changed, a JSON object.
    #[sea_orm(column_type = "JsonBinary")]
    pub payload: Json,
    /// When it happened, UTC.
    pub at: DateTimeUtc,
}

/// The store joins by hand, because relations would not carry the company.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
