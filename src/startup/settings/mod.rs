//! Settings: the defaults of `party.toml`, a file of the operator's, and environment variables that begin with `PARTY_`.
mod check;
mod source;

use super::telemetry::LogFormat;
use anyhow::Result;
use secrecy::SecretString;
use serde::Deserialize;
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

/// Every setting. Their meanings and defaults are in `party.toml` at the root of the repository.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Where the data is. A URL may hold a password.
    pub database_url: SecretString,
    /// The same database as the owner of its tables, for `party migrate`.
    pub owner_database_url: Option<SecretString>,
    /// The PostgreSQL role that the server connects as, which `party migrate` creates and grants.
    pub app_role: String,
    /// Connections to the database.
    pub pool_connections: u32,
    /// How long a request waits for a connection, or for SQLite's writer, before it is refused.
    pub pool_wait_milliseconds: u64,
    /// How long PostgreSQL may work on one statement of the server; 0 sets no limit.
    pub statement_timeout_milliseconds: u32,
    /// Whether the server may connect to PostgreSQL as a role that row-level security does not bind.
    pub allow_privileged_role: bool,
    /// Address and port.
    pub listen: SocketAddr,
    /// Where the public keys of tokens are published.
    pub jwks_url: Option<reqwest::Url>,
    /// A file with the public keys of tokens.
    pub jwks_file: Option<PathBuf>,
    /// How often the keys are fetched.
    pub jwks_refresh_seconds: u64,
    /// For how long the last keys are good when they cannot be fetched.
    pub jwks_stale_seconds: u64,
    /// How long after a fetch for an unknown key the next one may follow.
    pub jwks_pause_seconds: u64,
    /// How long a fetch of keys may take.
    pub jwks_timeout_milliseconds: u64,
    /// The secret of HS256 tokens.
    pub jwt_secret: Option<SecretString>,
    /// The issuer that tokens must have.
    pub jwt_issuer: Option<String>,
    /// The audience that tokens must have.
    pub jwt_audience: Option<String>,
    /// By how much the issuer's clock may differ.
    pub jwt_leeway_seconds: u64,
    /// The OpenID provider at which people sign in to the admin pages.
    pub admin_oidc_issuer: Option<reqwest::Url>,
    /// The name of the admin pages at that provider.
    pub admin_oidc_client_id: Option<String>,
    /// The scopes that the admin pages ask for.
    pub admin_oidc_scope: String,
    /// How many connections there may be at once.
    pub max_connections: usize,
    /// How long the head of a request may take.
    pub header_timeout_seconds: u64,
    /// How long a client may let the server wait before it takes more of an answer.
    pub write_timeout_seconds: u64,
    /// The largest body of a request.
    pub max_body_bytes: usize,
    /// How long a request may take.
    pub request_timeout_milliseconds: u64,
    /// How long a client may take to say who it is on a WebSocket.
    pub websocket_init_timeout_milliseconds: u64,
    /// How often a client of a WebSocket is asked whether it is still there.
    pub websocket_ping_seconds: u64,
    /// How many operations may run at once on a WebSocket.
    pub websocket_max_operations: usize,
    /// How many bytes of documents are kept for clients that name them by their hash.
    pub persisted_queries_bytes: u64,
    /// For how long the server serves on after it was told to stop.
    pub shutdown_delay_milliseconds: u64,
    /// How long running requests may take to end then.
    pub shutdown_timeout_seconds: u64,
    /// How deep a query may nest.
    pub max_depth: usize,
    /// How many fields a query may ask for; those in a list count as often as it may be long.
    pub max_complexity: usize,
    /// How many aliases a query may have.
    pub max_aliases: usize,
    /// Whether clients may ask for the schema.
    pub introspection: bool,
    /// Which log lines are written, in the syntax of tracing's EnvFilter.
    pub log: String,
    /// How log lines look.
    pub log_format: LogFormat,
    /// Address and port of the figures for Prometheus.
    pub metrics_listen: Option<SocketAddr>,
    /// Where traces go.
    pub otlp_endpoint: Option<reqwest::Url>,
    /// Which share of requests is traced.
    pub otlp_sample_ratio: f64,
}

impl Settings {
    /// The commented file with every setting and its default.
    pub const DEFAULTS: &str = include_str!("../../../party.toml");

    /// Reads the defaults, the operator's file if there is one, and the environment.
    ///
    /// # Errors
    /// Names the setting that is unknown, malformed or not to be used, and never repeats a secret.
    pub fn read(file: Option<&Path>) -> Result<Self> {
        let settings = source::read(file, std::env::vars_os())?;
        settings.check()?;
        Ok(settings)
    }

    /// The defaults alone, without the environment.
    ///
    /// # Errors
    /// When `party.toml` was not what the program expects as it was built.
    pub fn defaults() -> Result<Self> {
        source::read(None, std::iter::empty())
    }

    /// Whether no token is needed.
    pub fn is_demo(&self) -> bool {
        self.jwt_secret.is_none() && self.jwks_url.is_none() && self.jwks_file.is_none()
    }
}
