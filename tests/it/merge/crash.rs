//! The server is killed in the middle of a merge: afterwards it is made, or nothing of it is.
use super::{snapshot, wanted};
use crate::support::{
    caller::TestCaller,
    postgres::PostgresDatabase,
    process::{PartyProcess, run_party},
    sqlite::SqliteDatabase,
};
use party::domain::id::CompanyId;
use serde_json::json;
use std::time::Duration;

const MERGE: &str = "mutation($input: MergePartiesInput!) { mergeParties(input: $input) { merges { id } } }";

async fn kill_in_the_middle(url: &str) {
    let company = run_party(url, &["company", "add", "--name", "Acme"]).await;
    let company = CompanyId::parse(company.trim()).expect("the command prints the company's id");
    let (mut made, mut absent) = (0, 0);
    for (round, delay) in [1, 10, 20, 35, 50, 80, 2_000].into_iter().enumerate() {
        let mut server = PartyProcess::start(url).await;
        let caller = TestCaller::new(server.address, company);
        let mut people = Vec::new();
        for i in 0..8 {
            let email = format!("p{round}-{i}@example.com");
            let id = caller.party(json!({ "kind": "PERSON", "displayName": format!("P{i}"), "email": email, "roles": ["prospect"] })).await;
            super::invoice(&caller, &format!("{round}-{i}"), json!({ "partyId": id }), "1").await;
            people.push(id);
        }
        let before = snapshot(&caller, &people[0]).await;
        let absorbed: Vec<&str> = people[1..].iter().map(String::as_str).collect();
        let input = wanted(&caller, &people[0], &absorbed).await;
        let request = tokio::spawn({
            let caller = caller.clone();
            async move { caller.try_send(MERGE, json!({ "input": input })).await.is_ok() }
        });
        tokio::time::sleep(Duration::from_millis(delay)).await;
        server.kill();
        let _ = request.await;

        let server = PartyProcess::start(url).await;
        let caller = TestCaller::new(server.address, company);
        let after = snapshot(&caller, &people[0]).await;
        let others: Vec<_> = futures_util::future::join_all(absorbed.iter().map(|id| snapshot(&caller, id))).await;
        if after == before {
            assert!(others.iter().zip(&absorbed).all(|(party, id)| party["allIds"] == json!([id])), "killed after {delay} ms");
            absent += 1;
        } else {
            assert_eq!((&after["allIds"], &after["revenue"][0]["gross"]["amount"]), (&json!(people), &json!("8.00")), "killed after {delay} ms");
            made += 1;
        }
    }
    assert!(made > 0 && absent > 0, "the delays missed the middle: {made} made, {absent} absent");
}

#[tokio::test]
async fn on_sqlite_it_is_all_or_nothing() {
    let database = SqliteDatabase::create();
    kill_in_the_middle(&database.url).await;
}

#[tokio::test]
async fn on_postgres_it_is_all_or_nothing() {
    let database = PostgresDatabase::create().await;
    kill_in_the_middle(&database.app_url).await;
}
