//! The report for people: each finding in three lines, and what was looked at.
use super::Report;
use crate::lint::{counted, rule::Rule};
use std::{collections::BTreeSet, fmt::Write};

pub(super) fn written(report: &Report) -> String {
    let mut text = String::new();
    let mut place = None;
    for finding in &report.findings {
        if place != Some(&finding.place) {
            place = Some(&finding.place);
            _ = writeln!(text, "{}", finding.place);
        }
        _ = writeln!(text, "  {} {} {}: {}", finding.rule.id(), finding.rule.severity().as_str(), finding.subject, finding.what);
    }
    let rules: BTreeSet<Rule> = report.findings.iter().map(|finding| finding.rule).collect();
    if !rules.is_empty() {
        text.push_str("\nWhat to do:\n");
        let rules: Vec<Rule> = rules.into_iter().collect();
        for same in rules.chunk_by(|one, other| one.remedy() == other.remedy()) {
            let ids: Vec<&str> = same.iter().map(|rule| rule.id()).collect();
            _ = writeln!(text, "  {}: {}", ids.join(", "), same[0].remedy());
        }
        text.push('\n');
    }
    for looked_at in &report.looked_at {
        _ = writeln!(text, "Looked at {looked_at}.");
    }
    let exempt = if report.exempt.is_empty() { String::new() } else { format!(", {} exempt", report.exempt.len()) };
    _ = writeln!(text, "{}{exempt}.", counted(report.findings.len(), "finding"));
    text
}
