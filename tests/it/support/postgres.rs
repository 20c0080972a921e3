//! PostgreSQL databases for tests: one server for the whole run, a migrated
//! template in it, and a copy of the template for each test.
//!
//! The server is private (see `postgres_server`) unless `TEST_POSTGRES_URL` names
//! one with a superuser. One thread with a runtime of its own makes and drops the
//! databases, because each test has its own runtime and none of them outlives its test.

use std::sync::LazyLock;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{SystemTime, UNIX_EPOCH};

use migration::{Migrator, MigratorTrait, grant_app_role};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection};
use tokio::sync::oneshot;

use super::postgres_server::{self, Address, OwnServer};

/// The role that owns the tables. It is no superuser, so row-level security binds it.
pub const OWNER_ROLE: &str = "party_owner";
/// The role with which the server under test connects.
pub const APP_ROLE: &str = "party_app";
const PASSWORD: &str = "for-tests-only";

/// Databases of an external server that a killed run left behind go after this time.
const LEFT_BEHIND_AFTER_SECONDS: u64 = 2 * 60 * 60;

static REQUESTS: LazyLock<Sender<Request>> = LazyLock::new(|| {
    let (sender, receiver) = channel();
    std::thread::Builder::new().name("test-postgres".to_owned()).spawn(move || serve(&receiver)).expect("the thread of the test databases");
    sender
});

enum Request {
    Create(oneshot::Sender<Result<Created, String>>),
    Drop(String, Sender<()>),
}

struct Created {
    name: String,
    address: Address,
}

/// A migrated database of its own for one test; it is dropped with this value.
pub struct PostgresDatabase {
    /// Connects as the owner of the tables, whom row-level security binds.
    pub owner_url: String,
    /// Connects as the server does: no owner, no superuser.
    pub app_url: String,
    /// Connects as a superuser, who sees every row.
    pub superuser_url: String,
    name: String,
    external: bool,
}

impl PostgresDatabase {
    /// A fresh copy of the migrated template.
    ///
    /// # Panics
    /// When there is no server; the message says what to install.
    pub async fn create() -> Self {
        let (reply, answer) = oneshot::channel();
        REQUESTS.send(Request::Create(reply)).expect("the thread of the test databases is gone");
        let created = answer.await.expect("the thread of the test databases is gone").unwrap_or_else(|message| panic!("{message}"));
        let Created { name, address } = created;
        Self {
            owner_url: address.url_as(OWNER_ROLE, PASSWORD, &name),
            app_url: address.url_as(APP_ROLE, PASSWORD, &name),
            superuser_url: address.superuser_url(&name),
            external: address.is_external(),
            name,
        }
    }
}

impl PostgresDatabase {
    /// A connection that sees every row, and every other connection.
    pub async fn everything(&self) -> DatabaseConnection {
        connect(&self.superuser_url).await.expect("the superuser connects")
    }
}

impl Drop for PostgresDatabase {
    fn drop(&mut self) {
        let (reply, dropped) = channel();
        let asked = REQUESTS.send(Request::Drop(self.name.clone(), reply));
        // A private server goes with all that is in it. On an external one the
        // process must not end before the database is gone.
        if self.external && asked.is_ok() {
            let _ = dropped.recv();
        }
    }
}

/// A PostgreSQL server of its own for one test, with one migrated database.
pub struct OwnPostgres {
    /// The server, which the test may hurt.
    pub server: OwnServer,
    /// Connects as the server under test does.
    pub app_url: String,
    /// Connects as a superuser.
    pub superuser_url: String,
}

impl OwnPostgres {
    /// A server that keeps what it acknowledged, with more lines of `postgresql.conf` and files beside it.
    pub async fn start(settings: &str, files: &[(&str, &str)]) -> Self {
        let settings = format!("synchronous_commit = on\n{settings}");
        let files: Vec<(String, String)> = files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        let start = move || OwnServer::start(&settings, &files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect::<Vec<_>>());
        let server = tokio::task::spawn_blocking(start).await.expect("PostgreSQL starts");
        let Template { name, address, .. } = Template::build(server.address.clone()).await.unwrap_or_else(|message| panic!("{message}"));
        Self { app_url: address.url_as(APP_ROLE, PASSWORD, &name), superuser_url: address.superuser_url(&name), server }
    }
}

