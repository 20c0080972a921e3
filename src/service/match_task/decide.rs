//! Deciding: what a steward says becomes a merge, a link, a new party, or an assertion that they are not the same.
use super::{told, undecided};
use crate::{
    domain::{
        email::Email,
        error::Error,
        event::EventType,
        id::{PartyId, TaskId},
        kind::{LinkMethod, PartyKind, RecordState, TaskDecision, TaskStatus},
        link::SourceRecord,
        match_task::{Decided, Done, MatchTask, Subject},
        merge::Choices,
        refusal::{Code, Refusal},
    },
    service::{
        Change, Permission, Request,
        creation::create_many,
        distinct, input,
        input::PartyInput,
        link::{self, LinkRequest},
        merge::{self, Seen},
        race,
    },
    store,
};
use std::{collections::BTreeSet, slice::from_ref};

/// What somebody decides.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The task.
    pub task: TaskId,
    /// The decision.
    pub decision: TaskDecision,
    /// Which of two parties goes on when they are the same; the one that was there before when it is left open.
    pub survivor: Option<PartyId>,
    /// Why.
    pub reason: Option<String>,
}

/// Decides a task that the caller has claimed, and does what follows from it in the same transaction.
///
/// # Errors
/// `MATCH_TASK_NOT_FOUND`, `MATCH_TASK_DECIDED`, `LEASE_EXPIRED` when the caller has no lease or it has ended; `INVALID_ARGUMENT` for a decision
/// that does not fit; and what stands in the way of the merge, link or assertion.
pub async fn decide(request: &Request, wanted: &Wanted) -> Result<MatchTask, Error> {
    request.caller.require(Permission::PartySteward)?;
    let reason = input::note("reason", wanted.reason.as_deref())?;
    race::settled(|| try_decide(request, wanted, reason.clone())).await
}

async fn try_decide(request: &Request, wanted: &Wanted, reason: Option<String>) -> Result<MatchTask, Error> {
    let mut change = request.change(Permission::PartySteward).await?;
    let mut task = undecided(&change, wanted.task).await?;
    if !task.is_held_by(&change.actor, change.at) {
        let message = "You do not have this task, or your time for it has ended. Claim it again, and look whether it is still as you saw it.";
        return Err(Refusal::new(Code::LeaseExpired, message).at("taskId").into());
    }
    let done = match task.subject.clone() {
        Subject::Party(party) => of_parties(&mut change, wanted, [party, task.candidate], reason.as_deref()).await?,
        Subject::Record(_) => of_record(&mut change, wanted, &task, reason.as_deref()).await?,
    };
    let (by, at) = (change.actor.clone(), change.at);
    task.status = TaskStatus::Decided;
    task.lease = None;
    task.decided = Some(Decided { decision: wanted.decision, by, at, reason, done });
    store::match_task::update(change.tx(), &task).await?;
    change.record(EventType::MatchTaskDecided, task.party(), told(&task));
    change.commit().await?;
    Ok(task)
}

/// The parties may have been merged since: what holds for them holds for their survivors.
async fn of_parties(change: &mut Change, wanted: &Wanted, parties: [PartyId; 2], reason: Option<&str>) -> Result<Done, Error> {
    let leads = store::party::resolve(change.tx(), &parties).await?;
    let [party, candidate] = parties.map(|id| leads.get(&id).map_or(id, |party| party.id));
    match wanted.decision {
        TaskDecision::Same if party == candidate => Ok(Done::default()),
        TaskDecision::Same => {
            let survivor = wanted.survivor.unwrap_or(candidate);
            let absorbed = match survivor {
                id if id == candidate => party,
                id if id == party => candidate,
                _ => return Err(Refusal::new(Code::InvalidArgument, "The survivor is none of the two parties.").at("survivorId").into()),
            };
            let seen = |party| Seen { party, version: None };
            let merging = merge::Wanted { survivor: seen(survivor), absorbed: vec![seen(absorbed)], choices: Choices::new(), reason: None };
            let merges = merge::within(change, &merging, reason).await.map_err(of_task)?;
            Ok(Done { merge: merges.first().map(|merge| merge.id), ..Done::default() })
        }
        TaskDecision::Different if party == candidate => {
            let message = "The parties were merged in the meantime. Unmerge them first.";
            Err(Refusal::new(Code::PartyMerged, message).at("taskId").into())
        }
        TaskDecision::Different => {
            let assertion = distinct::within(change, party, candidate, reason.map(str::to_owned)).await.map_err(of_task)?;
            Ok(Done { assertion: (assertion.created_at == change.at).then_some(assertion.id), ..Done::default() })
        }
        TaskDecision::Unsure => Ok(Done::default()),
        TaskDecision::NewParty => {
            let message = "Both are parties already. Decide DIFFERENT if they are not the same.";
            Err(Refusal::new(Code::InvalidArgument, message).at("decision").into())
        }
    }
}

