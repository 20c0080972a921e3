//! One measurement: a target under load for some seconds, and what it used in the middle of them.
use crate::{
    client::{Load, Request},
    postgres::{Postgres, SUPERUSER, connect},
    proc::{self, Pid},
    raw::Scripts,
    server::Server,
    workload::Workload,
};
use anyhow::{Context, Result, ensure};
use serde::Serialize;
use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};
use tokio_postgres::Client;

/// pgbench opens new connections each time; what they do in their first seconds is not counted.
const RAW_LEAD: Duration = Duration::from_secs(2);

/// Something that answers workloads.
pub struct Target {
    /// What the tables call it.
    pub name: &'static str,
    /// How it is put under load.
    pub kind: Kind,
}

/// How a target is put under load.
pub enum Kind {
    /// Over HTTP.
    Http(Server, BTreeMap<Workload, Arc<Vec<Request>>>),
    /// By pgbench.
    Raw(BTreeMap<Workload, Scripts>),
}

impl Target {
    /// Whether it answers a workload at all.
    pub fn answers(&self, workload: Workload) -> bool {
        match &self.kind {
            Kind::Http(_, requests) => requests.contains_key(&workload),
            Kind::Raw(scripts) => scripts.contains_key(&workload),
        }
    }
}

/// What one measurement found.
#[derive(Clone, Serialize)]
pub struct Sample {
    /// The target's name.
    pub target: &'static str,
    /// `W1` to `W7`.
    pub workload: String,
    /// Connections that sent requests.
    pub connections: usize,
    /// The round; samples of one round were taken right after each other.
    pub round: usize,
    /// Requests a second.
    pub per_second: f64,
    /// Half of the requests took no longer, in milliseconds.
    pub p50: f64,
    /// 99 of a hundred took no longer, in milliseconds.
    pub p99: f64,
    /// CPU time of the server for each request, in microseconds.
    pub server: f64,
    /// CPU time of PostgreSQL for each request, in microseconds.
    pub postgres: f64,
    /// Resident memory of the server, in MiB.
    pub memory: f64,
    /// CPUs that others kept busy, the load among them.
    pub others: f64,
}

impl Sample {
    /// CPU time of both for each request, in microseconds.
    pub fn cpu(&self) -> f64 {
        self.server + self.postgres
    }
}

/// Where and how long it is measured.
pub struct Bench<'b> {
    /// The database server.
    pub postgres: &'b Postgres,
    /// The database.
    pub database: String,
    /// Length of one measurement.
    pub seconds: f64,
    watcher: Client,
}

/// CPU readings of a moment.
struct Reading {
    at: Instant,
    pids: [Vec<Pid>; 2],
    cpu: [Vec<Duration>; 2],
    busy: Duration,
}

