//! What merges need: rows that know their former party, merges that can be undone, engines and what they acknowledge.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, boolean, json_binary, json_binary_null, text, text_null, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid, uuid_null,
};
use sea_orm_migration::sea_orm::DbBackend;

use crate::company_table::{CompanyTable, drop_tables};
use crate::isolation::{Holds, isolate};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Columns that name the party for which a row was made, when a merge handed it over to another; null in all other rows.
const HOMES: [(&str, &str); 7] = [
    ("contact_point", "home_id"),
    ("party_identifier", "home_id"),
    ("party_role", "home_id"),
    ("party_link", "home_id"),
    ("revenue_entry", "home_id"),
    ("party_relationship", "from_home_id"),
    ("party_relationship", "to_home_id"),
];

const NEW_TABLES: [&str; 3] = ["party_merge", "engine", "merge_acknowledgement"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in HOMES {
            add_column(manager, table, uuid_null(column)).await?;
        }
        add_column(manager, "contact_point", boolean("identifies").default(false).take()).await?;
        add_column(manager, "distinct_assertion", text_null("retracted_by")).await?;
        add_column(manager, "distinct_assertion", text_null("retract_reason")).await?;
        manager.create_index(merged_emails()).await?;
        // Nobody could merge before, so the table is empty.
        drop_tables(manager, &["party_merge"]).await?;
        create_party_merge(manager).await?;
        create_engine(manager).await?;
        create_merge_acknowledgement(manager).await?;
        isolate_all(manager, &NEW_TABLES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["merge_acknowledgement", "engine", "party_merge"]).await?;
        create_former_party_merge(manager).await?;
        isolate_all(manager, &["party_merge"]).await?;
        manager.drop_index(Index::drop().name("ix_party_merged_email").table("party").to_owned()).await?;
        drop_column(manager, "distinct_assertion", "retract_reason").await?;
        drop_column(manager, "distinct_assertion", "retracted_by").await?;
        drop_column(manager, "contact_point", "identifies").await?;
        for (table, column) in HOMES.into_iter().rev() {
            drop_column(manager, table, column).await?;
        }
        Ok(())
    }
}

async fn add_column(manager: &SchemaManager<'_>, table: &'static str, column: ColumnDef) -> Result<(), DbErr> {
    manager.alter_table(Table::alter().table(table).add_column(column).to_owned()).await
}

async fn drop_column(manager: &SchemaManager<'_>, table: &'static str, column: &'static str) -> Result<(), DbErr> {
    manager.alter_table(Table::alter().table(table).drop_column(column).to_owned()).await
}

async fn isolate_all(manager: &SchemaManager<'_>, tables: &[&str]) -> Result<(), DbErr> {
    if manager.get_database_backend() == DbBackend::Postgres {
        for table in tables {
            isolate(manager, table, Holds::CompanyRows).await?;
        }
    }
    Ok(())
}

/// An absorbed party is still found by its e-mail address.
fn merged_emails() -> IndexCreateStatement {
    let mut index = Index::create();
    index.name("ix_party_merged_email").table("party").col("company_id").col("email_key");
    index.and_where(Expr::cust("email_key IS NOT NULL AND status = 'MERGED'")).take()
}

async fn create_party_merge(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    CompanyTable::new("party_merge", &["id"])
        .columns([
            uuid("id"),
            uuid("survivor_id"),
            uuid("absorbed_id"),
            big_integer("position"),
            text("state"),
            json_binary("before"),
            json_binary("decisions"),
            text_null("reason"),
            text("merged_by"),
            timestamp_with_time_zone("merged_at"),
            text_null("unmerged_by"),
            timestamp_with_time_zone_null("unmerged_at"),
            text_null("unmerge_reason"),
        ])
        .party("survivor_id")
        .party("absorbed_id")
        .check("state", "state IN ('PROPAGATING', 'DONE', 'UNMERGED')")
        .check("parties", "survivor_id <> absorbed_id")
        .unique_where("absorbed", &["absorbed_id"], "unmerged_at IS NULL")
        .index("survivor", &["survivor_id"])
        .index("absorbed", &["absorbed_id"])
        .create(manager)
        .await
}

async fn create_engine(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    CompanyTable::new("engine", &["system"])
        .columns([
            text("system"),
            json_binary("events"),
            text("registered_by"),
            timestamp_with_time_zone("registered_at"),
            timestamp_with_time_zone_null("retired_at"),
        ])
        .create(manager)
        .await
}

async fn create_merge_acknowledgement(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    CompanyTable::new("merge_acknowledgement", &["merge_id", "step", "system"])
        .columns([
            uuid("merge_id"),
            text("step"),
            text("system"),
            text("state"),
            json_binary_null("counts"),
            text_null("error"),
            timestamp_with_time_zone("since"),
            timestamp_with_time_zone_null("at"),
        ])
        .references(&["merge_id"], "party_merge", &["id"])
        .references(&["system"], "engine", &["system"])
        .check("step", "step IN ('MERGED', 'UNMERGED')")
        .check("state", "state IN ('PENDING', 'DONE', 'FAILED')")
        .index_where("open", &["system", "since"], "state <> 'DONE'")
        .create(manager)
        .await
}

/// The table as it was made at first.
async fn create_former_party_merge(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    CompanyTable::new("party_merge", &["id"])
        .columns([
            uuid("id"),
            uuid("survivor_id"),
            uuid("absorbed_id"),
            text("state"),
            json_binary("before"),
            json_binary("choices"),
            json_binary("acknowledgements"),
            text_null("reason"),
            text("merged_by"),
            timestamp_with_time_zone("merged_at"),
            text_null("unmerged_by"),
            timestamp_with_time_zone_null("unmerged_at"),
        ])
        .party("survivor_id")
        .party("absorbed_id")
        .check("state", "state IN ('PROPAGATING', 'DONE', 'UNMERGED')")
        .check("parties", "survivor_id <> absorbed_id")
        .index("survivor", &["survivor_id"])
        .index("absorbed", &["absorbed_id"])
        .create(manager)
        .await
}
