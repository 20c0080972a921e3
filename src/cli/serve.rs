//! `party serve`: starts the server and says where everything is.
use crate::{
    domain::id::CompanyId,
    http::auth::Authenticator,
    startup::{self, Application, Settings},
};
use anyhow::Result;
use std::net::SocketAddr;

/// Serves until the process is told to stop.
///
/// # Errors
/// When the server cannot start.
pub async fn serve(settings: &Settings) -> Result<()> {
    let hub = startup::hub(settings).await?;
    let authenticator = match &settings.jwt_secret {
        Some(secret) => Authenticator::secret(secret, settings.jwt_issuer.as_deref(), settings.jwt_audience.as_deref()),
        None => Authenticator::Demo { company: CompanyId(uuid::Uuid::nil()) },
    };
    let application = Application::build(settings, hub, authenticator).await?;
    announce(application.address()?, settings.is_demo());
    application.run_until(stopped()).await
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
