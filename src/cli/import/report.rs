//! Reports of imports, for people and for programs.
use crate::{
    domain::import::outcome::Outcome,
    service::import::{Comparison, Progress, Report},
};
use serde_json::{Value, json};
use std::fmt::Write;

/// The report as a table, with the reasons below.
pub fn text(report: &Report, is_dry: bool) -> String {
    let mut text = match (report.run, is_dry) {
        (_, true) => "Dry run: nothing was kept.\n".to_owned(),
        (Some(run), false) => format!("Run {run}\n"),
        (None, false) => "Every row was imported before; nothing was changed.\n".to_owned(),
    };
    let _ = writeln!(text, "{:<28}{:>10}{:>10}{:>10}{:>10}{:>10}{:>13}", "table", "rows", "created", "matched", "review", "rejected", "unaccounted");
    for table in &report.tables {
        let [created, matched, review, rejected] = Outcome::ALL.map(|outcome| table.count(outcome));
        let unaccounted = table.unaccounted();
        let _ = writeln!(text, "{:<28}{:>10}{created:>10}{matched:>10}{review:>10}{rejected:>10}{unaccounted:>13}", table.table, table.read);
    }
    for table in &report.tables {
        for ((outcome, reason), count) in table.ended.iter().filter(|((_, reason), _)| !reason.is_empty()) {
            let _ = writeln!(text, "{}: {count} {} {reason}", table.table, outcome.as_str().to_lowercase());
        }
        if !table.missing.is_empty() {
            let _ = writeln!(text, "{}: the source does not have {}", table.table, table.missing.join(", "));
        }
    }
    text
}

/// The report as JSON.
pub fn json(report: &Report, is_dry: bool) -> Value {
    let tables: Vec<Value> = report
        .tables
        .iter()
        .map(|table| {
            let ended =
                |((outcome, reason), count): (&(Outcome, String), &i64)| json!({ "outcome": outcome.as_str(), "reason": reason, "rows": count });
            let [created, matched, review, rejected] = Outcome::ALL.map(|outcome| table.count(outcome));
            json!({
                "table": table.table, "rows": table.read, "created": created, "matched": matched, "review": review, "rejected": rejected,
                "unaccounted": table.unaccounted(), "reasons": table.ended.iter().map(ended).collect::<Vec<_>>(), "missing": table.missing,
            })
        })
        .collect();
    json!({ "run": report.run, "dryRun": is_dry, "unaccounted": report.unaccounted(), "tables": tables })
}

/// Both sides beside each other.
pub fn comparison(compared: &[Comparison]) -> String {
    let mut text = format!("{:<28}{:<20}{:>20}{:>20}\n", "table", "", "old", "here");
    for one in compared {
        let mark = if one.is_equal() { "" } else { "  differs" };
        let _ = writeln!(text, "{:<28}{:<20}{:>20}{:>20}{mark}", one.table, one.what, one.source, one.hub);
    }
    text
}

/// One line of progress.
pub fn progress(progress: &Progress<'_>) -> String {
    let seconds = progress.elapsed.as_secs_f64().max(0.001);
    let rate = progress.total as f64 / seconds;
    let left = (progress.of - progress.done).max(0) as f64 / rate.max(1.0);
    let filled = usize::try_from(progress.done * 20 / progress.of.max(1)).unwrap_or(20).min(20);
    let bar: String = "#".repeat(filled) + &"-".repeat(20 - filled);
    format!("{} [{bar}] {}/{}, {rate:.0} rows/s, {left:.0} s left", progress.table, progress.done, progress.of)
}
