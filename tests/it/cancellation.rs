//! Requests that are dropped at any moment, of two companies on one small pool: nobody ever sees a row of the other, and no
//! transaction is left behind.
use crate::support::app::TestApp;
use sea_orm::{ConnectionTrait, Database, DbBackend, Statement};
use serde_json::json;
use std::time::Duration;

const READ: &str = "{ parties(first: 100) { nodes { displayName contactPoints { value } } } }";
const WRITE: &str = "mutation { createParty(input: { kind: PERSON, displayName: \"Cancelled\" }) { party { id } } }";

#[tokio::test]
async fn dropped_requests_leak_nothing() {
    let app = TestApp::on_postgres_with(2).await;
    let (mine, foreign) = (app.company("Mine").await, app.company("Foreign").await);
    for number in 0..30 {
        mine.party(json!({ "kind": "PERSON", "displayName": format!("Mine {number}"), "email": format!("m{number}@mine.example") })).await;
        foreign.party(json!({ "kind": "PERSON", "displayName": format!("Foreign {number}"), "email": format!("f{number}@foreign.example") })).await;
    }
    // A fixed sequence of delays from nothing to a few milliseconds: some requests end, most are dropped somewhere in between.
    let mut noise: u32 = 1;
    for _ in 0..150 {
        let storm = (0..12).map(|i| {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let (caller, delay) = (if i % 2 == 0 { &mine } else { &foreign }.clone(), Duration::from_micros(u64::from(noise >> 19)));
            let document = if i % 3 == 0 { WRITE } else { READ };
            tokio::spawn(async move { drop(tokio::time::timeout(delay, caller.try_send(document, json!({}))).await) })
        });
        futures_util::future::join_all(storm.collect::<Vec<_>>()).await;
        let seen = mine.data(READ, json!({})).await.to_string();
        assert!(seen.contains("Mine 0") && !seen.contains("Foreign"), "{seen}");
    }
    let superuser = Database::connect(&app.postgres.as_ref().unwrap().superuser_url).await.unwrap();
    let open = "SELECT count(*) AS open FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'party' AND state <> 'idle'";
    for attempt in 0.. {
        let row = superuser.query_one_raw(Statement::from_string(DbBackend::Postgres, open)).await.unwrap().unwrap();
        let open: i64 = row.try_get("", "open").unwrap();
        if open == 0 {
            break;
        }
        assert!(attempt < 100, "{open} transactions are still open");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(foreign.data(READ, json!({})).await.to_string().contains("Foreign 0"));
}
