//! Taking a decision back: what it did is undone, and the task waits again.
use super::{held, told};
use crate::{
    domain::{
        error::Error,
        event::EventType,
        id::TaskId,
        kind::{RecordState, TaskStatus},
        match_task::{Done, MatchTask, Subject},
        refusal::{Code, Refusal},
    },
    service::{Change, Permission, Request, distinct, input, link, merge, race},
    store,
};
use std::slice::from_ref;

/// Takes a decision back: the merge is unmerged, the assertion withdrawn, the link ended. What somebody took back before stays as it is. A party
/// that was made stays.
///
/// # Errors
/// `MATCH_TASK_NOT_FOUND`; `MATCH_TASK_OPEN` when nothing was decided; what stands in the way of the unmerging.
pub async fn undo(request: &Request, id: TaskId, reason: Option<&str>) -> Result<MatchTask, Error> {
    request.caller.require(Permission::PartySteward)?;
    let reason = input::note("reason", reason)?;
    race::settled(|| try_undo(request, id, reason.clone())).await
}

async fn try_undo(request: &Request, id: TaskId, reason: Option<String>) -> Result<MatchTask, Error> {
    let mut change = request.change(Permission::PartySteward).await?;
    let mut task = held(&change, id).await?;
    let Some(decided) = task.decided.take() else {
        return Err(Refusal::new(Code::MatchTaskOpen, "Nothing was decided of this task yet.").at("taskId").into());
    };
    take_back(&mut change, &task, decided.done, reason.clone()).await?;
    task.status = TaskStatus::Open;
    if !store::match_task::reopen(change.tx(), &task).await? {
        let message = "The same question was asked again since, and waits in the queue. Decide that task.";
        return Err(Refusal::new(Code::MatchTaskOpen, message).at("taskId").into());
    }
    let mut payload = told(&task);
    payload["reason"] = reason.into();
    payload["decision"] = decided.decision.as_str().into();
    change.record(EventType::MatchTaskUndone, task.party(), payload);
    change.commit().await?;
    Ok(task)
}

async fn take_back(change: &mut Change, task: &MatchTask, done: Done, reason: Option<String>) -> Result<(), Error> {
    if let Subject::Record(key) = &task.subject {
        store::source_record::lock(change.tx(), from_ref(key)).await?;
    }
    if let Some(id) = done.merge
        && let Some(merge) = store::merge::find(change.tx(), &[id]).await?.remove(&id)
        && merge.unmerged_at.is_none()
    {
        merge::unmerge_within(change, merge.absorbed, reason.as_deref()).await?;
    }
    if let Some(id) = done.assertion
        && let Some(assertion) = store::distinct::find(change.tx(), id).await?
        && assertion.withdrawn_at.is_none()
    {
        distinct::withdraw_within(change, id, reason.clone()).await?;
    }
    if let Subject::Record(key) = &task.subject {
        let active = store::link::active(change.tx(), from_ref(key)).await?.remove(key);
        match active {
            Some(link) if done.link == Some(link.id) => {
                link::end_within(change, link, reason).await?;
                store::source_record::set_state(change.tx(), from_ref(key), RecordState::InReview).await?;
            }
            None => store::source_record::set_state(change.tx(), from_ref(key), RecordState::InReview).await?,
            Some(_) => {}
        }
    }
    Ok(())
}
