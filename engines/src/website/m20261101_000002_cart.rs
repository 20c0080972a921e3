//! Carts.
use sea_orm_migration::{
    prelude::*,
    schema::{json_binary, text, text_null, timestamp_with_time_zone, uuid},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut account = ForeignKey::create()
            .name("cart_account")
            .from("shopping_carts", ("company_id", "account_id"))
            .to("website_customer_metadata", ("company_id", "account_id"))
            .to_owned();
        let table = Table::create()
            .table("shopping_carts")
            .col(uuid("company_id"))
            .col(text("cart_id"))
            .col(text("session_id"))
            .col(text("kind"))
            .col(text_null("account_id"))
            .col(text("status"))
            .col(text("currency"))
            .col(json_binary("items"))
            .col(timestamp_with_time_zone("expires_at"))
            .primary_key(Index::create().col("company_id").col("cart_id"))
            .foreign_key(&mut account)
            .check(Expr::cust("kind IN ('GUEST', 'AUTHENTICATED')"))
            .check(Expr::cust("(account_id IS NULL) = (kind = 'GUEST')"))
            .check(Expr::cust("status = 'OPEN' OR (status = 'CHECKED_OUT' AND kind = 'AUTHENTICATED')"))
            .to_owned();
        manager.create_table(table).await?;
        let by_account = Index::create().name("cart_of_account").table("shopping_carts").col("company_id").col("account_id").to_owned();
        manager.create_index(by_account).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("shopping_carts").to_owned()).await
    }
}
