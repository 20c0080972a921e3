//! The tables that a run prints, and the same as JSON.
use crate::{measure::Sample, workload::Workload};
use std::fmt::Write;

/// By what a workload's CPU time is judged.
pub enum Goal {
    /// At most so many times that of another target.
    Times(f64, &'static str),
    /// At most so many microseconds.
    Microseconds(f64),
}

/// The goal of a workload.
pub fn goal(workload: Workload) -> Goal {
    match workload {
        Workload::W1 => Goal::Times(1.8, "bare"),
        Workload::W2 | Workload::W3 => Goal::Times(1.3, "bare"),
        Workload::W4 | Workload::W7 => Goal::Times(2.0, "raw"),
        Workload::W5 => Goal::Microseconds(500.0),
        Workload::W6 => Goal::Microseconds(1_000.0),
    }
}

/// The tables in Markdown.
pub fn tables(samples: &[Sample], workloads: &[Workload], targets: &[&str], connections: &[usize]) -> String {
    let mut text = String::from("\nCPU time per request: server + PostgreSQL in µs, medians over all rounds and connections.\n\n| workload |");
    for target in targets {
        let _ = write!(text, " {target} |");
    }
    text += " goal | reached |\n|---|";
    text += &"---|".repeat(targets.len() + 2);
    for workload in workloads {
        let _ = write!(text, "\n| {workload:?} {} |", workload.title());
        for target in targets {
            let of: Vec<&Sample> = of(samples, *workload, target).collect();
            match of.is_empty() {
                true => text += " – |",
                false => drop(write!(text, " {:.0} + {:.0} |", median(of.iter().map(|s| s.server)), median(of.iter().map(|s| s.postgres)))),
            }
        }
        text += &reached(samples, *workload);
    }
    text += "\n\n| workload | target | connections | requests/s | p50 ms | p99 ms | server µs | PostgreSQL µs | memory MiB |\n|---|---|---|---|---|---|---|---|---|";
    for workload in workloads {
        for target in targets {
            for connections in connections {
                let of: Vec<&Sample> = of(samples, *workload, target).filter(|sample| sample.connections == *connections).collect();
                if of.is_empty() {
                    continue;
                }
                let m = |value: fn(&Sample) -> f64| median(of.iter().map(|sample| value(sample)));
                let _ = write!(
                    text,
                    "\n| {workload:?} | {target} | {connections} | {:.0} | {:.2} | {:.2} | {:.0} | {:.0} | {:.0} |",
                    m(|s| s.per_second),
                    m(|s| s.p50),
                    m(|s| s.p99),
                    m(|s| s.server),
                    m(|s| s.postgres),
                    m(|s| s.memory)
                );
            }
        }
    }
    let _ = write!(text, "\n\nOthers, the load among them, kept {:.1} CPUs busy (median).\n", median(samples.iter().map(|sample| sample.others)));
    text
}

/// The goal and what was reached, as two cells.
fn reached(samples: &[Sample], workload: Workload) -> String {
    match goal(workload) {
        Goal::Times(times, base) => {
            format!(" ≤ {times} × {base} | {} |", ratio(samples, workload, "party", base).map_or("–".to_owned(), |r| format!("{r:.2}")))
        }
        Goal::Microseconds(most) => format!(" ≤ {most:.0} µs | {:.0} |", median(of(samples, workload, "party").map(Sample::cpu))),
    }
}

/// How many times the CPU time of another target one takes: the median of the ratios within each round.
pub fn ratio(samples: &[Sample], workload: Workload, target: &str, base: &str) -> Option<f64> {
    let ratios: Vec<f64> = of(samples, workload, target)
        .filter_map(|sample| {
            let pair = of(samples, workload, base).find(|other| other.connections == sample.connections && other.round == sample.round)?;
            Some(sample.cpu() / pair.cpu())
        })
        .collect();
    (!ratios.is_empty()).then(|| median(ratios.into_iter()))
}

fn of<'s>(samples: &'s [Sample], workload: Workload, target: &str) -> impl Iterator<Item = &'s Sample> {
    let workload = format!("{workload:?}");
    samples.iter().filter(move |sample| sample.workload == workload && sample.target == target)
}

/// The middle value.
pub fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
