//! `party lint` as its users run it: a process, real files, real databases, its output and its exit code.
mod bad_input;
mod exemptions;
mod graph;
mod migrations;
mod names;
mod odd_databases;
mod old_schema;
mod report;
mod samples;

use crate::support::postgres::PostgresDatabase;
use sea_orm::{ConnectionTrait, Database};
use serde_json::Value;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// What a run of the command left behind.
struct Outcome {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Outcome {
    /// The findings of a report in JSON, each as `rule subject`.
    fn findings(&self) -> Vec<String> {
        assert!(matches!(self.code, Some(0 | 1)), "{}", self.stderr);
        let report: Value = serde_json::from_str(&self.stdout).unwrap();
        let findings = report["findings"].as_array().unwrap();
        assert_eq!(self.code, Some(i32::from(!findings.is_empty())));
        let mut findings: Vec<String> =
            findings.iter().map(|finding| format!("{} {}", finding["rule"].as_str().unwrap(), finding["where"].as_str().unwrap())).collect();
        findings.sort_by(|one, other| one.split(' ').nth(1).cmp(&other.split(' ').nth(1)).then(one.cmp(other)));
        findings
    }

    /// What kept the command from looking.
    fn refusal(&self) -> &str {
        assert_eq!((self.code, self.stdout.as_str()), (Some(2), ""), "{}", self.stderr);
        self.stderr.trim_end()
    }
}

/// Runs the command with these arguments.
async fn lint(arguments: &[&str]) -> Outcome {
    let output = tokio::process::Command::new(env!("CARGO_BIN_EXE_party")).arg("lint").args(arguments).output().await.unwrap();
    Outcome { code: output.status.code(), stdout: String::from_utf8(output.stdout).unwrap(), stderr: String::from_utf8(output.stderr).unwrap() }
}

/// Runs it and takes the report as JSON.
async fn lint_json(arguments: &[&str]) -> Outcome {
    lint(&[arguments, &["--format", "json"]].concat()).await
}

/// A folder with files for one test.
struct Folder(TempDir);

impl Folder {
    fn with(files: &[(&str, &str)]) -> Self {
        let folder = Self(TempDir::new().unwrap());
        for (name, text) in files {
            let path = folder.path(name);
            std::fs::create_dir_all(Path::new(&path).parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        folder
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().unwrap().to_owned()
    }

    /// An SQLite database in the folder, with tables and rows.
    async fn sqlite(&self, sql: &str) -> String {
        let file = self.path("engine.sqlite");
        execute(&format!("sqlite://{file}?mode=rwc"), sql).await;
        format!("sqlite:{file}")
    }
}

/// A PostgreSQL database in which the schema `engine` has tables and rows, beside the hub's own in `public`.
async fn postgres_engine(sql: &str) -> PostgresDatabase {
    let database = PostgresDatabase::create().await;
    execute(&database.owner_url, &format!("CREATE SCHEMA engine; SET search_path = engine; {sql}")).await;
    database
}

async fn execute(url: &str, sql: &str) {
    let connection = Database::connect(url).await.unwrap();
    connection.execute_unprepared(sql).await.unwrap();
    connection.close().await.unwrap();
}

/// A file or folder of these tests.
fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/lint").join(name)
}
