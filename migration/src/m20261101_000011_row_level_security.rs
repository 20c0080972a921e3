//! Row-level security on every table so far. SQLite has none; there the store's
//! queries are the wall.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::isolation::{Holds, expose, isolate};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLES: [(&str, Holds); 21] = [
    ("company", Holds::Companies),
    ("role_type", Holds::Catalogue),
    ("channel", Holds::Catalogue),
    ("relationship_type", Holds::Catalogue),
    ("party", Holds::CompanyRows),
    ("contact_point", Holds::CompanyRows),
    ("party_identifier", Holds::CompanyRows),
    ("party_role", Holds::CompanyRows),
    ("party_relationship", Holds::CompanyRows),
    ("source_record", Holds::CompanyRows),
    ("party_link", Holds::CompanyRows),
    ("match_key", Holds::CompanyRows),
    ("name_variant", Holds::CompanyRows),
    ("match_task", Holds::CompanyRows),
    ("distinct_assertion", Holds::CompanyRows),
    ("party_merge", Holds::CompanyRows),
    ("revenue_entry", Holds::CompanyRows),
    ("revenue_total", Holds::CompanyRows),
    ("party_revenue", Holds::CompanyRows),
    ("party_event", Holds::CompanyRows),
    ("idempotency_key", Holds::CompanyRows),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DbBackend::Postgres {
            for (table, holds) in TABLES {
                isolate(manager, table, holds).await?;
            }
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DbBackend::Postgres {
            for (table, _) in TABLES {
                expose(manager, table).await?;
            }
        }
        Ok(())
    }
}
