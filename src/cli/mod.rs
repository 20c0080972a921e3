//! The command line: `party` with its commands.
#![expect(clippy::print_stdout, reason = "a command's answer goes to standard output")]
mod revenue;
mod serve;

use crate::{
    domain::error::Error,
    startup::{self, Settings},
};
use anyhow::{Result, anyhow};
use clap::{Parser, Subcommand};

/// The identity hub: one record for each person and organisation, shared by every engine of a business.
#[derive(Parser)]
#[command(name = "party", version)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Start the server (what `party` does without a command)
    Serve,
    /// Bring the database's schema up to date and grant the server's role what it needs
    Migrate,
    /// Print the subgraph's schema
    Schema,
    /// Spread the tables over the nodes of a Citus cluster
    Distribute,
    /// Check or mend the sums that are kept beside the revenue entries
    #[command(subcommand)]
    Revenue(revenue::Command),
}

/// Runs the command of the arguments.
///
/// # Errors
/// What kept the command from doing its work, for people.
pub async fn run(cli: Cli) -> Result<()> {
    let command = cli.command.unwrap_or(Command::Serve);
    if let Command::Schema = command {
        print!("{}", crate::graphql::sdl());
        return Ok(());
    }
    let settings = Settings::from_environment()?;
    tracing_subscriber::fmt().with_env_filter(&settings.log).with_writer(std::io::stderr).init();
    match command {
        Command::Serve => serve::serve(&settings).await,
        Command::Migrate => startup::migrate(&settings).await,
        Command::Distribute => startup::distribute(&settings).await,
        Command::Revenue(command) => revenue::run(&settings, command).await,
        Command::Schema => Ok(()),
    }
}

/// An error for the operator, who may read what lies under it.
fn explained(error: Error) -> anyhow::Error {
    match &error {
        Error::Refused(_) => anyhow!("{error}"),
        Error::Unavailable(cause) | Error::Contended(cause) | Error::Internal(cause) => anyhow!("{error} ({cause})"),
    }
}
