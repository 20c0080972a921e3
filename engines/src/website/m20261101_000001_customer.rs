//! What the shop knows of its accounts.
use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, text, text_null, timestamp_with_time_zone, uuid, uuid_null},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("website_customer_metadata")
            .col(uuid("company_id"))
            .col(text("account_id"))
            .col(uuid_null("party_id"))
            .col(text("tier"))
            .col(big_integer("loyalty_points"))
            .col(text_null("preferred_payment"))
            .col(timestamp_with_time_zone("updated_at"))
            .primary_key(Index::create().col("company_id").col("account_id"))
            .check(Expr::cust("tier IN ('STANDARD', 'SILVER', 'GOLD')"))
            .check(Expr::cust("loyalty_points >= 0"))
            .to_owned();
        manager.create_table(table).await?;
        let by_party = Index::create().name("customer_party").table("website_customer_metadata").col("company_id").col("party_id").to_owned();
        manager.create_index(by_party).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("website_customer_metadata").to_owned()).await
    }
}
