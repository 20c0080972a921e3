//! WebSockets: who is let in, what the protocol forbids, and limits.
use crate::support::{app::TestApp, caller::TestCaller};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Message, client::IntoClientRequest},
};

/// A client that speaks the protocol by hand.
struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    async fn open(app: &TestApp, headers: &[(&'static str, &str)]) -> Self {
        let mut request = format!("ws://{}/graphql", app.address).into_client_request().expect("a request");
        request.headers_mut().insert("sec-websocket-protocol", "graphql-transport-ws".parse().expect("a header"));
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().expect("a header"));
        }
        let (socket, response) = connect_async(request).await.expect("the server upgrades");
        assert_eq!(response.headers()["sec-websocket-protocol"], "graphql-transport-ws");
        Self(socket)
    }

    /// A socket of a caller who was let in.
    async fn of(app: &TestApp, caller: &TestCaller) -> Self {
        let mut socket = Self::open(app, &[]).await;
        socket.say(&json!({ "type": "connection_init", "payload": { "Authorization": format!("Bearer {}", caller.token()) } })).await;
        assert_eq!(socket.hear().await, Ok(json!({ "type": "connection_ack" })));
        socket
    }

    async fn say(&mut self, message: &Value) {
        self.0.send(Message::text(message.to_string())).await.expect("the message is sent");
    }

    async fn ask(&mut self, id: &str, query: &str) {
        self.say(&json!({ "type": "subscribe", "id": id, "payload": { "query": query } })).await;
    }

    /// The next message, or the code and reason with which the server ends the connection.
    async fn hear(&mut self) -> Result<Value, (u16, String)> {
        loop {
            match timeout(Duration::from_secs(20), self.0.next()).await.expect("the server says something") {
                Some(Ok(Message::Text(text))) => return Ok(serde_json::from_str(&text).expect("JSON")),
                Some(Ok(Message::Close(Some(frame)))) => return Err((frame.code.into(), frame.reason.to_string())),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                other => panic!("{other:?}"),
            }
        }
    }
}

const CREATE: &str = "mutation { createParty(input: { kind: PERSON, displayName: \"Jane Roe\" }) { party { displayName } } }";

#[tokio::test]
async fn operations_run_beside_each_other() {
    let app = TestApp::on_sqlite().await;
    let caller = app.company("Acme").await;
    let mut socket = Socket::of(&app, &caller).await;
    socket.ask("1", CREATE).await;
    assert_eq!(
        socket.hear().await,
        Ok(json!({ "type": "next", "id": "1", "payload": { "data": { "createParty": { "party": { "displayName": "Jane Roe" } } } } }))
    );
    assert_eq!(socket.hear().await, Ok(json!({ "type": "complete", "id": "1" })));
    // The second reads what the first wrote, and a name may be used again.
    socket.ask("1", "{ parties { nodes { displayName } } }").await;
    let next = json!({ "type": "next", "id": "1", "payload": { "data": { "parties": { "nodes": [{ "displayName": "Jane Roe" }] } } } });
    assert_eq!((socket.hear().await, socket.hear().await), (Ok(next), Ok(json!({ "type": "complete", "id": "1" }))));
    socket.ask("2", "{ nothing }").await;
    let error = socket.hear().await.unwrap();
    assert_eq!(
        (&error["type"], &error["id"], &error["payload"][0]["extensions"]["code"]),
        (&json!("error"), &json!("2"), &json!("GRAPHQL_VALIDATION_FAILED"))
    );
    socket.say(&json!({ "type": "ping" })).await;
    assert_eq!(socket.hear().await, Ok(json!({ "type": "pong" })));
}

#[tokio::test]
async fn only_callers_are_let_in() {
    let app = TestApp::on_sqlite_with(|settings| settings.websocket_init_timeout_milliseconds = 300).await;
    let caller = app.company("Acme").await;
    let bearer = format!("Bearer {}", caller.token());
    let init = json!({ "type": "connection_init" });

    let mut socket = Socket::open(&app, &[("authorization", &bearer)]).await;
    socket.say(&init).await;
    assert_eq!(socket.hear().await, Ok(json!({ "type": "connection_ack" })), "the token of the upgrade counts");

    for (payload, reason) in [
        (json!({}), "This server needs a bearer token in the header Authorization."),
        (json!({ "authorization": "Bearer nonsense" }), "The token is not valid."),
        (json!({ "authorization": format!("Bearer {}", caller.with_claims(json!({ "exp": 1 })).token()) }), "The token has expired."),
    ] {
        let mut socket = Socket::open(&app, &[]).await;
        socket.say(&json!({ "type": "connection_init", "payload": payload })).await;
        assert_eq!(socket.hear().await, Err((4403, reason.to_owned())));
    }

    let mut socket = Socket::open(&app, &[("authorization", &bearer)]).await;
    socket.ask("1", CREATE).await;
    assert_eq!(socket.hear().await, Err((4401, "Unauthorized".to_owned())));
    let mut socket = Socket::open(&app, &[("authorization", &bearer)]).await;
    assert_eq!(socket.hear().await, Err((4408, "Connection initialisation timeout".to_owned())));
    assert_eq!(caller.data("{ partyStatistics { total } }", json!({})).await["partyStatistics"]["total"], 0);
}

