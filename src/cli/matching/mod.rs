//! `party match`: identity resolution on files, and of the records in the database.
mod columns;
mod evaluate;
mod headings;
mod mapping;
mod pairs;
mod process;
mod run;
mod table;

use crate::startup::Settings;
use anyhow::Result;
use clap::Subcommand;

/// What is done with records.
#[derive(Subcommand)]
pub enum MatchCommand {
    /// Find which records of a CSV file are the same person or organisation, with the shipped defaults
    ///
    /// The columns rec_id, source and cluster are never compared: the first names the record, the second the system that
    /// it comes from, the third the truth of labelled data. All others are recognised by heading and content, or mapped
    /// by a file.
    Evaluate(evaluate::Evaluate),
    /// Judge pairs of names, with nothing else known
    Pairs(pairs::Pairs),
    /// Link the records of a company that have no party, where it is clear whose they are; without --apply only count them
    Run(run::Run),
}

/// Runs a command about matching.
///
/// # Errors
/// When a file cannot be read or written, or its content does not fit.
pub async fn run(command: MatchCommand, settings: impl FnOnce() -> Result<Settings>) -> Result<()> {
    match command {
        MatchCommand::Evaluate(evaluate) => evaluate.run(),
        MatchCommand::Pairs(pairs) => pairs.run(),
        MatchCommand::Run(run) => run.run(&settings()?).await,
    }
}
