//! Jobs that link records by themselves: each batch of records is one transaction, so that whoever is killed loses nothing and repeats nothing.
use super::{
    Change, Permission, Request,
    link::{self, LinkRequest},
    match_task, race,
    suggestion::{DECIDING, Sought, refused, search, search_one},
};
use crate::{
    domain::{
        code::SourceKey,
        error::Error,
        event::EventType,
        id::JobId,
        kind::{JobOutcome, JobStatus, LinkMethod, RecordState},
        link::SourceRecord,
        match_job::{Handled, JobCounts, MatchJob},
        match_task::Subject,
        matching::{facts::Facts, online::Verdict},
        refusal::{Code, Refusal},
        suggestion::Suggestions,
    },
    store,
};
use serde_json::json;
use std::{collections::HashSet, slice::from_ref, sync::Arc, time::Duration};

/// Records of one transaction.
const BATCH: u64 = 50;

/// Links that are taken back in one transaction.
const UNDO_BATCH: u64 = 100;

/// Jobs that a list shows.
const SHOWN: u64 = 20;

/// The newest jobs with what they did, the last one first.
///
/// # Errors
/// `FORBIDDEN` without `party:steward`.
pub async fn latest(request: &Request) -> Result<Vec<(MatchJob, JobCounts)>, Error> {
    request.caller.require(Permission::PartySteward)?;
    let tx = request.read().await?;
    let jobs = store::match_job::latest(&tx, SHOWN).await?;
    let mut counts = store::match_job::counts(&tx, &jobs.iter().map(|job| job.id).collect::<Vec<_>>()).await?;
    Ok(jobs.into_iter().map(|job| (counts.remove(&job.id).unwrap_or_default(), job)).map(|(counts, job)| (job, counts)).collect())
}

/// Starts a job, or gives the one of this kind that is running, so that it can be worked on. Who works on it calls [`work`].
///
/// # Errors
/// `MATCH_JOB_RUNNING` when one of the other kind is; `DRY_RUN_FIRST` when the company has not seen what a job would do.
pub async fn start(request: &Request, dry_run: bool) -> Result<MatchJob, Error> {
    request.caller.require(Permission::PartySteward)?;
    race::settled(|| try_start(request, dry_run)).await
}

async fn try_start(request: &Request, dry_run: bool) -> Result<MatchJob, Error> {
    let mut change = request.change(Permission::PartySteward).await?;
    if let Some(running) = store::match_job::running(change.tx()).await? {
        if running.dry_run == dry_run {
            return Ok(running);
        }
        return Err(Refusal::new(Code::MatchJobRunning, "Another job is running. Wait until it has ended.").at("dryRun").into());
    }
    if !dry_run && !store::match_job::was_tried(change.tx()).await? {
        let message = "Start a dry run first, and look at what it would link.";
        return Err(Refusal::new(Code::DryRunFirst, message).at("dryRun").into());
    }
    let (id, started_by) = (change.id(), change.actor.clone());
    let job = MatchJob { id, dry_run, status: JobStatus::Running, started_by, started_at: change.at, ended_at: None, undone: None };
    if !store::match_job::insert(change.tx(), &job).await? {
        return Err(Error::Contended(Arc::new(std::io::Error::other("another job was started at the same time"))));
    }
    change.record(EventType::MatchJobStarted, None, json!({ "jobId": id.to_string(), "dryRun": dry_run }));
    change.commit().await?;
    Ok(job)
}

/// Works on a job until nothing is left to do or somebody took it back. Several may work on one job at the same time, in any number of processes.
///
/// # Errors
/// Outages: then what was done is kept, and the job can be worked on again.
pub async fn work(request: &Request, job: JobId) -> Result<(), Error> {
    let mut after: Option<SourceKey> = None;
    loop {
        match race::settled(|| batch(request, job, after.clone())).await? {
            Step::Did(last) => after = Some(last),
            // The others may have let records go that they held.
            Step::Nothing if after.take().is_some() => {}
            Step::Nothing => tokio::time::sleep(Duration::from_millis(100)).await,
            Step::Ended => return Ok(()),
        }
    }
}

