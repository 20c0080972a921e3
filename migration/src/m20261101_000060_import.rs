//! What imports of old tables keep: the runs, and the ledger that says of every input row what became of it.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, json_binary, text, text_null, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid, uuid_null,
};
use sea_orm_migration::sea_orm::DbBackend;

use crate::company_table::{CompanyTable, drop_tables};
use crate::isolation::{Holds, isolate};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        CompanyTable::new("import_run", &["id"])
            .columns([
                uuid("id"),
                text("state"),
                json_binary("mapping"),
                timestamp_with_time_zone("started_at"),
                timestamp_with_time_zone_null("finished_at"),
            ])
            .check("state", "state IN ('RUNNING', 'DONE', 'ROLLED_BACK')")
            .create(manager)
            .await?;
        CompanyTable::new("import_row", &["system", "table_name", "row_key"])
            .columns([
                text("system"),
                text("table_name"),
                text("row_key"),
                big_integer("position"),
                uuid("run_id"),
                text("outcome"),
                text_null("reason"),
                text_null("note"),
                uuid_null("party_id"),
            ])
            .references(&["run_id"], "import_run", &["id"])
            .party("party_id")
            .check("outcome", "outcome IN ('CREATED', 'MATCHED', 'REVIEW', 'REJECTED')")
            .check("reason", "outcome NOT IN ('REVIEW', 'REJECTED') OR reason IS NOT NULL")
            .index("run", &["run_id"])
            .create(manager)
            .await?;
        CompanyTable::new("import_touched", &["run_id", "party_id"])
            .columns([uuid("run_id"), uuid("party_id"), timestamp_with_time_zone("updated_at")])
            .references(&["run_id"], "import_run", &["id"])
            .party("party_id")
            .create(manager)
            .await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            for table in ["import_run", "import_row", "import_touched"] {
                isolate(manager, table, Holds::CompanyRows).await?;
            }
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["import_touched", "import_row", "import_run"]).await
    }
}
