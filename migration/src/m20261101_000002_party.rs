//! Parties: the golden records of persons and organisations.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, json_binary_null, text, text_null, timestamp_with_time_zone, uuid, uuid_null};

use crate::company_table::{CompanyTable, drop_tables, text_by_code_point};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_party(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["party"]).await
    }
}

async fn create_party(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    CompanyTable::new("party", &["id"])
        .columns([
            uuid("id"),
            text("kind"),
            text("display_name"),
            text_by_code_point(manager, "name_key"),
            text_null("given_name"),
            text_null("family_name"),
            text_null("legal_name"),
            text_null("primary_email"),
            text_null("email_key"),
            text_null("primary_phone"),
            json_binary_null("primary_address"),
            text("status"),
            uuid_null("merged_into"),
            big_integer("version"),
            timestamp_with_time_zone("created_at"),
            timestamp_with_time_zone("updated_at"),
        ])
        .party("merged_into")
        .check("kind", "kind IN ('PERSON', 'ORGANIZATION')")
        .check("status", "status IN ('ACTIVE', 'INACTIVE', 'MERGED', 'ERASED')")
        .check("merged_into", "(merged_into IS NOT NULL) = (status = 'MERGED')")
        .check("merged_elsewhere", "merged_into <> id")
        .check("version", "version >= 0")
        .unique_where("email", &["email_key"], "email_key IS NOT NULL AND status IN ('ACTIVE', 'INACTIVE')")
        .index("name", &["name_key", "id"])
        .index("created", &["created_at", "id"])
        .index("updated", &["updated_at", "id"])
        .index_where("merged_into", &["merged_into"], "merged_into IS NOT NULL")
        .create(manager)
        .await
}
