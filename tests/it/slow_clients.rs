//! Clients that send half of a request, never read what they asked for, or are merely there, ten thousand of them: everybody else is served as if
//! they were not.
use crate::support::{
    caller::TestCaller,
    process::{PartyProcess, run_party},
    sqlite::SqliteDatabase,
};
use futures_util::{SinkExt, StreamExt, TryStreamExt, stream};
use party::domain::id::CompanyId;
use serde_json::{Value, json};
use std::{
    process::Command,
    time::{Duration, Instant},
};
use tokio::{io::AsyncWriteExt, net::TcpStream};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Message, client::IntoClientRequest},
};

/// How many slow ones there are.
const SLOW: usize = 400;

/// How many idle ones there are.
const IDLE: usize = 10_000;

/// Files that the server and this process may have open.
const FILES: usize = IDLE + 2_000;

async fn server() -> (PartyProcess, TestCaller, SqliteDatabase) {
    let database = SqliteDatabase::create();
    let company = CompanyId::parse(run_party(&database.url, &["company", "add", "--name", "Acme"]).await.trim()).unwrap();
    let server = PartyProcess::start_in_shell(&database.url, "ulimit -n \"$1\"; shift; exec \"$@\"", &[&FILES.to_string()]).await;
    let caller = TestCaller::new(server.address, company);
    for number in 0..100 {
        caller.person(&format!("Jane {number} {}", "x".repeat(150))).await;
    }
    (server, caller, database)
}

/// How many connections the server has open.
fn sockets(server: &PartyProcess) -> usize {
    let files = std::fs::read_dir(format!("/proc/{}/fd", server.id())).unwrap();
    files
        .filter(|file| file.as_ref().is_ok_and(|file| std::fs::read_link(file.path()).is_ok_and(|to| to.to_string_lossy().starts_with("socket:"))))
        .count()
}

/// Others are answered, soon, and the slow ones cost little.
async fn expect_service(server: &PartyProcess, caller: &TestCaller, before_kib: u64, clients: usize) {
    for _ in 0..20 {
        let began = Instant::now();
        caller.data("{ parties(first: 20) { nodes { displayName } } }", json!({})).await;
        assert!(began.elapsed() < Duration::from_secs(3), "an honest request took {:?}", began.elapsed());
    }
    let grown = server.resident_kib().saturating_sub(before_kib);
    println!("{clients} clients cost {grown} KiB");
    assert!(grown < 128 * 1_024 + 24 * clients as u64, "{clients} clients cost {grown} KiB");
}

/// Once they are gone nothing of them is left.
async fn expect_gone(server: &PartyProcess, before: usize) {
    for _ in 0..100 {
        if sockets(server) <= before + 10 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{} sockets are open, {before} were before", sockets(server));
}

#[tokio::test]
async fn that_send_half_of_a_request_hinder_nobody() {
    let (server, caller, _database) = server().await;
    let (before, memory) = (sockets(&server), server.resident_kib());
    let mut slow = Vec::new();
    for number in 0..SLOW {
        let mut client = TcpStream::connect(server.address).await.unwrap();
        let half: &[u8] = match number % 3 {
            0 => b"POST /gra",
            1 => b"POST /graphql HTTP/1.1\r\nHost: party\r\nContent-Type: appl",
            _ => b"POST /graphql HTTP/1.1\r\nHost: party\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{\"query\":",
        };
        client.write_all(half).await.unwrap();
        slow.push(client);
    }
    expect_service(&server, &caller, memory, slow.len()).await;
    drop(slow);
    expect_gone(&server, before).await;
}

#[tokio::test]
async fn that_never_read_hinder_nobody() {
    let (server, caller, _database) = server().await;
    let (before, memory) = (sockets(&server), server.resident_kib());
    let body = json!({ "query": "{ parties(first: 100) { nodes { id displayName createdAt updatedAt roles { role { label } } } } }" }).to_string();
    let request = format!(
        "POST /graphql HTTP/1.1\r\nHost: party\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        caller.token(),
        body.len()
    );
    let mut slow = Vec::new();
    for _ in 0..SLOW / 8 {
        let mut client = TcpStream::connect(server.address).await.unwrap();
        // As many as the server takes before its answers, which nobody fetches, fill the buffers between.
        for _ in 0..100 {
            if tokio::time::timeout(Duration::from_millis(5), client.write_all(request.as_bytes())).await.is_err() {
                break;
            }
        }
        slow.push(client);
    }
    expect_service(&server, &caller, memory, slow.len()).await;
    drop(slow);
    expect_gone(&server, before).await;
}

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// A WebSocket of a caller who was let in.
async fn websocket(caller: &TestCaller) -> Result<Socket, String> {
    let mut request = caller.url().replacen("http", "ws", 1).into_client_request().map_err(|error| error.to_string())?;
    request.headers_mut().insert("sec-websocket-protocol", "graphql-transport-ws".parse().unwrap());
    let (mut socket, _) = connect_async(request).await.map_err(|error| error.to_string())?;
    say(&mut socket, &json!({ "type": "connection_init", "payload": { "Authorization": format!("Bearer {}", caller.token()) } })).await;
    let answer = hear(&mut socket).await;
    if answer["type"] == "connection_ack" { Ok(socket) } else { Err(answer.to_string()) }
}

async fn say(socket: &mut Socket, message: &Value) {
    socket.send(Message::text(message.to_string())).await.unwrap();
}

/// The next message that is no ping.
async fn hear(socket: &mut Socket) -> Value {
    loop {
        match socket.next().await {
            Some(Ok(Message::Text(text))) => return serde_json::from_str(&text).unwrap(),
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn ten_thousand_idle_websockets_hinder_nobody() {
    let raised = Command::new("prlimit").args([format!("--pid={}", std::process::id()), format!("--nofile={}:", 2 * FILES - IDLE)]).status();
    assert!(
        raised.is_ok_and(|status| status.success()),
        "this test opens {IDLE} sockets: raise the hard limit of open files to {}",
        2 * FILES - IDLE
    );
    let (server, caller, _database) = server().await;
    let (before, memory) = (sockets(&server), server.resident_kib());
    let mut idle: Vec<Socket> = stream::iter(0..IDLE).map(|_| websocket(&caller)).buffer_unordered(64).try_collect().await.unwrap();
    assert!(sockets(&server) >= before + IDLE);
    let subscription = json!({ "type": "subscribe", "id": "1", "payload": { "query": "subscription { partyChanged { event { type } } }" } });
    for socket in idle.iter_mut().take(10) {
        say(socket, &subscription).await;
    }
    // They are asked whether they are there, and answer, as programs do that have nothing to say.
    let (last, first) = (idle.split_off(10), idle);
    let there: Vec<_> = last.into_iter().map(|mut socket| tokio::spawn(async move { while let Some(Ok(_)) = socket.next().await {} })).collect();
    expect_service(&server, &caller, memory, IDLE).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    caller.person("Jane News").await;
    for mut socket in first {
        let event = hear(&mut socket).await;
        assert_eq!(event["payload"]["data"]["partyChanged"]["event"]["type"], "party.created", "{event}");
    }
    assert!(there.iter().all(|socket| !socket.is_finished()), "the server left some of them");
    for socket in there {
        socket.abort();
    }
    expect_gone(&server, before).await;
}
