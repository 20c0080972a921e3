//! Jobs that link records by themselves, in the graph.
use super::{
    context::{self, Nullable},
    input::graphql_id,
    page::list_complexity,
    payload::{PartyUserError, outcome},
    scalar::DateTime,
};
use crate::{
    domain::{self, error::Error, id::JobId, kind, match_job::JobCounts},
    service::{Permission, match_job},
};
use async_graphql::{Context, Description, Enum, ID, InputObject, Object, SimpleObject};

/// Where a job stands.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "kind::JobStatus")]
pub enum PartyMatchJobStatus {
    /// Somebody works on it, or was interrupted; `startAutoLink` goes on with it.
    Running,
    /// It has looked at every record.
    Done,
    /// Its links were taken back.
    Undone,
}

/// A job that looks through the records that have no party: it links what is clear, and asks stewards about what is doubtful.
#[derive(Description)]
pub struct PartyMatchJob(domain::match_job::MatchJob, JobCounts);

#[Object(use_type_description)]
impl PartyMatchJob {
    /// The id.
    async fn id(&self) -> ID {
        graphql_id(self.0.id.0)
    }

    /// Whether it only counts what it would do.
    async fn dry_run(&self) -> bool {
        self.0.dry_run
    }

    /// Where it stands.
    async fn status(&self) -> PartyMatchJobStatus {
        self.0.status.into()
    }

    /// How many records it has looked at.
    async fn looked_at(&self) -> i64 {
        self.1.looked_at()
    }

    /// How many of them it linked, or would link.
    async fn auto_link(&self) -> i64 {
        self.1.auto_link
    }

    /// About how many of them it asked a steward, or would ask.
    async fn review(&self) -> i64 {
        self.1.review
    }

    /// How many of them are like no party.
    async fn no_match(&self) -> i64 {
        self.1.no_match
    }

    /// Who started it.
    async fn started_by(&self) -> &str {
        &self.0.started_by
    }

    /// When.
    async fn started_at(&self) -> DateTime {
        self.0.started_at.into()
    }

    /// When it had looked at every record.
    async fn ended_at(&self) -> Option<DateTime> {
        self.0.ended_at.map(DateTime::from)
    }

    /// Who took its links back.
    async fn undone_by(&self) -> Option<&str> {
        self.0.undone.as_ref().map(|(who, _)| who.as_str())
    }

    /// When.
    async fn undone_at(&self) -> Option<DateTime> {
        self.0.undone.as_ref().map(|(_, at)| (*at).into())
    }
}

/// The root field that reads jobs.
#[derive(Default)]
pub struct MatchJobQuery;

#[Object]
impl MatchJobQuery {
    /// The newest 20 jobs that link records by themselves, the last one first, with how far they are. Needs the scope `party:steward` besides
    /// `party:read`.
    #[graphql(complexity = "list_complexity(child_complexity)")]
    async fn match_jobs(&self, ctx: &Context<'_>) -> Nullable<Vec<PartyMatchJob>> {
        Some(latest(ctx).await)
    }
}

async fn latest(ctx: &Context<'_>) -> Result<Vec<PartyMatchJob>, Error> {
    Ok(match_job::latest(context::request(ctx)?).await?.into_iter().map(|(job, counts)| PartyMatchJob(job, counts)).collect())
}

/// A job that is to be started.
#[derive(InputObject)]
pub struct StartAutoLinkInput {
    /// Whether it only counts what it would do. The first one must.
    pub dry_run: bool,
}

/// A job whose links were wrong.
#[derive(InputObject)]
pub struct UndoAutoLinkInput {
    /// The job.
    pub job_id: ID,
    /// Why.
    pub reason: Option<String>,
}

/// What became of a job.
#[derive(SimpleObject)]
pub struct StartAutoLinkPayload {
    /// The job; null when it was refused. It goes on after this answer.
    pub job: Option<PartyMatchJob>,
    /// Why nothing was started; empty when it was.
    pub user_errors: Vec<PartyUserError>,
}

/// What became of the links of a job.
#[derive(SimpleObject)]
pub struct UndoAutoLinkPayload {
    /// The job; null when the call was refused.
    pub job: Option<PartyMatchJob>,
    /// How many links this call ended.
    pub ended_links: u64,
    /// Why nothing was changed; empty when it was.
    pub user_errors: Vec<PartyUserError>,
}

/// Root fields that work with jobs.
#[derive(Default)]
pub struct MatchJobMutation;

#[Object]
impl MatchJobMutation {
    /// Starts a job that looks through all records that have no party, or goes on with the one that was interrupted: it links what is clear, and
    /// asks stewards about what is doubtful. A dry run comes first. Needs the scope `party:steward`.
    async fn start_auto_link(&self, ctx: &Context<'_>, input: StartAutoLinkInput) -> Nullable<StartAutoLinkPayload> {
        Some(start(ctx, input).await)
    }

    /// Takes back exactly the links that a job made and that still hold. Links by people are never touched. Needs the scope `party:steward`.
    async fn undo_auto_link(&self, ctx: &Context<'_>, input: UndoAutoLinkInput) -> Nullable<UndoAutoLinkPayload> {
        Some(undo(ctx, input).await)
    }
}

async fn start(ctx: &Context<'_>, input: StartAutoLinkInput) -> Result<StartAutoLinkPayload, Error> {
    let request = context::request(ctx)?;
    let (job, user_errors) = outcome(match_job::start(request, input.dry_run).await)?;
    if let Some(job) = &job {
        match_job::work_beside(request, job.id);
    }
    Ok(StartAutoLinkPayload { job: job.map(|job| PartyMatchJob(job, JobCounts::default())), user_errors })
}

async fn undo(ctx: &Context<'_>, input: UndoAutoLinkInput) -> Result<UndoAutoLinkPayload, Error> {
    context::require(ctx, Permission::PartySteward)?;
    let (done, user_errors) = outcome(match JobId::parse(&input.job_id) {
        Ok(id) => match_job::undo(context::request(ctx)?, id, input.reason.as_deref()).await,
        Err(refusal) => Err(refusal.at("jobId").into()),
    })?;
    let ended_links = done.as_ref().map_or(0, |(_, ended)| *ended);
    Ok(UndoAutoLinkPayload { job: done.map(|(job, _)| PartyMatchJob(job, JobCounts::default())), ended_links, user_errors })
}
