//! TLS to PostgreSQL, as the parameters of the URL ask for it.
use crate::support::{
    caller::TestCaller,
    postgres::{OwnPostgres, PostgresDatabase},
    process::{PartyProcess, party_fails, run_party},
};
use party::domain::id::CompanyId;
use sea_orm::{ConnectionTrait, Database, DbBackend, Statement};
use serde_json::json;

/// A certificate that vouches for itself, and its key.
fn certificate() -> (String, String) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    (made.cert.pem(), made.signing_key.serialize_pem())
}

async fn refusal(url: &str) -> String {
    party_fails(&[("PARTY_DATABASE_URL", url), ("PARTY_JWT_SECRET", crate::support::app::SECRET), ("PARTY_POOL_WAIT_MILLISECONDS", "5000")]).await
}

#[tokio::test]
async fn the_server_is_who_its_certificate_says() {
    let (certificate, key) = certificate();
    let postgres = OwnPostgres::start("ssl = on", &[("server.crt", &certificate), ("server.key", &key)]).await;
    let folder = tempfile::tempdir().unwrap();
    let [right, wrong] = ["right.pem", "wrong.pem"].map(|name| folder.path().join(name).display().to_string());
    std::fs::write(&right, &certificate).unwrap();
    std::fs::write(&wrong, self::certificate().0).unwrap();
    // The certificate names localhost.
    let named = postgres.app_url.replace("127.0.0.1", "localhost");

    let url = format!("{named}?sslmode=verify-full&sslrootcert={right}");
    let company = CompanyId::parse(run_party(&url, &["company", "add", "--name", "Acme"]).await.trim()).unwrap();
    let server = PartyProcess::start(&url).await;
    let caller = TestCaller::new(server.address, company);
    assert_eq!(caller.data("{ partyStatistics { total } }", json!({})).await, json!({ "partyStatistics": { "total": 0 } }));
    let superuser = Database::connect(&postgres.superuser_url).await.unwrap();
    let sessions = "SELECT count(*) FILTER (WHERE ssl) AS hidden, count(*) AS all FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE usename = 'party_app'";
    let row = superuser.query_one_raw(Statement::from_string(DbBackend::Postgres, sessions)).await.unwrap().unwrap();
    let [hidden, all] = ["hidden", "all"].map(|name| row.try_get::<i64>("", name).unwrap());
    assert!(hidden == all && all > 0, "{hidden} of {all} sessions are encrypted");

    for (url, why) in [
        (format!("{named}?sslmode=verify-full&sslrootcert={wrong}"), "BadSignature"),
        (format!("{}?sslmode=verify-full&sslrootcert={right}", postgres.app_url), "certificate not valid for name"),
        (format!("{named}?sslmode=verify-full"), "UnknownIssuer"),
    ] {
        let message = refusal(&url).await;
        assert!(message.contains("the postgres database could not be opened") && message.contains(why), "{url}: {message}");
    }
}

#[tokio::test]
async fn a_server_without_tls_is_refused_where_tls_is_required() {
    let database = PostgresDatabase::create().await;
    let message = refusal(&format!("{}?sslmode=require", database.app_url)).await;
    assert!(message.contains("the postgres database could not be opened") && message.contains("TLS"), "{message}");
}
