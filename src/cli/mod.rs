//! The command line: `party` with its commands.
#![expect(clippy::print_stdout, reason = "a command's answer goes to standard output")]
mod company;
mod import;
mod lint;
mod matching;
mod revenue;
mod serve;

use crate::{
    domain::error::Error,
    startup::{self, Settings, Telemetry, demo},
};
use anyhow::Result;
use clap::{Parser, Subcommand};
use std::{path::PathBuf, process::ExitCode};

/// The identity hub: one record for each person and organisation, shared by every engine of a business.
#[derive(Parser)]
#[command(name = "party", version)]
pub struct Cli {
    /// A file of settings; `party settings` prints one with all of them
    #[arg(long, global = true, env = "PARTY_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Start the server (what `party` does without a command)
    Serve,
    /// Bring the database's schema up to date and grant the server's role what it needs
    Migrate {
        /// Take the newest migrations back instead, with everything that only they keep
        #[arg(long, value_name = "HOW_MANY")]
        undo: Option<u32>,
    },
    /// Print the subgraph's schema
    Schema,
    /// Print every setting with its default, as a file for --config
    Settings,
    /// Load the demo data, if it is not there yet
    Seed,
    /// Add companies
    #[command(subcommand)]
    Company(company::CompanyCommand),
    /// Spread the tables over the nodes of a Citus cluster
    Distribute,
    /// Check or mend the sums that are kept beside the revenue entries
    #[command(subcommand)]
    Revenue(revenue::Command),
    /// Take the old tables over: every row ends in exactly one way, and the ledger says in which
    Import(import::ImportArguments),
    /// Find which records are the same person or organisation
    #[command(subcommand)]
    Match(matching::MatchCommand),
    /// Look for identity that an engine copies: in its schema, its database or its migrations
    ///
    /// The exit code is 0 when nothing was found, 1 when something was, and 2 when something could not be looked at.
    Lint(lint::LintArguments),
}

/// Runs the command of the arguments, and tells the program's exit code.
///
/// # Errors
/// What kept the command from doing its work, for people.
pub async fn run(cli: Cli) -> Result<ExitCode> {
    match cli.command.unwrap_or(Command::Serve) {
        Command::Schema => print!("{}", crate::graphql::sdl()),
        Command::Settings => print!("{}", Settings::DEFAULTS),
        Command::Match(command) => {
            matching::run(command, || Ok(Settings { statement_timeout_milliseconds: 0, ..Settings::read(cli.config.as_deref())? })).await?
        }
        Command::Lint(arguments) => return Ok(lint::run(arguments).await),
        command => {
            let mut settings = Settings::read(cli.config.as_deref())?;
            if !matches!(command, Command::Serve) {
                // What an operator runs may take as long as it takes.
                settings.statement_timeout_milliseconds = 0;
            }
            run_with(&settings, command).await?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn run_with(settings: &Settings, command: Command) -> Result<()> {
    let telemetry = Telemetry::start(settings)?;
    let done = execute(settings, command).await;
    telemetry.finish().await;
    done
}

async fn execute(settings: &Settings, command: Command) -> Result<()> {
    match command {
        Command::Serve => serve::serve(settings).await,
        Command::Migrate { undo: None } => startup::migrate(settings).await,
        Command::Migrate { undo: Some(steps) } => startup::undo(settings, steps).await,
        Command::Distribute => startup::distribute(settings).await,
        Command::Revenue(command) => revenue::run(settings, command).await,
        Command::Import(arguments) => import::run(settings, arguments).await,
        Command::Seed => seed(settings).await,
        Command::Company(command) => company::run(command, settings).await,
        Command::Schema | Command::Settings | Command::Match(_) | Command::Lint(_) => Ok(()),
    }
}

async fn seed(settings: &Settings) -> Result<()> {
    let hub = startup::hub(settings).await?;
    let loaded = demo::seed(&hub).await.map_err(plainly)?;
    println!("{}", if loaded { "The demo data is loaded." } else { "The demo data is there already; nothing was changed." });
    Ok(())
}

/// An error for the operator, who may read what a network client may not.
fn plainly(error: Error) -> anyhow::Error {
    match error {
        Error::Refused(refusals) => {
            let lines: Vec<String> = refusals.iter().map(|refusal| format!("{}: {}", refusal.path.join("."), refusal.message)).collect();
            anyhow::anyhow!("{}", lines.join("\n"))
        }
        Error::Unavailable(cause) | Error::Contended(cause) | Error::Internal(cause) => anyhow::anyhow!("{cause}"),
    }
}