fn serve(requests: &Receiver<Request>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let address = postgres_server::start();
    let template = match address {
        Ok(address) => runtime.block_on(Template::build(address)),
        Err(message) => Err(message),
    };
    let mut made = 0_u32;
    while let Ok(request) = requests.recv() {
        match (request, &template) {
            (Request::Create(reply), Ok(template)) => {
                made += 1;
                let _ = reply.send(runtime.block_on(template.copy(made)));
            }
            (Request::Create(reply), Err(message)) => {
                let _ = reply.send(Err(message.clone()));
            }
            (Request::Drop(name, reply), Ok(template)) => {
                runtime.block_on(template.drop_database(&name));
                let _ = reply.send(());
            }
            (Request::Drop(..), Err(_)) => {}
        }
    }
}

struct Template {
    name: String,
    address: Address,
    /// Connected to the server's maintenance database as a superuser.
    superuser: DatabaseConnection,
}

impl Template {
    async fn build(address: Address) -> Result<Self, String> {
        let superuser = connect(&address.superuser_url(address.maintenance_database())).await?;
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_err(|error| error.to_string())?.as_secs();
        let template = Self { name: format!("party_test_{seconds}_{}", std::process::id()), address, superuser };
        if template.address.is_external() {
            template.drop_left_behind(seconds).await?;
        }
        template.prepare().await?;
        Ok(template)
    }

    /// Makes the roles, and the database with the schema and the grants.
    async fn prepare(&self) -> Result<(), String> {
        for role in [OWNER_ROLE, APP_ROLE] {
            self.run(&format!(
                "DO $$ BEGIN CREATE ROLE {role}; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
                 ALTER ROLE {role} LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD '{PASSWORD}'"
            ))
            .await?;
        }
        self.run(&format!("ALTER ROLE {APP_ROLE} SET idle_in_transaction_session_timeout = '10s'")).await?;
        let name = &self.name;
        self.run(&format!("CREATE DATABASE {name} TEMPLATE template0 OWNER {OWNER_ROLE}")).await?;
        let owner = connect(&self.address.url_as(OWNER_ROLE, PASSWORD, name)).await?;
        Migrator::up(&owner, None).await.map_err(text)?;
        grant_app_role(&owner, APP_ROLE).await.map_err(text)?;
        owner.close().await.map_err(text)
    }

    async fn copy(&self, number: u32) -> Result<Created, String> {
        let template = &self.name;
        let name = format!("{template}_{number}");
        self.run(&format!("CREATE DATABASE {name} TEMPLATE {template} OWNER {OWNER_ROLE}")).await?;
        Ok(Created { name, address: self.address.clone() })
    }

    async fn drop_database(&self, name: &str) {
        let sql = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        if let Err(message) = self.run(&sql).await {
            eprintln!("The test database {name} was not dropped: {message}");
        }
    }

    async fn drop_left_behind(&self, now: u64) -> Result<(), String> {
        let sql = "SELECT datname::text FROM pg_database WHERE datname LIKE 'party\\_test\\_%'";
        let rows = self.superuser.query_all_raw(sea_orm::Statement::from_string(sea_orm::DbBackend::Postgres, sql)).await.map_err(text)?;
        for row in rows {
            let name: String = row.try_get_by_index(0).map_err(text)?;
            let made = name.split('_').nth(2).and_then(|part| part.parse().ok());
            if made.is_some_and(|made: u64| made + LEFT_BEHIND_AFTER_SECONDS < now) {
                self.drop_database(&name).await;
            }
        }
        Ok(())
    }

    async fn run(&self, sql: &str) -> Result<(), String> {
        let done = self.superuser.execute_unprepared(sql).await;
        done.map(drop).map_err(text)
    }
}

async fn connect(url: &str) -> Result<DatabaseConnection, String> {
    let mut options = sea_orm::ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    let connected = Database::connect(options).await;
    connected.map_err(|error| format!("No connection to the PostgreSQL server of the tests: {error}"))
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}
