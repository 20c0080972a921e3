//! Indexes that answer what gateways ask most without a look at the tables: names and e-mail addresses of parties, their current
//! roles, their active links. SQLite has no included columns; there the columns follow the key.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Name, table, key, the columns that come with it, and which rows.
const INDEXES: [(&str, &str, &str, &str, &str); 3] = [
    ("ix_party_card", "party", "company_id, id", "merged_into, display_name, primary_email", ""),
    ("ix_party_role_held", "party_role", "company_id, party_id", "id, valid_from, is_primary, role_code", "WHERE valid_to IS NULL"),
    ("ix_party_link_active", "party_link", "company_id, party_id", "id, linked_at, system, record_type, record_id", "WHERE status = 'ACTIVE'"),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, table, key, included, rows) in INDEXES {
            let sql = match manager.get_database_backend() {
                DbBackend::Postgres => format!("CREATE INDEX {name} ON {table} ({key}) INCLUDE ({included}) {rows}"),
                _ => format!("CREATE INDEX {name} ON {table} ({key}, {included}) {rows}"),
            };
            manager.get_connection().execute_unprepared(&sql).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, ..) in INDEXES {
            manager.get_connection().execute_unprepared(&format!("DROP INDEX {name}")).await?;
        }
        Ok(())
    }
}
