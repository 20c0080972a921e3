//! Records of the engines and their links to parties.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    double_null, json_binary, json_binary_null, text, text_null, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid,
};

use crate::company_table::{CompanyTable, drop_tables, text_by_code_point};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_source_record(manager).await?;
        create_party_link(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["party_link", "source_record"]).await
    }
}

async fn create_source_record(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    CompanyTable::new("source_record", &["system", "record_type", "record_id"])
        .columns([
            text_by_code_point(manager, "system"),
            text_by_code_point(manager, "record_type"),
            text_by_code_point(manager, "record_id"),
            json_binary("presented"),
            text_null("display_name"),
            text_null("email_key"),
            text_null("phone"),
            text("state"),
            timestamp_with_time_zone("received_at"),
            timestamp_with_time_zone("updated_at"),
        ])
        .check("state", "state IN ('LINKED', 'UNLINKED', 'IN_REVIEW', 'IGNORED')")
        .index("state", &["state", "system", "record_type", "record_id"])
        .index("record_id", &["record_id"])
        .create(manager)
        .await
}

async fn create_party_link(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    CompanyTable::new("party_link", &["id"])
        .columns([
            uuid("id"),
            text_by_code_point(manager, "system"),
            text_by_code_point(manager, "record_type"),
            text_by_code_point(manager, "record_id"),
            uuid("party_id"),
            text("method"),
            text("status"),
            double_null("confidence"),
            json_binary_null("evidence"),
            text_null("ruleset"),
            text_null("note"),
            text("linked_by"),
            timestamp_with_time_zone("linked_at"),
            text_null("ended_by"),
            timestamp_with_time_zone_null("ended_at"),
            text_null("end_reason"),
        ])
        .references(&["system", "record_type", "record_id"], "source_record", &["system", "record_type", "record_id"])
        .party("party_id")
        .check("method", "method IN ('MANUAL', 'AUTO', 'IMPORT', 'SUGGESTED')")
        .check("status", "status IN ('ACTIVE', 'ENDED')")
        .check("ended_at", "(ended_at IS NOT NULL) = (status = 'ENDED')")
        .check("confidence", "confidence >= 0 AND confidence <= 1")
        .unique_where("source_record", &["system", "record_type", "record_id"], "status = 'ACTIVE'")
        .index("source_record", &["system", "record_type", "record_id"])
        .index("party", &["party_id"])
        .create(manager)
        .await
}
