//! Settings: environment variables that begin with `PARTY_`. An unknown one is refused, so that a misspelt setting is noticed.
use anyhow::{Context, Result};
use config::{Config, Environment};
use serde::Deserialize;
use std::net::SocketAddr;

/// Every setting with its default.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// `PARTY_DATABASE_URL`: where the data is.
    pub database_url: String,
    /// `PARTY_OWNER_DATABASE_URL`: the same database as the owner of its tables, for `party migrate`.
    pub owner_database_url: Option<String>,
    /// `PARTY_APP_ROLE`: the PostgreSQL role that the server connects as, which `party migrate` creates and grants.
    pub app_role: String,
    /// `PARTY_LISTEN`: address and port.
    pub listen: SocketAddr,
    /// `PARTY_JWT_SECRET`: the secret of HS256 tokens. Without it the server runs in demo mode.
    pub jwt_secret: Option<String>,
    /// `PARTY_JWT_ISSUER`: the issuer that tokens must have.
    pub jwt_issuer: Option<String>,
    /// `PARTY_JWT_AUDIENCE`: the audience that tokens must have.
    pub jwt_audience: Option<String>,
    /// `PARTY_POOL_CONNECTIONS`: connections to the database.
    pub pool_connections: u32,
    /// `PARTY_POOL_WAIT_MILLISECONDS`: how long a request waits for a connection, or for SQLite's writer, before it is refused.
    pub pool_wait_milliseconds: u64,
    /// `PARTY_STATEMENT_TIMEOUT_MILLISECONDS`: how long PostgreSQL may work on one statement of the server; 0 sets no limit.
    pub statement_timeout_milliseconds: u32,
    /// `PARTY_ALLOW_PRIVILEGED_ROLE`: whether the server may connect to PostgreSQL as a role that row-level security does not bind.
    pub allow_privileged_role: bool,
    /// `PARTY_MAX_DEPTH`: how deep a query may nest.
    pub max_depth: usize,
    /// `PARTY_MAX_COMPLEXITY`: how many fields a query may ask for; those in a list count as often as it may be long.
    pub max_complexity: usize,
    /// `PARTY_MAX_ALIASES`: how many aliases a query may have.
    pub max_aliases: usize,
    /// `PARTY_INTROSPECTION`: whether clients may ask for the schema.
    pub introspection: bool,
    /// `PARTY_LOG`: which log lines are written, in the syntax of tracing's EnvFilter.
    pub log: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            database_url: "sqlite:data/party.sqlite".to_owned(),
            owner_database_url: None,
            app_role: "party_app".to_owned(),
            listen: SocketAddr::from(([127, 0, 0, 1], 4001)),
            jwt_secret: None,
            jwt_issuer: None,
            jwt_audience: None,
            pool_connections: 10,
            pool_wait_milliseconds: 5_000,
            statement_timeout_milliseconds: 30_000,
            allow_privileged_role: false,
            max_depth: 20,
            max_complexity: 20_000,
            max_aliases: 200,
            introspection: true,
            log: "info,sqlx=warn,sea_orm=warn,sea_orm_migration=warn".to_owned(),
        }
    }
}

impl Settings {
    /// Reads the environment.
    ///
    /// # Errors
    /// Names the setting that is unknown or malformed.
    pub fn from_environment() -> Result<Self> {
        let source = Environment::with_prefix("PARTY").try_parsing(true).prefix_separator("_");
        let settings: Self = Config::builder().add_source(source).build()?.try_deserialize().context("a setting PARTY_… is unknown or malformed")?;
        settings.check()?;
        Ok(settings)
    }

    fn check(&self) -> Result<()> {
        anyhow::ensure!(
            self.jwt_secret.is_some() || self.listen.ip().is_loopback(),
            "PARTY_LISTEN is {} but no PARTY_JWT_SECRET is set. Without tokens everybody who reaches the server may do everything, so it listens on loopback only. \
             Set PARTY_JWT_SECRET, or PARTY_LISTEN to 127.0.0.1:{}.",
            self.listen,
            self.listen.port()
        );
        anyhow::ensure!(
            self.jwt_secret.as_ref().is_none_or(|secret| secret.len() >= 32),
            "PARTY_JWT_SECRET has fewer than 32 bytes, which can be guessed."
        );
        anyhow::ensure!(self.pool_connections > 0, "PARTY_POOL_CONNECTIONS must be at least 1.");
        Ok(())
    }

    /// Whether no token is needed.
    pub fn is_demo(&self) -> bool {
        self.jwt_secret.is_none()
    }
}
