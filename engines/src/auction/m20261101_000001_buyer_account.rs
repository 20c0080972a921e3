//! Buyer accounts.
use sea_orm_migration::{
    prelude::*,
    schema::{integer_null, text, timestamp_with_time_zone, uuid, uuid_null},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("buyer_accounts")
            .col(uuid("company_id"))
            .col(text("account_id"))
            .col(uuid_null("party_id"))
            .col(text("auction_house"))
            .col(text("external_buyer_id"))
            .col(text("username"))
            .col(integer_null("rating"))
            .col(timestamp_with_time_zone("created_at"))
            .primary_key(Index::create().col("company_id").col("account_id"))
            .index(Index::create().unique().name("buyer_of_house").col("company_id").col("auction_house").col("external_buyer_id"))
            .check(Expr::cust("rating BETWEEN 0 AND 100"))
            .to_owned();
        manager.create_table(table).await?;
        manager.create_index(Index::create().name("buyer_party").table("buyer_accounts").col("company_id").col("party_id").to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("buyer_accounts").to_owned()).await
    }
}
