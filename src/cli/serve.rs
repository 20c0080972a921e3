//! `party serve`: starts the server and says where everything is.
use crate::{
    service::Hub,
    startup::{self, Application, Settings, demo},
};
use anyhow::Result;
use std::{io::Write, net::SocketAddr, sync::Arc};

/// Serves until the process is told to stop.
///
/// # Errors
/// When the server cannot start.
pub async fn serve(settings: &Settings) -> Result<()> {
    let hub = startup::hub(settings).await?;
    if settings.is_demo() && hub.database.is_sqlite() {
        load_demo(&hub).await?;
    }
    let application = Application::build(settings, hub).await?;
    announce(application.address()?, application.metrics_address()?, settings.is_demo());
    application.run_until(stopped()).await
}

/// The first start in demo mode brings its own data.
async fn load_demo(hub: &Arc<Hub>) -> Result<()> {
    if !demo::is_loaded(hub).await.map_err(super::plainly)? {
        println!("Loading the demo data; this happens once and takes a few seconds …");
        demo::seed(hub).await.map_err(super::plainly)?;
    }
    Ok(())
}

/// Says where everything is. A reader who has gone away must not stop the server, so a failing write is no failure.
fn announce(address: SocketAddr, metrics: Option<SocketAddr>, demo: bool) {
    let mut lines = format!(
        "GraphQL   http://{address}/graphql\nAdmin     http://{address}/admin/\nGraphiQL  http://{address}/graphiql/\nHealth    http://{address}/health/ready\nDocs      README.md and docs/ in the repository\n"
    );
    if let Some(metrics) = metrics {
        lines += &format!("Metrics   http://{metrics}/metrics\n");
    }
    if demo {
        lines += "\nDEMO MODE: none of PARTY_JWKS_URL, PARTY_JWKS_FILE and PARTY_JWT_SECRET is set, so every program on this machine may read and change everything.\n\
                  The server therefore listens on loopback only. Never put real data into it.\n";
    }
    let mut output = std::io::stdout();
    let _ = output.write_all(lines.as_bytes()).and_then(|()| output.flush());
}

async fn stopped() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) else {
            let _ = interrupt.await;
            return;
        };
        tokio::select! {
            _ = interrupt => {}
            _ = terminate.recv() => {}
        }
    }
    #[cfg(not(unix))]
    let _ = interrupt.await;
}
