//! Opportunities.
use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, text, text_null, timestamp_with_time_zone, uuid},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut lead = ForeignKey::create()
            .name("opportunity_lead")
            .from("opportunities", ("company_id", "lead_id"))
            .to("crm_prospect_metadata", ("company_id", "lead_id"))
            .to_owned();
        let table = Table::create()
            .table("opportunities")
            .col(uuid("company_id"))
            .col(uuid("id"))
            .col(uuid("party_id"))
            .col(text("title"))
            .col(big_integer("value_minor"))
            .col(text("currency"))
            .col(text("stage"))
            .col(text_null("lead_id"))
            .col(timestamp_with_time_zone("created_at"))
            .primary_key(Index::create().col("company_id").col("id"))
            .foreign_key(&mut lead)
            .check(Expr::cust("value_minor > 0"))
            .check(Expr::cust("stage IN ('OPEN', 'PROPOSED', 'WON', 'LOST')"))
            .to_owned();
        manager.create_table(table).await?;
        for (name, column) in [("opportunity_party", "party_id"), ("opportunity_lead_id", "lead_id")] {
            manager.create_index(Index::create().name(name).table("opportunities").col("company_id").col(column).to_owned()).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("opportunities").to_owned()).await
    }
}
