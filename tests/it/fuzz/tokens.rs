//! Tokens: whatever comes as one lets in a caller whom it names fully and whom its key vouches for, or nobody.
use super::{Source, cases, fuzz, requests::value};
use jsonwebtoken::{EncodingKey, Header, encode};
use party::{
    domain::{error::Error, refusal::Code},
    http::auth::{Authenticator, Identity, TokenRules},
};
use serde_json::{Value, json};
use std::time::Duration;

const SECRET: &str = "a secret of the tests, long enough";

fn authenticator() -> Authenticator {
    Authenticator::secret(SECRET, &TokenRules { issuer: None, audience: None, leeway: Duration::from_secs(30) })
}

fn signed(claims: &Value) -> String {
    encode(&Header::default(), claims, &EncodingKey::from_secret(SECRET.as_bytes())).unwrap()
}

fn good() -> Value {
    json!({ "company_id": "019300ea-ad00-7001-be5a-069934cc0618", "sub": "jane", "scope": "party:read engine:crm other:x", "exp": 4_102_444_800_u64 })
}

/// Who is let in; fails when the refusal is a fault of the server, or repeats the token.
fn read(authenticator: &Authenticator, token: &str) -> Option<Identity> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    match runtime.block_on(authenticator.token(token)) {
        Ok(identity) => Some(identity),
        Err(Error::Refused(refusals)) => {
            for refusal in refusals {
                assert_eq!(refusal.code, Code::Unauthenticated, "{token}");
                assert!(token.len() < 40 || !refusal.message.contains(token), "{token}");
            }
            None
        }
        Err(error) => panic!("{error:?} for {token}"),
    }
}

#[test]
fn a_changed_token_lets_nobody_in() {
    let (authenticator, token) = (authenticator(), signed(&good()));
    assert!(read(&authenticator, &token).is_some());
    let none = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJqYW5lIn0.";
    fuzz(20_000, &[&token, none, "a.b.c"], |text| {
        let caller = read(&authenticator, text);
        assert_eq!(caller.is_some(), text == token, "{text}");
        caller.is_some()
    });
}

#[test]
fn signed_claims_of_any_kind_name_a_caller_or_nobody() {
    let authenticator = authenticator();
    let mut source =
        Source::new(&["party:read", "party:reed", "engine:crm engine:", "openid profile", "019300ea-ad00-7001-be5a-069934cc0618", "jane"]);
    let mut refused = 0;
    for _ in 0..cases(20_000) {
        let mut claims = good();
        for _ in 0..=source.number(2) {
            let claim = ["company_id", "sub", "scope", "exp", "nbf", "iss", "aud", "iat"][source.number(8)];
            claims[claim] = value(&mut source, 2);
        }
        let token = signed(&claims);
        match read(&authenticator, &token) {
            None => refused += 1,
            Some(Identity { caller, .. }) => {
                assert_eq!(claims["sub"].as_str(), Some(caller.subject.as_str()), "{claims}");
                assert!(claims["company_id"].as_str().is_some_and(|id| id.contains('9')), "{claims}");
                assert!(claims["exp"].as_f64().is_some_and(|exp| exp > 1.7e9), "{claims}");
            }
        }
    }
    assert!(refused > 5_000, "only {refused} were refused");
}
