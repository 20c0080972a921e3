//! The schema that is committed is the one of the code, and the one that gateways are told.
use crate::support::on_both_databases;
use serde_json::json;
use std::{fs, path::Path};

fn committed() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("schema.graphql")).unwrap()
}

#[test]
fn the_committed_schema_is_the_one_of_the_code() {
    assert!(party::graphql::sdl() == committed(), "schema.graphql is not what the code makes: run `make schema` and look at the difference");
}

/// Everything in the schema is described: a gateway's users see nothing else.
#[test]
fn everything_is_described() {
    let sdl = committed();
    let lines: Vec<&str> = sdl.lines().collect();
    let mut silent = Vec::new();
    for (i, line) in lines.iter().enumerate().skip(1) {
        let text = line.trim_start();
        let is_type = ["type ", "input ", "enum ", "scalar "].iter().any(|word| line.starts_with(word));
        let is_field =
            line.starts_with("  ") && !line.starts_with("   ") && text.starts_with(|c: char| c.is_ascii_lowercase()) && text.contains(": ");
        let before = lines[i - 1].trim();
        if (is_type || is_field) && before != "\"\"\"" && !inside_description(&lines[..i]) {
            silent.push(format!("line {}: {text}", i + 1));
        }
    }
    assert!(silent.is_empty(), "without a description: {silent:#?}");
}

fn inside_description(before: &[&str]) -> bool {
    before.iter().filter(|line| line.trim() == "\"\"\"").count() % 2 == 1
}

on_both_databases! {
    /// A gateway that asks gets the same text.
    async fn gateways_are_told_the_same(app: TestApp) {
        let caller = app.company("Acme").await;
        let answer = caller.data("{ _service { sdl } }", json!({})).await;
        assert!(answer["_service"]["sdl"].as_str().unwrap() == committed());
    }
}
