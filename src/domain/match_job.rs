//! Jobs that link records by themselves.
use super::{
    code::SourceKey,
    id::{JobId, LinkId},
    kind::{JobOutcome, JobStatus},
};
use chrono::{DateTime, Utc};

/// A job that looks through the records that have no party.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatchJob {
    /// The id.
    pub id: JobId,
    /// Whether it only tells what it would do.
    pub dry_run: bool,
    /// Where it stands.
    pub status: JobStatus,
    /// Who started it.
    pub started_by: String,
    /// When.
    pub started_at: DateTime<Utc>,
    /// When there was nothing left to do.
    pub ended_at: Option<DateTime<Utc>>,
    /// Who took its links back, and when.
    pub undone: Option<(String, DateTime<Utc>)>,
}

/// What a job did with a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handled {
    /// The record.
    pub record: SourceKey,
    /// What became of it.
    pub outcome: JobOutcome,
    /// The link that was made.
    pub link: Option<LinkId>,
}

/// How many records a job has looked at, by what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct JobCounts {
    /// Linked, or in a dry run those that would be.
    pub auto_link: i64,
    /// Shown to a steward, or in a dry run those that would be.
    pub review: i64,
    /// Left alone.
    pub no_match: i64,
}

impl JobCounts {
    /// All of them.
    pub fn looked_at(&self) -> i64 {
        self.auto_link + self.review + self.no_match
    }
}
