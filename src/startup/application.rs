//! The server: built first, so that its port is known, then run until it is told to stop.
use super::Settings;
use crate::{
    graphql::{self, GraphLimits},
    http::{self, Front},
    service::Hub,
};
use anyhow::{Context, Result};
use axum::Router;
use std::{future::Future, net::SocketAddr, sync::Arc};
use tokio::net::TcpListener;

/// A server that is bound to its port and ready to run.
pub struct Application {
    listener: TcpListener,
    router: Router,
    hub: Arc<Hub>,
}

impl Application {
    /// Binds the port of the settings; port 0 takes a free one.
    ///
    /// # Errors
    /// When the port is taken, or the keys of tokens cannot be used.
    pub async fn build(settings: &Settings, hub: Arc<Hub>) -> Result<Self> {
        super::use_ring();
        let authenticator = super::authenticator(settings).await?;
        let limits = GraphLimits {
            depth: settings.max_depth,
            complexity: settings.max_complexity,
            aliases: settings.max_aliases,
            directives: 20,
            introspection: settings.introspection,
        };
        let front = Front { hub: Arc::clone(&hub), schema: graphql::build(&limits), authenticator: Arc::new(authenticator) };
        let listener = TcpListener::bind(settings.listen)
            .await
            .with_context(|| format!("{} cannot be listened on; set PARTY_LISTEN to another address", settings.listen))?;
        Ok(Self { listener, router: http::router(front), hub })
    }

    /// Where the server listens.
    ///
    /// # Errors
    /// When the operating system does not tell.
    pub fn address(&self) -> Result<SocketAddr> {
        Ok(self.listener.local_addr()?)
    }

    /// Serves until `stop` is done, and then finishes what is running.
    ///
    /// # Errors
    /// When the listener breaks.
    pub async fn run_until(self, stop: impl Future<Output = ()> + Send + 'static) -> Result<()> {
        axum::serve(self.listener, self.router).with_graceful_shutdown(stop).await?;
        self.hub.database.close().await;
        Ok(())
    }
}
