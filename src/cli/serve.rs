//! `party serve`: starts the server and says where everything is.
use crate::{
    http::auth::Authenticator,
    service::Hub,
    startup::{self, Application, Settings, demo},
};
use anyhow::Result;
use std::{net::SocketAddr, sync::Arc};

/// Serves until the process is told to stop.
///
/// # Errors
/// When the server cannot start.
pub async fn serve(settings: &Settings) -> Result<()> {
    let hub = startup::hub(settings).await?;
    if settings.is_demo() && hub.database.is_sqlite() {
        load_demo(&hub).await?;
    }
    let authenticator = match &settings.jwt_secret {
        Some(secret) => Authenticator::secret(secret, settings.jwt_issuer.as_deref(), settings.jwt_audience.as_deref()),
        None => Authenticator::Demo { company: demo::COMPANY },
    };
    let application = Application::build(settings, hub, authenticator).await?;
    announce(application.address()?, settings.is_demo());
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

fn announce(address: SocketAddr, demo: bool) {
    println!("GraphQL   http://{address}/graphql");
    println!("GraphiQL  http://{address}/graphiql/");
    println!("Health    http://{address}/health/ready");
    println!("Docs      README.md and docs/ in the repository");
    if demo {
        println!();
        println!("DEMO MODE: no PARTY_JWT_SECRET is set, so every program on this machine may read and change everything.");
        println!("The server therefore listens on loopback only. Never put real data into it.");
    }
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
