//! The change log of a company and the stored answers of repeated mutations.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, json_binary, text, timestamp_with_time_zone, uuid_null};
use sea_orm_migration::sea_orm::DbBackend;

use crate::company_table::{CompanyTable, drop_tables};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_party_event(manager).await?;
        create_idempotency_key(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["idempotency_key", "party_event"]).await
    }
}

async fn create_party_event(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    CompanyTable::new("party_event", &["seq"])
        .columns([sequence(manager), text("type"), uuid_null("party_id"), text("actor"), json_binary("payload"), timestamp_with_time_zone("at")])
        .party("party_id")
        .index("party", &["party_id", "seq"])
        .create(manager)
        .await
}

async fn create_idempotency_key(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    CompanyTable::new("idempotency_key", &["key"])
        .columns([text("key"), text("operation"), text("request_hash"), json_binary("result"), timestamp_with_time_zone("created_at")])
        .create(manager)
        .await
}

/// PostgreSQL counts by itself; on SQLite the single writer assigns the next number.
fn sequence(manager: &SchemaManager<'_>) -> ColumnDef {
    let mut column = big_integer("seq");
    if manager.get_database_backend() == DbBackend::Postgres {
        column.auto_increment();
    }
    column
}
