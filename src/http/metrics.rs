//! Figures for Prometheus. Their labels are few and ours: nothing that a client sends becomes one.
use super::auth::{Authenticator, Jwks};
use crate::service::Hub;
use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric, text::encode},
    metrics::{
        MetricType,
        counter::{ConstCounter, Counter},
        family::Family,
        gauge::{ConstGauge, Gauge},
        histogram::Histogram,
        info::Info,
    },
    registry::{Registry, Unit},
};
use std::{sync::Arc, time::Duration};

/// Upper bounds of the durations of requests, in seconds.
const BUCKETS: [f64; 12] = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];

/// Where requests go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// GraphQL, by whichever transport.
    Graphql,
    /// Probes.
    Health,
    /// GraphiQL's pages.
    Graphiql,
    /// The admin pages.
    Admin,
    /// Whatever else is asked for.
    Other,
}

impl Route {
    /// Every route, in the order of the enum.
    const ALL: [Self; 5] = [Self::Graphql, Self::Health, Self::Graphiql, Self::Admin, Self::Other];

    /// The route of a path.
    pub fn of(path: &str) -> Self {
        match path {
            "/graphql" => Self::Graphql,
            "/health/live" | "/health/ready" => Self::Health,
            _ if path == "/" || path.starts_with("/graphiql") => Self::Graphiql,
            _ if path.starts_with("/admin") => Self::Admin,
            _ => Self::Other,
        }
    }

    /// Its name in figures and lines.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Graphql => "/graphql",
            Self::Health => "/health",
            Self::Graphiql => "/graphiql",
            Self::Admin => "/admin",
            Self::Other => "other",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    route: &'static str,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Routed {
    route: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Coded {
    code: String,
}

/// What is counted while requests are served.
pub struct Metrics {
    requests: Family<Answered, Counter>,
    durations: Family<Routed, Histogram>,
    /// The histograms of the routes, so that a request need not look for its own.
    by_route: [Histogram; 5],
    errors: Family<Coded, Counter>,
    websockets: Gauge,
}

/// A socket that is counted as open until this is dropped.
pub struct OpenWebSocket(Gauge);

impl Drop for OpenWebSocket {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl Default for Metrics {
    fn default() -> Self {
        let durations = Family::<Routed, Histogram>::new_with_constructor(|| Histogram::new(BUCKETS));
        let by_route = Route::ALL.map(|route| durations.get_or_create(&Routed { route: route.as_str() }).clone());
        Self { requests: Family::default(), durations, by_route, errors: Family::default(), websockets: Gauge::default() }
    }
}

impl Metrics {
    /// Counts a request.
    pub fn request(&self, route: Route, status: u16, took: Duration) {
        self.requests.get_or_create(&Answered { route: route.as_str(), status }).inc();
        self.by_route[route as usize].observe(took.as_secs_f64());
    }

    /// Counts an error of a GraphQL response.
    pub fn graphql_error(&self, code: &str) {
        self.errors.get_or_create(&Coded { code: code.to_owned() }).inc();
    }

    /// Counts a socket.
    pub fn websocket(&self) -> OpenWebSocket {
        self.websockets.inc();
        OpenWebSocket(self.websockets.clone())
    }

