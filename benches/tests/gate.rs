//! The gate against slow requests: what a request of each workload costs in instructions of the server stays within the committed bounds.
#![cfg(target_os = "linux")]
use std::{path::Path, process::Command};

/// Also loads made-up parties into every table, and compares the answers with SQL.
#[test]
fn requests_need_no_more_instructions_than_their_bounds() {
    if std::env::var_os("TEST_POSTGRES_URL").is_some() {
        eprintln!("Not counted: the measurements need a PostgreSQL server of their own, and TEST_POSTGRES_URL names another one.");
        return;
    }
    let bench = Path::new(env!("CARGO_BIN_EXE_party-bench"));
    let party = bench.with_file_name("party");
    assert!(party.exists(), "the server is not built: run `cargo test --workspace`");
    let folder = tempfile::tempdir().unwrap();
    let bounds = Path::new(env!("CARGO_MANIFEST_DIR")).join("instructions.json");
    let output = Command::new(bench).arg("--instructions").arg(bounds).arg("--folder").arg(folder.path()).output().unwrap();
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}{}", said(&output.stdout), said(&output.stderr));
}
