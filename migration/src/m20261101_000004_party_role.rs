//! Roles of parties, with their history.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{boolean, text, text_null, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid};

use crate::company_table::{CompanyTable, drop_tables};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_party_role(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["party_role"]).await
    }
}

async fn create_party_role(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    CompanyTable::new("party_role", &["id"])
        .columns([
            uuid("id"),
            uuid("party_id"),
            text("role_code"),
            boolean("is_primary"),
            timestamp_with_time_zone("valid_from"),
            timestamp_with_time_zone_null("valid_to"),
            text("granted_by"),
            text_null("grant_reason"),
            text_null("ended_by"),
            text_null("end_reason"),
        ])
        .party("party_id")
        .check("validity", "valid_to IS NULL OR valid_to >= valid_from")
        .unique_where("current", &["party_id", "role_code"], "valid_to IS NULL")
        .unique_where("primary", &["party_id"], "is_primary AND valid_to IS NULL")
        .index("party", &["party_id", "role_code"])
        .index_where("code", &["role_code", "party_id"], "valid_to IS NULL")
        .create(manager)
        .await
}
