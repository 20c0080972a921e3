//! Declared exemptions: with purpose and retention, exact, and not for ever.
use super::{Folder, lint, lint_json};

const TABLES: &str = "CREATE TABLE labels (id int, street text, city text, email text);";

async fn with(exemptions: &str) -> (Folder, super::Outcome) {
    let folder = Folder::with(&[("sql/1.sql", TABLES), ("exemptions.toml", exemptions)]);
    let outcome = lint_json(&["--migrations", &folder.path("sql"), "--exemptions", &folder.path("exemptions.toml")]).await;
    (folder, outcome)
}

#[tokio::test]
async fn exempt_is_what_is_named_exactly_and_only_in_its_time() {
    let (_, outcome) = with(
        r#"
        [[exempt]]
        where = "labels.street"
        rule = "PL004"
        purpose = "The carrier's label is printed from it"
        retention = "30 days after delivery"

        [[exempt]]
        where = "labels.city"
        rule = "PL004"
        purpose = "As above"
        retention = "30 days"
        until = 2020-01-31

        [[exempt]]
        where = "labels.email"
        rule = "PL004"
        purpose = "The wrong rule"
        retention = "none"
        until = "2999-12-31"
        "#,
    )
    .await;
    assert_eq!(outcome.findings(), ["PL004 labels.city", "PL902 labels.city", "PL001 labels.email", "PL901 labels.email"]);
    let report: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
    assert_eq!(report["exempt"][0]["where"], "labels.street");
    assert_eq!(report["exempt"][0]["exemption"]["retention"], "30 days after delivery");
    let ended = report["findings"].as_array().unwrap().iter().find(|finding| finding["rule"] == "PL902").unwrap();
    assert_eq!((ended["message"].as_str(), ended["place"]["line"].as_u64()), (Some("The exemption from PL004 ended on 2020-01-31."), Some(8)));
}

#[tokio::test]
async fn everything_exempt_is_a_success() {
    let folder = Folder::with(&[
        ("sql/1.sql", "CREATE TABLE labels (id int, street text);"),
        ("exemptions.toml", "[[exempt]]\nwhere = \"labels.street\"\nrule = \"PL004\"\npurpose = \"Labels\"\nretention = \"30 days\"\n"),
    ]);
    let outcome = lint(&["--migrations", &folder.path("sql"), "--exemptions", &folder.path("exemptions.toml")]).await;
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert!(outcome.stdout.ends_with("0 findings, 1 exempt.\n"), "{}", outcome.stdout);
}

#[tokio::test]
async fn what_is_missing_or_wrong_is_said_with_its_line() {
    let begin = "[[exempt]]\nwhere = \"labels.street\"\n";
    for (rest, message) in [
        ("rule = \"PL004\"\npurpose = \"Labels\"\n", ":1: missing field `retention`"),
        ("rule = \"PL004\"\nretention = \"30 days\"\n", ":1: missing field `purpose`"),
        ("rule = \"PL004\"\npurpose = \" \"\nretention = \"30 days\"\n", ":1: an exemption needs a purpose; it is empty here"),
        ("rule = \"PL999\"\npurpose = \"x\"\nretention = \"x\"\n", ":1: there is no rule \"PL999\"; rules are PL001, PL002"),
        ("rule = \"PL004\"\npurpose = \"x\"\nretention = \"x\"\nuntil = \"soon\"\n", ":1: `until` is soon; write a day, as 2027-12-31"),
        ("rule = \"PL004\"\nreason = \"x\"\n", ":4: unknown field `reason`"),
        ("rule = \n", ":3: "),
    ] {
        let (folder, outcome) = with(&format!("{begin}{rest}")).await;
        let refusal = outcome.refusal();
        assert!(refusal.starts_with(&format!("party lint: {}{message}", folder.path("exemptions.toml"))), "{refusal}");
    }
}
