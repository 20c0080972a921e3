//! Who the caller is: from a bearer token, or in demo mode from nothing.
use crate::{
    domain::{
        error::Error,
        id::CompanyId,
        refusal::{Code, Refusal},
    },
    service::Caller,
};
use axum::http::{HeaderMap, header::AUTHORIZATION};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use serde::Deserialize;

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
    /// Everybody on this machine may do everything in the demo company.
    Demo {
        /// The company that callers see unless they choose another one.
        company: CompanyId,
    },
}

/// What tokens say.
#[derive(Deserialize)]
struct Claims {
    company_id: Option<String>,
    sub: Option<String>,
    #[serde(default)]
    scope: String,
}

impl Authenticator {
    /// Tokens signed with HS256 and a secret, of an issuer and for an audience if those are given.
    pub fn secret(secret: &str, issuer: Option<&str>, audience: Option<&str>) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.validate_nbf = true;
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
        Self::Secret { key: Box::new(DecodingKey::from_secret(secret.as_bytes())), validation: Box::new(validation) }
    }

    /// The caller of a request.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, which says what is wrong with the token but never repeats it.
    pub fn caller(&self, headers: &HeaderMap) -> Result<Caller, Error> {
        match self {
            Self::Demo { company } => Ok(Caller::unrestricted(demo_company(headers, *company)?, "demo")),
            Self::Secret { key, validation } => {
                let token = bearer(headers)?;
                let claims = decode::<Claims>(token, key, validation).map_err(|error| rejected(error.kind()))?.claims;
                let company = claims.company_id.ok_or_else(|| unauthenticated("The token has no claim `company_id`."))?;
                let company = CompanyId::parse(&company).map_err(|_| unauthenticated("The token's claim `company_id` is not a UUID."))?;
                let subject = claims.sub.filter(|subject| !subject.is_empty()).ok_or_else(|| unauthenticated("The token has no claim `sub`."))?;
                Ok(Caller::new(company, subject, &claims.scope)?)
            }
        }
    }
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

fn rejected(kind: &jsonwebtoken::errors::ErrorKind) -> Error {
    use jsonwebtoken::errors::ErrorKind;
    unauthenticated(match kind {
        ErrorKind::ExpiredSignature => "The token has expired.",
        ErrorKind::ImmatureSignature => "The token is not valid yet.",
        ErrorKind::InvalidIssuer => "The token is of another issuer.",
        ErrorKind::InvalidAudience => "The token is for another audience.",
        ErrorKind::MissingRequiredClaim(claim) if claim == "exp" => "The token has no claim `exp`.",
        ErrorKind::MissingRequiredClaim(_) => "The token lacks a claim that this server requires.",
        _ => "The token is not valid.",
    })
}

fn unauthenticated(message: &str) -> Error {
    Refusal::new(Code::Unauthenticated, message).into()
}
