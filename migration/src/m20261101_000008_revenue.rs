//! Revenue entries and the sums that are kept beside them.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, date, string_len, text, text_null, timestamp_with_time_zone, uuid};

use crate::company_table::{CompanyTable, drop_tables};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_revenue_entry(manager).await?;
        create_revenue_total(manager).await?;
        create_party_revenue(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["party_revenue", "revenue_total", "revenue_entry"]).await
    }
}

async fn create_revenue_entry(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    CompanyTable::new("revenue_entry", &["system", "record_type", "record_id"])
        .columns([
            text("system"),
            text("record_type"),
            text("record_id"),
            uuid("party_id"),
            text("channel"),
            text("direction"),
            big_integer("amount_minor"),
            string_len("currency", 3),
            timestamp_with_time_zone("occurred_at"),
            text_null("reverses_type"),
            text_null("reverses_id"),
            text_null("note"),
            text("recorded_by"),
            timestamp_with_time_zone("recorded_at"),
        ])
        .party("party_id")
        .check("direction", "direction IN ('INFLOW', 'OUTFLOW')")
        .check("currency", "length(currency) = 3")
        .check("amount", "amount_minor <> 0")
        .check("negative", "amount_minor > 0 OR reverses_id IS NOT NULL")
        .check("reverses", "(reverses_type IS NULL) = (reverses_id IS NULL)")
        .index("party", &["party_id", "occurred_at"])
        .index("occurred", &["occurred_at"])
        .index("reverses", &["system", "reverses_type", "reverses_id"])
        .create(manager)
        .await
}

// A sum that outgrows 64 bits is an error in PostgreSQL, but SQLite goes on in floating point and loses
// cents; the checks on the sums' sizes refuse such a value there too.
async fn create_revenue_total(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    CompanyTable::new("revenue_total", &["party_id", "currency", "channel", "direction", "month"])
        .columns([
            uuid("party_id"),
            string_len("currency", 3),
            text("channel"),
            text("direction"),
            date("month"),
            big_integer("amount_minor"),
            big_integer("entries"),
        ])
        .party("party_id")
        .check("direction", "direction IN ('INFLOW', 'OUTFLOW')")
        .check("currency", "length(currency) = 3")
        .check("entries", "entries >= 0")
        .check("amount", "amount_minor BETWEEN -9223372036854775807 AND 9223372036854775807")
        .index("month", &["currency", "month", "channel", "direction"])
        .create(manager)
        .await
}

async fn create_party_revenue(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    CompanyTable::new("party_revenue", &["party_id", "currency"])
        .columns([uuid("party_id"), string_len("currency", 3), big_integer("gross_minor"), big_integer("payout_minor"), big_integer("net_minor")])
        .party("party_id")
        .check("currency", "length(currency) = 3")
        .check("net", "net_minor = gross_minor - payout_minor")
        .check("gross", "gross_minor BETWEEN -9223372036854775807 AND 9223372036854775807")
        .check("payout", "payout_minor BETWEEN -9223372036854775807 AND 9223372036854775807")
        .check("size", "net_minor BETWEEN -9223372036854775807 AND 9223372036854775807")
        .ranking("gross", &["currency"], "gross_minor")
        .ranking("net", &["currency"], "net_minor")
        .create(manager)
        .await
}
