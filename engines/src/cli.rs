//! The command line: `engines` with its commands.
#![expect(clippy::print_stdout, reason = "a command's answer goes to standard output")]
use crate::{
    auction::Auction,
    crm::Crm,
    platform::{
        Engine,
        access::{Access, DEMO_COMPANY},
        courier, database, demo, federation, follower,
        hub::Hub,
        import::{Importer, Order},
        server,
    },
    website::Website,
};
use anyhow::{Context, Result, ensure};
use axum::Router;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::{net::SocketAddr, time::Duration};
use tokio::net::TcpListener;
use uuid::Uuid;

/// Engines of a business that extend Party: CRM, auction and website.
#[derive(Parser)]
#[command(name = "engines", version)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve engines at http://<listen>/<engine>/graphql, and deliver their reports to the hub
    Serve {
        /// Which
        engine: Which,
        /// Address and port; port 0 takes a free one
        #[arg(long, env = "ENGINES_LISTEN", default_value = "127.0.0.1:4010")]
        listen: SocketAddr,
        #[command(flatten)]
        settings: Settings,
    },
    /// Print the schema of an engine's subgraph
    Schema {
        /// Which
        engine: Which,
    },
    /// Bring the tables of engines up to date
    Migrate {
        /// Which
        #[arg(default_value = "all")]
        engine: Which,
        #[command(flatten)]
        settings: Settings,
    },
    /// Take the engines' own columns of old tables across, once `party import` has run
    Import {
        /// Which
        #[arg(default_value = "all")]
        engine: Which,
        /// The old database: postgres://…
        #[arg(long)]
        from: String,
        /// The company's id
        #[arg(long)]
        company: Uuid,
        /// The system under which the hub knows the old records
        #[arg(long, default_value = "legacy")]
        system: String,
        /// The currency of amounts that name none
        #[arg(long, default_value = "EUR")]
        currency: String,
        #[command(flatten)]
        settings: Settings,
    },
    /// Load demo rows that belong to the hub's demo data, if there are none yet
    Seed {
        /// Which
        #[arg(default_value = "all")]
        engine: Which,
        #[command(flatten)]
        settings: Settings,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Which {
    Crm,
    Auction,
    Website,
    All,
}

#[derive(Args)]
struct Settings {
    /// Where the databases are: `sqlite:<folder>`, with a file for each engine, or `postgres://…`, with a schema for each
    #[arg(long, env = "ENGINES_DATABASE", default_value = "sqlite:data/engines", hide_env_values = true)]
    database: String,
    /// The identity hub's GraphQL
    #[arg(long, env = "ENGINES_HUB", default_value = "http://127.0.0.1:4001/graphql")]
    hub: String,
    /// The secret of HS256 tokens that all services share; without it everybody may do everything
    #[arg(long, env = "ENGINES_JWT_SECRET", hide_env_values = true)]
    jwt_secret: Option<String>,
    /// The issuer that tokens must have
    #[arg(long, env = "ENGINES_JWT_ISSUER")]
    jwt_issuer: Option<String>,
    /// The audience that tokens must have
    #[arg(long, env = "ENGINES_JWT_AUDIENCE")]
    jwt_audience: Option<String>,
    /// How often, in milliseconds, reports are delivered to the hub
    #[arg(long, env = "ENGINES_REPORT_MILLISECONDS", default_value_t = 500)]
    report_milliseconds: u64,
    /// How often, in milliseconds, the hub is asked for the parties of records that have none
    #[arg(long, env = "ENGINES_IDENTIFY_MILLISECONDS", default_value_t = 15_000)]
    identify_milliseconds: u64,
    /// How often, in milliseconds, the hub's feed is read for merges
    #[arg(long, env = "ENGINES_FOLLOW_MILLISECONDS", default_value_t = 2_000)]
    follow_milliseconds: u64,
}

impl Settings {
    fn access(&self) -> Access {
        let (issuer, audience) = (self.jwt_issuer.clone(), self.jwt_audience.clone());
        self.jwt_secret.clone().map_or(Access::Demo, |secret| Access::Secret { secret, issuer, audience })
    }

    fn hub(&self) -> Result<Hub> {
        Ok(Hub::new(&self.hub, self.access())?)
    }
}

impl Which {
    fn includes(self, one: Self) -> bool {
        self == one || self == Self::All
    }
}

/// Runs the command of the arguments.
///
/// # Errors
/// What kept the command from doing its work, for people.
pub async fn run(cli: Cli) -> Result<()> {
    let log = std::env::var("ENGINES_LOG").unwrap_or_else(|_| "info,sqlx=warn,sea_orm_migration=warn".to_owned());
    tracing_subscriber::fmt().with_env_filter(log).with_writer(std::io::stderr).init();
    match cli.command {
        Command::Schema { engine } => {
            schema(engine);
            Ok(())
        }
        Command::Serve { engine, listen, settings } => serve(engine, listen, &settings).await,
        Command::Migrate { engine, settings } => {
            for_each(engine, &settings, false).await?;
            println!("The tables are up to date.");
            Ok(())
        }
        Command::Seed { engine, settings } => for_each(engine, &settings, true).await,
        Command::Import { engine, from, company, system, currency, settings } => {
            let order = Order { from: &from, source: &system, company, currency: &currency };
            if engine.includes(Which::Crm) {
                import::<Crm>(&settings, &order).await?;
            }
            if engine.includes(Which::Auction) {
                import::<Auction>(&settings, &order).await?;
            }
            if engine.includes(Which::Website) {
                import::<Website>(&settings, &order).await?;
            }
            Ok(())
        }
    }
}

fn schema(engine: Which) {
    let all =
        [(Which::Crm, federation::sdl::<Crm>()), (Which::Auction, federation::sdl::<Auction>()), (Which::Website, federation::sdl::<Website>())];
    all.iter().filter(|(which, _)| engine.includes(*which)).for_each(|(_, sdl)| print!("{sdl}"));
}

async fn for_each(engine: Which, settings: &Settings, seed: bool) -> Result<()> {
    if engine.includes(Which::Crm) {
        prepare::<Crm>(settings, seed).await?;
    }
    if engine.includes(Which::Auction) {
        prepare::<Auction>(settings, seed).await?;
    }
    if engine.includes(Which::Website) {
        prepare::<Website>(settings, seed).await?;
    }
    Ok(())
}

async fn prepare<E: Engine>(settings: &Settings, seed: bool) -> Result<()> {
    let db = database::open::<E>(&settings.database).await?;
    if seed {
        let loaded = demo::seed::<E>(&db, &settings.hub()?).await.with_context(|| format!("{}: the demo rows were not loaded", E::SYSTEM))?;
        println!("{}: {}", E::SYSTEM, if loaded { "the demo rows are loaded" } else { "there are rows already; nothing was changed" });
    }
    db.close().await?;
    Ok(())
}

async fn import<E: Engine>(settings: &Settings, order: &Order<'_>) -> Result<()> {
    let db = database::open::<E>(&settings.database).await?;
    let importer = Importer::open(order, db, settings.hub()?, E::SYSTEM).await?;
    let tables = E::import(&importer).await.with_context(|| format!("{}: the import stopped; the same command goes on where it was", E::SYSTEM))?;
    for imported in tables {
        println!("{} {}: {} written, {} there before", E::SYSTEM, imported.table, imported.written, imported.known);
        imported.left.iter().for_each(|(reason, rows)| println!("{} {}: {rows} left, {reason}", E::SYSTEM, imported.table));
    }
    Ok(())
}

async fn serve(engine: Which, listen: SocketAddr, settings: &Settings) -> Result<()> {
    ensure!(
        settings.jwt_secret.is_some() || listen.ip().is_loopback(),
        "without --jwt-secret everybody may do everything, so engines listen on loopback only, and not on {listen}"
    );
    let listener = TcpListener::bind(listen).await.with_context(|| format!("{listen} cannot be listened on"))?;
    let address = listener.local_addr()?;
    let mut router = Router::new();
    if engine.includes(Which::Crm) {
        router = router.merge(start::<Crm>(settings, address).await?);
    }
    if engine.includes(Which::Auction) {
        router = router.merge(start::<Auction>(settings, address).await?);
    }
    if engine.includes(Which::Website) {
        router = router.merge(start::<Website>(settings, address).await?);
    }
    if settings.jwt_secret.is_none() {
        println!("DEMO MODE: no secret is set, so every program on this machine may do everything in company {DEMO_COMPANY}.");
    }
    axum::serve(listener, router).with_graceful_shutdown(stopped()).await?;
    Ok(())
}

/// Opens the engine's database, sets its courier and its follower to work and gives its routes.
async fn start<E: Engine>(settings: &Settings, address: SocketAddr) -> Result<Router> {
    let db = database::open::<E>(&settings.database).await?;
    let [pause, identify_pause, follow_pause] = [settings.report_milliseconds, settings.identify_milliseconds, settings.follow_milliseconds]
        .map(|millis| Duration::from_millis(millis.max(1)));
    tokio::spawn(courier::run::<E>(db.clone(), settings.hub()?, pause, identify_pause));
    tokio::spawn(follower::run::<E>(db.clone(), settings.hub()?, follow_pause));
    println!("{:<9} http://{address}/{}/graphql", E::SYSTEM, E::SYSTEM);
    Ok(server::router::<E>(db, settings.access()))
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
