//! Settings that must not be used are refused before anything starts, with a sentence that says what to do.
use crate::support::{app::SECRET, postgres::PostgresDatabase, process::party_fails};
use party::startup::{self, Settings};

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
async fn a_role_that_row_level_security_does_not_bind_is_refused() {
    let database = PostgresDatabase::create().await;
    for (url, why) in [(&database.superuser_url, "superuser"), (&database.owner_url, "the owner of the tables")] {
        let message = party_fails(&[("PARTY_DATABASE_URL", url), ("PARTY_JWT_SECRET", SECRET)]).await;
        assert!(message.contains(why) && message.contains("PARTY_ALLOW_PRIVILEGED_ROLE=true"), "{message}");
    }
    let mut settings = Settings { database_url: database.owner_url.clone(), ..Settings::default() };
    assert!(startup::hub(&settings).await.is_err());
    settings.allow_privileged_role = true;
    assert!(startup::hub(&settings).await.is_ok());
}

#[tokio::test]
async fn a_database_that_is_not_there_is_an_error_without_its_password() {
    let url = "postgres://party_app:hunter2@127.0.0.1:1/party";
    let message = party_fails(&[("PARTY_DATABASE_URL", url), ("PARTY_POOL_WAIT_MILLISECONDS", "300")]).await;
    assert!(message.contains("the postgres database could not be opened") && !message.contains("hunter2"), "{message}");
}
