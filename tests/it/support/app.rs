//! A running server with a database of its own.
use super::{caller::TestCaller, postgres::PostgresDatabase, sqlite::SqliteDatabase};
use party::{
    domain::id::CompanyId,
    service::{self, Hub, company::CompanyInput},
    startup::{self, Application, Settings},
};
use secrecy::ExposeSecret;
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// The secret with which the test's tokens are signed.
pub const SECRET: &str = "a secret for tests that is long enough";

/// A server on a port of its own, stopped when the test ends.
pub struct TestApp {
    /// Where it listens.
    pub address: SocketAddr,
    /// The application behind it, for what has no front door and for counting statements.
    pub hub: Arc<Hub>,
    /// The settings that it was started with.
    pub settings: Settings,
    /// The database, if it is PostgreSQL.
    pub postgres: Option<PostgresDatabase>,
    /// Keeps the file of a SQLite database until the test ends.
    _sqlite: Option<SqliteDatabase>,
    /// Where the figures for Prometheus are, if they are anywhere.
    pub metrics_address: Option<SocketAddr>,
    stop: CancellationToken,
    server: tokio::task::JoinHandle<()>,
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl TestApp {
    /// A server on an empty SQLite file.
    pub async fn on_sqlite() -> Self {
        Self::on_sqlite_with(|_| ()).await
    }

    /// As [`Self::on_sqlite`], with other settings.
    pub async fn on_sqlite_with(change: impl FnOnce(&mut Settings)) -> Self {
        let database = SqliteDatabase::create();
        let mut settings = settings(database.url.clone());
        change(&mut settings);
        Self::start(settings, None, Some(database)).await
    }

    /// As [`Self::on_sqlite`], with another time to wait for the writer.
    pub async fn on_sqlite_that_waits(wait: Duration) -> Self {
        Self::on_sqlite_with(|settings| settings.pool_wait_milliseconds = wait.as_millis().try_into().expect("a short time")).await
    }

    /// A server on an empty PostgreSQL database, connected as the role that row-level security holds for.
    pub async fn on_postgres() -> Self {
        let database = PostgresDatabase::create().await;
        let url = database.app_url.clone();
        Self::start(settings(url), Some(database), None).await
    }

    /// As [`Self::on_postgres`], with other settings.
    pub async fn on_postgres_with(change: impl FnOnce(&mut Settings)) -> Self {
        let database = PostgresDatabase::create().await;
        let mut settings = settings(database.app_url.clone());
        change(&mut settings);
        Self::start(settings, Some(database), None).await
    }

    /// A server on a database that the test has itself.
    pub async fn on(url: &str) -> Self {
        Self::start(settings(url.to_owned()), None, None).await
    }

    async fn start(settings: Settings, postgres: Option<PostgresDatabase>, sqlite: Option<SqliteDatabase>) -> Self {
        let hub = startup::hub(&settings).await.expect("the database opens");
        let application = Application::build(&settings, Arc::clone(&hub)).await.expect("the server binds a port");
        let address = application.address().expect("the server has an address");
        let metrics_address = application.metrics_address().expect("the server has an address");
        let stop = CancellationToken::new();
        let stopped = stop.clone().cancelled_owned();
        let server = tokio::spawn(async move { application.run_until(stopped).await.expect("the server runs") });
        Self { metrics_address, stop, address, hub, settings, postgres, _sqlite: sqlite, server }
    }

    /// Tells the server to stop, as a signal does.
    pub fn stop(&self) {
        self.stop.cancel();
    }

    /// Waits until the server has stopped.
    pub async fn stopped(&mut self) {
        tokio::time::timeout(Duration::from_secs(20), &mut self.server).await.expect("the server stops").expect("without a panic");
    }

    /// The URL of the server's database.
    pub fn database_url(&self) -> &str {
        self.settings.database_url.expose_secret()
    }

    /// Adds a company (euros, Germany) and a caller who may do everything in it.
    pub async fn company(&self, name: &str) -> TestCaller {
        let id = CompanyId(Uuid::now_v7());
        service::company::add(&self.hub, id, &CompanyInput { name, currency: "EUR", default_country: "DE" }).await.expect("the company is added");
        TestCaller::new(self.address, id)
    }
}

fn settings(database_url: String) -> Settings {
    let defaults = Settings::defaults().expect("party.toml holds the defaults");
    Settings {
        database_url: database_url.into(),
        listen: ([127, 0, 0, 1], 0).into(),
        jwt_secret: Some(SECRET.into()),
        pool_connections: 8,
        ..defaults
    }
}
