//! Jobs that link records by themselves, and what each of them did with each record.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{boolean, text, text_null, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid, uuid_null};
use sea_orm_migration::sea_orm::DbBackend;

use crate::company_table::{CompanyTable, drop_tables, text_by_code_point};
use crate::isolation::{Holds, isolate};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_match_job(manager).await?;
        create_match_job_record(manager).await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            isolate(manager, "match_job", Holds::CompanyRows).await?;
            isolate(manager, "match_job_record", Holds::CompanyRows).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["match_job_record", "match_job"]).await
    }
}

async fn create_match_job(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    CompanyTable::new("match_job", &["id"])
        .columns([
            uuid("id"),
            boolean("dry_run"),
            text("status"),
            text("started_by"),
            timestamp_with_time_zone("started_at"),
            timestamp_with_time_zone_null("ended_at"),
            text_null("undone_by"),
            timestamp_with_time_zone_null("undone_at"),
        ])
        .check("status", "status IN ('RUNNING', 'DONE', 'UNDONE')")
        .unique_where("running", &["status"], "status = 'RUNNING'")
        .create(manager)
        .await
}

async fn create_match_job_record(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    CompanyTable::new("match_job_record", &["job_id", "system", "record_type", "record_id"])
        .columns([
            uuid("job_id"),
            text_by_code_point(manager, "system"),
            text_by_code_point(manager, "record_type"),
            text_by_code_point(manager, "record_id"),
            text("outcome"),
            uuid_null("link_id"),
        ])
        .references(&["job_id"], "match_job", &["id"])
        .references(&["system", "record_type", "record_id"], "source_record", &["system", "record_type", "record_id"])
        .references(&["link_id"], "party_link", &["id"])
        .check("outcome", "outcome IN ('AUTO_LINK', 'REVIEW', 'NO_MATCH')")
        .create(manager)
        .await
}
