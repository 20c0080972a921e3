//! The rights of the application's role on PostgreSQL, and distribution without Citus.

use migration::{APPEND_ONLY_TABLES, COMPANY_TABLES, DELETABLE_TABLES, VIEWS, distribute, grant_app_role};
use sea_orm::{ConnectionTrait, DatabaseConnection};

use super::database::{TestDatabase, app, column, connect, id};
use crate::support::postgres::{APP_ROLE, OWNER_ROLE, PostgresDatabase};

/// The tables on which the application's role holds the privilege, in alphabetical order.
async fn tables_with(connection: &DatabaseConnection, privilege: &str) -> Vec<String> {
    let sql = format!(
        "SELECT c.relname::text FROM pg_class c
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v')
           AND has_table_privilege('{APP_ROLE}', c.oid, '{privilege}') ORDER BY 1"
    );
    column(connection, &sql).await
}

fn sorted<'a>(names: impl IntoIterator<Item = &'a &'a str>) -> Vec<String> {
    let mut sorted: Vec<String> = names.into_iter().map(|&name| name.to_owned()).collect();
    sorted.sort();
    sorted
}

async fn expect_exact_rights(connection: &DatabaseConnection) {
    let tables = || COMPANY_TABLES.iter().chain(&["company"]);
    let readable = tables().chain(VIEWS).chain(&["seaql_migrations"]);
    assert_eq!(tables_with(connection, "SELECT").await, sorted(readable));
    assert_eq!(tables_with(connection, "INSERT").await, sorted(tables()));
    let changeable = tables().filter(|table| !APPEND_ONLY_TABLES.contains(table));
    assert_eq!(tables_with(connection, "UPDATE").await, sorted(changeable));
    assert_eq!(tables_with(connection, "DELETE").await, sorted(DELETABLE_TABLES));
    for privilege in ["TRUNCATE", "REFERENCES", "TRIGGER"] {
        assert!(tables_with(connection, privilege).await.is_empty(), "{privilege}");
    }
}

#[tokio::test]
async fn the_role_has_exactly_the_rights_it_needs() {
    let database = PostgresDatabase::create().await;
    let everything = connect(&database.superuser_url).await;
    expect_exact_rights(&everything).await;

    everything.execute_unprepared(&format!("GRANT ALL ON party_event TO {APP_ROLE}")).await.unwrap();
    let owner = connect(&database.owner_url).await;
    grant_app_role(&owner, APP_ROLE).await.unwrap();
    grant_app_role(&owner, APP_ROLE).await.unwrap();
    expect_exact_rights(&everything).await;
}

#[tokio::test]
async fn the_log_is_append_only() {
    let database = PostgresDatabase::create().await;
    let connection = app(&database, id(1)).await;
    for sql in [
        "UPDATE party_event SET actor = 'x'",
        "UPDATE revenue_entry SET amount_minor = 1",
        "UPDATE idempotency_key SET operation = 'x'",
        "DELETE FROM party",
        "DELETE FROM party_event",
        "TRUNCATE match_key",
        "ALTER TABLE party NO FORCE ROW LEVEL SECURITY",
        "CREATE TABLE mine (id int)",
    ] {
        let refused = connection.execute_unprepared(sql).await.unwrap_err().to_string();
        let expected = refused.contains("permission denied") || refused.contains("must be owner");
        assert!(expected, "{sql}: {refused}");
    }
}

#[tokio::test]
async fn the_role_is_neither_owner_nor_above_the_policies() {
    let database = PostgresDatabase::create().await;
    let connection = connect(&database.app_url).await;
    let above: Vec<bool> =
        column(&connection, "SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb FROM pg_roles WHERE rolname = current_user").await;
    assert_eq!(above, [false]);
    let owned: Vec<i64> = column(
        &connection,
        "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace
           AND pg_has_role(current_user, relowner, 'MEMBER')",
    )
    .await;
    assert_eq!(owned, [0]);
    let timeout: Vec<String> = column(&connection, "SELECT current_setting('idle_in_transaction_session_timeout')").await;
    assert_eq!(timeout, ["10s"]);
}

#[tokio::test]
async fn a_missing_role_is_created() {
    let database = PostgresDatabase::create().await;
    let everything = connect(&database.superuser_url).await;
    let role = format!("party_test_role_{}", std::process::id());
    grant_app_role(&everything, &role).await.unwrap();
    let made: Vec<bool> =
        column(&everything, &format!("SELECT rolcanlogin AND NOT rolsuper AND NOT rolbypassrls FROM pg_roles WHERE rolname = '{role}'")).await;
    assert_eq!(made, [true]);
    everything.execute_unprepared(&format!("DROP OWNED BY {role}; DROP ROLE {role}")).await.unwrap();
}

#[tokio::test]
async fn roles_that_would_undo_the_isolation_are_refused() {
    let database = PostgresDatabase::create().await;
    let everything = connect(&database.superuser_url).await;
    let superuser: Vec<String> = column(&everything, "SELECT current_user::text").await;
    let refused = grant_app_role(&everything, &superuser[0]).await.unwrap_err();
    assert!(refused.to_string().contains("superuser"), "{refused}");
    let refused = grant_app_role(&everything, OWNER_ROLE).await.unwrap_err();
    assert!(refused.to_string().contains("owner of the tables"), "{refused}");
}

#[tokio::test]
async fn role_names_are_plain_identifiers() {
    let database = PostgresDatabase::create().await;
    let owner = connect(&database.owner_url).await;
    let too_long = "a".repeat(64);
    for name in ["", "1a", "Party", "a-b", "a b", "a\"; DROP TABLE party; --", "é", &too_long] {
        let refused = grant_app_role(&owner, name).await.unwrap_err();
        assert!(refused.to_string().contains("cannot be used"), "{name}: {refused}");
    }
}

#[tokio::test]
async fn sqlite_has_neither_roles_nor_nodes() {
    let connection = TestDatabase::sqlite().owner().await;
    let refused = grant_app_role(&connection, APP_ROLE).await.unwrap_err();
    assert!(refused.to_string().contains("Only PostgreSQL has roles"), "{refused}");
    let refused = distribute(&connection).await.unwrap_err();
    assert!(refused.to_string().contains("no Citus extension"), "{refused}");
}

#[tokio::test]
async fn distribution_needs_the_citus_extension() {
    let database = PostgresDatabase::create().await;
    let everything = connect(&database.superuser_url).await;
    let citus: Vec<bool> = column(&everything, "SELECT EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'citus')").await;
    assert_eq!(citus, [false], "the template was made from template0");
    let refused = distribute(&everything).await.unwrap_err();
    assert!(refused.to_string().contains("no Citus extension"), "{refused}");
}
