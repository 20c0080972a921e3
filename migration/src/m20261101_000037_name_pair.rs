//! Search by several words: each two words of a party's names become a key, and the words in use can be read in their order.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// The keys of words begin with `n:`; those of pairs with `w:`, the word that is first in the order of code points first.
const ADD_PAIRS: &str = "INSERT INTO match_key (company_id, match_key, party_id)
    SELECT one.company_id, 'w:' || substr(one.match_key, 3) || ' ' || substr(other.match_key, 3), one.party_id
    FROM match_key one JOIN match_key other ON other.company_id = one.company_id AND other.party_id = one.party_id
    WHERE one.match_key >= 'n:' AND one.match_key < 'n;' AND other.match_key > one.match_key AND other.match_key < 'n;'
    ON CONFLICT DO NOTHING";

const DROP_PAIRS: &str = "DELETE FROM match_key WHERE match_key >= 'w:' AND match_key < 'w;'";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        connection.execute_unprepared("CREATE INDEX ix_name_variant_token ON name_variant (company_id, variant) WHERE variant = token").await?;
        for_every_company(manager, ADD_PAIRS).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for_every_company(manager, DROP_PAIRS).await?;
        manager.get_connection().execute_unprepared("DROP INDEX ix_name_variant_token").await.map(drop)
    }
}

/// On PostgreSQL row-level security binds the owner as well, and is lifted from the owner alone while the statement runs.
async fn for_every_company(manager: &SchemaManager<'_>, statement: &str) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    if manager.get_database_backend() != DbBackend::Postgres {
        return connection.execute_unprepared(statement).await.map(drop);
    }
    connection.execute_unprepared("ALTER TABLE match_key NO FORCE ROW LEVEL SECURITY").await?;
    connection.execute_unprepared(statement).await?;
    connection.execute_unprepared("ALTER TABLE match_key FORCE ROW LEVEL SECURITY").await.map(drop)
}
