//! Servers under load: the product and the bare handler, each in a process of its own.
use crate::{
    bare,
    client::{Connection, Request},
    postgres::{APP, Postgres, SUPERUSER},
    proc::Pid,
    workload::{Input, Workload},
};
use anyhow::{Context, Result, ensure};
use jsonwebtoken::{EncodingKey, Header, encode};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader},
    net::{SocketAddr, TcpListener},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use uuid::Uuid;

const SECRET: &str = "a secret of the measurements that is long enough";

/// A running server.
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    /// How long it took from its start until it was ready.
    pub ready_after: Duration,
    child: Child,
    tokens: Tokens,
}

/// How requests name their company.
enum Tokens {
    Bearer(BTreeMap<Uuid, String>),
    Header,
}

impl Server {
    /// Starts the product; `wrap` is a program that runs it, such as valgrind.
    ///
    /// # Errors
    /// When it does not become ready.
    pub async fn product(postgres: &Postgres, database: &str, companies: &[Uuid], (program, wrap): (&Path, &[&str])) -> Result<Self> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let mut command = match wrap.split_first() {
            None => Command::new(program),
            Some((first, rest)) => {
                let mut command = Command::new(first);
                command.args(rest).arg(program).env("TOKIO_WORKER_THREADS", "1");
                command
            }
        };
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("PARTY_")) {
            command.env_remove(name);
        }
        let pool = if wrap.is_empty() { bare::POOL } else { 2 };
        command
            .env("PARTY_DATABASE_URL", postgres.url(APP, database))
            .env("PARTY_LISTEN", address.to_string())
            .env("PARTY_JWT_SECRET", SECRET)
            .env("PARTY_POOL_CONNECTIONS", pool.to_string())
            .env("PARTY_LOG", "warn")
            .stdout(Stdio::null());
        let begun = Instant::now();
        let child = command.spawn().with_context(|| format!("{} did not start", program.display()))?;
        let tokens = Tokens::Bearer(companies.iter().map(|company| Ok((*company, token(*company)?))).collect::<Result<_>>()?);
        let mut server = Self { address, ready_after: Duration::ZERO, child, tokens };
        while !is_ready(address).await {
            ensure!(begun.elapsed() < Duration::from_secs(180), "the server is not ready after three minutes");
            ensure!(server.child.try_wait()?.is_none(), "the server ended before it was ready");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        server.ready_after = begun.elapsed();
        Ok(server)
    }

    /// Starts the bare handler: as the server's role with row-level security, or as a role that it does not bind.
    ///
    /// # Errors
    /// When it does not start.
    pub fn bare(postgres: &Postgres, database: &str, isolated: bool) -> Result<Self> {
        let role = if isolated { APP } else { SUPERUSER };
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["bare", "--url", &postgres.url(role, database)]).stdout(Stdio::piped());
        if isolated {
            command.arg("--isolated");
        }
        let begun = Instant::now();
        let mut child = command.spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("its output is piped")?).read_line(&mut line)?;
        let address = line.trim().parse().context("the bare handler did not start")?;
        Ok(Self { address, ready_after: begun.elapsed(), child, tokens: Tokens::Header })
    }

    /// Its process.
    pub fn pid(&self) -> Pid {
        Pid::from(&self.child)
    }

    /// A request of a workload, in bytes.
    pub fn request(&self, workload: Workload, input: &Input) -> Request {
        let headers = match &self.tokens {
            Tokens::Bearer(tokens) => format!("authorization: Bearer {}\r\n", tokens.get(&input.company).map_or("", String::as_str)),
            Tokens::Header => format!("{}: {}\r\n", bare::COMPANY_HEADER, input.company),
        };
        Request::post(&headers, &workload.body(&input.variables).to_string())
    }

    /// Sends one request and gives the data of the answer.
    ///
    /// # Errors
    /// When the answer has errors.
    pub async fn ask(&self, workload: Workload, input: &Input, number: u64) -> Result<Value> {
        let mut connection = Connection::open(self.address).await?;
        let mut answer: Value = serde_json::from_slice(connection.send(&self.request(workload, input), number).await?)?;
        ensure!(answer.get("errors").is_none(), "{workload:?}: {}", answer["errors"]);
        Ok(answer["data"].take())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[expect(clippy::disallowed_methods, reason = "tokens are valid from now on")]
fn token(company: Uuid) -> Result<String> {
    let claims = json!({
        "company_id": company.to_string(),
        "sub": "bench",
        "scope": "party:read party:pii party:write revenue:read",
        "exp": chrono::Utc::now().timestamp() + 86_400,
    });
    Ok(encode(&Header::default(), &claims, &EncodingKey::from_secret(SECRET.as_bytes()))?)
}

/// Whether the server says that it can serve.
async fn is_ready(address: SocketAddr) -> bool {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let Ok(mut stream) = tokio::net::TcpStream::connect(address).await else { return false };
    let request = b"GET /health/ready HTTP/1.1\r\nhost: bench\r\nconnection: close\r\n\r\n";
    let mut answer = [0; 12];
    stream.write_all(request).await.is_ok() && stream.read_exact(&mut answer).await.is_ok() && answer.ends_with(b"200")
}
