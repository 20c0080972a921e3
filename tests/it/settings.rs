//! Settings that must not be used are refused before anything starts, with a sentence that says what to do.
use crate::support::process::party_fails;

#[tokio::test]
async fn demo_mode_listens_on_loopback_only() {
    let message = party_fails(&[("PARTY_LISTEN", "0.0.0.0:4001")]).await;
    assert!(message.contains("PARTY_LISTEN is 0.0.0.0:4001 but no PARTY_JWT_SECRET is set"), "{message}");
}

#[tokio::test]
async fn an_unknown_setting_is_named() {
    let message = party_fails(&[("PARTY_LISTENN", "127.0.0.1:0")]).await;
    assert!(message.contains("listenn"), "{message}");
}

#[tokio::test]
async fn a_short_secret_is_refused_and_not_repeated() {
    let message = party_fails(&[("PARTY_JWT_SECRET", "hunter2")]).await;
    assert!(message.contains("fewer than 32 bytes") && !message.contains("hunter2"), "{message}");
}

#[tokio::test]
async fn a_database_that_is_not_there_is_an_error_without_its_password() {
    let url = "postgres://party_app:hunter2@127.0.0.1:1/party";
    let message = party_fails(&[("PARTY_DATABASE_URL", url), ("PARTY_POOL_WAIT_MILLISECONDS", "300")]).await;
    assert!(message.contains("the postgres database could not be opened") && !message.contains("hunter2"), "{message}");
}
