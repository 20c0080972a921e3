//! The server is killed in the middle of a bulk mutation: afterwards all of it is there, or nothing.
use crate::support::{
    caller::TestCaller,
    postgres::PostgresDatabase,
    process::{PartyProcess, run_party},
    sqlite::SqliteDatabase,
};
use party::domain::id::CompanyId;
use serde_json::{Value, json};
use std::time::Duration;

const ITEMS: usize = 600;

const FIND_OR_CREATE: &str = "mutation($input: FindOrCreatePartiesInput!) { findOrCreateParties(input: $input) { results { created } } }";

fn items(batch: usize) -> Value {
    let items: Vec<Value> = (0..ITEMS)
        .map(|i| json!({ "source": { "system": "crm", "type": "lead", "id": format!("{batch}-{i}") }, "email": format!("p{batch}-{i}@example.com"), "role": "prospect" }))
        .collect();
    json!({ "input": { "items": items } })
}

async fn kill_in_the_middle(url: &str) {
    let company = run_party(url, &["company", "add", "--name", "Acme"]).await;
    let company = CompanyId::parse(company.trim()).expect("the command prints the company's id");
    let (mut complete, mut absent) = (0, 0);
    for (batch, delay) in [1, 8, 20, 40, 70, 110, 160, 230, 320, 450, 3_000].into_iter().enumerate() {
        let mut server = PartyProcess::start(url).await;
        let caller = TestCaller::new(server.address, company);
        let request = tokio::spawn(async move { caller.try_send(FIND_OR_CREATE, items(batch)).await.is_ok() });
        tokio::time::sleep(Duration::from_millis(delay)).await;
        server.kill();
        let _ = request.await;

        let server = PartyProcess::start(url).await;
        let caller = TestCaller::new(server.address, company);
        let kept = count(&caller, batch).await;
        assert!(kept == (0, 0) || kept == (ITEMS, ITEMS), "killed after {delay} ms: {kept:?} parties and links of {ITEMS}");
        if kept.0 == 0 { absent += 1 } else { complete += 1 }
    }
    assert!(complete > 0 && absent > 0, "the delays missed the middle: {complete} complete, {absent} absent");
}

/// How many parties of a batch are there by their links and by their addresses.
async fn count(caller: &TestCaller, batch: usize) -> (usize, usize) {
    let sources: Vec<Value> = (0..ITEMS).map(|i| json!({ "system": "crm", "type": "lead", "id": format!("{batch}-{i}") })).collect();
    let query = "query($sources: [SourceKeyInput!]!) { resolveParties(sources: $sources) { primaryEmail roles { role { code } } } }";
    let answer = caller.data(query, json!({ "sources": sources })).await;
    let parties: Vec<&Value> = answer["resolveParties"].as_array().unwrap().iter().filter(|party| !party.is_null()).collect();
    let whole = parties.iter().filter(|party| !party["primaryEmail"].is_null() && party["roles"][0]["role"]["code"] == "prospect").count();
    (parties.len(), whole)
}

#[tokio::test]
async fn on_sqlite_all_or_nothing_is_kept() {
    let database = SqliteDatabase::create();
    kill_in_the_middle(&database.url).await;
}

#[tokio::test]
async fn on_postgres_all_or_nothing_is_kept() {
    let database = PostgresDatabase::create().await;
    kill_in_the_middle(&database.app_url).await;
}
