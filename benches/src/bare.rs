//! The bare handler: what W1 to W3 cost with the least that can be between HTTP and PostgreSQL. It looks at the operation's name and the
//! ids alone, sends one statement, and writes the same JSON by hand.
use crate::postgres::connect;
use anyhow::{Context, Result};
use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::Deserialize;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::{net::TcpListener, sync::Semaphore};
use tokio_postgres::{Client, Row, Statement};
use uuid::Uuid;

/// Connections to the database; the server under test gets as many.
pub const POOL: usize = 8;

/// The header that names the company.
pub const COMPANY_HEADER: &str = "x-company-id";

#[derive(Deserialize)]
struct Body<'b> {
    #[serde(rename = "operationName", borrow)]
    operation: &'b str,
    variables: Variables,
}

#[derive(Deserialize)]
struct Variables {
    r: Vec<Representation>,
}

#[derive(Deserialize)]
struct Representation {
    id: Uuid,
}

/// A connection with its prepared statements.
struct Prepared {
    client: Client,
    statements: [Statement; 3],
}

struct Handler {
    free: Mutex<Vec<Prepared>>,
    permits: Semaphore,
    /// Whether each request names its company to the database, as row-level security wants.
    isolated: bool,
}

const ROLES: &str = "ARRAY(SELECT r.role_code FROM party_role r WHERE r.company_id = p.company_id AND r.party_id = p.id AND r.valid_to IS NULL ORDER BY r.valid_from, r.id)";
const LINKS: &str = "ARRAY(SELECT l.system || E'\\t' || l.record_type || E'\\t' || l.record_id FROM party_link l \
     WHERE l.company_id = p.company_id AND l.party_id = p.id AND l.status = 'ACTIVE' ORDER BY l.linked_at, l.id)";

/// Serves until the process ends.
///
/// # Errors
/// When the database or the port cannot be had.
pub async fn serve(url: &str, isolated: bool) -> Result<()> {
    let from = "FROM party p WHERE p.company_id = $1 AND p.id = ANY($2)";
    let columns = "p.id, p.display_name, p.primary_email";
    let texts =
        [format!("SELECT {columns}, {ROLES} {from}"), format!("SELECT {columns}, {ROLES}, {LINKS} {from}"), format!("SELECT {columns} {from}")];
    let mut free = Vec::new();
    for _ in 0..POOL {
        let client = connect(url).await?;
        let statements = [client.prepare(&texts[0]).await?, client.prepare(&texts[1]).await?, client.prepare(&texts[2]).await?];
        free.push(Prepared { client, statements });
    }
    let handler = Arc::new(Handler { free: Mutex::new(free), permits: Semaphore::new(POOL), isolated });
    let router = Router::new().route("/graphql", post(answer)).route("/health/ready", get(|| async { "ready" })).with_state(handler);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    axum::serve(axum::serve::ListenerExt::tap_io(listener, |stream| drop(stream.set_nodelay(true))), router).await?;
    Ok(())
}

async fn answer(State(handler): State<Arc<Handler>>, headers: HeaderMap, bytes: Bytes) -> Response {
    match handler.answer(&headers, &bytes).await {
        Ok(json) => ([(header::CONTENT_TYPE, "application/json")], json).into_response(),
        Err(error) => (StatusCode::BAD_REQUEST, format!("{error:#}")).into_response(),
    }
}

impl Handler {
    async fn answer(&self, headers: &HeaderMap, bytes: &[u8]) -> Result<Vec<u8>> {
        let company = Uuid::try_parse(headers.get(COMPANY_HEADER).context("no company")?.to_str()?)?;
        let body: Body = serde_json::from_slice(bytes)?;
        let which = match body.operation {
            "W1" => 0,
            "W2" => 1,
            _ => 2,
        };
        let ids: Vec<Uuid> = body.variables.r.iter().map(|representation| representation.id).collect();
        let _permit = self.permits.acquire().await?;
        let connection = self.free.lock().unwrap_or_else(PoisonError::into_inner).pop().context("no connection is free")?;
        let rows = self.rows(&connection, which, company, &ids).await;
        self.free.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        Ok(write(&ids, &rows?, which))
    }

    /// With isolation the transaction's begin, the statement and its end are sent at once: one round trip.
    async fn rows(&self, connection: &Prepared, which: usize, company: Uuid, ids: &[Uuid]) -> Result<Vec<Row>, tokio_postgres::Error> {
        let Prepared { client, statements } = connection;
        if !self.isolated {
            return client.query(&statements[which], &[&company, &ids]).await;
        }
        let begin = format!("BEGIN READ ONLY; SET LOCAL app.company_id = '{company}'");
        let values: [&(dyn tokio_postgres::types::ToSql + Sync); 2] = [&company, &ids];
        let (begun, rows, ended) =
            tokio::join!(client.batch_execute(&begin), client.query(&statements[which], &values), client.batch_execute("ROLLBACK"));
        begun.and(ended).and(rows)
    }
}

fn write(ids: &[Uuid], rows: &[Row], which: usize) -> Vec<u8> {
    let found: HashMap<Uuid, &Row> = rows.iter().map(|row| (row.get(0), row)).collect();
    let mut json = Vec::with_capacity(64 + ids.len() * 256);
    json.extend_from_slice(b"{\"data\":{\"_entities\":[");
    for (i, id) in ids.iter().enumerate() {
        if i > 0 {
            json.push(b',');
        }
        match found.get(id) {
            Some(row) => write_party(&mut json, id, row, which),
            None => json.extend_from_slice(b"null"),
        }
    }
    json.extend_from_slice(b"]}}");
    json
}

fn write_party(json: &mut Vec<u8>, id: &Uuid, row: &Row, which: usize) {
    json.extend_from_slice(b"{\"id\":\"");
    json.extend_from_slice(id.hyphenated().encode_lower(&mut Uuid::encode_buffer()).as_bytes());
    json.extend_from_slice(b"\",\"displayName\":");
    write_text(json, row.get(1));
    json.extend_from_slice(b",\"primaryEmail\":");
    match row.get(2) {
        Some(email) => write_text(json, email),
        None => json.extend_from_slice(b"null"),
    }
    if which < 2 {
        write_list(json, b",\"roles\":[", &row.get::<_, Vec<&str>>(3), |json, role| {
            json.extend_from_slice(b"{\"role\":{\"code\":");
            write_text(json, role);
            json.extend_from_slice(b"}}");
        });
    }
    if which == 1 {
        write_list(json, b",\"links\":[", &row.get::<_, Vec<&str>>(4), |json, link| {
            let mut parts = link.split('\t');
            for name in [b"{\"sourceRecord\":{\"system\":".as_slice(), b",\"type\":", b",\"id\":"] {
                json.extend_from_slice(name);
                write_text(json, parts.next().unwrap_or_default());
            }
            json.extend_from_slice(b"}}");
        });
    }
    json.push(b'}');
}

fn write_list(json: &mut Vec<u8>, begin: &[u8], items: &[&str], mut write: impl FnMut(&mut Vec<u8>, &str)) {
    json.extend_from_slice(begin);
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            json.push(b',');
        }
        write(json, item);
    }
    json.push(b']');
}

fn write_text(json: &mut Vec<u8>, text: &str) {
    // Writing into a vector cannot fail.
    let _ = serde_json::to_writer(json, text);
}
