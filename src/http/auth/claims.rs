//! What a token must fulfil, and what it says about the caller.
use super::{Identity, unauthenticated};
use crate::{
    domain::{error::Error, id::CompanyId},
    service::Caller,
};
use jsonwebtoken::{
    Algorithm, Validation,
    errors::{Error as TokenError, ErrorKind},
};
use serde::Deserialize;
use std::time::{Duration, UNIX_EPOCH};

/// What tokens must fulfil besides their signature.
#[derive(Clone, Debug, Default)]
pub struct TokenRules {
    /// Who must have issued them; anybody when absent.
    pub issuer: Option<String>,
    /// Whom they must be for; anybody when absent.
    pub audience: Option<String>,
    /// By how much the clocks of the issuer and this server may differ.
    pub leeway: Duration,
}

impl TokenRules {
    /// The rules for signatures of some algorithms, all of one family.
    pub(super) fn validation(&self, algorithms: Vec<Algorithm>) -> Validation {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.algorithms = algorithms;
        validation.leeway = self.leeway.as_secs();
        validation.validate_nbf = true;
        let mut required = vec!["exp"];
        if let Some(issuer) = &self.issuer {
            validation.set_issuer(&[issuer]);
            required.push("iss");
        }
        match &self.audience {
            Some(audience) => {
                validation.set_audience(&[audience]);
                required.push("aud");
            }
            None => validation.validate_aud = false,
        }
        validation.set_required_spec_claims(&required);
        validation
    }
}

/// What tokens say.
#[derive(Deserialize)]
pub(super) struct Claims {
    company_id: Option<String>,
    sub: Option<String>,
    #[serde(default)]
    scope: String,
    exp: f64,
}

impl Claims {
    /// The caller whom the claims describe, for as long as they hold by clocks that differ by some seconds.
    pub(super) fn identity(self, leeway: u64) -> Result<Identity, Error> {
        let company = self.company_id.ok_or_else(|| unauthenticated("The token has no claim `company_id`."))?;
        let company = CompanyId::parse(&company).map_err(|_| unauthenticated("The token's claim `company_id` is not a UUID."))?;
        let subject = self.sub.filter(|subject| !subject.is_empty()).ok_or_else(|| unauthenticated("The token has no claim `sub`."))?;
        let expires = Duration::try_from_secs_f64(self.exp + leeway as f64).ok().and_then(|since| UNIX_EPOCH.checked_add(since));
        Ok(Identity { caller: Caller::new(company, subject, &self.scope)?, expires })
    }
}

/// What was wrong with a token, in a sentence that repeats nothing of it.
pub(super) fn rejected(error: &TokenError) -> Error {
    unauthenticated(match error.kind() {
        ErrorKind::ExpiredSignature => "The token has expired.",
        ErrorKind::ImmatureSignature => "The token is not valid yet.",
        ErrorKind::InvalidIssuer => "The token is of another issuer.",
        ErrorKind::InvalidAudience => "The token is for another audience.",
        ErrorKind::InvalidSignature => "The token's signature is wrong.",
        ErrorKind::InvalidAlgorithm | ErrorKind::InvalidAlgorithmName | ErrorKind::UnsupportedAlgorithm => {
            "The token is signed with an algorithm that this server does not take."
        }
        ErrorKind::MissingRequiredClaim(claim) => match claim.as_str() {
            "exp" => "The token has no claim `exp`.",
            "iss" => "The token has no claim `iss`.",
            "aud" => "The token has no claim `aud`.",
            _ => "The token lacks a claim that this server requires.",
        },
        ErrorKind::Json(cause) if cause.to_string().starts_with("missing field `exp`") => "The token has no claim `exp`.",
        ErrorKind::Json(cause) if cause.to_string().starts_with("unknown variant") => {
            "The token is signed with an algorithm that this server does not take."
        }
        _ => "The token is not valid.",
    })
}
