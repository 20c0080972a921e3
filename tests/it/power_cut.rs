//! PostgreSQL is killed under load and started again: requests fail at once, the server says that it is not ready, everything
//! recovers by itself, and no acknowledged write is lost.
use crate::support::{app::TestApp, caller::TestCaller, postgres::OwnPostgres};
use serde_json::json;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

const CREATE: &str = "mutation($input: CreatePartyInput!) { createParty(input: $input) { party { id } } }";

/// How long a request may take while the database is away. A second is what the server needs to notice; the rest is for a busy machine.
const AT_ONCE: Duration = Duration::from_millis(2_500);

/// What a worker has seen: the ids that were acknowledged, how many calls were refused, and how long the slowest took.
#[derive(Default)]
struct Seen {
    acknowledged: Vec<String>,
    refused: usize,
    slowest: Duration,
}

/// Makes parties until it is told to stop. Every answer is a party or `UNAVAILABLE`.
async fn work(caller: TestCaller, worker: usize, stop: Arc<AtomicBool>) -> Seen {
    let mut seen = Seen::default();
    for number in 0.. {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let began = Instant::now();
        let input =
            json!({ "input": { "kind": "PERSON", "displayName": format!("Worker {worker}"), "email": format!("{worker}-{number}@example.com") } });
        let answer = caller.send(CREATE, input).await;
        seen.slowest = seen.slowest.max(began.elapsed());
        match answer["data"]["createParty"]["party"]["id"].as_str() {
            Some(id) => seen.acknowledged.push(id.to_owned()),
            None => {
                assert_eq!(answer["errors"][0]["extensions"]["code"], "UNAVAILABLE", "{answer}");
                seen.refused += 1;
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }
    seen
}

/// Waits until the server's readiness is what it should be, and gives the time that it took.
async fn wait_until_ready(app: &TestApp, ready: bool) -> Duration {
    let began = Instant::now();
    let expected = if ready { 200 } else { 503 };
    loop {
        let asked = Instant::now();
        let answer = reqwest::get(format!("http://{}/health/ready", app.address)).await.unwrap();
        assert!(asked.elapsed() < AT_ONCE, "the readiness check took {:?}", asked.elapsed());
        if answer.status() == expected {
            return began.elapsed();
        }
        assert!(began.elapsed() < Duration::from_secs(20), "readiness is still {}", answer.status());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_the_database_is_survived() {
    let postgres = OwnPostgres::start("", &[]).await;
    let app = TestApp::on(&postgres.app_url).await;
    let caller = app.company("Acme").await;
    let stop = Arc::new(AtomicBool::new(false));
    let workers: Vec<_> = (0..8).map(|worker| tokio::spawn(work(caller.clone(), worker, Arc::clone(&stop)))).collect();

    for round in 0..3 {
        tokio::time::sleep(Duration::from_millis(1_000)).await;
        wait_until_ready(&app, true).await;
        postgres.server.kill();
        let noticed = wait_until_ready(&app, false).await;
        let began = Instant::now();
        assert_eq!(caller.error_code("{ partyStatistics { total } }", json!({})).await, "UNAVAILABLE");
        let refused = began.elapsed();
        assert!(refused < Duration::from_millis(500), "a request was refused only after {refused:?}");
        let postgres = &postgres;
        tokio::task::block_in_place(|| postgres.server.start_again());
        println!("round {round}: noticed after {noticed:?}, refused in {refused:?}, ready again after {:?}", wait_until_ready(&app, true).await);
        caller.data("{ partyStatistics { total } }", json!({})).await;
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    stop.store(true, Ordering::Relaxed);

    let (mut acknowledged, mut refused) = (Vec::new(), 0);
    for worker in workers {
        let seen = worker.await.unwrap();
        assert!(seen.slowest < AT_ONCE, "a request took {:?}", seen.slowest);
        refused += seen.refused;
        acknowledged.extend(seen.acknowledged);
    }
    println!("{} writes were acknowledged, {refused} refused", acknowledged.len());
    assert!(acknowledged.len() > 50 && refused >= 8, "{} acknowledged, {refused} refused", acknowledged.len());
    let query = "query($ids: [_Any!]!) { _entities(representations: $ids) { ... on Party { id } } }";
    for ids in acknowledged.chunks(500) {
        let representations: Vec<_> = ids.iter().map(|id| json!({ "__typename": "Party", "id": id })).collect();
        let found = caller.data(query, json!({ "ids": representations })).await;
        let found: Vec<&str> = found["_entities"].as_array().unwrap().iter().filter_map(|party| party["id"].as_str()).collect();
        assert_eq!(found, ids);
    }
}
