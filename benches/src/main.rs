//! Measures the server: loads parties, runs the workloads W1 to W7 against it, against PostgreSQL alone and against a bare handler.
#![expect(clippy::print_stdout, reason = "the tables go to standard output")]
mod bare;
mod client;
mod explain;
mod generate;
mod import;
mod instructions;
mod load;
mod measure;
mod postgres;
mod proc;
mod raw;
mod report;
mod rows;
mod run;
mod scale;
mod server;
mod words;
mod workload;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use std::path::PathBuf;
use workload::Workload;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measures the release build of `party`. See docs/performance.md.
#[derive(Parser)]
pub struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// Companies that are loaded
    #[arg(long, default_value_t = 4)]
    companies: u32,
    /// Parties of each company
    #[arg(long, default_value_t = 250_000)]
    parties: u32,
    /// Only these workloads
    #[arg(long, value_enum, value_delimiter = ',', num_args = 1..)]
    only: Vec<Workload>,
    /// Connections that send requests, one after the other
    #[arg(long, value_delimiter = ',', default_values_t = [1, 8, 32])]
    connections: Vec<usize>,
    /// Rounds through all targets
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Seconds of each measurement
    #[arg(long, default_value_t = 2.0)]
    seconds: f64,
    /// Only compare answers with SQL
    #[arg(long)]
    check: bool,
    /// Only count the statements of each request and show how they are executed
    #[arg(long)]
    explain: bool,
    /// Compare a page, a search and the ranking on companies of ten thousand, a hundred thousand and a million parties
    #[arg(long)]
    scale: bool,
    /// Count instructions per request and compare them with the bounds in a file (see also --set)
    #[arg(long, value_name = "FILE")]
    instructions: Option<PathBuf>,
    /// Write the bounds instead of comparing with them
    #[arg(long, requires = "instructions")]
    set: bool,
    /// Import so many rows of old tables, and tell how fast and with how much memory
    #[arg(long, value_name = "ROWS")]
    import: Option<u64>,
    /// Only load
    #[arg(long)]
    load: bool,
    /// Where PostgreSQL and its data are kept between runs
    #[arg(long, env = "BENCH_FOLDER", default_value = "target/bench")]
    folder: PathBuf,
    /// The server to measure; the one that was built with this program when absent
    #[arg(long, env = "BENCH_SERVER")]
    server: Option<PathBuf>,
    /// Leave PostgreSQL running at the end
    #[arg(long)]
    keep: bool,
}

#[derive(Subcommand)]
enum Command {
    /// Serve W1 to W3 without GraphQL (the measurements start this by themselves)
    #[command(hide = true)]
    Bare {
        /// The database
        #[arg(long)]
        url: String,
        /// Under row-level security
        #[arg(long)]
        isolated: bool,
    },
}

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = Arguments::parse();
    if let Some(Command::Bare { url, isolated }) = &arguments.command {
        return bare::serve(url, *isolated).await;
    }
    let party = match &arguments.server {
        Some(path) => path.clone(),
        None => std::env::current_exe()?.parent().context("this program is in no folder")?.join("party"),
    };
    // PostgreSQL's programs run in folders of their own.
    arguments.folder = std::path::absolute(&arguments.folder)?;
    let mut postgres = postgres::Postgres::start(&arguments.folder)?;
    if arguments.keep {
        postgres.keep();
    }
    if let Some(file) = &arguments.instructions {
        return instructions::run(&postgres, &party, file, arguments.set).await;
    }
    if let Some(rows) = arguments.import {
        return import::run(&postgres, &party, rows).await;
    }
    if arguments.scale {
        return scale::run(&arguments, &postgres, &party).await;
    }
    let size = load::Size { companies: arguments.companies, parties: arguments.parties };
    load::load(&postgres, size, &party).await?;
    if arguments.load {
        eprintln!("{}", postgres.url(postgres::APP, &size.database()));
        return Ok(());
    }
    run::run(&arguments, &postgres, size, &party).await
}
