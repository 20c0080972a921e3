//! How far the hub's feed was read.
use sea_orm_migration::{
    prelude::*,
    schema::{text_null, uuid},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create().table("feed_place").col(uuid("company_id").primary_key()).col(text_null("cursor")).to_owned();
        manager.create_table(table).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("feed_place").to_owned()).await
    }
}
