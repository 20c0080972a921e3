//! Settings that must not be used are refused before anything starts, with a sentence that says what to do.
use crate::support::{
    app::SECRET,
    postgres::PostgresDatabase,
    process::{party_fails, run_party},
};
use party::startup::{self, Settings};

#[tokio::test]
async fn demo_mode_listens_on_loopback_only() {
    let message = party_fails(&[("PARTY_LISTEN", "0.0.0.0:4001")]).await;
    assert!(message.contains("PARTY_LISTEN is 0.0.0.0:4001 but none of PARTY_JWKS_URL, PARTY_JWKS_FILE and PARTY_JWT_SECRET is set"), "{message}");
}

#[tokio::test]
async fn an_unknown_setting_is_named() {
    let message = party_fails(&[("PARTY_LISTENN", "127.0.0.1:0")]).await;
    assert!(message.contains("PARTY_LISTENN is not a setting; PARTY_LISTEN is."), "{message}");
}

#[tokio::test]
async fn a_file_of_settings_is_named_by_the_environment() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("settings.toml");
    std::fs::write(&file, "jwt_secret = \"hunter2\"\nlistenn = \"127.0.0.1:0\"\n").unwrap();
    let message = party_fails(&[("PARTY_CONFIG", file.to_str().unwrap())]).await;
    assert!(message.contains("listenn in ") && message.contains("; listen is.") && !message.contains("hunter2"), "{message}");
    std::fs::write(&file, "jwt_secret = \"hunter2\"\n").unwrap();
    let message = party_fails(&[("PARTY_CONFIG", file.to_str().unwrap())]).await;
    assert!(message.contains("fewer than 32 bytes") && !message.contains("hunter2"), "{message}");
    let message = party_fails(&[("PARTY_CONFIG", "nowhere.toml")]).await;
    assert!(message.contains("the file of settings nowhere.toml could not be read"), "{message}");
}

/// What the program prints is a file that it takes.
#[tokio::test]
async fn the_printed_settings_can_be_used() {
    let printed = run_party("sqlite:unused", &["settings"]).await;
    assert_eq!(printed, Settings::DEFAULTS);
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
    let mut settings = Settings { database_url: database.owner_url.clone().into(), ..Settings::defaults().unwrap() };
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
