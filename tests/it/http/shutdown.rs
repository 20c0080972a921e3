//! The server is told to stop: it says so, finishes what is running, and closes sockets.
use crate::support::{app::TestApp, caller::TestCaller};
use futures_util::{SinkExt, StreamExt};
use serde_json::json;
use std::time::{Duration, Instant};
use tokio_tungstenite::{
    connect_async,
    tungstenite::{Message, client::IntoClientRequest},
};

const CREATE: &str = "mutation { createParty(input: { kind: PERSON, displayName: \"Last\" }) { party { displayName } } }";

async fn ready(app: &TestApp) -> Option<u16> {
    let response = reqwest::get(format!("http://{}/health/ready", app.address)).await;
    response.ok().map(|response| response.status().as_u16())
}

/// A change that waits for the database, sent and on its way.
async fn begin_change(caller: &TestCaller) -> tokio::task::JoinHandle<serde_json::Value> {
    let sending = caller.clone();
    let change = tokio::spawn(async move { sending.send(CREATE, json!({})).await });
    tokio::time::sleep(Duration::from_millis(200)).await;
    change
}

#[tokio::test]
async fn readiness_turns_red_while_requests_are_still_served() {
    let mut app = TestApp::on_sqlite_with(|settings| settings.shutdown_delay_milliseconds = 1_500).await;
    let caller = app.company("Acme").await;
    assert_eq!(ready(&app).await, Some(200));
    app.stop();
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(ready(&app).await, Some(503));
    caller.person("Jane Roe").await;
    app.stopped().await;
    assert_eq!(ready(&app).await, None);
}

#[tokio::test]
async fn what_is_running_is_finished() {
    let mut app = TestApp::on_sqlite().await;
    let caller = app.company("Acme").await;
    let hold = app.hub.database.write(caller.company).await.unwrap();
    let change = begin_change(&caller).await;
    app.stop();
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(ready(&app).await, None, "nobody new is taken");
    drop(hold);
    assert_eq!(change.await.unwrap()["data"]["createParty"]["party"]["displayName"], "Last");
    app.stopped().await;
}

#[tokio::test]
async fn what_does_not_end_is_given_up() {
    let app = TestApp::on_sqlite_with(|settings| settings.shutdown_timeout_seconds = 1).await;
    let caller = app.company("Acme").await;
    let hold = app.hub.database.write(caller.company).await.unwrap();
    let sending = caller.clone();
    let change = tokio::spawn(async move { sending.try_send(CREATE, json!({})).await });
    tokio::time::sleep(Duration::from_millis(200)).await;
    app.stop();
    let began = Instant::now();
    assert!(change.await.unwrap().is_err());
    assert!(began.elapsed() < Duration::from_secs(4), "{:?}", began.elapsed());
    drop(hold);
}

#[tokio::test]
async fn sockets_are_closed_after_their_changes() {
    let mut app = TestApp::on_sqlite().await;
    let caller = app.company("Acme").await;
    let mut request = format!("ws://{}/graphql", app.address).into_client_request().unwrap();
    request.headers_mut().insert("sec-websocket-protocol", "graphql-transport-ws".parse().unwrap());
    request.headers_mut().insert("authorization", format!("Bearer {}", caller.token()).parse().unwrap());
    let (mut socket, _) = connect_async(request).await.unwrap();
    let hold = app.hub.database.write(caller.company).await.unwrap();
    for message in [json!({ "type": "connection_init" }), json!({ "type": "subscribe", "id": "1", "payload": { "query": CREATE } })] {
        socket.send(Message::text(message.to_string())).await.unwrap();
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    app.stop();
    tokio::time::sleep(Duration::from_millis(200)).await;
    drop(hold);
    let mut heard = Vec::new();
    while let Some(Ok(message)) = socket.next().await {
        match message {
            Message::Text(text) => heard.push(serde_json::from_str::<serde_json::Value>(&text).unwrap()["type"].clone()),
            Message::Close(frame) => heard.push(json!(u16::from(frame.unwrap().code))),
            _ => {}
        }
    }
    assert_eq!(heard, [json!("connection_ack"), json!("next"), json!("complete"), json!(1001)]);
    app.stopped().await;
}
