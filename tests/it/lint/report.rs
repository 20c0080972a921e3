//! The report as SARIF and JSON.
use super::{Folder, lint};
use party::lint::rule::Rule;
use serde_json::{Value, json};
use std::collections::HashSet;

async fn sarif() -> Value {
    let folder = Folder::with(&[
        ("sql files/1.sql", "CREATE TABLE labels (id int,\n  email text, city text);"),
        ("exemptions.toml", "[[exempt]]\nwhere = \"labels.city\"\nrule = \"PL004\"\npurpose = \"Labels\"\nretention = \"30 days\"\n"),
    ]);
    let sqlite = folder.sqlite("CREATE TABLE carts (id int, phone text)").await;
    let sources = ["--migrations", &folder.path("sql files"), "--database", &sqlite, "--exemptions", &folder.path("exemptions.toml")];
    let outcome = lint(&[&sources[..], &["--format", "sarif"]].concat()).await;
    assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
    serde_json::from_str(&outcome.stdout).unwrap()
}

#[tokio::test]
async fn sarif_names_rule_place_and_subject() {
    let report = sarif().await;
    assert_eq!((report["version"].as_str(), report["runs"].as_array().unwrap().len()), (Some("2.1.0"), 1));
    let results = report["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.iter().map(|result| result["ruleId"].as_str().unwrap()).collect::<Vec<_>>(), ["PL001", "PL002", "PL004"]);
    let place = &results[0]["locations"][0];
    assert!(place["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap().ends_with("sql%20files/1.sql"), "{place}");
    assert_eq!(place["physicalLocation"]["region"], json!({ "startLine": 2, "startColumn": 3 }));
    assert_eq!(place["logicalLocations"], json!([{ "fullyQualifiedName": "labels.email" }]));
    assert_eq!(results[0]["partialFingerprints"], json!({ "partyLint/v1": "PL001:labels.email" }));
    assert_eq!(results[1]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "database/carts.phone");
    assert_eq!(results[2]["suppressions"], json!([{ "kind": "external", "justification": "Labels (kept 30 days)" }]));
    assert!(results[0].get("suppressions").is_none());
}

/// What the standard asks of the parts that are used: every result points to a rule of the driver, levels are SARIF's, texts are not empty.
#[tokio::test]
async fn sarif_is_consistent_in_itself() {
    let report = sarif().await;
    let driver = &report["runs"][0]["tool"]["driver"];
    assert_eq!(driver["name"], "party lint");
    let rules = driver["rules"].as_array().unwrap();
    assert_eq!(rules.len(), Rule::ALL.len());
    for result in report["runs"][0]["results"].as_array().unwrap() {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(["error", "warning", "note"].contains(&result["level"].as_str().unwrap()));
        assert!(!result["message"]["text"].as_str().unwrap().is_empty());
    }
}

#[test]
fn ids_and_names_of_rules_are_unique_and_in_order() {
    let ids: Vec<&str> = Rule::ALL.map(Rule::id).to_vec();
    assert!(ids.is_sorted());
    assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len());
    assert_eq!(Rule::ALL.map(Rule::name).iter().collect::<HashSet<_>>().len(), ids.len());
    assert!(Rule::ALL.iter().all(|rule| Rule::parse(rule.id()) == Some(*rule)));
}

/// The page about the lint explains every rule.
#[test]
fn every_rule_is_documented() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/linting.md")).unwrap();
    let missing: Vec<&str> = Rule::ALL.map(Rule::id).into_iter().filter(|id| !page.contains(&format!("| {id} |"))).collect();
    assert!(missing.is_empty(), "docs/linting.md lacks {missing:?}");
}