impl<'b> Bench<'b> {
    /// Measurements on a database.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn new(postgres: &'b Postgres, database: String, seconds: f64) -> Result<Self> {
        let watcher = connect(&postgres.url(SUPERUSER, &database)).await?;
        Ok(Self { postgres, database, seconds, watcher })
    }

    /// Measures a target once.
    ///
    /// # Errors
    /// When a request fails.
    pub async fn measure(&self, target: &Target, workload: Workload, connections: usize, round: usize) -> Result<Sample> {
        let missing = || format!("{} does not answer {workload:?}", target.name);
        let (window, latencies) = match &target.kind {
            Kind::Http(server, requests) => self.http(server, requests.get(&workload).with_context(missing)?, connections).await?,
            Kind::Raw(scripts) => self.raw(scripts.get(&workload).with_context(missing)?, connections).await?,
        };
        ensure!(!latencies.is_empty(), "{} answered nothing of {workload:?} in {} s", target.name, self.seconds);
        let mut latencies = latencies;
        latencies.sort_unstable();
        let at = |part: f64| f64::from(latencies[((latencies.len() - 1) as f64 * part) as usize]) / 1_000.0;
        let (count, seconds) = (latencies.len() as f64, window.length.as_secs_f64());
        let each = |used: Duration| used.as_secs_f64() * 1e6 / count;
        Ok(Sample {
            target: target.name,
            workload: format!("{workload:?}"),
            connections,
            round,
            per_second: count / seconds,
            p50: at(0.5),
            p99: at(0.99),
            server: each(window.server),
            postgres: each(window.postgres),
            memory: window.memory,
            others: (window.busy.saturating_sub(window.server + window.postgres)).as_secs_f64() / seconds,
        })
    }

    async fn http(&self, server: &Server, requests: &Arc<Vec<Request>>, connections: usize) -> Result<(Window, Vec<u32>)> {
        let load = Load::start(server.address, Arc::clone(requests), connections, unique_number()?);
        tokio::time::sleep(Duration::from_secs_f64(self.seconds * 0.15)).await;
        let before = self.read(vec![server.pid()]).await?;
        tokio::time::sleep(Duration::from_secs_f64(self.seconds * 0.7)).await;
        let (window, memory) = (before.until_now(), server.pid().memory());
        let (from, to) = (before.at, before.at + window.length);
        // A request that takes longer than the rest of the run is waited for.
        tokio::time::sleep(Duration::from_secs_f64(self.seconds * 0.15)).await;
        let answers = load.stop()?;
        let latencies = answers.into_iter().filter(|(at, _)| (from..=to).contains(at)).map(|(_, took)| took).collect();
        Ok((Window { memory, ..window }, latencies))
    }

    async fn raw(&self, scripts: &Scripts, connections: usize) -> Result<(Window, Vec<u32>)> {
        let seconds = (RAW_LEAD.as_secs_f64() + self.seconds).ceil() as u64;
        let pgbench = scripts.start(self.postgres, &self.database, connections, seconds)?;
        tokio::time::sleep(RAW_LEAD).await;
        let from = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs_f64();
        let before = self.read(Vec::new()).await?;
        tokio::time::sleep(Duration::from_secs_f64(self.seconds * 0.7)).await;
        let window = before.until_now();
        let to = from + window.length.as_secs_f64();
        let transactions = scripts.finish(pgbench)?;
        Ok((window, transactions.into_iter().filter(|(at, _)| (from..=to).contains(at)).map(|(_, took)| took).collect()))
    }

    async fn read(&self, server: Vec<Pid>) -> Result<Reading> {
        let sql = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
        let backends = self.watcher.query(sql, &[]).await?.iter().map(|row| Pid(row.get::<_, i32>(0).unsigned_abs())).collect();
        Ok(Reading::now([server, backends]))
    }
}

/// What was used between two readings.
struct Window {
    length: Duration,
    server: Duration,
    postgres: Duration,
    busy: Duration,
    memory: f64,
}

impl Reading {
    fn now(pids: [Vec<Pid>; 2]) -> Self {
        let cpu = [proc::cpu(&pids[0]), proc::cpu(&pids[1])];
        Self { at: Instant::now(), cpu, busy: proc::busy(), pids }
    }

    fn until_now(&self) -> Window {
        let after = Self::now(self.pids.clone());
        Window {
            length: after.at - self.at,
            server: proc::used(&self.cpu[0], &after.cpu[0]),
            postgres: proc::used(&self.cpu[1], &after.cpu[1]),
            busy: after.busy.saturating_sub(self.busy),
            memory: 0.0,
        }
    }
}

/// Numbers from here on were not used by an earlier run.
pub fn unique_number() -> Result<u64> {
    Ok(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis() as u64 * 1_000 % 1_000_000_000_000)
}

/// Takes out what W7 made.
///
/// # Errors
/// When the database does not answer.
pub async fn clean(postgres: &Postgres, database: &str) -> Result<()> {
    let client = connect(&postgres.url(SUPERUSER, database)).await?;
    client.batch_execute("SET session_replication_role = replica; CREATE TEMP TABLE made AS SELECT company_id, id FROM party WHERE email_key LIKE 'bench+%'; ANALYZE made").await?;
    for table in ["party_event", "match_key", "party_role", "contact_point"] {
        client.batch_execute(&format!("DELETE FROM {table} t USING made m WHERE t.company_id = m.company_id AND t.party_id = m.id")).await?;
    }
    let tasks = "DELETE FROM match_task t USING made m WHERE t.company_id = m.company_id AND (t.party_id = m.id OR t.other_party_id = m.id)";
    client.batch_execute(tasks).await?;
    client.batch_execute("DELETE FROM party t USING made m WHERE t.company_id = m.company_id AND t.id = m.id").await?;
    for table in ["party_event", "match_key", "contact_point", "party"] {
        client.batch_execute(&format!("VACUUM {table}")).await?;
    }
    Ok(())
}
