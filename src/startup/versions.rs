//! Versions of the schema: what this program knows, against what the database has.
use anyhow::{Context, Result, bail, ensure};
use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, Statement};
use std::collections::HashSet;

/// How the database's schema differs from the one of this program.
struct Difference {
    /// Migrations that the database lacks.
    pending: usize,
    /// Migrations that the database has and this program does not know, in their order.
    unknown: Vec<String>,
}

/// Reads which migrations were applied. The server's role may not do more than that, so the migrator itself cannot be asked.
async fn difference(connection: &DatabaseConnection) -> Result<Difference, DbErr> {
    let sql = "SELECT version FROM seaql_migrations ORDER BY version";
    let rows = connection.query_all_raw(Statement::from_string(connection.get_database_backend(), sql)).await?;
    let applied: Vec<String> = rows.iter().map(|row| row.try_get("", "version")).collect::<Result<_, _>>()?;
    let known: HashSet<String> = Migrator::migrations().iter().map(|migration| migration.name().to_owned()).collect();
    let pending = known.iter().filter(|name| !applied.contains(name)).count();
    Ok(Difference { pending, unknown: applied.into_iter().filter(|name| !known.contains(name)).collect() })
}

/// Lets a server start on PostgreSQL with the schema of its own version or of a later one, which keeps what this one needs.
pub(super) async fn require_schema(connection: &DatabaseConnection) -> Result<()> {
    let Difference { pending, unknown } = difference(connection)
        .await
        .context("the schema's version could not be read: run `party migrate` with PARTY_OWNER_DATABASE_URL once before the first start")?;
    ensure!(pending == 0, "the database lacks {pending} migration(s): run `party migrate` with PARTY_OWNER_DATABASE_URL");
    if !unknown.is_empty() {
        tracing::warn!(
            ?unknown,
            "the database was migrated by a later version of this program; servers of both versions may run until all are updated"
        );
    }
    Ok(())
}

/// Brings the schema up to date, and gives how many migrations were applied.
pub(super) async fn migrate(connection: &DatabaseConnection) -> Result<usize> {
    // A new database has no record of migrations yet.
    let unknown = difference(connection).await.map(|difference| difference.unknown).unwrap_or_default();
    if let Some(newest) = unknown.last() {
        bail!(
            "the database was migrated by a later version of this program ({newest} and {} more are not known here): use that version, or a copy of the \
             database from before",
            unknown.len() - 1
        );
    }
    let pending = Migrator::get_pending_migrations(connection).await?.len();
    Migrator::up(connection, None).await?;
    Ok(pending)
}

/// Takes the newest migrations back, with what only they keep, and gives how many they were.
pub(super) async fn undo(connection: &DatabaseConnection, steps: u32) -> Result<usize> {
    let before = Migrator::get_applied_migrations(connection).await?.len();
    Migrator::down(connection, Some(steps)).await?;
    Ok(before - Migrator::get_applied_migrations(connection).await?.len())
}
