//! The program `party`.
use clap::Parser;
use std::process::ExitCode;

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
