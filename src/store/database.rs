//! The pools: one for PostgreSQL, two for SQLite (a single writer and several readers).
use super::{
    tenant::{TenantTx, Tx},
    watch::Watch,
};
use crate::domain::{error::Error, id::CompanyId};
use sqlx::{
    AssertSqlSafe, Connection, Executor, PgConnection, PgPool, SqliteConnection, SqlitePool,
    pool::PoolOptions,
    postgres::PgConnectOptions,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use std::{
    str::FromStr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// How many connections to hold and how long to wait for one.
#[derive(Clone, Debug)]
pub struct PoolSettings {
    /// Connections to PostgreSQL, or readers of the SQLite file.
    pub connections: u32,
    /// How long a request waits for a free connection, or for SQLite's writer, before it is refused as unavailable.
    pub wait: Duration,
    /// How long PostgreSQL may work on one statement of a transaction; zero sets no limit.
    pub statement: Duration,
}

/// PostgreSQL would plan short statements anew for each execution, because it takes every array to have ten elements and finds the plan for one
/// cheaper; planning then costs more than the statement. Statements here walk an index for each element, however many there are.
const PLAN_ONCE: &str = "SET plan_cache_mode = force_generic_plan";

/// How SQLite begins a transaction that will write.
const IMMEDIATE: &str = "BEGIN IMMEDIATE";

/// The database that holds every company's parties.
#[derive(Clone)]
pub struct Database {
    pools: Pools,
    statements: Arc<AtomicU64>,
    begins: Arc<Begins>,
}

/// What beginning transactions took.
#[derive(Default)]
struct Begins {
    begun: AtomicU64,
    failed: AtomicU64,
    waited_nanoseconds: AtomicU64,
}

/// How the pool is used.
pub struct PoolState {
    /// Connections that it may open.
    pub max: u32,
    /// Connections that are open.
    pub open: u32,
    /// Connections that wait for work.
    pub idle: u32,
    /// Transactions begun.
    pub begun: u64,
    /// Transactions that could not begin.
    pub failed: u64,
    /// How long all of them waited for a connection and the answer to BEGIN.
    pub waited: Duration,
}

#[derive(Clone)]
enum Pools {
    Postgres(Postgres),
    Sqlite { readers: SqlitePool, writer: SqlitePool },
}

#[derive(Clone)]
struct Postgres {
    pool: PgPool,
    watch: Watch,
    /// What every transaction begins with besides its company.
    limits: String,
}

impl Database {
    /// Opens the pools for a `postgres://` or `sqlite:` URL. SQLite files are created when missing.
    ///
    /// # Errors
    /// `Unavailable` when nothing answers, `Internal` when the URL is not understood.
    pub async fn connect(url: &str, settings: &PoolSettings) -> Result<Self, Error> {
        let pools = if url.starts_with("sqlite:") {
            Self::sqlite(url, settings).await?
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            Self::postgres(url, settings).await?
        } else {
            return Err(Error::internal("the database URL must begin with sqlite: or postgres:"));
        };
        Ok(Self { pools, statements: Arc::default(), begins: Arc::default() })
    }

    async fn sqlite(url: &str, settings: &PoolSettings) -> Result<Pools, Error> {
        let options = SqliteConnectOptions::from_str(url)?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .foreign_keys(true)
            // Each connection has a cache of its own, and the system caches the file for all of them.
            .pragma("cache_size", "-1024")
            .busy_timeout(settings.wait)
            .statement_cache_capacity(300);
        // A full disk makes SQLite end a transaction by itself; sqlx goes on counting it and would refuse every later one.
        let pool = PoolOptions::new().acquire_timeout(settings.wait).after_release(|connection: &mut SqliteConnection, _| {
            Box::pin(async move {
                connection.ping().await?;
                Ok(!connection.is_in_transaction())
            })
        });
        let writer = pool.clone().max_connections(1).connect_with(options.clone()).await?;
        let readers = pool.max_connections(settings.connections).test_before_acquire(false).connect_with(options.pragma("query_only", "on")).await?;
        Ok(Pools::Sqlite { readers, writer })
    }

    async fn postgres(url: &str, settings: &PoolSettings) -> Result<Pools, Error> {
        let options = PgConnectOptions::from_str(url)?.application_name("party").statement_cache_capacity(300);
        // The pool's ping on every acquire is a round trip per request; a broken connection shows itself on first use.
        let pool = PoolOptions::new()
            .max_connections(settings.connections)
            .acquire_timeout(settings.wait)
            .test_before_acquire(false)
            .after_connect(|connection: &mut PgConnection, _| Box::pin(async move { connection.execute(PLAN_ONCE).await.map(drop) }))
            .connect_with(options.clone())
            .await?;
        let limits = format!("SET LOCAL statement_timeout = {}", settings.statement.as_millis());
        Ok(Pools::Postgres(Postgres { pool, watch: Watch::begin(options.application_name("party watch")), limits }))
    }

    /// Opens a transaction that reads one company's rows. Drop it when done: nothing is to be committed.
    ///
    /// # Errors
    /// `Unavailable` when no connection is free in time or the database does not answer.
    pub async fn read(&self, company: CompanyId) -> Result<TenantTx, Error> {
        self.begin(company, "BEGIN READ ONLY", "BEGIN").await
    }

    /// Opens a transaction that changes one company's rows. What is not committed is rolled back.
    ///
    /// # Errors
    /// `Unavailable` when no connection is free in time or the database does not answer.
    pub async fn write(&self, company: CompanyId) -> Result<TenantTx, Error> {
        // Deferred writers fail each other half-way; an immediate one waits for its turn at the start.
        self.begin(company, "BEGIN", IMMEDIATE).await
    }

    async fn begin(&self, company: CompanyId, on_postgres: &'static str, on_sqlite: &'static str) -> Result<TenantTx, Error> {
        let began = Instant::now();
        let tx = match &self.pools {
            Pools::Postgres(postgres) => postgres.begin(on_postgres, company).await,
            Pools::Sqlite { writer, .. } if on_sqlite == IMMEDIATE => Self::begin_sqlite(writer, on_sqlite).await.map(Tx::Sqlite),
            Pools::Sqlite { readers, .. } => Self::begin_sqlite(readers, on_sqlite).await.map(Tx::Sqlite),
        };
        let count = if tx.is_ok() { &self.begins.begun } else { &self.begins.failed };
        count.fetch_add(1, Ordering::Relaxed);
        self.begins.waited_nanoseconds.fetch_add(u64::try_from(began.elapsed().as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
        Ok(TenantTx::new(company, tx?, Arc::clone(&self.statements)))
    }

    async fn begin_sqlite(pool: &SqlitePool, begin: &'static str) -> Result<sqlx::Transaction<'static, sqlx::Sqlite>, Error> {
        let pool = pool.clone();
        let begun = tokio::spawn(async move { pool.begin_with(begin).await }).await;
        Ok(begun.map_err(|error| Error::internal(error.to_string()))??)
    }

    /// Whether the database answers, whatever company. Says so at once, even when every connection is in use.
    ///
    /// # Errors
    /// `Unavailable` when it does not give one.
    pub async fn ping(&self) -> Result<(), Error> {
        match &self.pools {
            Pools::Postgres(postgres) if postgres.watch.answers() => {}
            Pools::Postgres(_) => return Err(gone()),
            Pools::Sqlite { readers, .. } => sqlx::query("SELECT 1").execute(readers).await.map(|_| ())?,
        }
        Ok(())
    }

    /// How many statements this program has sent, besides BEGIN and COMMIT.
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// The pool, if it is one of PostgreSQL.
    pub(super) fn postgres_pool(&self) -> Option<&PgPool> {
        match &self.pools {
            Pools::Postgres(postgres) => Some(&postgres.pool),
            Pools::Sqlite { .. } => None,
        }
    }

    /// How the pool is used; of SQLite the one of its readers.
    pub fn pool(&self) -> PoolState {
        let (max, open, idle) = match &self.pools {
            Pools::Postgres(Postgres { pool, .. }) => (pool.options().get_max_connections(), pool.size(), pool.num_idle()),
            Pools::Sqlite { readers, .. } => (readers.options().get_max_connections(), readers.size(), readers.num_idle()),
        };
        let count = |count: &AtomicU64| count.load(Ordering::Relaxed);
        PoolState {
            max,
            open,
            idle: u32::try_from(idle).unwrap_or(u32::MAX),
            begun: count(&self.begins.begun),
            failed: count(&self.begins.failed),
            waited: Duration::from_nanos(count(&self.begins.waited_nanoseconds)),
        }
    }

    /// Whether this is the embedded database.
    pub fn is_sqlite(&self) -> bool {
        matches!(self.pools, Pools::Sqlite { .. })
    }

    /// A SeaORM connection that is bound to no company, for migrations and start-up checks.
    pub fn unscoped(&self) -> sea_orm::DatabaseConnection {
        match &self.pools {
            Pools::Postgres(postgres) => sea_orm::SqlxPostgresConnector::from_sqlx_postgres_pool(postgres.pool.clone()),
            Pools::Sqlite { writer, .. } => sea_orm::SqlxSqliteConnector::from_sqlx_sqlite_pool(writer.clone()),
        }
    }

    /// Closes every connection after the work that runs on it.
    pub async fn close(&self) {
        match &self.pools {
            Pools::Postgres(postgres) => {
                postgres.watch.stop();
                postgres.pool.close().await;
            }
            Pools::Sqlite { readers, writer } => {
                readers.close().await;
                writer.close().await;
            }
        }
    }
}

impl Postgres {
    /// Begins and names the company in one message.
    ///
    /// It runs in a task of its own because sqlx 0.9's begin is not safe to cancel: a request dropped in the middle
    /// would hand the next borrower a connection with an open transaction of another company.
    async fn begin(&self, begin: &'static str, company: CompanyId) -> Result<Tx, Error> {
        if !self.watch.answers() {
            return Err(gone());
        }
        let pool = self.pool.clone();
        // Only a UUID is formatted into the text, so there is nothing to escape.
        let statement = format!("{begin}; SET LOCAL app.company_id = '{}'; {}", company.0, self.limits);
        let begun = tokio::spawn(async move {
            // A restart of the database leaves dead connections in the pool. Each shows itself here, before anything was done, and is left out.
            let mut dead = 0;
            loop {
                match pool.begin_with(AssertSqlSafe(statement.clone())).await {
                    Err(error) if dead < pool.options().get_max_connections() && is_dead(&error) => dead += 1,
                    done => return done,
                }
            }
        });
        tokio::select! {
            begun = begun => Ok(Tx::Postgres(begun.map_err(|error| Error::internal(error.to_string()))??)),
            () = self.watch.gone() => Err(gone()),
        }
    }
}

fn gone() -> Error {
    Error::Unavailable(Arc::new(std::io::Error::other("the database did not answer when it was last asked")))
}

/// Whether an error says that the connection was cut since it was last used.
fn is_dead(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(error) => error.kind() != std::io::ErrorKind::ConnectionRefused,
        sqlx::Error::Database(error) => matches!(error.code().as_deref(), Some("57P01" | "57P02" | "25P03")),
        _ => false,
    }
}