/// What a batch came to.
enum Step {
    /// It looked at records up to this one.
    Did(SourceKey),
    /// All records that are left are held by others.
    Nothing,
    /// The job is over.
    Ended,
}

async fn batch(request: &Request, id: JobId, after: Option<SourceKey>) -> Result<Step, Error> {
    let mut change = request.change(Permission::PartySteward).await?;
    let job = store::match_job::lock(change.tx(), id, false).await?.filter(|job| job.status == JobStatus::Running);
    let Some(job) = job else { return Ok(Step::Ended) };
    let records = store::source_record::lock_unseen(change.tx(), id, after.as_ref(), BATCH).await?;
    let Some(last) = records.last().map(|record| record.key.clone()) else {
        let is_over = after.is_none() && !store::source_record::any_unseen(change.tx(), id).await?;
        drop(change);
        return if is_over { end(request, id).await } else { Ok(Step::Nothing) };
    };
    let records = store::source_record::still_unseen(change.tx(), id, &records).await?;
    let handled = handle(request, &mut change, &job, &records).await?;
    store::match_job::note(change.tx(), id, &handled).await?;
    let count = |outcome| handled.iter().filter(|handled| handled.outcome == outcome).count();
    let payload = json!({
        "jobId": id.to_string(),
        "dryRun": job.dry_run,
        "autoLink": count(JobOutcome::AutoLink),
        "review": count(JobOutcome::Review),
        "noMatch": count(JobOutcome::NoMatch),
    });
    change.record(EventType::MatchJobAdvanced, None, payload);
    change.commit().await?;
    Ok(Step::Did(last))
}

/// Weighs all records in one statement. Who gained a record is somebody else to those after it, which are weighed again.
async fn handle(request: &Request, change: &mut Change, job: &MatchJob, records: &[SourceRecord]) -> Result<Vec<Handled>, Error> {
    let total = request.hub.population(change.tx()).await?;
    let keys: Vec<SourceKey> = records.iter().map(|record| record.key.clone()).collect();
    let refused = refused(change.tx(), &keys).await?;
    let facts: Vec<Facts> = records.iter().map(Facts::of_record).collect();
    let sought = |at: usize| Sought { facts: &facts[at], party: None, refused: refused.get(&keys[at]).map_or(&[], Vec::as_slice) };
    let weighed = search(change.tx(), total, &(0..records.len()).map(sought).collect::<Vec<_>>(), DECIDING).await?;
    let (mut handled, mut grown) = (Vec::new(), HashSet::new());
    for (at, mut suggestions) in weighed.into_iter().enumerate() {
        if suggestions.parties.iter().any(|suggestion| grown.contains(&suggestion.party)) {
            suggestions = search_one(change.tx(), total, sought(at), DECIDING).await?;
        }
        let one = decide(change, job, &records[at], &suggestions).await?;
        if one.link.is_some() {
            grown.extend(suggestions.best().map(|best| best.party));
        }
        handled.push(one);
    }
    Ok(handled)
}

async fn decide(change: &mut Change, job: &MatchJob, record: &SourceRecord, suggestions: &Suggestions) -> Result<Handled, Error> {
    let outcome = match suggestions.verdict() {
        Verdict::AutoLink => JobOutcome::AutoLink,
        Verdict::Review => JobOutcome::Review,
        Verdict::NoMatch => JobOutcome::NoMatch,
    };
    let mut handled = Handled { record: record.key.clone(), outcome, link: None };
    let Some(best) = suggestions.best().filter(|_| !job.dry_run) else { return Ok(handled) };
    if outcome == JobOutcome::AutoLink {
        let mut evidence = best.told(&suggestions.model);
        evidence["jobId"] = job.id.to_string().into();
        let wanted = LinkRequest {
            source: record.key.clone(),
            party: best.party,
            method: LinkMethod::Auto,
            confidence: Some(best.evidence.probability()),
            evidence: Some(evidence),
            note: None,
            move_existing: false,
        };
        handled.link = Some(link::within(change, &wanted, None).await?.link.id);
    } else if match_task::open(change, Subject::Record(record.key.clone()), suggestions, best).await?.is_some() {
        store::source_record::set_state(change.tx(), from_ref(&record.key), RecordState::InReview).await?;
    }
    Ok(handled)
}

