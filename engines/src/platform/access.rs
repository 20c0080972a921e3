//! Who the caller is, and who this engine is when it calls the hub: tokens signed with one secret, or nothing in demo mode.
use super::{Error, now};
use axum::http::{HeaderMap, header::AUTHORIZATION};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::Deserialize;
use serde_json::json;
use std::collections::BTreeSet;
use uuid::{Uuid, uuid};

/// The company with the demo data.
pub const DEMO_COMPANY: Uuid = uuid!("01930000-0000-7000-8000-000000000001");

/// In demo mode, and only there, this header chooses the company.
const COMPANY_HEADER: &str = "x-company-id";

/// Who sends a request.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The company whose rows the caller may reach.
    pub company: Uuid,
    /// The person or program.
    pub subject: String,
    /// What the caller may do; everything when absent.
    scopes: Option<BTreeSet<String>>,
}

impl Caller {
    /// Refuses a caller without a scope.
    ///
    /// # Errors
    /// `FORBIDDEN`, which names the scope.
    pub fn require(&self, scope: &str) -> Result<(), Error> {
        if self.scopes.as_ref().is_none_or(|scopes| scopes.contains(scope)) {
            return Ok(());
        }
        Err(Error::refused("FORBIDDEN", format!("This needs the scope {scope}, which your token does not have.")))
    }
}

/// How callers prove who they are, and how this engine does when it calls the hub.
#[derive(Clone)]
pub enum Access {
    /// Tokens signed with HS256.
    Secret {
        /// The secret that all services share.
        secret: String,
        /// The issuer that tokens must have.
        issuer: Option<String>,
        /// The audience that tokens must have.
        audience: Option<String>,
    },
    /// Everybody may do everything.
    Demo,
}

/// What tokens say.
#[derive(Deserialize)]
struct Claims {
    company_id: Uuid,
    sub: String,
    #[serde(default)]
    scope: String,
}

impl Access {
    /// The caller of a request.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, which never repeats the token.
    pub fn caller(&self, headers: &HeaderMap) -> Result<Caller, Error> {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        match self {
            Self::Demo => {
                let company = text(COMPANY_HEADER).map_or(Ok(DEMO_COMPANY), str::parse);
                let company = company.map_err(|_| unauthenticated("The header x-company-id is not a UUID."))?;
                Ok(Caller { company, subject: "demo".to_owned(), scopes: None })
            }
            Self::Secret { secret, issuer, audience } => {
                let token = text(AUTHORIZATION.as_str()).and_then(|header| header.strip_prefix("Bearer "));
                let token = token.ok_or_else(|| unauthenticated("The header Authorization must read `Bearer <token>`."))?;
                let key = DecodingKey::from_secret(secret.as_bytes());
                let claims = decode::<Claims>(token, &key, &validation(issuer.as_ref(), audience.as_ref()));
                let claims =
                    claims.map_err(|_| unauthenticated("The token is not valid: expired, of others, or without company_id and sub."))?.claims;
                let scopes = claims.scope.split_whitespace().map(str::to_owned).collect();
                Ok(Caller { company: claims.company_id, subject: claims.sub, scopes: Some(scopes) })
            }
        }
    }

    /// Adds to a request of this engine who it is: it may write its own system's records and read parties, in one company, for a minute.
    ///
    /// # Errors
    /// When the token cannot be signed.
    pub fn sign(&self, request: reqwest::RequestBuilder, system: &str, company: Uuid) -> Result<reqwest::RequestBuilder, Error> {
        let Self::Secret { secret, issuer, audience } = self else {
            return Ok(request.header(COMPANY_HEADER, company.to_string()));
        };
        let engine = format!("engine:{system}");
        let mut claims = json!({ "company_id": company, "sub": engine, "scope": format!("{engine} party:read"), "exp": now().timestamp() + 60 });
        for (name, value) in [("iss", issuer), ("aud", audience)] {
            if let Some(value) = value {
                claims[name] = json!(value);
            }
        }
        let token = encode(&Header::new(Algorithm::HS256), &claims, &EncodingKey::from_secret(secret.as_bytes()));
        Ok(request.bearer_auth(token.map_err(|error| Error::Internal(error.to_string()))?))
    }
}

fn validation(issuer: Option<&String>, audience: Option<&String>) -> Validation {
    let mut validation = Validation::new(Algorithm::HS256);
    let mut required = vec!["exp"];
    if let Some(issuer) = issuer {
        validation.set_issuer(&[issuer]);
        required.push("iss");
    }
    match audience {
        Some(audience) => {
            validation.set_audience(&[audience]);
            required.push("aud");
        }
        None => validation.validate_aud = false,
    }
    validation.set_required_spec_claims(&required);
    validation
}

fn unauthenticated(message: &str) -> Error {
    Error::refused("UNAUTHENTICATED", message)
}
