//! Tokens: what lets somebody in, what is refused and why, and what happens when the keys cannot be had.
use crate::support::{
    app::{SECRET, TestApp},
    caller::TestCaller,
    issuer::{Answer, Issuer, SigningKey},
    on_both_databases,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const QUERY: &str = "{ roleTypes { code } }";
const MUTATION: &str = "mutation { createParty(input: { kind: PERSON, displayName: \"Intruder\" }) { party { id } } }";

fn now() -> i64 {
    chrono::Utc::now().timestamp()
}

fn claims(caller: &TestCaller) -> Value {
    json!({
        "company_id": caller.company.to_string(), "sub": "x", "scope": "party:read party:write", "exp": now() + 60,
        "iss": "https://login.example.com/", "aud": ["party", "other"],
    })
}

/// The status, and the code and message of the error if there is one.
async fn ask(caller: &TestCaller, token: &str, query: &str) -> (u16, Value, Value) {
    let response = caller.raw(Some(&format!("Bearer {token}")), query).await;
    let status = response.status().as_u16();
    let answer: Value = response.json().await.expect("the answer is JSON");
    (status, answer["errors"][0]["extensions"]["code"].clone(), answer["errors"][0]["message"].clone())
}

async fn lets_in(caller: &TestCaller, token: &str) -> bool {
    ask(caller, token, QUERY).await == (200, Value::Null, Value::Null)
}

async fn is_refused(caller: &TestCaller, token: &str, message: &str) {
    let answer = ask(caller, token, MUTATION).await;
    assert_eq!(answer, (401, json!("UNAUTHENTICATED"), json!(message)));
}

async fn app_of(issuer: &Issuer, pause: u64) -> TestApp {
    TestApp::on_sqlite_with(|settings| {
        settings.jwt_secret = None;
        settings.jwks_url = Some(issuer.url());
        settings.jwks_pause_seconds = pause;
        settings.jwks_timeout_milliseconds = 300;
        settings.jwt_issuer = Some("https://login.example.com/".to_owned());
        settings.jwt_audience = Some("party".to_owned());
    })
    .await
}

on_both_databases! {
    /// Every claim that can be wrong: told in a sentence that does not repeat the token, and nothing was changed.
    async fn bad_claims_are_refused(app: TestApp) {
        let caller = app.company("Acme").await;
        let before = app.footprint(&caller).await;
        let with = |name: &str, value: Value| {
            let mut claims = claims(&caller);
            claims[name] = value;
            claims
        };
        for (claims, message) in [
            (with("exp", json!(now() - 600)), "The token has expired."),
            (with("exp", Value::Null), "The token is not valid."),
            (with("nbf", json!(now() + 600)), "The token is not valid yet."),
            (with("company_id", Value::Null), "The token has no claim `company_id`."),
            (with("company_id", json!("acme")), "The token's claim `company_id` is not a UUID."),
            (with("sub", Value::Null), "The token has no claim `sub`."),
            (with("sub", json!("")), "The token has no claim `sub`."),
            (with("scope", json!("party:reed")), "The token's scope \"party:reed\" is not known here."),
        ] {
            is_refused(&caller, &caller.with_claims(claims).token(), message).await;
        }
        let mut endless = claims(&caller);
        endless.as_object_mut().unwrap().remove("exp");
        is_refused(&caller, &caller.with_claims(endless).token(), "The token has no claim `exp`.").await;
        assert_eq!(app.footprint(&caller).await, before);
    }
}

#[tokio::test]
async fn without_a_bearer_token_nobody_gets_in() {
    let app = TestApp::on_sqlite().await;
    let caller = app.company("Acme").await;
    for (header, message) in [
        (None, "This server needs a bearer token in the header Authorization."),
        (Some("Basic abc"), "The header Authorization must read `Bearer <token>`."),
        (Some("Bearer "), "The header Authorization must read `Bearer <token>`."),
        (Some("Bearer not.a.token"), "The token is not valid."),
    ] {
        let response = caller.raw(header, QUERY).await;
        assert_eq!((response.status().as_u16(), &response.headers()["www-authenticate"]), (401, &"Bearer".parse().unwrap()), "{header:?}");
        assert_eq!(response.json::<Value>().await.unwrap()["errors"][0]["message"], message);
    }
}

#[tokio::test]
async fn only_the_secret_of_this_server_counts() {
    let app = TestApp::on_sqlite().await;
    let caller = app.company("Acme").await;
    let sign = |header: &Header, secret: &str| encode(header, &claims(&caller), &EncodingKey::from_secret(secret.as_bytes())).unwrap();
    assert!(lets_in(&caller, &sign(&Header::default(), SECRET)).await);
    is_refused(&caller, &sign(&Header::default(), "another secret that is long enough"), "The token's signature is wrong.").await;
    let other = "The token is signed with an algorithm that this server does not take.";
    is_refused(&caller, &sign(&Header::new(Algorithm::HS512), SECRET), other).await;
    let none =
        |alg: &str| format!("{}.{}.", BASE64.encode(json!({ "alg": alg, "typ": "JWT" }).to_string()), BASE64.encode(claims(&caller).to_string()));
    for alg in ["none", "None", "NONE", ""] {
        is_refused(&caller, &none(alg), other).await;
    }
    is_refused(&caller, &none("HS256"), "The token's signature is wrong.").await;
    let critical = Header { crit: Some(vec!["exp".to_owned()]), ..Header::default() };
    is_refused(&caller, &sign(&critical, SECRET), "The token's header asks for extensions (`crit`) that this server does not know.").await;
}

#[tokio::test]
async fn keys_of_every_kind_let_in_and_other_issuers_do_not() {
    let keys = [Algorithm::RS256, Algorithm::PS256, Algorithm::ES256, Algorithm::EdDSA].map(SigningKey::new);
    let issuer = Issuer::start(&keys.each_ref()).await;
    let app = app_of(&issuer, 60).await;
    let caller = app.company("Acme").await;
    for key in &keys {
        let good = claims(&caller);
        assert!(lets_in(&caller, &key.sign(&good)).await);
        let with = |name: &str, value: Value| {
            let mut claims = good.clone();
            claims[name] = value;
            key.sign(&claims)
        };
        is_refused(&caller, &with("iss", json!("https://evil.example.com/")), "The token is of another issuer.").await;
        is_refused(&caller, &with("iss", Value::Null), "The token has no claim `iss`.").await;
        is_refused(&caller, &with("aud", json!("others")), "The token is for another audience.").await;
        is_refused(&caller, &with("aud", Value::Null), "The token has no claim `aud`.").await;
        is_refused(&caller, &with("exp", json!(now() - 600)), "The token has expired.").await;
        is_refused(&caller, &with("nbf", json!(now() + 600)), "The token is not valid yet.").await;
    }
    for key in &keys[2..] {
        is_refused(&caller, &key.forged().sign(&claims(&caller)), "The token's signature is wrong.").await;
    }
    assert_eq!(issuer.asked(), 1, "known keys are not fetched again");
}

/// The public key is no secret: a token that is signed with it as one, by an algorithm with a secret, is refused.
#[tokio::test]
async fn algorithms_are_the_keys_and_not_the_tokens() {
    let key = SigningKey::new(Algorithm::RS256);
    let issuer = Issuer::start(&[&key]).await;
    let app = app_of(&issuer, 60).await;
    let caller = app.company("Acme").await;
    for (algorithm, kid) in [(Algorithm::HS256, Some(key.id().to_owned())), (Algorithm::HS256, None), (Algorithm::HS512, Some(key.id().to_owned()))] {
        let header = Header { kid: kid.clone(), ..Header::new(algorithm) };
        let token = encode(&header, &claims(&caller), &EncodingKey::from_secret(key.public_text().as_bytes())).unwrap();
        let (status, code, _) = ask(&caller, &token, MUTATION).await;
        assert_eq!((status, code), (401, json!("UNAUTHENTICATED")), "{algorithm:?} {kid:?}");
    }
}

#[tokio::test]
async fn a_new_key_is_fetched_when_a_token_names_it_and_an_unknown_one_not_again_and_again() {
    let (old, new) = (SigningKey::new(Algorithm::ES256), SigningKey::new(Algorithm::ES256));
    let issuer = Issuer::start(&[&old]).await;
    let app = app_of(&issuer, 60).await;
    let caller = app.company("Acme").await;
    let good = claims(&caller);
    assert!(lets_in(&caller, &old.sign(&good)).await);
    issuer.publish(&[&new]);
    let token = new.sign(&good);
    let many = (0..20).map(|_| lets_in(&caller, &token));
    assert_eq!(futures_util::future::join_all(many).await, [true; 20]);
    assert_eq!(issuer.asked(), 2, "one fetch for all who wait");
    for _ in 0..20 {
        is_refused(&caller, &old.sign(&good), "The token is signed with a key that this server does not know.").await;
    }
    assert_eq!(issuer.asked(), 2, "a withdrawn key causes no fetch so soon");
}

/// As long as the keys are not had, tokens can be neither taken nor refused: UNAVAILABLE, so that nobody throws a good token away.
#[tokio::test]
async fn without_keys_nobody_gets_in() {
    let key = SigningKey::new(Algorithm::EdDSA);
    let huge = format!("{{\"keys\": [{}], \"padding\": \"{}\"}}", key.published(), "x".repeat(2 * 1024 * 1024));
    for broken in [Answer::Broken, Answer::Hangs, Answer::Text("<html>".to_owned()), Answer::Text("{\"keys\": []}".to_owned()), Answer::Text(huge)] {
        let issuer = Issuer::start(&[&key]).await;
        issuer.answer(broken);
        let app = app_of(&issuer, 2).await;
        let caller = app.company("Acme").await;
        let token = key.sign(&claims(&caller));
        let began = Instant::now();
        for _ in 0..5 {
            let answer = ask(&caller, &token, MUTATION).await;
            let message = "The keys that tokens are signed with cannot be fetched at the moment. Try again shortly.";
            assert_eq!(answer, (503, json!("UNAVAILABLE"), json!(message)));
        }
        assert!(began.elapsed() < Duration::from_secs(2), "one request waits for the fetch, the others fail at once: {:?}", began.elapsed());
        assert!(issuer.asked() <= 3, "{}", issuer.asked());
        let ready = reqwest::get(format!("http://{}/health/ready", app.address)).await.unwrap();
        assert_eq!(ready.status(), 503);

        issuer.publish(&[&key]);
        tokio::time::sleep(Duration::from_millis(2_200)).await;
        assert!(lets_in(&caller, &token).await, "it recovers by itself");
    }
}

#[tokio::test]
async fn the_last_keys_are_good_for_a_while() {
    let key = SigningKey::new(Algorithm::EdDSA);
    let issuer = Issuer::start(&[&key]).await;
    let app = TestApp::on_sqlite_with(|settings| {
        settings.jwt_secret = None;
        settings.jwks_url = Some(issuer.url());
        (settings.jwks_refresh_seconds, settings.jwks_stale_seconds, settings.jwks_pause_seconds) = (1, 3, 1);
    })
    .await;
    let caller = app.company("Acme").await;
    let token = key.sign(&claims(&caller));
    issuer.answer(Answer::Broken);
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    assert!(issuer.asked() > 1, "the keys are fetched ahead of time");
    assert!(lets_in(&caller, &token).await, "the last keys are still good");
    tokio::time::sleep(Duration::from_millis(2_000)).await;
    assert_eq!(ask(&caller, &token, MUTATION).await.0, 503, "but not for ever");
}

#[tokio::test]
async fn a_file_of_keys_is_read_again() {
    let (old, new) = (SigningKey::new(Algorithm::ES256), SigningKey::new(Algorithm::EdDSA));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("jwks.json");
    let publish = |key: &SigningKey| std::fs::write(&file, json!({ "keys": [key.published()] }).to_string()).unwrap();
    publish(&old);
    let app = TestApp::on_sqlite_with(|settings| {
        settings.jwt_secret = None;
        settings.jwks_file = Some(file.clone());
    })
    .await;
    let caller = app.company("Acme").await;
    assert!(lets_in(&caller, &old.sign(&claims(&caller))).await);
    publish(&new);
    assert!(lets_in(&caller, &new.sign(&claims(&caller))).await);
    is_refused(&caller, &old.sign(&claims(&caller)), "The token is signed with a key that this server does not know.").await;
}
