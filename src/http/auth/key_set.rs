//! A set of public keys (RFC 7517), reduced to those that signatures of tokens can be checked with.
use super::TokenRules;
use jsonwebtoken::{
    Algorithm, DecodingKey, Header, Validation,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, PublicKeyUse},
};
use serde::Deserialize;
use std::sync::Arc;

/// The most keys that are looked at: a set has a handful.
const MAX_KEYS: usize = 100;

/// The fewest characters of an RSA modulus in base64: 2,048 bits.
const MIN_MODULUS_CHARS: usize = 341;

const RSA: [Algorithm; 6] = [Algorithm::RS256, Algorithm::RS384, Algorithm::RS512, Algorithm::PS256, Algorithm::PS384, Algorithm::PS512];

/// A public key with the algorithms that it may be used with: its own, never one that a token chooses.
pub struct VerifyingKey {
    id: Option<String>,
    /// The key.
    pub key: DecodingKey,
    /// What a token that is signed with it must fulfil.
    pub validation: Validation,
}

/// The keys of one fetch.
pub struct KeySet(Vec<Arc<VerifyingKey>>);

#[derive(Deserialize)]
struct Document {
    keys: Vec<serde_json::Value>,
}

impl KeySet {
    /// Reads a set. Keys that cannot be used (of another kind, for encryption, too short) are left out; without any the set is refused.
    ///
    /// # Errors
    /// What is wrong with it, for the log.
    pub fn parse(text: &[u8], rules: &TokenRules) -> Result<Self, String> {
        let document: Document = serde_json::from_slice(text).map_err(|error| format!("it is not a set of keys: {error}"))?;
        let jwks = document.keys.into_iter().take(MAX_KEYS).filter_map(|key| serde_json::from_value::<Jwk>(key).ok());
        let keys: Vec<_> = jwks.filter_map(|jwk| VerifyingKey::new(&jwk, rules)).map(Arc::new).collect();
        if keys.is_empty() { Err("it has no key that signatures can be checked with".to_owned()) } else { Ok(Self(keys)) }
    }

    /// The key that a token says it was signed with. A token that does not say has to leave no choice.
    pub fn find(&self, header: &Header) -> Option<&Arc<VerifyingKey>> {
        let mut fitting = self.0.iter().filter(|key| match &header.kid {
            Some(id) => key.id.as_ref() == Some(id),
            None => key.validation.algorithms.contains(&header.alg),
        });
        let first = fitting.next()?;
        (header.kid.is_some() || fitting.next().is_none()).then_some(first)
    }
}

impl VerifyingKey {
    fn new(jwk: &Jwk, rules: &TokenRules) -> Option<Self> {
        if jwk.common.public_key_use.as_ref().is_some_and(|public_key_use| *public_key_use != PublicKeyUse::Signature) {
            return None;
        }
        let mut algorithms: Vec<Algorithm> = match &jwk.algorithm {
            AlgorithmParameters::RSA(key) if key.n.len() >= MIN_MODULUS_CHARS => RSA.to_vec(),
            AlgorithmParameters::EllipticCurve(key) if key.curve == EllipticCurve::P256 => vec![Algorithm::ES256],
            AlgorithmParameters::EllipticCurve(key) if key.curve == EllipticCurve::P384 => vec![Algorithm::ES384],
            AlgorithmParameters::OctetKeyPair(key) if key.curve == EllipticCurve::Ed25519 => vec![Algorithm::EdDSA],
            _ => return None,
        };
        if let Some(own) = &jwk.common.key_algorithm {
            algorithms.retain(|algorithm| KeyAlgorithm::from(*algorithm) == *own);
        }
        let key = DecodingKey::from_jwk(jwk).ok()?;
        (!algorithms.is_empty()).then(|| Self { id: jwk.common.key_id.clone(), key, validation: rules.validation(algorithms) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn parse(keys: Value) -> Result<KeySet, String> {
        KeySet::parse(json!({ "keys": keys }).to_string().as_bytes(), &TokenRules::default())
    }

    fn ed(id: &str) -> Value {
        json!({ "kty": "OKP", "crv": "Ed25519", "kid": id, "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" })
    }

    #[test]
    fn keys_that_cannot_be_used_are_left_out() {
        let short = json!({ "kty": "RSA", "kid": "short", "n": "AQAB", "e": "AQAB" });
        let secret = json!({ "kty": "oct", "kid": "secret", "k": "c2VjcmV0" });
        let mut encryption = ed("encryption");
        encryption["use"] = json!("enc");
        let unknown = json!({ "kty": "AKP", "kid": "unknown", "alg": "ML-DSA-44" });
        let set = parse(json!([short, secret, encryption, unknown, "no key", ed("good")])).unwrap();
        assert_eq!(set.0.iter().map(|key| key.id.as_deref()).collect::<Vec<_>>(), [Some("good")]);
        assert!(parse(json!([secret])).is_err());
        assert!(KeySet::parse(b"<html>", &TokenRules::default()).is_err());
    }

    #[test]
    fn a_token_without_a_key_id_must_leave_no_choice() {
        let header = Header::new(Algorithm::EdDSA);
        assert!(parse(json!([ed("one")])).unwrap().find(&header).is_some());
        assert!(parse(json!([ed("one"), ed("two")])).unwrap().find(&header).is_none());
        assert!(parse(json!([ed("one")])).unwrap().find(&Header::new(Algorithm::HS256)).is_none());
    }
}
