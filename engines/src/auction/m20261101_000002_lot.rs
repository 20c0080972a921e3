//! Lots and bids.
use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, boolean, text, timestamp_with_time_zone, uuid, uuid_null},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let lots = Table::create()
            .table("lots")
            .col(uuid("company_id"))
            .col(text("lot_id"))
            .col(text("title"))
            .col(text("currency"))
            .col(text("status"))
            .col(timestamp_with_time_zone("created_at"))
            .primary_key(Index::create().col("company_id").col("lot_id"))
            .check(Expr::cust("status IN ('OPEN', 'CLOSED', 'SETTLED')"))
            .to_owned();
        manager.create_table(lots).await?;
        manager.create_table(bids()).await?;
        let index = |name: &'static str, column: &'static str| Index::create().name(name).table("bids").col("company_id").col(column).to_owned();
        for (name, column) in [("bid_lot", "lot_id"), ("bid_account", "account_id"), ("bid_party", "party_id")] {
            manager.create_index(index(name, column)).await?;
        }
        let one_winner = index("bid_winner", "lot_id").unique().and_where(Expr::col("is_winning").eq(true)).to_owned();
        manager.create_index(one_winner).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("bids").to_owned()).await?;
        manager.drop_table(Table::drop().table("lots").to_owned()).await
    }
}

fn bids() -> TableCreateStatement {
    let refers = |name: &str, column: &str, table: &str| {
        ForeignKey::create()
            .name(name)
            .from("bids", ("company_id", column.to_owned()))
            .to(table.to_owned(), ("company_id", column.to_owned()))
            .to_owned()
    };
    Table::create()
        .table("bids")
        .col(uuid("company_id"))
        .col(uuid("id"))
        .col(text("lot_id"))
        .col(text("account_id"))
        .col(big_integer("amount_minor"))
        .col(boolean("is_winning"))
        .col(uuid_null("party_id"))
        .col(timestamp_with_time_zone("placed_at"))
        .primary_key(Index::create().col("company_id").col("id"))
        .foreign_key(&mut refers("bid_of_lot", "lot_id", "lots"))
        .foreign_key(&mut refers("bid_of_account", "account_id", "buyer_accounts"))
        .check(Expr::cust("amount_minor > 0"))
        // Whoever wins owes money, so it must be known who it is.
        .check(Expr::cust("NOT is_winning OR party_id IS NOT NULL"))
        .to_owned()
}
