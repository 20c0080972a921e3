//! An engine's own database: a SQLite file, or a schema of PostgreSQL that bears the engine's name.
use super::{Engine, Error, m20261101_000000_outbox, m20261101_000001_feed_place};
use anyhow::{Context, Result};
use sea_orm::{
    ColumnTrait, ConnectOptions, ConnectionTrait, Database, DatabaseConnection, EntityTrait, QueryFilter, QuerySelect, Select,
    sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous},
};
use sea_orm_migration::{MigrationTrait, MigratorTrait};
use std::{marker::PhantomData, path::Path, time::Duration};
use uuid::Uuid;

/// The most values that go into one statement; SQLite takes 32,766.
pub const CHUNK: usize = 10_000;

/// A table of which each row belongs to a company.
pub trait CompanyTable: EntityTrait {
    /// The column `company_id`.
    const COMPANY: Self::Column;

    /// The company's rows. Every query begins with this.
    fn of(company: Uuid) -> Select<Self> {
        Self::find().filter(Self::COMPANY.eq(company))
    }
}

/// The company's rows that have one of some values in a column, however many values there are: one statement for 10,000 of them.
///
/// # Errors
/// When the database does not answer.
pub async fn rows_with<E: CompanyTable, V>(db: &impl ConnectionTrait, company: Uuid, column: E::Column, values: &[V]) -> Result<Vec<E::Model>, Error>
where
    V: Into<sea_orm::Value> + Clone,
{
    let mut rows = Vec::new();
    for chunk in values.chunks(CHUNK) {
        rows.extend(E::of(company).filter(column.is_in(chunk.iter().cloned())).all(db).await?);
    }
    Ok(rows)
}

/// The companies that have rows in a table.
///
/// # Errors
/// When the database does not answer.
pub async fn companies_of<E: CompanyTable>(db: &impl ConnectionTrait) -> Result<Vec<Uuid>, Error> {
    Ok(E::find().select_only().column(E::COMPANY).distinct().into_tuple().all(db).await?)
}

/// How many of a company's rows have a value in a column.
///
/// # Errors
/// When the database does not answer.
pub async fn count_with<E: CompanyTable>(db: &impl ConnectionTrait, company: Uuid, column: E::Column, value: Uuid) -> Result<u64, Error> {
    let count = E::of(company).filter(column.eq(value)).select_only().expr(column.count()).into_tuple::<i64>().one(db).await?;
    Ok(count.unwrap_or_default().unsigned_abs())
}

struct Migrator<E>(PhantomData<E>);

impl<E: Engine> MigratorTrait for Migrator<E> {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let mut migrations: Vec<Box<dyn MigrationTrait>> =
            vec![Box::new(m20261101_000000_outbox::Migration), Box::new(m20261101_000001_feed_place::Migration)];
        migrations.extend(E::migrations());
        migrations
    }
}

/// Opens the database of an engine and brings its tables up to date.
///
/// `place` is `sqlite:<folder>`, where the file gets the engine's name, or a `postgres://` URL, where the schema does.
///
/// # Errors
/// When the database cannot be reached or refuses.
pub async fn open<E: Engine>(place: &str) -> Result<DatabaseConnection> {
    let db = match place.strip_prefix("sqlite:") {
        Some(folder) => sqlite(Path::new(folder), E::SYSTEM).await?,
        None if place.starts_with("postgres://") || place.starts_with("postgresql://") => postgres(place, E::SYSTEM).await?,
        None => anyhow::bail!("the place of the databases must be `sqlite:<folder>` or begin with `postgres://`"),
    };
    Migrator::<E>::up(&db, None).await.with_context(|| format!("the database of {} could not be migrated", E::SYSTEM))?;
    Ok(db)
}

async fn sqlite(folder: &Path, system: &str) -> Result<DatabaseConnection> {
    std::fs::create_dir_all(folder).with_context(|| format!("the folder {} could not be made", folder.display()))?;
    let file = folder.join(format!("{system}.sqlite"));
    let mut options = ConnectOptions::new(format!("sqlite://{}?mode=rwc", file.display()));
    // One connection: writers wait for their turn instead of failing each other.
    options.max_connections(1).sqlx_logging(false);
    options.map_sqlx_sqlite_opts(|options| {
        options.journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Normal).foreign_keys(true).busy_timeout(Duration::from_secs(5))
    });
    Database::connect(options).await.with_context(|| format!("the database {} could not be opened", file.display()))
}

async fn postgres(url: &str, system: &str) -> Result<DatabaseConnection> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(10).acquire_timeout(Duration::from_secs(5)).sqlx_logging(false).set_schema_search_path(system);
    // The URL may hold a password, so it is not repeated.
    let db = Database::connect(options).await.context("the PostgreSQL database could not be reached")?;
    db.execute_unprepared(&format!("CREATE SCHEMA IF NOT EXISTS {system}")).await.context("the engine's schema could not be made")?;
    Ok(db)
}
