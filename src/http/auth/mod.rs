//! Who the caller is: from a bearer token, or in demo mode from nothing.
mod claims;
mod jwks;
mod key_set;

pub use claims::TokenRules;
pub use jwks::{Jwks, JwksSource, JwksTiming};

use crate::{
    domain::{
        error::Error,
        id::CompanyId,
        refusal::{Code, Refusal},
    },
    service::Caller,
};
use axum::http::{HeaderMap, header::AUTHORIZATION};
use claims::Claims;
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation, decode, decode_header};
use std::{sync::Arc, time::SystemTime};

/// In demo mode, and only there, this header chooses the company.
const DEMO_COMPANY_HEADER: &str = "x-company-id";

/// Decides who the caller of a request is.
pub enum Authenticator {
    /// Callers bring a token signed with a shared secret.
    Secret {
        /// The key of the signature.
        key: Box<DecodingKey>,
        /// What a token must fulfil.
        validation: Box<Validation>,
    },
    /// Callers bring a token signed with a private key whose public half is published.
    Jwks(Arc<Jwks>),
    /// Everybody on this machine may do everything in the demo company.
    Demo {
        /// The company that callers see unless they choose another one.
        company: CompanyId,
    },
}

/// A caller, and until when the token vouches for it.
#[derive(Clone, Debug)]
pub struct Identity {
    /// The caller.
    pub caller: Caller,
    /// When the token expires; never in demo mode.
    pub expires: Option<SystemTime>,
}

impl Authenticator {
    /// Tokens signed with HS256 and a secret.
    pub fn secret(secret: &str, rules: &TokenRules) -> Self {
        let key = Box::new(DecodingKey::from_secret(secret.as_bytes()));
        Self::Secret { key, validation: Box::new(rules.validation(vec![Algorithm::HS256])) }
    }

    /// Whether this server runs in demo mode.
    pub fn is_demo(&self) -> bool {
        matches!(self, Self::Demo { .. })
    }

    /// Whether tokens can be checked at all at the moment.
    pub fn is_ready(&self) -> bool {
        match self {
            Self::Jwks(jwks) => jwks.has_keys(),
            _ => true,
        }
    }

    /// The caller of a request with its headers.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, which says what is wrong with the token but never repeats it; `UNAVAILABLE` when there are no keys to check it with.
    pub async fn caller(&self, headers: &HeaderMap) -> Result<Identity, Error> {
        match self {
            Self::Demo { company } => demo(demo_company(headers, *company)?),
            _ => self.token(bearer(headers)?).await,
        }
    }

    /// The caller who brings a token.
    ///
    /// # Errors
    /// As [`Self::caller`].
    pub async fn token(&self, token: &str) -> Result<Identity, Error> {
        match self {
            Self::Demo { company } => demo(*company),
            Self::Secret { key, validation } => {
                check_header(token)?;
                decode::<Claims>(token, key, validation).map_err(|error| claims::rejected(&error))?.claims.identity(validation.leeway)
            }
            Self::Jwks(jwks) => {
                let key = jwks.key(&check_header(token)?).await?;
                decode::<Claims>(token, &key.key, &key.validation).map_err(|error| claims::rejected(&error))?.claims.identity(key.validation.leeway)
            }
        }
    }
}

/// What a token says of its signature, without believing it.
fn check_header(token: &str) -> Result<Header, Error> {
    let header = decode_header(token).map_err(|error| claims::rejected(&error))?;
    // RFC 7515: what a header declares critical must be understood, and this server understands none of it.
    if header.crit.is_some() {
        return Err(unauthenticated("The token's header asks for extensions (`crit`) that this server does not know."));
    }
    Ok(header)
}

fn demo(company: CompanyId) -> Result<Identity, Error> {
    Ok(Identity { caller: Caller::unrestricted(company, "demo"), expires: None })
}

fn demo_company(headers: &HeaderMap, default: CompanyId) -> Result<CompanyId, Error> {
    let Some(value) = headers.get(DEMO_COMPANY_HEADER) else { return Ok(default) };
    let company = value.to_str().ok().and_then(|text| CompanyId::parse(text).ok());
    company.ok_or_else(|| unauthenticated("The header x-company-id is not a UUID."))
}

fn bearer(headers: &HeaderMap) -> Result<&str, Error> {
    let header = headers.get(AUTHORIZATION).ok_or_else(|| unauthenticated("This server needs a bearer token in the header Authorization."))?;
    let (scheme, token) = header.to_str().unwrap_or_default().split_once(' ').unwrap_or_default();
    if scheme.eq_ignore_ascii_case("bearer") && !token.is_empty() {
        return Ok(token.trim());
    }
    Err(unauthenticated("The header Authorization must read `Bearer <token>`."))
}

fn unauthenticated(message: &str) -> Error {
    Refusal::new(Code::Unauthenticated, message).into()
}
