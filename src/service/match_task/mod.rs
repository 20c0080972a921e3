//! The review queue: what stewards are asked, whose turn it is, and what they decide.
mod decide;
mod undo;

pub use decide::{Wanted, decide};
pub use undo::undo;

use super::{Change, Permission, Request, race};
use crate::{
    domain::{
        cursor,
        error::Error,
        event::EventType,
        id::{PartyId, TaskId},
        kind::TaskStatus,
        match_task::{MatchTask, Subject, TaskFilter},
        page::{Page, PageRequest},
        refusal::{Code, Refusal},
        suggestion::{Suggestion, Suggestions},
    },
    store::{self, match_task::Place},
};
use chrono::Duration;
use serde_json::{Value, json};

/// The longest lease, in seconds.
pub const MAX_LEASE: i64 = 86_400;

/// One task; none when there is no such task.
///
/// # Errors
/// `FORBIDDEN` without `party:steward`.
pub async fn find(request: &Request, id: TaskId) -> Result<Option<MatchTask>, Error> {
    request.caller.require(Permission::PartySteward)?;
    store::match_task::find(&*request.read().await?, id).await
}

/// A page of the tasks with a status that fit a filter, the heaviest first. What is asked about a party may be asked of an id that was merged into it.
///
/// # Errors
/// `INVALID_CURSOR` at `after`; `FORBIDDEN` without `party:steward`.
pub async fn list(request: &Request, status: TaskStatus, mut filter: TaskFilter, page: &PageRequest) -> Result<Page<MatchTask>, Error> {
    request.caller.require(Permission::PartySteward)?;
    let tag = format!("matchTasks/{status}");
    let after = page.after.as_deref().map(|after| place(&tag, after)).transpose().map_err(|refusal| refusal.at("after"))?;
    let tx = request.read().await?;
    if let Some(parties) = &mut filter.parties {
        let survivors: Vec<PartyId> = store::party::resolve(&tx, parties).await?.into_values().map(|party| party.id).collect();
        let absorbed = store::party::absorbed(&tx, &survivors).await?;
        *parties = survivors.into_iter().chain(absorbed.into_values().flatten()).collect();
    }
    let rows = store::match_task::list(&tx, status, &filter, after, page.first as u64 + 1).await?;
    Ok(Page::cut(rows, page.first, |task| cursor::encode(&tag, &[task.priority.to_bits().to_string(), task.id.to_string()])))
}

fn place(tag: &str, after: &str) -> Result<Place, Refusal> {
    let malformed = || Refusal::new(Code::InvalidCursor, "This is not a cursor: pass the endCursor of a page unchanged.");
    let [priority, id]: [String; 2] = cursor::decode(tag, after)?.try_into().map_err(|_| malformed())?;
    let priority = priority.parse().ok().map(f64::from_bits).filter(|priority| priority.is_finite()).ok_or_else(malformed)?;
    Ok((priority, TaskId::parse(&id).map_err(|_| malformed())?))
}

/// Takes a task for some time: the one that is named, else the heaviest that nobody works on. None when the queue is empty. Whoever has it
/// already gets more time.
///
/// # Errors
/// `MATCH_TASK_NOT_FOUND`, `MATCH_TASK_DECIDED`, `MATCH_TASK_LEASED` by somebody else; `INVALID_ARGUMENT` at `leaseSeconds`.
pub async fn claim(request: &Request, id: Option<TaskId>, lease_seconds: i64) -> Result<Option<MatchTask>, Error> {
    request.caller.require(Permission::PartySteward)?;
    if !(1..=MAX_LEASE).contains(&lease_seconds) {
        let message = format!("A lease lasts 1 to {MAX_LEASE} seconds, not {lease_seconds}.");
        return Err(Refusal::new(Code::InvalidArgument, message).at("leaseSeconds").into());
    }
    race::settled(|| try_claim(request, id, Duration::seconds(lease_seconds))).await
}

async fn try_claim(request: &Request, id: Option<TaskId>, lease: Duration) -> Result<Option<MatchTask>, Error> {
    let mut change = request.change(Permission::PartySteward).await?;
    let task = match id {
        Some(id) => Some(undecided(&change, id).await?),
        None => store::match_task::lock_next(change.tx(), change.at).await?,
    };
    let Some(mut task) = task else { return Ok(None) };
    if task.is_leased_at(change.at) && !task.is_held_by(&change.actor, change.at) {
        let message = "Somebody else works on this task. Take another one, or wait until the lease ends.";
        return Err(Refusal::new(Code::MatchTaskLeased, message).at("taskId").into());
    }
    task.status = TaskStatus::Leased;
    task.lease = Some((change.actor.clone(), change.at + lease));
    store::match_task::update(change.tx(), &task).await?;
    let until = change.at + lease;
    change.record(EventType::MatchTaskClaimed, task.party(), json!({ "taskId": task.id.to_string(), "until": until }));
    change.commit().await?;
    Ok(Some(task))
}

/// A task that was not decided yet, held.
async fn undecided(change: &Change, id: TaskId) -> Result<MatchTask, Error> {
    let task = held(change, id).await?;
    if task.status == TaskStatus::Decided {
        let message = "The task was decided. Take the decision back first if it was wrong.";
        return Err(Refusal::new(Code::MatchTaskDecided, message).at("taskId").into());
    }
    Ok(task)
}

async fn held(change: &Change, id: TaskId) -> Result<MatchTask, Error> {
    let task = store::match_task::lock(change.tx(), id).await?;
    task.ok_or_else(|| Refusal::new(Code::MatchTaskNotFound, format!("There is no task with the id {id}.")).at("taskId").into())
}

/// Asks a steward whether somebody is the best of those that were suggested. Nothing is asked twice while it is open.
///
/// # Errors
/// Outages.
pub(super) async fn open(change: &mut Change, subject: Subject, suggestions: &Suggestions, best: &Suggestion) -> Result<Option<MatchTask>, Error> {
    let task = MatchTask {
        id: change.id(),
        subject,
        candidate: best.party,
        status: TaskStatus::Open,
        priority: best.evidence.weight,
        evidence: best.told(&suggestions.model),
        opened_by: change.actor.clone(),
        opened_at: change.at,
        lease: None,
        decided: None,
    };
    if !store::match_task::insert(change.tx(), &task).await? {
        return Ok(None);
    }
    change.record(EventType::MatchTaskOpened, task.party(), told(&task));
    Ok(Some(task))
}

/// What events tell of a task.
fn told(task: &MatchTask) -> Value {
    let (source, party) = match &task.subject {
        Subject::Record(key) => (Some(key.to_string()), None),
        Subject::Party(party) => (None, Some(party.to_string())),
    };
    json!({
        "taskId": task.id.to_string(),
        "source": source,
        "partyId": party,
        "candidateId": task.candidate.to_string(),
        "decision": task.decided.as_ref().map(|decided| decided.decision.as_str()),
        "reason": task.decided.as_ref().and_then(|decided| decided.reason.clone()),
    })
}
