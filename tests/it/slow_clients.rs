//! Clients that send half of a request, or never read what they asked for: everybody else is served as if they were not there.
use crate::support::{
    caller::TestCaller,
    process::{PartyProcess, run_party},
    sqlite::SqliteDatabase,
};
use party::domain::id::CompanyId;
use serde_json::json;
use std::time::{Duration, Instant};
use tokio::{io::AsyncWriteExt, net::TcpStream};

/// How many of them there are; this process may have about a thousand files open.
const SLOW: usize = 400;

async fn server() -> (PartyProcess, TestCaller, SqliteDatabase) {
    let database = SqliteDatabase::create();
    let company = CompanyId::parse(run_party(&database.url, &["company", "add", "--name", "Acme"]).await.trim()).unwrap();
    let server = PartyProcess::start(&database.url).await;
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
async fn expect_service(server: &PartyProcess, caller: &TestCaller, before_kib: u64) {
    for _ in 0..20 {
        let began = Instant::now();
        caller.data("{ parties(first: 20) { nodes { displayName } } }", json!({})).await;
        assert!(began.elapsed() < Duration::from_secs(3), "an honest request took {:?}", began.elapsed());
    }
    let grown = server.resident_kib().saturating_sub(before_kib);
    println!("{SLOW} slow clients cost {grown} KiB");
    assert!(grown < 128 * 1_024, "{SLOW} slow clients cost {grown} KiB");
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
    expect_service(&server, &caller, memory).await;
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
    expect_service(&server, &caller, memory).await;
    drop(slow);
    expect_gone(&server, before).await;
}
