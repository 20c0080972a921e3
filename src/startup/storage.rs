//! The database at start: opening, migrating, and what only an operator runs.
use super::{Settings, versions};
use crate::{
    service::{
        Hub,
        hub::{Clock, IdSource},
    },
    store::database::{Database, PoolSettings},
};
use anyhow::{Context, Result, ensure};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use secrecy::ExposeSecret;
use std::{path::Path, sync::Arc, time::Duration};

/// Opens the database and makes sure that its schema is the one of this program.
///
/// SQLite files are made and migrated on the way; a PostgreSQL database is migrated by its owner with `party migrate`.
///
/// # Errors
/// When the database cannot be reached or its schema is older.
pub async fn hub(settings: &Settings) -> Result<Arc<Hub>> {
    let url = settings.database_url.expose_secret();
    make_folder(url)?;
    let database = connect(settings, url).await?;
    if database.is_sqlite() {
        versions::migrate(&database.unscoped()).await.context("the database could not be migrated")?;
    } else {
        versions::require_schema(&database.unscoped()).await?;
        require_bound_role(&database, settings.allow_privileged_role).await?;
    }
    Ok(Hub::new(database, system_clock(), system_ids()))
}

/// Opens the database as the owner of the tables, for what the server's role may not do.
///
/// # Errors
/// When the database cannot be reached or its schema is older.
pub async fn owner_hub(settings: &Settings) -> Result<Arc<Hub>> {
    let url = settings.owner_database_url.as_ref().unwrap_or(&settings.database_url).expose_secret();
    let database = connect(settings, url).await?;
    if database.is_sqlite() {
        versions::migrate(&database.unscoped()).await.context("the database could not be migrated")?;
    } else {
        versions::require_schema(&database.unscoped()).await?;
    }
    Ok(Hub::new(database, system_clock(), system_ids()))
}

/// The clock of the machine.
#[expect(clippy::disallowed_methods, reason = "the one place where the real time enters")]
pub fn system_clock() -> Clock {
    Clock::new(chrono::Utc::now)
}

#[expect(clippy::disallowed_methods, reason = "the one place where real ids enter")]
fn system_ids() -> IdSource {
    IdSource::new(uuid::Uuid::now_v7)
}

/// Row-level security keeps companies apart, so the server must not connect as somebody whom it does not bind.
async fn require_bound_role(database: &Database, allow_privileged: bool) -> Result<()> {
    let connection = database.unscoped();
    let user = connection.query_one_raw(Statement::from_string(DbBackend::Postgres, "SELECT current_user::text AS role")).await?;
    let role: String = user.context("the database did not say who is connected")?.try_get("", "role")?;
    let Some(privilege) = migration::privilege_of(&connection, &role).await? else { return Ok(()) };
    ensure!(
        allow_privileged,
        "{privilege} Connect as the role that `party migrate` made (PARTY_APP_ROLE); for development alone, PARTY_ALLOW_PRIVILEGED_ROLE=true lets it pass."
    );
    tracing::warn!("{privilege} PARTY_ALLOW_PRIVILEGED_ROLE lets it pass: never with real data.");
    Ok(())
}

/// Brings the schema up to date, as the owner of the tables, and grants the server's role what it needs.
///
/// # Errors
/// When the database refuses.
pub async fn migrate(settings: &Settings) -> Result<()> {
    let url = settings.owner_database_url.as_ref().unwrap_or(&settings.database_url).expose_secret();
    make_folder(url)?;
    let database = connect(settings, url).await?;
    let connection = database.unscoped();
    println!("{} migration(s) applied.", versions::migrate(&connection).await?);
    if !database.is_sqlite() {
        migration::grant_app_role(&connection, &settings.app_role).await?;
        println!("The role {} may use the tables. It does not own them and row-level security holds for it.", settings.app_role);
    }
    Ok(())
}

/// Takes the newest migrations back, as the owner of the tables.
///
/// # Errors
/// When the database refuses.
pub async fn undo(settings: &Settings, steps: u32) -> Result<()> {
    let url = settings.owner_database_url.as_ref().unwrap_or(&settings.database_url).expose_secret();
    let database = connect(settings, url).await?;
    println!("{} migration(s) taken back.", versions::undo(&database.unscoped(), steps).await?);
    Ok(())
}

/// Spreads the tables over the nodes of a Citus cluster.
///
/// # Errors
/// When the database is not PostgreSQL with Citus.
pub async fn distribute(settings: &Settings) -> Result<()> {
    let url = settings.owner_database_url.as_ref().unwrap_or(&settings.database_url).expose_secret();
    let database = connect(settings, url).await?;
    ensure!(!database.is_sqlite(), "only a PostgreSQL database with the Citus extension can be distributed; PARTY_DATABASE_URL names a SQLite file");
    for line in migration::distribute(&database.unscoped()).await? {
        println!("{line}");
    }
    Ok(())
}

async fn connect(settings: &Settings, url: &str) -> Result<Database> {
    let pool = PoolSettings {
        connections: settings.pool_connections,
        wait: Duration::from_millis(settings.pool_wait_milliseconds),
        statement: Duration::from_millis(settings.statement_timeout_milliseconds.into()),
    };
    // The URL may hold a password, so only its scheme is repeated.
    let scheme = url.split(':').next().unwrap_or_default();
    Database::connect(url, &pool).await.map_err(|error| match error {
        crate::domain::error::Error::Unavailable(cause) | crate::domain::error::Error::Internal(cause) => {
            anyhow::anyhow!("the {scheme} database could not be opened: {cause}")
        }
        other => anyhow::anyhow!("the {scheme} database could not be opened: {other}"),
    })
}

fn make_folder(url: &str) -> Result<()> {
    let Some(path) = url.strip_prefix("sqlite:") else { return Ok(()) };
    let path = path.trim_start_matches("//").split('?').next().unwrap_or_default();
    match Path::new(path).parent() {
        Some(folder) if !folder.as_os_str().is_empty() => {
            std::fs::create_dir_all(folder).with_context(|| format!("the folder {} of the database could not be made", folder.display()))
        }
        _ => Ok(()),
    }
}