#[tokio::test]
async fn what_the_protocol_forbids_ends_the_connection() {
    let app = TestApp::on_sqlite_with(|settings| settings.max_body_bytes = 10_000).await;
    let caller = app.company("Acme").await;
    let mut socket = Socket::of(&app, &caller).await;
    socket.say(&json!({ "type": "connection_init" })).await;
    assert_eq!(socket.hear().await, Err((4429, "Too many initialisation requests".to_owned())));
    for nonsense in [json!({ "type": "nothing" }), json!([]), json!({ "type": "subscribe", "id": 7 }), json!({ "type": "subscribe", "id": "1" })] {
        let mut socket = Socket::of(&app, &caller).await;
        socket.say(&nonsense).await;
        assert_eq!(socket.hear().await, Err((4400, "The message is not one of graphql-transport-ws".to_owned())));
    }
    let mut socket = Socket::of(&app, &caller).await;
    socket.0.send(Message::binary(vec![1, 2, 3])).await.unwrap();
    assert_eq!(socket.hear().await, Err((4400, "Messages are text".to_owned())));

    let hold = app.hub.database.write(caller.company).await.unwrap();
    let mut socket = Socket::of(&app, &caller).await;
    socket.ask("1", CREATE).await;
    socket.ask("1", CREATE).await;
    assert_eq!(socket.hear().await, Err((4409, "Subscriber for 1 already exists".to_owned())));
    drop(hold);
    // A message that is too long ends the connection, whatever is in it.
    let mut socket = Socket::of(&app, &caller).await;
    socket.ask("1", &" ".repeat(20_000)).await;
    assert!(timeout(Duration::from_secs(20), socket.0.next()).await.unwrap().is_none_or(|message| !matches!(message, Ok(Message::Text(_)))));
}

#[tokio::test]
async fn operations_are_limited_and_can_be_ended() {
    let app = TestApp::on_sqlite_with(|settings| settings.websocket_max_operations = 2).await;
    let caller = app.company("Acme").await;
    let hold = app.hub.database.write(caller.company).await.unwrap();
    let mut socket = Socket::of(&app, &caller).await;
    for id in ["1", "2", "3"] {
        socket.ask(id, CREATE).await;
    }
    let error = socket.hear().await.unwrap();
    assert_eq!(
        (&error["type"], &error["id"], &error["payload"][0]["extensions"]["code"]),
        (&json!("error"), &json!("3"), &json!("TOO_MANY_OPERATIONS"))
    );
    socket.say(&json!({ "type": "complete", "id": "1" })).await;
    socket.ask("3", "{ __typename }").await;
    assert_eq!(socket.hear().await.unwrap()["payload"]["data"]["__typename"], "Query");
    assert_eq!(socket.hear().await, Ok(json!({ "type": "complete", "id": "3" })));
    drop(hold);
    assert_eq!(socket.hear().await.unwrap()["id"], "2");
    assert_eq!(socket.hear().await, Ok(json!({ "type": "complete", "id": "2" })));
    assert_eq!(caller.data("{ partyStatistics { total } }", json!({})).await["partyStatistics"]["total"], 1, "the ended one was not made");
}

#[tokio::test]
async fn a_connection_ends_with_its_token() {
    let app = TestApp::on_sqlite_with(|settings| settings.jwt_leeway_seconds = 0).await;
    let caller = app.company("Acme").await;
    let claims = json!({ "company_id": caller.company.to_string(), "sub": "x", "scope": "", "exp": chrono::Utc::now().timestamp() + 2 });
    let mut socket = Socket::of(&app, &caller.with_claims(claims)).await;
    assert_eq!(socket.hear().await, Err((4403, "The token has expired.".to_owned())));
}

#[tokio::test]
async fn a_silent_client_is_left() {
    let app = TestApp::on_sqlite_with(|settings| settings.websocket_ping_seconds = 1).await;
    let caller = app.company("Acme").await;
    let mut socket = Socket::of(&app, &caller).await;
    // Whoever reads answers pings by itself, and stays.
    let quiet = timeout(Duration::from_secs(5), socket.hear()).await;
    assert!(quiet.is_err(), "{quiet:?}");
    socket.say(&json!({ "type": "ping" })).await;
    assert_eq!(socket.hear().await, Ok(json!({ "type": "pong" })));
    // Whoever does not read does not answer.
    tokio::time::sleep(Duration::from_secs(6)).await;
    let rest = timeout(Duration::from_secs(5), async { while let Some(Ok(_)) = socket.0.next().await {} }).await;
    assert!(rest.is_ok(), "the server keeps a client that is not there");
}

#[tokio::test]
async fn other_protocols_are_refused() {
    let app = TestApp::on_sqlite().await;
    let mut request = format!("ws://{}/graphql", app.address).into_client_request().unwrap();
    request.headers_mut().insert("sec-websocket-protocol", "graphql-ws".parse().unwrap());
    let error = connect_async(request).await.unwrap_err().to_string();
    assert!(error.contains("400"), "{error}");
}
