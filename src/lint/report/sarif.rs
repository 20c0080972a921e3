//! The report for code scanning: SARIF 2.1.0.
use super::Report;
use crate::lint::{
    finding::{Finding, Place},
    rule::Rule,
};
use serde_json::{Value, json};

pub(super) fn written(report: &Report) -> Value {
    let rules = Rule::ALL.map(|rule| {
        json!({
            "id": rule.id(),
            "name": rule.name(),
            "shortDescription": { "text": rule.name() },
            "help": { "text": rule.remedy() },
            "defaultConfiguration": { "level": rule.severity().as_str() },
        })
    });
    let open = report.findings.iter().map(|finding| result(finding, None));
    let exempt =
        report.exempt.iter().map(|(finding, exemption)| result(finding, Some(&format!("{} (kept {})", exemption.purpose, exemption.retention))));
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "party lint", "semanticVersion": env!("CARGO_PKG_VERSION"), "rules": rules } },
            "columnKind": "unicodeCodePoints",
            "results": open.chain(exempt).collect::<Vec<_>>(),
        }],
    })
}

fn result(finding: &Finding, justification: Option<&str>) -> Value {
    let physical = match &finding.place {
        Place::File { path, line, column } => json!({
            "artifactLocation": { "uri": uri(path) },
            "region": { "startLine": line, "startColumn": column },
        }),
        // Code scanning shows nothing that is not in a file; the subject stands for one.
        Place::Database(_) => json!({ "artifactLocation": { "uri": uri(&format!("database/{}", finding.subject)) }, "region": { "startLine": 1 } }),
    };
    let mut value = json!({
        "ruleId": finding.rule.id(),
        "ruleIndex": Rule::ALL.iter().position(|rule| *rule == finding.rule),
        "level": finding.rule.severity().as_str(),
        "message": { "text": format!("{}: {} {}", finding.subject, finding.what, finding.rule.remedy()) },
        "locations": [{ "physicalLocation": physical, "logicalLocations": [{ "fullyQualifiedName": finding.subject }] }],
        // A finding stays the same one when lines above it come and go.
        "partialFingerprints": { "partyLint/v1": format!("{}:{}", finding.rule.id(), finding.subject) },
    });
    if let Some(justification) = justification {
        value["suppressions"] = json!([{ "kind": "external", "justification": justification }]);
    }
    value
}

/// A path as a relative URI: what is no plain character is written as bytes.
fn uri(path: &str) -> String {
    let mut uri = String::new();
    for byte in path.trim_start_matches("./").bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(char::from(byte)),
            b'\\' => uri.push('/'),
            other => uri.push_str(&format!("%{other:02X}")),
        }
    }
    uri
}
