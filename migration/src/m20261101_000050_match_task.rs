//! The review queue: what a decision did, so that it can be taken back, and one open task for each question.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{double, json_binary, text, text_null, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid, uuid_null};
use sea_orm_migration::schema::{double_null, json_binary_null};
use sea_orm_migration::sea_orm::DbBackend;

use crate::company_table::{CompanyTable, drop_tables};
use crate::isolation::{Holds, isolate};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Nothing wrote tasks before, so the table is empty.
        drop_tables(manager, &["match_task"]).await?;
        create(manager).await?;
        isolated(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["match_task"]).await?;
        create_former(manager).await?;
        isolated(manager).await
    }
}

async fn isolated(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    if manager.get_database_backend() == DbBackend::Postgres {
        isolate(manager, "match_task", Holds::CompanyRows).await?;
    }
    Ok(())
}

async fn create(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    CompanyTable::new("match_task", &["id"])
        .columns([
            uuid("id"),
            text("kind"),
            text_null("system"),
            text_null("record_type"),
            text_null("record_id"),
            uuid_null("party_id"),
            uuid("other_party_id"),
            text("status"),
            double("priority"),
            json_binary("evidence"),
            text("opened_by"),
            timestamp_with_time_zone("opened_at"),
            text_null("lease_by"),
            timestamp_with_time_zone_null("lease_until"),
            text_null("decision"),
            text_null("decided_by"),
            timestamp_with_time_zone_null("decided_at"),
            text_null("reason"),
            uuid_null("merge_id"),
            uuid_null("assertion_id"),
            uuid_null("link_id"),
        ])
        .references(&["system", "record_type", "record_id"], "source_record", &["system", "record_type", "record_id"])
        .party("party_id")
        .party("other_party_id")
        .check("kind", "kind IN ('LINK', 'MERGE')")
        .check("subject", "(kind = 'LINK') = (record_id IS NOT NULL) AND (kind = 'MERGE') = (party_id IS NOT NULL)")
        .check("status", "status IN ('OPEN', 'LEASED', 'DECIDED')")
        .check("decision", "decision IN ('SAME', 'DIFFERENT', 'UNSURE', 'NEW_PARTY')")
        .check("decided", "(status = 'DECIDED') = (decision IS NOT NULL)")
        .index("queue", &["status", "priority", "id"])
        .index("record", &["system", "record_type", "record_id"])
        .unique_where("pair", &["party_id", "other_party_id"], "kind = 'MERGE' AND status <> 'DECIDED'")
        .unique_where("record", &["system", "record_type", "record_id"], "kind = 'LINK' AND status <> 'DECIDED'")
        .create(manager)
        .await
}

/// The table as it was made at first.
async fn create_former(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
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
