//! What cannot be looked at ends with exit code 2 and a sentence that says why; nothing is concluded from the rest.
use super::{Folder, fixture, lint};
use crate::support::postgres::PostgresDatabase;

#[tokio::test]
async fn a_schema_that_does_not_parse_is_refused_with_line_and_column() {
    let folder = Folder::with(&[
        ("engine.graphql", "type Query {\n  x: Int\n  y Int\n}\n"),
        ("empty.graphql", ""),
        ("deep.graphql", &format!("type Query {{ x: {}", "[".repeat(100_000))),
    ]);
    let path = folder.path("engine.graphql");
    let refusal = lint(&["--schema", &path, "--migrations", fixture("old_migrations").to_str().unwrap()]).await;
    assert!(refusal.refusal().starts_with(&format!("party lint: {path}:3:5: the schema does not parse: expected")), "{}", refusal.stderr);
    let path = folder.path("empty.graphql");
    let refusal = lint(&["--schema", &path]).await;
    assert!(refusal.refusal().starts_with(&format!("party lint: {path}:1:1: the schema does not parse: expected")), "{}", refusal.stderr);
    let path = folder.path("deep.graphql");
    assert_eq!(
        lint(&["--schema", &path]).await.refusal(),
        format!("party lint: {path}:1:1: the schema does not parse: its brackets nest deeper than 100 levels")
    );
}

#[tokio::test]
async fn the_schema_of_a_whole_graph_is_refused() {
    let folder = Folder::with(&[("graph.graphql", "directive @join__type(graph: String) on OBJECT\ntype Query { x: Int }")]);
    let path = folder.path("graph.graphql");
    assert_eq!(
        lint(&["--schema", &path]).await.refusal(),
        format!("party lint: {path}:1:1: this is the schema of a whole graph; lint the schemas of its engines")
    );
}

#[tokio::test]
async fn files_that_are_missing_or_no_text_are_refused() {
    let folder = Folder::with(&[("empty/readme.md", "")]);
    std::fs::write(folder.path("binary.graphql"), [0xff, 0xfe, 0x00]).unwrap();
    let missing = folder.path("missing");
    for (arguments, message) in [
        (["--schema", &missing], format!("{missing} cannot be read: No such file or directory (os error 2)")),
        (["--schema", &folder.path("binary.graphql")], format!("{} is not UTF-8 text", folder.path("binary.graphql"))),
        (["--migrations", &missing], format!("the folder {missing} cannot be read: No such file or directory (os error 2)")),
        (["--migrations", &folder.path("empty")], format!("{} holds no .sql files", folder.path("empty"))),
        (["--database", &format!("sqlite:{missing}")], format!("the database {missing} does not exist")),
        (["--database", "mysql://localhost/x"], "a database is postgres://… or sqlite:<file>; \"mysql\" is neither".to_owned()),
    ] {
        assert_eq!(lint(&arguments).await.refusal(), format!("party lint: {message}"));
    }
    let nothing = lint(&[]).await;
    assert!(nothing.refusal().contains("give --schema, --database or --migrations"), "{}", nothing.stderr);
}

#[tokio::test]
async fn a_file_that_is_no_database_and_one_without_tables_are_refused() {
    let folder = Folder::with(&[("text.sqlite", &"this is not a database ".repeat(100))]);
    let refusal = lint(&["--database", &format!("sqlite:{}", folder.path("text.sqlite"))]).await;
    assert!(refusal.refusal().ends_with("file is not a database"), "{}", refusal.stderr);
    let empty = folder.sqlite("CREATE TABLE x (id int); DROP TABLE x;").await;
    assert!(lint(&["--database", &empty]).await.refusal().ends_with("has no tables; run the engine's migrations first"));
    let named = lint(&["--database", &empty, "--schema-name", "crm"]).await;
    assert_eq!(named.refusal(), "party lint: an SQLite database has no schemas to choose from; leave out --schema-name");
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_named_without_its_password() {
    let refusal = lint(&["--database", "postgres://reader:hidden-word@127.0.0.1:1/engines"]).await;
    assert!(refusal.refusal().starts_with("party lint: the database 127.0.0.1:1/engines cannot be reached: "), "{}", refusal.stderr);
    let database = PostgresDatabase::create().await;
    let wrong = database.owner_url.replace("party_owner:for-tests-only", "nobody:hidden-word");
    let denied = lint(&["--database", &wrong]).await;
    assert!(denied.refusal().contains("cannot be reached: ") && denied.stderr.contains("nobody"), "{}", denied.stderr);
    for outcome in [refusal, denied] {
        assert!(!outcome.stderr.contains("hidden-word"), "{}", outcome.stderr);
    }
}

#[tokio::test]
async fn a_schema_that_does_not_exist_is_refused_with_those_that_do() {
    let database = PostgresDatabase::create().await;
    let refusal = lint(&["--database", &database.owner_url, "--schema-name", "crm"]).await;
    assert_eq!(refusal.refusal(), "party lint: the database has no schema \"crm\"; it has public");
}

#[tokio::test]
async fn arguments_that_make_no_sense_are_refused() {
    let folder = Folder::with(&[("a.graphql", "type Query { x: Int }")]);
    for arguments in [vec!["--sample", "10"], vec!["--schema-name", "x"], vec!["--format", "xml"], vec!["--database", "sqlite:x", "--sample", "0"]] {
        let outcome = lint(&[&["--schema", &folder.path("a.graphql")], arguments.as_slice()].concat()).await;
        assert_eq!(outcome.code, Some(2), "{arguments:?}");
    }
}
