//! The program `party`.
use clap::Parser;
use std::process::ExitCode;

/// Answers are made of many small allocations, which this one serves with less work than the system's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    match party::cli::run(party::cli::Cli::parse()).await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("party: {error:#}");
            ExitCode::FAILURE
        }
    }
}
