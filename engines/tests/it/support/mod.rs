//! Engines for tests, and a hub that can be switched off.
mod hub;
#[path = "../../../../tests/it/support/postgres_server.rs"]
#[expect(dead_code, reason = "the hub's tests need more of it")]
mod postgres_server;

pub use hub::TestHub;

use engines::platform::{Engine, access::Access, courier, database, hub as platform_hub, new_id, now, outbox, server};
use jsonwebtoken::{EncodingKey, Header, encode};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, EntityTrait, Statement};
use serde_json::{Value, json};
use std::{
    marker::PhantomData,
    net::SocketAddr,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicU64, Ordering},
    },
};
use tempfile::TempDir;
use uuid::Uuid;

/// The secret with which the test's tokens are signed.
pub const SECRET: &str = "a secret for tests that is long enough";

/// One private PostgreSQL server for the whole run, or the one of `TEST_POSTGRES_URL`.
static POSTGRES: LazyLock<Result<postgres_server::Address, String>> = LazyLock::new(postgres_server::start);

/// Runs each test on SQLite and on PostgreSQL.
macro_rules! on_both_databases {
    ($engine:ty => $($(#[$meta:meta])* async fn $name:ident($arg:ident: $argument:ty) $body:block)+) => {
        $(
            $(#[$meta])*
            mod $name {
                #[allow(unused_imports, reason = "some tests use nothing of their module")]
                use super::*;

                async fn run($arg: $argument) $body

                #[tokio::test]
                async fn sqlite() {
                    run(TestEngine::<$engine>::on_sqlite().await).await;
                }

                #[tokio::test]
                async fn postgres() {
                    run(TestEngine::<$engine>::on_postgres().await).await;
                }
            }
        )+
    };
}
pub(crate) use on_both_databases;

/// A running engine with a database of its own.
pub struct TestEngine<E> {
    /// The database, to look into.
    pub db: DatabaseConnection,
    statements: Arc<AtomicU64>,
    address: SocketAddr,
    server: tokio::task::JoinHandle<()>,
    place: Place,
    engine: PhantomData<E>,
}

enum Place {
    Folder(#[expect(dead_code, reason = "the folder goes with it")] TempDir),
    Postgres(postgres_server::Address, String),
}

impl<E> Drop for TestEngine<E> {
    fn drop(&mut self) {
        self.server.abort();
        // A private server goes with all that is in it.
        if let Place::Postgres(address, name) = &self.place
            && address.is_external()
        {
            let (url, sql) = (address.superuser_url(address.maintenance_database()), format!("DROP DATABASE {name} WITH (FORCE)"));
            let dropped = std::thread::spawn(move || {
                tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
                    sea_orm::Database::connect(url).await.unwrap().execute_unprepared(&sql).await.unwrap();
                });
            });
            dropped.join().unwrap();
        }
    }
}

impl<E: Engine> TestEngine<E> {
    /// On an empty SQLite file.
    pub async fn on_sqlite() -> Self {
        let folder = TempDir::new().unwrap();
        Self::start(&format!("sqlite:{}", folder.path().display()), Place::Folder(folder)).await
    }

    /// On an empty PostgreSQL database.
    pub async fn on_postgres() -> Self {
        let address = tokio::task::spawn_blocking(|| POSTGRES.clone()).await.unwrap().unwrap_or_else(|message| panic!("{message}"));
        let name = format!("engines_test_{}", new_id().simple());
        let superuser = sea_orm::Database::connect(address.superuser_url(address.maintenance_database())).await.unwrap();
        superuser.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
        superuser.close().await.unwrap();
        Self::start(&address.superuser_url(&name), Place::Postgres(address, name)).await
    }

    async fn start(url: &str, place: Place) -> Self {
        let mut db = database::open::<E>(url).await.unwrap();
        let statements = Arc::new(AtomicU64::new(0));
        let count = Arc::clone(&statements);
        db.set_metric_callback(move |_| {
            count.fetch_add(1, Ordering::Relaxed);
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = server::router::<E>(db.clone(), access());
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { db, statements, address, server, place, engine: PhantomData }
    }

    /// A caller of a new company who may read and write here.
    pub fn company(&self) -> TestCaller {
        let scopes = format!("{0}:read {0}:write", E::SYSTEM);
        TestCaller {
            company: new_id(),
            scopes,
            url: format!("http://{}/{}/graphql", self.address, E::SYSTEM),
            client: platform_hub::client().unwrap(),
        }
    }

    /// How many statements the engine has sent.
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// Delivers what is due to a hub.
    pub async fn deliver(&self, hub: &TestHub) -> usize {
        courier::deliver::<E>(&self.db, &hub.client()).await.unwrap()
    }

    /// Asks a hub for the parties of records that have none.
    pub async fn identify(&self, hub: &TestHub) -> usize {
        courier::identify::<E>(&self.db, &hub.client()).await.unwrap()
    }

    /// Tells the engine the party of a record, as the hub would.
    pub async fn identified(&self, caller: &TestCaller, record_id: &str, party: &str) {
        let records = E::unidentified(&self.db, None).await.unwrap();
        let record =
            records.iter().find(|record| record.company == caller.company && record.record_id == record_id).expect("a record without a party");
        E::identify(&self.db, record, party.parse().unwrap()).await.unwrap();
    }

    /// How many reports the hub is still to get.
    pub async fn waiting(&self) -> usize {
        outbox::Entity::find().all(&self.db).await.unwrap().len()
    }

    /// Runs SQL that changes something, as nobody but a test does.
    pub async fn sql(&self, sql: &str) -> Result<(), String> {
        self.db.execute_unprepared(sql).await.map(drop).map_err(|error| error.to_string())
    }

    /// The engine's own tables with their columns.
    pub async fn columns(&self) -> Vec<(String, String)> {
        let (backend, sql) = match &self.place {
            Place::Folder(_) => (
                DbBackend::Sqlite,
                "SELECT m.name AS t, c.name AS c FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'".to_owned(),
            ),
            Place::Postgres(..) => (
                DbBackend::Postgres,
                format!("SELECT table_name::text AS t, column_name::text AS c FROM information_schema.columns WHERE table_schema = '{}'", E::SYSTEM),
            ),
        };
        let rows = self.db.query_all_raw(Statement::from_string(backend, sql)).await.unwrap();
        let columns = rows.iter().map(|row| (row.try_get("", "t").unwrap(), row.try_get("", "c").unwrap()));
        columns.filter(|(table, _): &(String, String)| table != "seaql_migrations").collect()
    }
}

/// A database with old tables; `{c}` in the SQL stands for the caller's company. Gives its URL.
pub async fn old_database(caller: &TestCaller, sql: &str) -> String {
    let address = tokio::task::spawn_blocking(|| POSTGRES.clone()).await.unwrap().unwrap_or_else(|message| panic!("{message}"));
    let name = format!("engines_test_{}", new_id().simple());
    let superuser = sea_orm::Database::connect(address.superuser_url(address.maintenance_database())).await.unwrap();
    superuser.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
    let old = sea_orm::Database::connect(address.superuser_url(&name)).await.unwrap();
    old.execute_unprepared(&sql.replace("{c}", &caller.company.to_string())).await.unwrap();
    address.superuser_url(&name)
}

fn access() -> Access {
    Access::Secret { secret: SECRET.to_owned(), issuer: None, audience: None }
}

/// One caller of one company.
#[derive(Clone)]
pub struct TestCaller {
    /// The company of the token.
    pub company: Uuid,
    scopes: String,
    url: String,
    client: reqwest::Client,
}

impl TestCaller {
    /// The same caller with other scopes, separated by spaces.
    pub fn with_scopes(&self, scopes: &str) -> Self {
        Self { scopes: scopes.to_owned(), ..self.clone() }
    }

    /// Sends a body with a header Authorization.
    pub async fn raw(&self, authorization: &str, body: Value) -> (u16, Value) {
        let response = self.client.post(&self.url).header("authorization", authorization).json(&body).send().await.unwrap();
        (response.status().as_u16(), response.json().await.unwrap())
    }

    /// Runs a document and gives the whole answer.
    pub async fn send(&self, query: &str, variables: Value) -> Value {
        let claims = json!({ "company_id": self.company, "sub": "tester", "scope": self.scopes, "exp": now().timestamp() + 600 });
        let token = encode(&Header::default(), &claims, &EncodingKey::from_secret(SECRET.as_bytes())).unwrap();
        self.raw(&format!("Bearer {token}"), json!({ "query": query, "variables": variables })).await.1
    }

    /// Runs a document that must succeed and gives its data.
    pub async fn data(&self, query: &str) -> Value {
        let answer = self.send(query, json!({})).await;
        assert!(answer.get("errors").is_none(), "{query}\n{answer:#}");
        answer["data"].clone()
    }

    /// Runs a document that must be refused and gives the code of its only error.
    pub async fn refused(&self, query: &str) -> String {
        let answer = self.send(query, json!({})).await;
        assert_eq!(answer["errors"].as_array().map(Vec::len), Some(1), "{query}\n{answer:#}");
        answer["errors"][0]["extensions"]["code"].as_str().unwrap_or_else(|| panic!("no code in {answer:#}")).to_owned()
    }

    /// Asks for entities, as a gateway does.
    pub async fn entities(&self, representations: Value, selection: &str) -> Value {
        let query = format!("query($r: [_Any!]!) {{ _entities(representations: $r) {{ __typename {selection} }} }}");
        self.send(&query, json!({ "r": representations })).await
    }
}
