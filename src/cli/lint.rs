//! `party lint`: looks for identity that an engine copies instead of borrowing it.
use crate::lint::{Subjects, exemption, hub::Hub, report::Format, run as look};
use anyhow::{Context, Result, bail};
use clap::Args;
use std::{path::PathBuf, process::ExitCode};

/// What `party lint` looks at and how it reports.
#[derive(Args)]
pub struct LintArguments {
    /// An engine's schema (SDL); may be given several times
    #[arg(long, value_name = "FILE")]
    schema: Vec<PathBuf>,
    /// An engine's database, postgres://… or sqlite:<file>; may be given several times
    #[arg(long, value_name = "URL")]
    database: Vec<String>,
    /// A schema in the PostgreSQL databases; may be given several times, all of them when absent
    #[arg(long, value_name = "NAME", requires = "database")]
    schema_name: Vec<String>,
    /// A folder of SQL migrations, which are read in the order of their names; may be given several times
    #[arg(long, value_name = "FOLDER")]
    migrations: Vec<PathBuf>,
    /// Also look at this many values of each text column and of the texts in each JSON column
    #[arg(long, value_name = "N", requires = "database", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    sample: Option<u32>,
    /// A TOML file of declared exemptions
    #[arg(long, value_name = "FILE")]
    exemptions: Option<PathBuf>,
    /// How the report is written
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Looks, prints the report, and tells the exit code: 0 when nothing was found, 1 when something was, 2 when it could not look.
pub async fn run(arguments: LintArguments) -> ExitCode {
    let format = arguments.format;
    match report(arguments).await {
        Ok(report) => {
            print!("{}", report.written(format));
            if report.findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) }
        }
        Err(error) => {
            eprintln!("party lint: {error:#}");
            ExitCode::from(2)
        }
    }
}

async fn report(arguments: LintArguments) -> Result<crate::lint::report::Report> {
    let LintArguments { schema, database, schema_name, migrations, sample, exemptions, .. } = arguments;
    if schema.is_empty() && database.is_empty() && migrations.is_empty() {
        bail!("there is nothing to look at; give --schema, --database or --migrations (`party help lint` tells more)");
    }
    let exemptions = match exemptions {
        Some(path) => {
            let text = std::fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
            exemption::parse(&path.display().to_string(), &text)?
        }
        None => Vec::new(),
    };
    let mut tables = vec!["company", "seaql_migrations"];
    tables.extend(migration::COMPANY_TABLES.iter().chain(migration::VIEWS));
    let hub = Hub::new(&crate::graphql::sdl(), tables).context("the hub's own schema")?;
    let subjects = Subjects { schemas: schema, databases: database, schema_names: schema_name, migrations, sample };
    look(&subjects, &hub, &exemptions, crate::startup::system_clock().now().date_naive()).await
}
