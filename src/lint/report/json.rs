//! The report for programs.
use super::Report;
use crate::lint::finding::{Finding, Place};
use serde_json::{Value, json};

pub(super) fn written(report: &Report) -> Value {
    let exempt = report.exempt.iter().map(|(finding, exemption)| {
        let mut value = finding_of(finding);
        value["exemption"] = json!({ "purpose": exemption.purpose, "retention": exemption.retention, "until": exemption.until });
        value
    });
    json!({
        "version": 1,
        "findings": report.findings.iter().map(finding_of).collect::<Vec<_>>(),
        "exempt": exempt.collect::<Vec<_>>(),
        "lookedAt": report.looked_at,
    })
}

fn finding_of(finding: &Finding) -> Value {
    let place = match &finding.place {
        Place::File { path, line, column } => json!({ "file": path, "line": line, "column": column }),
        Place::Database(name) => json!({ "database": name }),
    };
    json!({
        "rule": finding.rule.id(),
        "name": finding.rule.name(),
        "severity": finding.rule.severity().as_str(),
        "where": finding.subject,
        "place": place,
        "message": finding.what,
        "remedy": finding.rule.remedy(),
    })
}