async fn of_record(change: &mut Change, wanted: &Wanted, task: &MatchTask, reason: Option<&str>) -> Result<Done, Error> {
    let Subject::Record(key) = &task.subject else { return Err(Error::internal("a task of a record has none")) };
    let record = store::source_record::lock(change.tx(), from_ref(key)).await?.remove(key);
    let record = record.ok_or_else(|| Error::internal("the record of a task is gone"))?;
    let linked = store::link::active(change.tx(), from_ref(key)).await?.remove(key).map(|link| link.party);
    let candidate = store::party::resolve(change.tx(), &[task.candidate]).await?.remove(&task.candidate).map_or(task.candidate, |party| party.id);
    let party = match wanted.decision {
        TaskDecision::Same => candidate,
        TaskDecision::NewParty => match linked {
            Some(party) if party != candidate => return Ok(Done::default()),
            _ => new_party(change, &record).await?,
        },
        TaskDecision::Different => {
            let Some(party) = linked else {
                store::source_record::set_state(change.tx(), from_ref(key), RecordState::Unlinked).await?;
                return Ok(Done::default());
            };
            let assertion = distinct::within(change, party, candidate, reason.map(str::to_owned)).await.map_err(of_task)?;
            return Ok(Done { assertion: (assertion.created_at == change.at).then_some(assertion.id), ..Done::default() });
        }
        TaskDecision::Unsure => return Ok(Done::default()),
    };
    let probability = task.evidence["probability"].as_f64().filter(|_| wanted.decision == TaskDecision::Same);
    let linking = LinkRequest {
        source: key.clone(),
        party,
        method: LinkMethod::Suggested,
        confidence: probability,
        evidence: Some(task.evidence.clone()),
        note: None,
        move_existing: false,
    };
    let linked = link::within(change, &linking, reason).await.map_err(of_task)?;
    // What was there before is not this decision's to take back.
    Ok(Done { link: (linked.link.linked_at >= change.at).then_some(linked.link.id), ..Done::default() })
}

/// Makes a party of what an engine presented, as far as it can be read. An address that somebody has identifies that somebody, and is left out.
async fn new_party(change: &mut Change, record: &SourceRecord) -> Result<PartyId, Error> {
    let presented = &record.presented;
    let is_person = presented.given_name.is_some() || presented.family_name.is_some() || presented.organization_name.is_none();
    let mut email = presented.email.clone().filter(|email| Email::parse(email).is_ok());
    if let Some(key) = &record.email_key
        && store::party::by_email_key(change.tx(), key).await?.is_some()
    {
        email = None;
    }
    let input = PartyInput {
        kind: if is_person { PartyKind::Person } else { PartyKind::Organization },
        display_name: record.display_name.clone(),
        given_name: presented.given_name.clone().filter(|_| is_person),
        family_name: presented.family_name.clone().filter(|_| is_person),
        legal_name: None,
        email,
        phone: record.phone.clone(),
        address: None,
        identifiers: Vec::new(),
        roles: Vec::new(),
    };
    let draft = input.parse(&change.company).map_err(of_task)?;
    let made = create_many(change, vec![draft], &BTreeSet::new()).await?.pop();
    made.map(|party| party.id).ok_or_else(|| Error::internal("a draft made no party"))
}

/// What stands in the way is told of the task: the caller named no parties.
fn of_task(error: Error) -> Error {
    match error {
        Error::Refused(refusals) => {
            Error::Refused(refusals.into_iter().map(|refusal| Refusal { path: vec!["taskId".to_owned()], ..refusal }).collect())
        }
        other => other,
    }
}
