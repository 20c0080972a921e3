//! What was found, for people, for programs and for code scanning.
mod json;
mod sarif;
mod text;

use super::{exemption::Exemption, finding::Finding};

/// The outcome of a run.
#[derive(Debug)]
pub struct Report {
    /// What no exemption covers, ordered by place.
    pub findings: Vec<Finding>,
    /// What exemptions cover.
    pub exempt: Vec<(Finding, Exemption)>,
    /// What was looked at, a line each.
    pub looked_at: Vec<String>,
}

/// How a report is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
}

impl Report {
    /// The report in a format, with a line end.
    pub fn written(&self, format: Format) -> String {
        match format {
            Format::Text => text::written(self),
            Format::Json => format!("{:#}\n", json::written(self)),
            Format::Sarif => format!("{:#}\n", sarif::written(self)),
        }
    }
}
