//! Takes away foreign keys to the company where another one leads there: a row that belongs to a party belongs to the party's company. Each was
//! checked for every row that was written, and all of them held the one row of the company. SQLite checks them at no such price and keeps them.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Tables with a column that is never empty and refers to a row of the same company.
const TABLES: [&str; 11] = [
    "contact_point",
    "party_identifier",
    "party_role",
    "party_relationship",
    "party_link",
    "match_key",
    "revenue_entry",
    "revenue_total",
    "party_revenue",
    "import_row",
    "import_touched",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        on_postgres(manager, |table| format!("ALTER TABLE {table} DROP CONSTRAINT fk_{table}_company")).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        on_postgres(manager, |table| {
            format!("ALTER TABLE {table} ADD CONSTRAINT fk_{table}_company FOREIGN KEY (company_id) REFERENCES company (id)")
        })
        .await
    }
}

async fn on_postgres(manager: &SchemaManager<'_>, statement: impl Fn(&str) -> String) -> Result<(), DbErr> {
    if manager.get_database_backend() == DbBackend::Postgres {
        for table in TABLES {
            manager.get_connection().execute_unprepared(&statement(table)).await?;
        }
    }
    Ok(())
}
