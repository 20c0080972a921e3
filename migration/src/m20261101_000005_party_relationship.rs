//! Relationships between parties.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{text, text_null, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid};

use crate::company_table::{CompanyTable, drop_tables};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_party_relationship(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["party_relationship"]).await
    }
}

async fn create_party_relationship(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    CompanyTable::new("party_relationship", &["id"])
        .columns([
            uuid("id"),
            uuid("from_party_id"),
            uuid("to_party_id"),
            text("type_code"),
            text_null("title"),
            timestamp_with_time_zone("valid_from"),
            timestamp_with_time_zone_null("valid_to"),
            text("created_by"),
            text_null("ended_by"),
            text_null("end_reason"),
        ])
        .party("from_party_id")
        .party("to_party_id")
        .check("parties", "from_party_id <> to_party_id")
        .check("validity", "valid_to IS NULL OR valid_to >= valid_from")
        .unique_where("current", &["from_party_id", "to_party_id", "type_code"], "valid_to IS NULL")
        .index("from", &["from_party_id"])
        .index("to", &["to_party_id"])
        .create(manager)
        .await
}
