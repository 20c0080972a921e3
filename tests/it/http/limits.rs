//! What is too much, too deep, too slow: refused with a code, and nothing changed.
use super::{code, post};
use crate::support::app::TestApp;
use serde_json::json;
use std::time::{Duration, Instant};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

const JSON: (&str, &str) = ("content-type", "application/json");
const NEW: (&str, &str) = ("accept", "application/graphql-response+json");

#[tokio::test]
async fn documents_that_nest_too_deep_are_refused() {
    let app = TestApp::on_sqlite().await;
    let caller = app.company("Acme").await;
    let selections = |levels: usize| format!("{{ {} id {} }}", "party { ".repeat(levels), "} ".repeat(levels));
    let lists = |levels: usize| format!("{{ party(id: {}{}) {{ id }} }}", "[".repeat(levels), "]".repeat(levels));
    let objects =
        |levels: usize| format!("mutation {{ createParty(input: {}1{}) {{ party {{ id }} }} }}", "{ a: ".repeat(levels), "}".repeat(levels));
    for query in
        [selections(40), selections(200), selections(100_000), lists(200), lists(1_000_000), objects(200), objects(100_000), "{".repeat(1_000_000)]
    {
        let (status, _, answer) = post(&caller, &[JSON, NEW], json!({ "query": query }).to_string()).await;
        assert_eq!((status, code(&answer)), (400, "QUERY_TOO_LARGE"), "{} … : {answer}", &query[..20]);
    }
    let deep = format!("{{\"query\":\"{{ __typename }}\",\"variables\":{{\"a\":{}{}}}}}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(post(&caller, &[JSON, NEW], deep).await.0, 400);
    let query = "query($r: [_Any!]!) { _entities(representations: $r) { __typename } }";
    let deep = format!("{{\"query\":\"{query}\",\"variables\":{{\"r\":{}{}}}}}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(post(&caller, &[JSON, NEW], deep).await.0, 400);
}

#[tokio::test]
async fn a_body_of_20_megabytes_is_refused() {
    let app = TestApp::on_sqlite().await;
    let caller = app.company("Acme").await;
    let (status, _, answer) = post(&caller, &[JSON], vec![b' '; 20 * 1024 * 1024]).await;
    assert_eq!((status, code(&answer)), (413, "REQUEST_TOO_LARGE"));
    let small = TestApp::on_sqlite_with(|settings| settings.max_body_bytes = 100).await;
    let caller = small.company("Acme").await;
    let body = |length: usize| format!("{{\"query\":\"{{__typename}}\"{}}}", " ".repeat(length - 24));
    assert_eq!(body(100).len(), 100);
    assert_eq!(post(&caller, &[JSON], body(100)).await.0, 200);
    assert_eq!(post(&caller, &[JSON], body(101)).await.0, 413);
}

#[tokio::test]
async fn ten_thousand_and_one_representations_are_refused() {
    let app = TestApp::on_sqlite().await;
    let caller = app.company("Acme").await;
    let representations = vec![json!({ "__typename": "Party", "id": uuid::Uuid::now_v7() }); 10_001];
    let answer = caller.send("query($r: [_Any!]!) { _entities(representations: $r) { __typename } }", json!({ "r": representations })).await;
    let message = "10001 representations in one call; the limit is 10000. Ask for them in several calls.";
    assert_eq!((code(&answer), &answer["errors"][0]["message"]), ("TOO_MANY_ITEMS", &json!(message)));
}

/// Strangers are turned away before their body is read.
#[tokio::test]
async fn a_stranger_cannot_make_the_server_read() {
    let app = TestApp::on_sqlite().await;
    let mut stream = TcpStream::connect(app.address).await.unwrap();
    stream.write_all(b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 1000000\r\n\r\n{").await.unwrap();
    let mut head = [0; 12];
    stream.read_exact(&mut head).await.unwrap();
    assert_eq!(&head, b"HTTP/1.1 401");
}

/// A change that waits for another writer is given up in time, and was not made.
#[tokio::test]
async fn what_takes_too_long_is_given_up() {
    let app = TestApp::on_sqlite_with(|settings| settings.request_timeout_milliseconds = 300).await;
    let caller = app.company("Acme").await;
    let before = app.footprint(&caller).await;
    let hold = app.hub.database.write(caller.company).await.unwrap();
    let began = Instant::now();
    let body = json!({ "query": "mutation { createParty(input: { kind: PERSON, displayName: \"Late\" }) { party { id } } }" }).to_string();
    let (status, _, answer) = post(&caller, &[JSON], body.clone()).await;
    assert_eq!((status, code(&answer), answer.get("data")), (503, "REQUEST_TIMEOUT", None), "{answer}");
    assert!(began.elapsed() < Duration::from_secs(3));
    drop(hold);
    assert_eq!(app.footprint(&caller).await, before);
    assert_eq!(post(&caller, &[JSON], body).await.0, 200, "the writer is free again");
}

#[tokio::test]
async fn clients_that_send_too_slowly_are_left() {
    let app = TestApp::on_sqlite_with(|settings| {
        settings.request_timeout_milliseconds = 400;
        settings.header_timeout_seconds = 1;
    })
    .await;
    let caller = app.company("Acme").await;
    // Half a head.
    let mut stream = TcpStream::connect(app.address).await.unwrap();
    stream.write_all(b"POST /graphql HTTP/1.1\r\nhost:").await.unwrap();
    let mut answer = Vec::new();
    let began = Instant::now();
    tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut answer)).await.expect("the server hangs up").unwrap();
    assert!(began.elapsed() > Duration::from_millis(500));
    // Half a body.
    let mut stream = TcpStream::connect(app.address).await.unwrap();
    let token = caller.token();
    let head = format!(
        "POST /graphql HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{{"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 408");
}

#[tokio::test]
async fn connections_beyond_the_limit_wait() {
    let app = TestApp::on_sqlite_with(|settings| settings.max_connections = 1).await;
    let ask = async |stream: &mut TcpStream| {
        stream.write_all(b"GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
        let mut head = [0; 12];
        tokio::time::timeout(Duration::from_millis(500), stream.read_exact(&mut head)).await.is_ok()
    };
    let mut first = TcpStream::connect(app.address).await.unwrap();
    assert!(ask(&mut first).await);
    let mut second = TcpStream::connect(app.address).await.unwrap();
    assert!(!ask(&mut second).await);
    drop(first);
    let mut head = [0; 12];
    tokio::time::timeout(Duration::from_secs(5), second.read_exact(&mut head)).await.expect("its turn comes").unwrap();
}
