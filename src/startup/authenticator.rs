//! How callers are known, by the settings.
use super::{Settings, demo};
use crate::http::auth::{Authenticator, Jwks, JwksSource, JwksTiming, TokenRules};
use anyhow::{Context, Result, ensure};
use secrecy::ExposeSecret;
use std::time::Duration;

/// What decides who a caller is. A URL of keys that does not answer yet is no failure: nobody is let in until it does.
///
/// # Errors
/// When a file of keys cannot be used, or the machine has no certificates to trust a URL by.
pub async fn authenticator(settings: &Settings) -> Result<Authenticator> {
    let rules = TokenRules {
        issuer: settings.jwt_issuer.clone(),
        audience: settings.jwt_audience.clone(),
        leeway: Duration::from_secs(settings.jwt_leeway_seconds),
    };
    let timing = JwksTiming {
        refresh: Duration::from_secs(settings.jwks_refresh_seconds),
        stale: Duration::from_secs(settings.jwks_stale_seconds),
        pause: Duration::from_secs(settings.jwks_pause_seconds),
        timeout: Duration::from_millis(settings.jwks_timeout_milliseconds),
    };
    if let Some(secret) = &settings.jwt_secret {
        return Ok(Authenticator::secret(secret.expose_secret(), &rules));
    }
    if let Some(path) = &settings.jwks_file {
        let jwks = Jwks::start(JwksSource::File(path.clone()), rules, timing).await;
        ensure!(jwks.has_keys(), "the file {} of PARTY_JWKS_FILE has no keys that tokens can be checked with", path.display());
        return Ok(Authenticator::Jwks(jwks));
    }
    if let Some(url) = &settings.jwks_url {
        let source = JwksSource::Url { client: client()?, url: url.clone() };
        return Ok(Authenticator::Jwks(Jwks::start(source, rules, timing).await));
    }
    Ok(Authenticator::Demo { company: demo::COMPANY })
}

/// Makes TLS use the cryptography that the database's driver brings along. Does nothing when that was done before.
pub fn use_ring() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// A client that goes nowhere but where it is told to: a redirection could lead to keys of somebody else.
fn client() -> Result<reqwest::Client> {
    use_ring();
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).user_agent("party");
    client.build().context("the client for PARTY_JWKS_URL could not be made; does this machine have CA certificates?")
}
