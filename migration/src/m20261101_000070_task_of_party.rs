//! Review tasks are found by the parties that they ask about.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// The indexes and their columns.
const INDEXES: [(&str, &str); 2] = [("ix_match_task_party", "party_id"), ("ix_match_task_candidate", "other_party_id")];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, column) in INDEXES {
            manager.create_index(Index::create().name(name).table("match_task").col("company_id").col(column).col("status").take()).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, _) in INDEXES {
            manager.drop_index(Index::drop().name(name).table("match_task").to_owned()).await?;
        }
        Ok(())
    }
}
