//! The server: built first, so that its ports are known, then run until it is told to stop.
use super::Settings;
use crate::{
    graphql::{self, GraphLimits},
    http::{self, AdminPages, ConnectionLimits, Front, Metrics, PersistedQueries, RequestLimits, SignIn, WebSocketLimits},
    service::Hub,
};
use anyhow::{Context, Result};
use std::{
    future::Future,
    net::SocketAddr,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};
use tokio::net::TcpListener;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// How long the database may take to close.
const FAREWELL: Duration = Duration::from_secs(5);

/// A server that is bound to its ports and ready to run.
pub struct Application {
    listener: TcpListener,
    metrics_listener: Option<TcpListener>,
    front: Arc<Front>,
    limits: ConnectionLimits,
    /// For how long to serve on after the signal to stop.
    delay: Duration,
    /// How long running requests may take to end.
    grace: Duration,
}

impl Application {
    /// Binds the ports of the settings; port 0 takes a free one.
    ///
    /// # Errors
    /// When a port is taken, or the keys of tokens cannot be used.
    pub async fn build(settings: &Settings, hub: Arc<Hub>) -> Result<Self> {
        super::use_ring();
        let front = Arc::new(Front {
            hub,
            schema: graphql::build(&graph_limits(settings)),
            authenticator: super::authenticator(settings).await?,
            limits: request_limits(settings),
            admin: AdminPages::new(settings.is_demo(), sign_in(settings))?,
            persisted: PersistedQueries::new(settings.persisted_queries_bytes),
            metrics: Metrics::default(),
            exports_traces: settings.otlp_endpoint.is_some(),
            draining: false.into(),
            stopping: CancellationToken::new(),
            sockets: TaskTracker::new(),
        });
        let metrics_listener = match settings.metrics_listen {
            Some(address) => Some(bind(address, "PARTY_METRICS_LISTEN").await?),
            None => None,
        };
        Ok(Self {
            listener: bind(settings.listen, "PARTY_LISTEN").await?,
            metrics_listener,
            front,
            limits: ConnectionLimits {
                header_timeout: Duration::from_secs(settings.header_timeout_seconds),
                write_timeout: Duration::from_secs(settings.write_timeout_seconds),
                max_connections: settings.max_connections,
            },
            delay: Duration::from_millis(settings.shutdown_delay_milliseconds),
            grace: Duration::from_secs(settings.shutdown_timeout_seconds),
        })
    }

    /// Where the server listens.
    ///
    /// # Errors
    /// When the operating system does not tell.
    pub fn address(&self) -> Result<SocketAddr> {
        Ok(self.listener.local_addr()?)
    }

    /// Where the figures for Prometheus are, if they are anywhere.
    ///
    /// # Errors
    /// When the operating system does not tell.
    pub fn metrics_address(&self) -> Result<Option<SocketAddr>> {
        Ok(self.metrics_listener.as_ref().map(TcpListener::local_addr).transpose()?)
    }

    /// Serves until `stop` is done, and then finishes what is running.
    ///
    /// # Errors
    /// When the port of the figures breaks.
    pub async fn run_until(self, stop: impl Future<Output = ()> + Send + 'static) -> Result<()> {
        let front = Arc::clone(&self.front);
        let metrics = self.metrics_listener.map(|listener| {
            let router = http::metrics_router(&front);
            tokio::spawn(async move { axum::serve(listener, router).await })
        });
        let stopping = Arc::clone(&front);
        let waiting = tokio::spawn(async move {
            stop.await;
            stopping.draining.store(true, Ordering::Relaxed);
            tokio::time::sleep(self.delay).await;
            stopping.stopping.cancel();
        });
        http::serve(self.listener, http::router(Arc::clone(&front)), Arc::clone(&front), self.limits, self.grace).await;
        waiting.abort();
        if let Some(metrics) = metrics {
            metrics.abort();
        }
        // Work that was given up may still hold a connection.
        let _ = tokio::time::timeout(FAREWELL, front.hub.database.close()).await;
        Ok(())
    }
}

async fn bind(address: SocketAddr, setting: &str) -> Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("{address} cannot be listened on; set {setting} to another address"))
}

fn sign_in(settings: &Settings) -> Option<SignIn> {
    Some(SignIn {
        issuer: settings.admin_oidc_issuer.clone()?,
        client_id: settings.admin_oidc_client_id.clone()?,
        scope: settings.admin_oidc_scope.clone(),
        resource: settings.jwt_audience.clone(),
    })
}

fn graph_limits(settings: &Settings) -> GraphLimits {
    GraphLimits {
        depth: settings.max_depth,
        complexity: settings.max_complexity,
        aliases: settings.max_aliases,
        directives: 20,
        introspection: settings.introspection,
    }
}

fn request_limits(settings: &Settings) -> RequestLimits {
    RequestLimits {
        max_body_bytes: settings.max_body_bytes,
        request_timeout: Duration::from_millis(settings.request_timeout_milliseconds),
        websocket: WebSocketLimits {
            init_timeout: Duration::from_millis(settings.websocket_init_timeout_milliseconds),
            ping: Duration::from_secs(settings.websocket_ping_seconds),
            max_operations: settings.websocket_max_operations,
            max_message_bytes: settings.max_body_bytes,
        },
    }
}
