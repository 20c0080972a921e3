//! What docs/operating.md tells operators to do: its commands are run as they stand there, on databases with data in them.
use crate::support::{
    app::TestApp,
    caller::TestCaller,
    postgres::PostgresDatabase,
    process::{PartyProcess, party_refuses, run_party},
    sqlite::SqliteDatabase,
};
use migration::{APPEND_ONLY_TABLES, COMPANY_TABLES};
use party::startup::demo;
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, Statement};
use serde_json::json;
use std::{collections::BTreeMap, fs, path::Path, process::Command};

/// The commands that stand in the page under a mark.
fn commands(mark: &str) -> String {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/operating.md")).unwrap();
    let marked = page.split_once(&format!("<!-- run by a test: {mark} -->\n```sh\n")).unwrap_or_else(|| panic!("the page has no commands {mark:?}"));
    marked.1.split("```").next().unwrap().to_owned()
}

/// Runs the commands of the page in a folder, with these variables.
async fn run(mark: &str, folder: &Path, variables: &[(&str, &str)]) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_party")).parent().unwrap().display().to_string();
    let path = format!("{program}:{}", std::env::var("PATH").unwrap_or_default());
    let mut command = Command::new("bash");
    command.args(["-euo", "pipefail", "-c", &commands(mark)]).current_dir(folder).env("PATH", path).envs(variables.iter().copied());
    let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
    assert!(output.status.success(), "{mark}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// How many rows each table has; tables that are not there are left out.
async fn rows(connection: &DatabaseConnection) -> BTreeMap<&'static str, i64> {
    let mut rows = BTreeMap::new();
    for table in COMPANY_TABLES.iter().chain(&["company"]) {
        let sql = format!("SELECT count(*) FROM {table}");
        if let Ok(Some(row)) = connection.query_one_raw(Statement::from_string(connection.get_database_backend(), sql)).await {
            rows.insert(*table, row.try_get_by_index(0).unwrap());
        }
    }
    rows
}

async fn connect(url: &str) -> DatabaseConnection {
    Database::connect(url).await.unwrap()
}

fn expect_demo_data(rows: &BTreeMap<&'static str, i64>) {
    for table in ["party", "party_role", "party_link", "revenue_entry", "party_event"] {
        assert!(rows[table] > 10, "{table}: {rows:?}");
    }
    assert!(APPEND_ONLY_TABLES.iter().any(|table| rows[table] > 0));
}

#[tokio::test]
async fn a_postgres_database_is_dumped_and_restored() {
    let database = PostgresDatabase::create().await;
    run_party(&database.app_url, &["seed"]).await;
    let before = rows(&connect(&database.superuser_url).await).await;
    expect_demo_data(&before);

    let folder = tempfile::tempdir().unwrap();
    let (server, name) = database.superuser_url.rsplit_once('/').unwrap();
    let restored = format!("{name}_restored");
    let url = |url: &str| url.replace(name, &restored);
    let variables = [
        ("BACKUP_URL", database.superuser_url.as_str()),
        ("SUPERUSER_URL", &format!("{server}/postgres")),
        ("RESTORED", &restored),
        ("RESTORED_SUPERUSER_URL", &url(&database.superuser_url)),
        ("PARTY_OWNER_DATABASE_URL", &url(&database.owner_url)),
        ("PARTY_DATABASE_URL", &url(&database.app_url)),
        ("COMPANY", &demo::COMPANY.to_string()),
    ];
    run("dump PostgreSQL", folder.path(), &variables).await;
    run("restore PostgreSQL", folder.path(), &variables).await;
    let superuser = connect(&url(&database.superuser_url)).await;
    assert_eq!(rows(&superuser).await, before);
    superuser.close().await.unwrap();

    // A server runs on it, and one company still does not see the other.
    let server = PartyProcess::start(&url(&database.app_url)).await;
    let caller = TestCaller::new(server.address, demo::COMPANY);
    let seen = caller.data("{ partyStatistics { total } }", json!({})).await["partyStatistics"]["total"].as_i64().unwrap();
    assert!(seen > 10 && seen < before["party"], "{seen} of {}", before["party"]);
    drop(server);
    connect(&database.superuser_url).await.execute_unprepared(&format!("DROP DATABASE {restored} WITH (FORCE)")).await.unwrap();
}

