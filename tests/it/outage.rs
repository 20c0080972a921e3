//! The database goes away in the middle: a clear error, nothing changed, and everything works again by itself.
use crate::support::app::TestApp;
use sea_orm::{ConnectionTrait, Database, DatabaseConnection};
use serde_json::json;
use std::time::Duration;

const RENAME: &str = "mutation($input: UpdatePartyInput!) { updateParty(input: $input) { party { displayName } } }";

/// Waits until a session of the server waits for a lock.
async fn wait_until_blocked(database: &DatabaseConnection) {
    for _ in 0..200 {
        let sql = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
        let blocked = database.query_all_raw(sea_orm::Statement::from_string(sea_orm::DbBackend::Postgres, sql)).await.unwrap();
        if !blocked.is_empty() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("no session waits for a lock");
}

#[tokio::test]
async fn postgres_cuts_every_connection_in_the_middle_of_a_change() {
    let app = TestApp::on_postgres().await;
    let caller = app.company("Acme").await;
    let id = caller.person("Jane Roe").await;
    let superuser = Database::connect(&app.postgres.as_ref().unwrap().superuser_url).await.unwrap();
    let holder = Database::connect(&app.postgres.as_ref().unwrap().superuser_url).await.unwrap();
    let hold = sea_orm::TransactionTrait::begin(&holder).await.unwrap();
    hold.execute_unprepared("SELECT 1 FROM party FOR UPDATE").await.unwrap();

    let rename = json!({ "input": { "partyId": id, "expectedVersion": 1, "displayName": "Janet Roe" } });
    let change = tokio::spawn({
        let (caller, rename) = (caller.clone(), rename.clone());
        async move { caller.error_code(RENAME, rename).await }
    });
    wait_until_blocked(&superuser).await;
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'party'";
    superuser.execute_unprepared(cut).await.unwrap();
    assert_eq!(change.await.unwrap(), "UNAVAILABLE");
    hold.rollback().await.unwrap();

    // The pool still holds dead connections; no later request notices.
    let read = "query($id: ID!) { party(id: $id) { displayName version } }";
    assert_eq!(caller.data(read, json!({ "id": id })).await["party"], json!({ "displayName": "Jane Roe", "version": 1 }));
    assert_eq!(caller.data(RENAME, rename).await["updateParty"]["party"]["displayName"], "Janet Roe");
}

/// A statement that waits for ever, for a lock or for itself, is ended by the database.
#[tokio::test]
async fn postgres_does_not_come_to_an_end() {
    let app = TestApp::on_postgres_with(|settings| settings.statement_timeout_milliseconds = 300).await;
    let caller = app.company("Acme").await;
    let id = caller.person("Jane Roe").await;
    let holder = Database::connect(&app.postgres.as_ref().unwrap().superuser_url).await.unwrap();
    let hold = sea_orm::TransactionTrait::begin(&holder).await.unwrap();
    hold.execute_unprepared("SELECT 1 FROM party FOR UPDATE").await.unwrap();

    let rename = json!({ "input": { "partyId": id, "expectedVersion": 1, "displayName": "Janet Roe" } });
    assert_eq!(caller.error_code(RENAME, rename.clone()).await, "UNAVAILABLE");
    hold.rollback().await.unwrap();
    assert_eq!(caller.data(RENAME, rename).await["updateParty"]["party"]["displayName"], "Janet Roe");
}

#[tokio::test]
async fn sqlite_is_locked_from_outside() {
    let app = TestApp::on_sqlite_that_waits(Duration::from_millis(200)).await;
    let caller = app.company("Acme").await;
    let id = caller.person("Jane Roe").await;
    let other = Database::connect(app.database_url()).await.unwrap();
    let hold = sea_orm::TransactionTrait::begin(&other).await.unwrap();
    hold.execute_unprepared("UPDATE party SET version = version").await.unwrap();

    let rename = json!({ "input": { "partyId": id, "expectedVersion": 1, "displayName": "Janet Roe" } });
    assert_eq!(caller.error_code(RENAME, rename.clone()).await, "UNAVAILABLE");
    let read = "query($id: ID!) { party(id: $id) { displayName version } }";
    assert_eq!(caller.data(read, json!({ "id": id })).await["party"], json!({ "displayName": "Jane Roe", "version": 1 }));
    hold.rollback().await.unwrap();
    assert_eq!(caller.data(RENAME, rename).await["updateParty"]["party"]["displayName"], "Janet Roe");
}

/// Internal text never reaches a client: the table that the error is about has a name that must not show.
#[tokio::test]
async fn a_broken_schema_is_masked() {
    let app = TestApp::on_sqlite().await;
    let caller = app.company("Acme").await;
    let other = Database::connect(app.database_url()).await.unwrap();
    other.execute_unprepared("ALTER TABLE party RENAME TO hidden_party").await.unwrap();
    let answer = caller.send("{ partyByEmail(email: \"a@example.com\") { id } }", json!({})).await;
    assert_eq!(
        answer,
        json!({
            "data": { "partyByEmail": null },
            "errors": [{
                "message": "Something went wrong on the server. It has been logged.",
                "locations": [{ "line": 1, "column": 3 }],
                "path": ["partyByEmail"],
                "extensions": { "code": "INTERNAL" },
            }],
        })
    );
}
