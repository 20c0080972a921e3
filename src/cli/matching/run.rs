//! `party match run`: links the records that have no party, where it is clear whose they are.
use crate::{
    domain::id::CompanyId,
    service::{Caller, Request, match_job},
    startup::{self, Settings},
};
use anyhow::Result;
use clap::Args;
use futures_util::future::try_join_all;
use std::sync::Arc;
use uuid::Uuid;

/// Whose records, and whether anything is changed.
#[derive(Args)]
pub struct Run {
    /// The company's id
    #[arg(long)]
    company: Uuid,
    /// Link, instead of counting what would be linked; a run without comes first
    #[arg(long)]
    apply: bool,
    /// How many records are worked on at the same time; on SQLite one is as fast as many
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..=32))]
    workers: u16,
}

impl Run {
    /// Runs a job to its end, or goes on with the one that was interrupted.
    ///
    /// # Errors
    /// When the job is refused, or the database does not answer.
    pub async fn run(self, settings: &Settings) -> Result<()> {
        let hub = startup::hub(settings).await?;
        let request = || Request::new(Arc::clone(&hub), Caller::unrestricted(CompanyId(self.company), "party match run"));
        let job = match_job::start(&request(), !self.apply).await.map_err(crate::cli::plainly)?;
        println!("Job {} is running.", job.id);
        let workers: Vec<Request> = (0..self.workers).map(|_| request()).collect();
        try_join_all(workers.iter().map(|worker| match_job::work(worker, job.id))).await.map_err(crate::cli::plainly)?;
        let jobs = match_job::latest(&request()).await.map_err(crate::cli::plainly)?;
        if let Some((_, counts)) = jobs.into_iter().find(|(known, _)| known.id == job.id) {
            let verb = if self.apply { "were linked" } else { "would be linked" };
            println!(
                "{} records: {} {verb}, {} for stewards, {} like no party.",
                counts.looked_at(),
                counts.auto_link,
                counts.review,
                counts.no_match
            );
        }
        Ok(())
    }
}
