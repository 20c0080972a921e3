//! `party company`: the tenants, which only an operator adds.
use super::plainly;
use crate::{
    domain::id::CompanyId,
    service::{self, company::CompanyInput},
    startup::{self, Settings},
};
use anyhow::Result;
use clap::Subcommand;

#[derive(Subcommand)]
pub enum CompanyCommand {
    /// Add a company; tokens name it in their claim `company_id`
    Add {
        /// Its name
        #[arg(long)]
        name: String,
        /// The currency that its reports default to, ISO 4217
        #[arg(long, default_value = "EUR")]
        currency: String,
        /// The country of phone numbers that are written without one, ISO 3166-1
        #[arg(long, default_value = "DE")]
        country: String,
        /// Its id; a fresh one when absent
        #[arg(long)]
        id: Option<uuid::Uuid>,
    },
}

/// Runs a command about companies.
///
/// # Errors
/// What is wrong with the values, or that the database refused.
pub async fn run(command: CompanyCommand, settings: &Settings) -> Result<()> {
    let CompanyCommand::Add { name, currency, country, id } = command;
    let hub = startup::hub(settings).await?;
    let id = id.map_or_else(|| hub.ids.next::<CompanyId>(), CompanyId);
    let input = CompanyInput { name: &name, currency: &currency, default_country: &country };
    service::company::add(&hub, id, &input).await.map_err(plainly)?;
    println!("{id}");
    Ok(())
}
