//! Contact points and identifiers of parties.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    boolean, json_binary, json_binary_null, text, text_null, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid,
};

use crate::company_table::{CompanyTable, drop_tables};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_contact_point(manager).await?;
        create_party_identifier(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["party_identifier", "contact_point"]).await
    }
}

async fn create_contact_point(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    CompanyTable::new("contact_point", &["id"])
        .columns([
            uuid("id"),
            uuid("party_id"),
            text("kind"),
            text("value"),
            text("normalized"),
            json_binary_null("address"),
            json_binary("purposes"),
            boolean("is_primary"),
            boolean("shared"),
            timestamp_with_time_zone_null("verified_at"),
            text_null("verified_by"),
            timestamp_with_time_zone("valid_from"),
            timestamp_with_time_zone_null("valid_to"),
            timestamp_with_time_zone("created_at"),
        ])
        .party("party_id")
        .check("kind", "kind IN ('EMAIL', 'PHONE', 'ADDRESS', 'WEB')")
        .check("validity", "valid_to IS NULL OR valid_to >= valid_from")
        .unique_where("value", &["party_id", "kind", "normalized"], "valid_to IS NULL")
        .unique_where("primary", &["party_id", "kind"], "is_primary AND valid_to IS NULL")
        .index("normalized", &["kind", "normalized"])
        .create(manager)
        .await
}

async fn create_party_identifier(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    CompanyTable::new("party_identifier", &["scheme", "value"])
        .columns([
            text("scheme"),
            text("value"),
            uuid("party_id"),
            text("display_value"),
            timestamp_with_time_zone_null("verified_at"),
            timestamp_with_time_zone("created_at"),
        ])
        .party("party_id")
        .index("party", &["party_id"])
        .create(manager)
        .await
}
