//! A mixed load of 32 connections for a while: no error, and memory that does not grow. `make soak` runs it for ten minutes.
use crate::support::{
    caller::TestCaller,
    postgres::PostgresDatabase,
    process::{PartyProcess, run_party},
    sqlite::SqliteDatabase,
};
use party::domain::id::CompanyId;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const CONNECTIONS: usize = 32;

/// The seconds of `SOAK_SECONDS`; without it, so few that the test may run with all others, and the load leaves them room.
fn seconds() -> (Duration, Duration) {
    match std::env::var("SOAK_SECONDS") {
        Ok(seconds) => (Duration::from_secs(seconds.parse().expect("SOAK_SECONDS is a number of seconds")), Duration::ZERO),
        Err(_) => (Duration::from_secs(20), Duration::from_millis(500)),
    }
}

const PROFILE: &str =
    "displayName primaryEmail roles { role { code } } links { sourceRecord { system id } } revenue(currency: \"EUR\") { gross { amount } }";

/// One request of one connection; the number chooses what it does.
async fn request(caller: &TestCaller, connection: usize, number: usize) -> Value {
    let key = format!("{connection}-{}", number / 8);
    match number % 8 {
        0 => {
            let source = json!({ "system": "crm", "type": "lead", "id": key });
            let item = json!({ "source": source, "email": format!("{key}@example.com"), "displayName": format!("Jane {key}"), "role": "prospect" });
            caller
                .send("mutation($input: FindOrCreatePartyInput!) { findOrCreateParty(input: $input) { party { id } } }", json!({ "input": item }))
                .await
        }
        1 => {
            let query = "query($key: SourceKeyInput!) { resolveParty(source: $key) { id } }";
            let party =
                caller.send(query, json!({ "key": { "system": "crm", "type": "lead", "id": key } })).await["data"]["resolveParty"]["id"].take();
            let entry = json!({
                "source": { "system": "sales", "type": "invoice", "id": key }, "partyId": party, "channel": "direct", "amount": "10.50", "currency": "EUR",
                "occurredAt": "2026-01-15T12:00:00Z",
            });
            let query = "mutation($input: RecordRevenueInput!) { recordRevenue(input: $input) { userErrors { code } } }";
            caller.send(query, json!({ "input": { "entries": [entry] } })).await
        }
        2 => caller.send(&format!("{{ parties(first: 20) {{ nodes {{ {PROFILE} }} }} }}"), json!({})).await,
        3 => {
            caller
                .send(
                    "query($text: String!) { searchParties(query: $text, first: 5) { nodes { displayName } } }",
                    json!({ "text": format!("jane {connection}") }),
                )
                .await
        }
        4 => caller.send("{ topParties(currency: \"EUR\", first: 5) { party { displayName } } }", json!({})).await,
        5 => caller.send("{ partyStatistics { total } }", json!({})).await,
        _ => {
            let query = format!("query($email: String!) {{ partyByEmail(email: $email) {{ {PROFILE} }} }}");
            caller.send(&query, json!({ "email": format!("{key}@example.com") })).await
        }
    }
}

fn median(values: &[u64]) -> u64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    sorted[sorted.len() / 2]
}

async fn soak(url: &str, name: &str) {
    let company = CompanyId::parse(run_party(url, &["company", "add", "--name", "Acme"]).await.trim()).unwrap();
    let server = PartyProcess::start(url).await;
    let (lasts, pause) = seconds();
    let ends = Instant::now() + lasts;
    let connections: Vec<_> = (0..CONNECTIONS)
        .map(|connection| {
            let caller = TestCaller::new(server.address, company);
            tokio::spawn(async move {
                // Each begins elsewhere, so that not all of them write at the same time.
                let (mut number, mut slowest) = (connection, Duration::ZERO);
                while Instant::now() < ends {
                    let began = Instant::now();
                    let answer = request(&caller, connection, number).await;
                    slowest = slowest.max(began.elapsed());
                    assert!(answer.get("errors").is_none(), "request {number} of connection {connection}: {answer}");
                    number += 1;
                    tokio::time::sleep(pause).await;
                }
                (number - connection, slowest)
            })
        })
        .collect();
    let mut memory = Vec::new();
    while Instant::now() < ends {
        tokio::time::sleep(Duration::from_millis(500)).await;
        memory.push(server.resident_kib());
    }
    let (mut requests, mut slowest) = (0, Duration::ZERO);
    for connection in connections {
        let (number, slow) = connection.await.unwrap();
        (requests, slowest) = (requests + number, slowest.max(slow));
    }
    // Caches fill in the first quarter; after that the memory must not grow, but for what the allocator keeps.
    let quarter = memory.len() / 4;
    let (early, late) = (median(&memory[quarter..2 * quarter]), median(&memory[3 * quarter..]));
    println!("{name}: {requests} requests in {lasts:?}, slowest {slowest:?}, memory {early} KiB in the second quarter, {late} KiB in the last");
    assert!(late < early + early / 10 + 8 * 1_024, "the memory grew from {early} to {late} KiB");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres() {
    let database = PostgresDatabase::create().await;
    soak(&database.app_url, "PostgreSQL").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_sqlite() {
    let database = SqliteDatabase::create();
    soak(&database.url, "SQLite").await;
}
