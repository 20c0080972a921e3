//! `party revenue`: whether the kept sums are what the entries add up to.
use crate::{
    domain::id::CompanyId,
    service::revenue,
    startup::{self, Settings},
};
use anyhow::{Result, bail};
use clap::Subcommand;
use uuid::Uuid;

/// What is done with the kept sums.
#[derive(Subcommand)]
pub enum Command {
    /// Add the entries up and print every kept sum that differs; the exit code is 1 when there is one
    Verify {
        /// The company's id
        #[arg(long)]
        company: Uuid,
    },
    /// Make the kept sums anew from the entries, and print those that differed
    Rebuild {
        /// The company's id
        #[arg(long)]
        company: Uuid,
    },
}

/// Runs the command.
///
/// # Errors
/// When sums differ that were only to be verified, or the database does not answer.
pub async fn run(settings: &Settings, command: Command) -> Result<()> {
    let hub = startup::hub(settings).await?;
    match command {
        Command::Verify { company } => {
            let differences = revenue::verify(&hub, CompanyId(company)).await.map_err(super::plainly)?;
            print(&differences);
            if !differences.is_empty() {
                bail!("{} kept sum(s) differ from the entries; `party revenue rebuild` makes them anew", differences.len());
            }
            println!("Every kept sum is what the entries add up to.");
        }
        Command::Rebuild { company } => {
            let differences = revenue::rebuild(&hub, CompanyId(company)).await.map_err(super::plainly)?;
            print(&differences);
            println!("The sums were made anew; {} of them differed.", differences.len());
        }
    }
    Ok(())
}

fn print(differences: &[crate::domain::revenue::Difference]) {
    for difference in differences {
        println!("{difference}");
    }
}
