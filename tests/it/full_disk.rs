//! The disk of the SQLite file is full: changes are refused, reading goes on, and with room everything works again by itself.
use crate::support::{
    caller::TestCaller,
    process::{PartyProcess, run_party},
    sqlite::SqliteDatabase,
};
use party::domain::id::CompanyId;
use sea_orm::{ConnectionTrait, Database, DbBackend, Statement};
use serde_json::json;
use std::{io::Write, path::PathBuf};

/// A file system of a few megabytes that only the server sees, with the file `$2` and its log in it.
const ON_A_SMALL_DISK: &str = r#"mount -t tmpfs -o size=8m tmpfs "$1" || {
  echo "A mount namespace of its own may not mount here: run the tests as root, or allow user namespaces." >&2; exit 1; }
cp "$2"* "$1"; shift 2; exec "$@""#;

const CREATE: &str = "mutation($input: CreatePartyInput!) { createParty(input: $input) { party { id } } }";

/// Makes parties until one is refused, and gives those that were made and the refusal.
async fn create_until_refused(caller: &TestCaller) -> (Vec<String>, String) {
    let mut made = Vec::new();
    for number in 0..2_000 {
        let answer = caller.send(CREATE, json!({ "input": { "kind": "PERSON", "displayName": format!("Jane {number} {}", "x".repeat(150)) } })).await;
        match answer["data"]["createParty"]["party"]["id"].as_str() {
            Some(id) => made.push(id.to_owned()),
            None => return (made, answer["errors"][0]["extensions"]["code"].as_str().unwrap_or_default().to_owned()),
        }
    }
    panic!("2000 parties fit on the small disk");
}

async fn total(caller: &TestCaller) -> usize {
    let answer = caller.data("{ partyStatistics { total } }", json!({})).await;
    usize::try_from(answer["partyStatistics"]["total"].as_u64().unwrap()).unwrap()
}

#[tokio::test]
async fn refuses_changes_and_keeps_what_there_is() {
    let database = SqliteDatabase::create();
    let company = CompanyId::parse(run_party(&database.url, &["company", "add", "--name", "Acme"]).await.trim()).unwrap();
    let file = database.url.trim_start_matches("sqlite://").split('?').next().unwrap().to_owned();
    let disk = tempfile::tempdir().unwrap();
    let mount_point = disk.path().display().to_string();
    // Root needs no user namespace; everybody else needs one to mount.
    let script =
        format!(r#"me=$(id -u); [ "$me" = 0 ] && as= || as="--user --map-root-user"; exec unshare $as --mount sh -euc '{ON_A_SMALL_DISK}' sh "$@""#);
    let server = PartyProcess::start_in_shell(&format!("sqlite:{mount_point}/party.db"), &script, &[&mount_point, &file]).await;
    let seen = PathBuf::from(format!("/proc/{}/root{mount_point}", server.id()));
    let caller = TestCaller::new(server.address, company);
    let first = caller.person("Jane Roe").await;

    let mut filler = std::fs::File::create(seen.join("filler")).unwrap();
    while filler.write(&[0; 4_096]).is_ok_and(|written| written > 0) {}
    let (made, code) = create_until_refused(&caller).await;
    assert_eq!(code, "UNAVAILABLE");
    assert_eq!(total(&caller).await, 1 + made.len(), "a refused party is there, or an acknowledged one is not");
    assert_eq!(caller.error_code(CREATE, json!({ "input": { "kind": "PERSON", "displayName": "x".repeat(190) } })).await, "UNAVAILABLE");

    std::fs::remove_file(seen.join("filler")).unwrap();
    drop(filler);
    let last = caller.person("Janet Roe").await;
    assert_eq!(total(&caller).await, 2 + made.len());
    let query = "query($ids: [_Any!]!) { _entities(representations: $ids) { ... on Party { id } } }";
    let ids: Vec<String> = [first].into_iter().chain(made).chain([last]).collect();
    for ids in ids.chunks(500) {
        let representations: Vec<_> = ids.iter().map(|id| json!({ "__typename": "Party", "id": id })).collect();
        assert_eq!(caller.data(query, json!({ "ids": representations })).await["_entities"].as_array().unwrap().len(), ids.len());
    }
    // Nobody writes now, so the file and its log can be copied.
    for name in ["party.db", "party.db-wal"] {
        std::fs::copy(seen.join(name), disk.path().join(name)).unwrap();
    }
    let file = Database::connect(format!("sqlite:{mount_point}/party.db")).await.unwrap();
    let checked = file.query_one_raw(Statement::from_string(DbBackend::Sqlite, "PRAGMA integrity_check")).await.unwrap().unwrap();
    assert_eq!(checked.try_get_by_index::<String>(0).unwrap(), "ok");
}
