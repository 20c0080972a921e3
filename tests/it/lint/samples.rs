//! What values tell, with `--sample`: in text, in JSON, and never shown.
use super::{Folder, execute, lint_json, postgres_engine};

const TABLES: &str = "
    CREATE TABLE carts (id integer, note text, payload jsonb, email text, label varchar(80), empty text);
    INSERT INTO carts VALUES
        (1, 'gift for jane.roe@example.com', '{\"to\": {\"street\": \"Main 1\", \"reach\": \"+49 30 901820\"}, \"sku\": \"A-1\"}', 'a@example.com', 'Jane Roe', NULL),
        (2, 'ring twice', '{\"to\": {\"street\": \"Elm 2\", \"reach\": \"+49 30 901821\"}, \"items\": [{\"sku\": \"A-2\"}]}', 'none', 'John Doe', ''),
        (3, 'none', '[]', 'b@example.com', 'Credit Card', NULL);";

const FOUND: &[&str] =
    &["PL001 carts.email", "PL006 carts.label", "PL006 carts.note", "PL006 carts.payload.to.reach", "PL006 carts.payload.to.street"];

fn masked(stdout: &str) {
    for example in ["j….r…@e….c…", "+#… #… #…", "J… R…", "M… #…"] {
        assert!(stdout.contains(example), "{example} is not in {stdout}");
    }
    assert!(stdout.contains("2 of 3 sampled values look like e-mail addresses"), "{stdout}");
    for secret in ["jane.roe", "example.com", "901820", "Roe", "Main 1"] {
        assert!(!stdout.contains(secret), "{secret} is shown: {stdout}");
    }
}

#[tokio::test]
async fn values_of_text_and_json_are_judged_on_sqlite() {
    let folder = Folder::with(&[]);
    let url = folder.sqlite(TABLES).await;
    let outcome = lint_json(&["--database", &url, "--sample", "100"]).await;
    assert_eq!(outcome.findings(), FOUND);
    masked(&outcome.stdout);
    // Without samples only the name speaks, and a sample of one value sees less.
    assert_eq!(lint_json(&["--database", &url]).await.findings(), ["PL001 carts.email"]);
}

#[tokio::test]
async fn values_of_text_and_json_are_judged_on_postgres() {
    let database = postgres_engine(TABLES).await;
    let outcome = lint_json(&["--database", &database.owner_url, "--schema-name", "engine", "--sample", "100"]).await;
    assert_eq!(outcome.findings(), FOUND.iter().map(|finding| finding.replacen(' ', " engine.", 1)).collect::<Vec<_>>());
    masked(&outcome.stdout);
}

#[tokio::test]
async fn what_could_not_be_sampled_is_said() {
    let database = postgres_engine(
        "CREATE TABLE closed (note text); CREATE TABLE guarded (note text); INSERT INTO guarded VALUES ('a@example.com');
         ALTER TABLE guarded ENABLE ROW LEVEL SECURITY; GRANT USAGE ON SCHEMA engine TO party_app; GRANT SELECT ON guarded TO party_app;
         CREATE SCHEMA secret; CREATE TABLE secret.notes (note text, email text);",
    )
    .await;
    let outcome = lint_json(&["--database", &database.app_url, "--schema-name", "engine", "--schema-name", "secret", "--sample", "10"]).await;
    // The catalogue is open to every role, so names are looked at even where nothing may be read.
    let expected =
        ["PL007 engine.closed.note", "PL007 engine.guarded.note", "PL001 secret.notes.email", "PL007 secret.notes.email", "PL007 secret.notes.note"];
    assert_eq!(outcome.findings(), expected);
    assert!(outcome.stdout.contains("The values were not looked at: permission denied for table closed."), "{}", outcome.stdout);
    assert!(outcome.stdout.contains("row-level security hides rows from this role"), "{}", outcome.stdout);
}

/// Whatever the lint runs, it runs in a session that cannot write.
#[tokio::test]
async fn nothing_is_changed() {
    let database = postgres_engine(
        "CREATE TABLE calls (n int); CREATE FUNCTION spy(note text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN INSERT INTO engine.calls VALUES (1); RETURN note; END $$;
         CREATE TABLE carts (note text); INSERT INTO carts VALUES ('a@example.com');",
    )
    .await;
    execute(&database.owner_url, "CREATE VIEW engine.seen AS SELECT engine.spy(note) AS note FROM engine.carts").await;
    let outcome = lint_json(&["--database", &database.owner_url, "--schema-name", "engine", "--sample", "10"]).await;
    assert_eq!(outcome.findings(), ["PL006 engine.carts.note"]);
}
