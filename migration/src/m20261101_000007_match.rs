//! What matching keeps: search keys, the review queue, assertions and merges.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    double, double_null, json_binary, json_binary_null, text, text_null, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid, uuid_null,
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
        create_match_key(manager).await?;
        create_name_variant(manager).await?;
        create_match_task(manager).await?;
        create_distinct_assertion(manager).await?;
        create_party_merge(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["party_merge", "distinct_assertion", "match_task", "name_variant", "match_key"]).await
    }
}

async fn create_match_key(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    CompanyTable::new("match_key", &["match_key", "party_id"])
        .columns([text_by_code_point(manager, "match_key"), uuid("party_id")])
        .party("party_id")
        .index("party", &["party_id"])
        .create(manager)
        .await
}

async fn create_name_variant(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    CompanyTable::new("name_variant", &["variant", "token"])
        .columns([text_by_code_point(manager, "variant"), text_by_code_point(manager, "token")])
        .create(manager)
        .await
}

async fn create_match_task(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    CompanyTable::new("match_task", &["id"])
        .columns([
            uuid("id"),
            text("kind"),
            text_null("system"),
            text_null("record_type"),
            text_null("record_id"),
            uuid_null("party_id"),
            uuid_null("other_party_id"),
            text("status"),
            double("priority"),
            double_null("score"),
            json_binary_null("evidence"),
            text_null("lease_by"),
            timestamp_with_time_zone_null("lease_until"),
            text_null("decision"),
            text_null("decided_by"),
            timestamp_with_time_zone_null("decided_at"),
            text_null("note"),
            timestamp_with_time_zone("created_at"),
        ])
        .references(&["system", "record_type", "record_id"], "source_record", &["system", "record_type", "record_id"])
        .party("party_id")
        .party("other_party_id")
        .check("kind", "kind IN ('LINK', 'MERGE')")
        .check("status", "status IN ('OPEN', 'LEASED', 'DECIDED')")
        .check("decision", "decision IN ('SAME', 'DIFFERENT', 'UNSURE', 'NEW_PARTY')")
        .index("queue", &["status", "priority"])
        .create(manager)
        .await
}

async fn create_distinct_assertion(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    CompanyTable::new("distinct_assertion", &["id"])
        .columns([
            uuid("id"),
            uuid("party_a"),
            uuid("party_b"),
            text("author"),
            text_null("reason"),
            timestamp_with_time_zone("created_at"),
            timestamp_with_time_zone_null("retracted_at"),
        ])
        .party("party_a")
        .party("party_b")
        .check("order", "party_a < party_b")
        .unique_where("pair", &["party_a", "party_b"], "retracted_at IS NULL")
        .index("party_b", &["party_b"])
        .create(manager)
        .await
}

async fn create_party_merge(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    CompanyTable::new("party_merge", &["id"])
        .columns([
            uuid("id"),
            uuid("survivor_id"),
            uuid("absorbed_id"),
            text("state"),
            json_binary("before"),
            json_binary("choices"),
            json_binary("acknowledgements"),
            text_null("reason"),
            text("merged_by"),
            timestamp_with_time_zone("merged_at"),
            text_null("unmerged_by"),
            timestamp_with_time_zone_null("unmerged_at"),
        ])
        .party("survivor_id")
        .party("absorbed_id")
        .check("state", "state IN ('PROPAGATING', 'DONE', 'UNMERGED')")
        .check("parties", "survivor_id <> absorbed_id")
        .index("survivor", &["survivor_id"])
        .index("absorbed", &["absorbed_id"])
        .create(manager)
        .await
}
