//! Settings that each have the right form, but must not be used together or at all.
use super::Settings;
use anyhow::{Result, ensure};
use secrecy::ExposeSecret;
use url::Host;

impl Settings {
    pub(super) fn check(&self) -> Result<()> {
        ensure!(
            !self.is_demo() || self.listen.ip().is_loopback(),
            "PARTY_LISTEN is {} but none of PARTY_JWKS_URL, PARTY_JWKS_FILE and PARTY_JWT_SECRET is set. Without tokens everybody who reaches the server may do \
             everything, so it listens on loopback only. Set one of them, or PARTY_LISTEN to 127.0.0.1:{}.",
            self.listen,
            self.listen.port()
        );
        ensure!(
            self.jwt_secret.as_ref().is_none_or(|secret| secret.expose_secret().len() >= 32),
            "PARTY_JWT_SECRET has fewer than 32 bytes, which can be guessed."
        );
        let sources = [self.jwks_url.is_some(), self.jwks_file.is_some(), self.jwt_secret.is_some()];
        ensure!(
            sources.iter().filter(|given| **given).count() <= 1,
            "Only one of PARTY_JWKS_URL, PARTY_JWKS_FILE and PARTY_JWT_SECRET may be set: tokens are checked in one way."
        );
        ensure!(
            self.jwks_url.as_ref().is_none_or(|url| url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url))),
            "PARTY_JWKS_URL must begin with https://: whoever can change the keys on their way may do everything. http is for loopback only."
        );
        ensure!(
            self.admin_oidc_issuer.is_some() == self.admin_oidc_client_id.is_some(),
            "PARTY_ADMIN_OIDC_ISSUER and PARTY_ADMIN_OIDC_CLIENT_ID are set together or not at all: nobody signs in with one alone."
        );
        ensure!(
            self.admin_oidc_issuer.as_ref().is_none_or(|url| url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url))),
            "PARTY_ADMIN_OIDC_ISSUER must begin with https://: whoever can change its answers may sign in as anybody. http is for loopback only."
        );
        ensure!(self.jwks_refresh_seconds > 0, "PARTY_JWKS_REFRESH_SECONDS must be at least 1.");
        ensure!(
            self.jwks_stale_seconds > self.jwks_refresh_seconds,
            "PARTY_JWKS_STALE_SECONDS must be more than PARTY_JWKS_REFRESH_SECONDS: keys would be of no use before they are fetched again."
        );
        ensure!((0.0..=1.0).contains(&self.otlp_sample_ratio), "PARTY_OTLP_SAMPLE_RATIO must be between 0 and 1.");
        ensure!(self.max_connections > 0, "PARTY_MAX_CONNECTIONS must be at least 1.");
        ensure!(self.websocket_ping_seconds > 0, "PARTY_WEBSOCKET_PING_SECONDS must be at least 1.");
        ensure!(self.pool_connections > 0, "PARTY_POOL_CONNECTIONS must be at least 1.");
        Ok(())
    }
}

fn is_loopback(url: &reqwest::Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}