    /// Everything that is told to Prometheus.
    pub fn registry(&self, hub: &Arc<Hub>, authenticator: &Authenticator) -> Registry {
        let mut whole = Registry::default();
        whole.register_collector(Box::new(Process));
        let registry = whole.sub_registry_with_prefix("party");
        registry.register("build", "The program", Info::new([("version", env!("CARGO_PKG_VERSION"))]));
        registry.register("http_requests", "Requests answered", self.requests.clone());
        registry.register_with_unit("http_request_duration", "How long answering took", Unit::Seconds, self.durations.clone());
        registry.register("graphql_errors", "Errors in GraphQL responses", self.errors.clone());
        registry.register("websockets_open", "WebSockets that are open", self.websockets.clone());
        if let Authenticator::Jwks(jwks) = authenticator {
            registry.register("jwks_refreshes", "Fetches of token keys that brought some", jwks.refreshes.clone());
            registry.register("jwks_failures", "Fetches of token keys that failed", jwks.failures.clone());
            registry.register_collector(Box::new(KeysAge(Arc::clone(jwks))));
        }
        registry.register_collector(Box::new(Database(Arc::clone(hub))));
        whole
    }
}

/// The figures as Prometheus reads them.
pub fn text(registry: &Registry) -> String {
    let mut text = String::new();
    // Writing into a string does not fail.
    let _ = encode(&mut text, registry);
    text
}

fn gauge(encoder: &mut DescriptorEncoder<'_>, name: &str, help: &str, unit: Option<&Unit>, value: f64) -> std::fmt::Result {
    ConstGauge::new(value).encode(encoder.encode_descriptor(name, help, unit, MetricType::Gauge)?)
}

fn counter(encoder: &mut DescriptorEncoder<'_>, name: &str, help: &str, unit: Option<&Unit>, value: f64) -> std::fmt::Result {
    ConstCounter::new(value).encode(encoder.encode_descriptor(name, help, unit, MetricType::Counter)?)
}

struct KeysAge(Arc<Jwks>);

impl std::fmt::Debug for KeysAge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeysAge")
    }
}

impl Collector for KeysAge {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> std::fmt::Result {
        let Some(age) = self.0.age() else { return Ok(()) };
        gauge(&mut encoder, "jwks_age", "How old the keys of tokens are", Some(&Unit::Seconds), age.as_secs_f64())
    }
}

struct Database(Arc<Hub>);

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Database")
    }
}

impl Collector for Database {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> std::fmt::Result {
        let encoder = &mut encoder;
        let pool = self.0.database.pool();
        gauge(encoder, "database_connections_max", "Connections that the pool may open", None, f64::from(pool.max))?;
        gauge(encoder, "database_connections_open", "Connections that are open", None, f64::from(pool.open))?;
        gauge(encoder, "database_connections_idle", "Connections that wait for work", None, f64::from(pool.idle))?;
        counter(encoder, "database_transactions", "Transactions begun", None, pool.begun as f64)?;
        counter(
            encoder,
            "database_transactions_failed",
            "Transactions that could not begin: no free connection, or no answer",
            None,
            pool.failed as f64,
        )?;
        counter(
            encoder,
            "database_wait",
            "Time until transactions had begun, one round trip included",
            Some(&Unit::Seconds),
            pool.waited.as_secs_f64(),
        )?;
        counter(encoder, "database_statements", "Statements sent", None, self.0.database.statements() as f64)
    }
}

/// What the operating system knows of this process; nothing where it does not tell.
#[derive(Debug)]
struct Process;

impl Collector for Process {
    #[cfg(target_os = "linux")]
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> std::fmt::Result {
        let encoder = &mut encoder;
        let Ok(process) = procfs::process::Process::myself() else { return Ok(()) };
        if let Ok(stat) = process.stat() {
            let seconds = (stat.utime + stat.stime) as f64 / procfs::ticks_per_second() as f64;
            counter(encoder, "process_cpu", "Processor time used", Some(&Unit::Seconds), seconds)?;
            gauge(encoder, "process_resident_memory", "Memory in use", Some(&Unit::Bytes), (stat.rss * procfs::page_size()) as f64)?;
            gauge(encoder, "process_threads", "Threads", None, stat.num_threads as f64)?;
        }
        if let Ok(open) = process.fd_count() {
            gauge(encoder, "process_open_fds", "File descriptors in use", None, open as f64)?;
        }
        if let Ok(limits) = process.limits()
            && let procfs::process::LimitValue::Value(most) = limits.max_open_files.soft_limit
        {
            gauge(encoder, "process_max_fds", "File descriptors that may be used", None, most as f64)?;
        }
        Ok(())
    }

    #[cfg(not(target_os = "linux"))]
    fn encode(&self, _: DescriptorEncoder<'_>) -> std::fmt::Result {
        Ok(())
    }
}
