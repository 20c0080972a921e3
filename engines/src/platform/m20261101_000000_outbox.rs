//! The outbox: what the hub is still to be told.
use sea_orm_migration::{
    prelude::*,
    schema::{integer, json_binary, text, text_null, timestamp_with_time_zone, uuid},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("outbox")
            .col(uuid("company_id"))
            .col(uuid("id"))
            .col(text("kind"))
            .col(text("record_type"))
            .col(text("record_id"))
            .col(json_binary("message"))
            .col(integer("attempts"))
            .col(timestamp_with_time_zone("next_attempt_at"))
            .col(text_null("last_failure"))
            .primary_key(Index::create().col("company_id").col("id"))
            .check(Expr::cust("kind IN ('1_SOURCE_RECORD', '2_REVENUE')"))
            .to_owned();
        manager.create_table(table).await?;
        manager.create_index(Index::create().name("outbox_due").table("outbox").col("next_attempt_at").col("id").to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("outbox").to_owned()).await
    }
}
