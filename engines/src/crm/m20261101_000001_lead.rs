//! Leads.
use sea_orm_migration::{
    prelude::*,
    schema::{integer_null, text, text_null, timestamp_with_time_zone, uuid, uuid_null},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("crm_prospect_metadata")
            .col(uuid("company_id"))
            .col(text("lead_id"))
            .col(uuid_null("party_id"))
            .col(text("lead_source"))
            .col(integer_null("qualification_score"))
            .col(text_null("assigned_to"))
            .col(text("status"))
            .col(text_null("lost_reason"))
            .col(text_null("notes"))
            .col(timestamp_with_time_zone("created_at"))
            .primary_key(Index::create().col("company_id").col("lead_id"))
            .check(Expr::cust("qualification_score BETWEEN 0 AND 100"))
            .check(Expr::cust("status IN ('NEW', 'CONTACTED', 'QUALIFIED', 'LOST')"))
            .check(Expr::cust("(lost_reason IS NOT NULL) = (status = 'LOST')"))
            .to_owned();
        manager.create_table(table).await?;
        let by_party = Index::create().name("lead_party").table("crm_prospect_metadata").col("company_id").col("party_id").to_owned();
        manager.create_index(by_party).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("crm_prospect_metadata").to_owned()).await
    }
}