async fn end(request: &Request, id: JobId) -> Result<Step, Error> {
    let mut change = request.change(Permission::PartySteward).await?;
    let Some(mut job) = store::match_job::lock(change.tx(), id, true).await? else { return Ok(Step::Ended) };
    if job.status == JobStatus::Running {
        job.status = JobStatus::Done;
        job.ended_at = Some(change.at);
        store::match_job::update(change.tx(), &job).await?;
        change.record(EventType::MatchJobEnded, None, json!({ "jobId": id.to_string(), "dryRun": job.dry_run }));
        change.commit().await?;
    }
    Ok(Step::Ended)
}

/// Takes exactly the links of a job back that still hold; a job that is running ends. Links that somebody has moved or ended since stay so.
/// May be called again when it was interrupted. Tells how many links were ended.
///
/// # Errors
/// `MATCH_JOB_NOT_FOUND`; `INVALID_ARGUMENT` for a dry run, which linked nothing.
pub async fn undo(request: &Request, id: JobId, reason: Option<&str>) -> Result<(MatchJob, u64), Error> {
    request.caller.require(Permission::PartySteward)?;
    let reason = super::input::note("reason", reason)?;
    let job = race::settled(|| stop(request, id)).await?;
    let mut ended = 0;
    loop {
        match race::settled(|| take_back(request, id, reason.clone())).await? {
            0 => return Ok((job, ended)),
            some => ended += some,
        }
    }
}

async fn stop(request: &Request, id: JobId) -> Result<MatchJob, Error> {
    let mut change = request.change(Permission::PartySteward).await?;
    let job = store::match_job::lock(change.tx(), id, true).await?;
    let mut job = job.ok_or_else(|| Refusal::new(Code::MatchJobNotFound, format!("There is no job with the id {id}.")).at("jobId"))?;
    if job.dry_run {
        return Err(Refusal::new(Code::InvalidArgument, "A dry run links nothing that could be taken back.").at("jobId").into());
    }
    if job.status != JobStatus::Undone {
        job.status = JobStatus::Undone;
        job.undone = Some((change.actor.clone(), change.at));
        store::match_job::update(change.tx(), &job).await?;
        change.record(EventType::MatchJobUndone, None, json!({ "jobId": id.to_string() }));
        change.commit().await?;
    }
    Ok(job)
}

async fn take_back(request: &Request, id: JobId, reason: Option<String>) -> Result<u64, Error> {
    let mut change = request.change(Permission::PartySteward).await?;
    let ids = store::match_job::active_links(change.tx(), id, UNDO_BATCH).await?;
    let found = store::link::find(change.tx(), &ids).await?;
    let keys: Vec<SourceKey> = found.values().map(|link| link.source.clone()).collect();
    store::source_record::lock(change.tx(), &keys).await?;
    // Who held a record until now may have ended its link.
    let mut held: Vec<_> = store::link::find(change.tx(), &ids).await?.into_values().filter(|link| link.is_active()).collect();
    held.sort_by_key(|link| link.party);
    let count = held.len() as u64;
    for active in held {
        link::end_within(&mut change, active, reason.clone()).await?;
    }
    change.commit().await?;
    Ok(count)
}

/// Works on a job beside the request that started it, for the same caller.
pub fn work_beside(request: &Request, job: JobId) {
    let own = Request::new(Arc::clone(&request.hub), request.caller.clone());
    tokio::spawn(async move {
        if let Err(error) = work(&own, job).await {
            tracing::error!(%job, ?error, "a job of matching was interrupted; start it again to go on");
        }
    });
}