#[tokio::test]
async fn a_sqlite_file_is_copied_while_it_is_used() {
    let database = SqliteDatabase::create();
    run_party(&database.url, &["seed"]).await;
    let before = rows(&connect(&database.url).await).await;
    expect_demo_data(&before);
    let file = database.url.trim_start_matches("sqlite://").split('?').next().unwrap();
    let folder = Path::new(file).parent().unwrap();
    let _server = PartyProcess::start(&database.url).await;
    let variables = [("DATABASE", file), ("PARTY_DATABASE_URL", "sqlite:restored.sqlite"), ("COMPANY", &demo::COMPANY.to_string())];
    run("copy SQLite", folder, &variables).await;
    assert_eq!(rows(&connect(&format!("sqlite:{}/restored.sqlite", folder.display())).await).await, before);
}

/// The newest migration is taken back and applied again while there is data: nothing is lost but what only it keeps.
async fn back_and_forth(owner_url: &str, app_url: &str, everything: &str) {
    run_party(app_url, &["seed"]).await;
    let everything = connect(everything).await;
    let before = rows(&everything).await;
    expect_demo_data(&before);
    assert_eq!(run_party(owner_url, &["migrate", "--undo", "1"]).await, "1 migration(s) taken back.\n");
    let without = rows(&everything).await;
    assert!(run_party(owner_url, &["migrate"]).await.starts_with("1 migration(s) applied.\n"));
    let after = rows(&everything).await;
    for (table, count) in &without {
        assert_eq!((before[table], after[table]), (*count, *count), "{table}");
    }
    let server = PartyProcess::start(app_url).await;
    let caller = TestCaller::new(server.address, demo::COMPANY);
    caller.data("{ parties(first: 5) { nodes { displayName roles { role { code } } revenue { gross { amount } } } } }", json!({})).await;
    caller.person("Jane Roe").await;
}

#[tokio::test]
async fn the_newest_migration_is_taken_back_on_postgres() {
    let database = PostgresDatabase::create().await;
    back_and_forth(&database.owner_url, &database.app_url, &database.superuser_url).await;
}

#[tokio::test]
async fn the_newest_migration_is_taken_back_on_sqlite() {
    let database = SqliteDatabase::create();
    back_and_forth(&database.url, &database.url, &database.url).await;
}

const LATER: &str = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m20991231_000001_later', 0)";

#[tokio::test]
async fn a_server_runs_on_a_later_schema_and_not_on_an_earlier_one() {
    let database = PostgresDatabase::create().await;
    let superuser = connect(&database.superuser_url).await;
    superuser.execute_unprepared(LATER).await.unwrap();
    let app = TestApp::on(&database.app_url).await;
    app.company("Acme").await.person("Jane Roe").await;
    let message = party_refuses(&database.owner_url, &["migrate"]).await;
    assert!(message.contains("migrated by a later version") && message.contains("m20991231_000001_later"), "{message}");

    superuser.execute_unprepared("DELETE FROM seaql_migrations WHERE version = 'm20991231_000001_later'").await.unwrap();
    run_party(&database.owner_url, &["migrate", "--undo", "1"]).await;
    let message = party_refuses(&database.app_url, &["serve"]).await;
    assert!(message.contains("the database lacks 1 migration(s): run `party migrate`"), "{message}");
}

#[tokio::test]
async fn a_sqlite_file_of_a_later_version_is_left_alone() {
    let database = SqliteDatabase::create();
    let connection = connect(&database.url).await;
    connection.execute_unprepared(LATER).await.unwrap();
    let message = party_refuses(&database.url, &["serve"]).await;
    assert!(message.contains("migrated by a later version") && message.contains("m20991231_000001_later"), "{message}");
}
