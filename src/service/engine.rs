//! Engines that follow the feed: who they are, and what they acknowledge of merges.
use super::{Change, Permission, Request, race};
use crate::{
    domain::{
        code::SystemCode,
        engine::{Acknowledgement, Engine, EngineProgress},
        error::Error,
        event::EventType,
        id::MergeId,
        kind::{AcknowledgementState, MergeState, MergeStep},
        line,
        merge::Merge,
        refusal::{Code, Refusal},
    },
    store,
};
use chrono::{DateTime, Utc};
use serde_json::json;
use std::collections::HashMap;

/// The most numbers of one acknowledgement.
const MAX_COUNTS: usize = 20;
/// The longest name of a number, in characters.
const MAX_NAME: usize = 100;
/// The longest failure, in characters.
const MAX_ERROR: usize = 500;

/// Registers an engine that follows the feed, or changes what it follows. From now on merges wait for it.
///
/// # Errors
/// `FORBIDDEN` unless the token is the engine's own or has `party:admin`; `INVALID_ARGUMENT` for a type that is none.
pub async fn register(request: &Request, system: &SystemCode, events: &[String]) -> Result<Engine, Error> {
    request.caller.require_for_system(Permission::PartyAdmin, system)?;
    let events = super::feed::parse_types(events).map_err(|error| match error {
        Error::Refused(refusals) => Error::Refused(
            refusals
                .into_iter()
                .map(|refusal| Refusal { path: std::iter::once("events".to_owned()).chain(refusal.path.into_iter().skip(1)).collect(), ..refusal })
                .collect(),
        ),
        other => other,
    })?;
    let mut change = request.change_unchecked().await?;
    let known = store::engine::all(change.tx()).await?.into_iter().find(|engine| engine.system == *system && engine.retired_at.is_none());
    let engine = Engine {
        system: system.clone(),
        events,
        registered_by: change.actor.clone(),
        registered_at: known.as_ref().map_or(change.at, |known| known.registered_at),
        retired_at: None,
    };
    if known.is_some_and(|known| known.events == engine.events) {
        return Ok(engine);
    }
    store::engine::upsert(change.tx(), &engine).await?;
    let events: Vec<&str> = engine.events.iter().map(|event| event.as_str()).collect();
    change.record(EventType::EngineRegistered, None, json!({ "system": system.as_str(), "events": events }));
    change.commit().await?;
    Ok(engine)
}

/// Retires an engine: no merge waits for it any more.
///
/// # Errors
/// `ENGINE_UNKNOWN`.
pub async fn retire(request: &Request, system: &SystemCode) -> Result<Engine, Error> {
    let mut change = request.change(Permission::PartyAdmin).await?;
    let known = store::engine::all(change.tx()).await?.into_iter().find(|engine| engine.system == *system && engine.retired_at.is_none());
    let engine = Engine { retired_at: Some(change.at), ..known.ok_or_else(|| unknown(system))? };
    store::engine::upsert(change.tx(), &engine).await?;
    for waiting in store::engine::open(change.tx()).await?.into_iter().filter(|said| said.system == *system) {
        if let Some(merge) = store::merge::lock(change.tx(), waiting.merge).await? {
            settle(&change, merge).await?;
        }
    }
    change.record(EventType::EngineRetired, None, json!({ "system": system.as_str() }));
    change.commit().await?;
    Ok(engine)
}

fn unknown(system: &SystemCode) -> Refusal {
    let message = format!("No engine {:?} is registered. Register it with registerPartyEngine first.", system.as_str());
    Refusal::new(Code::EngineUnknown, message).at("system")
}

/// The engines that follow a step of merges.
pub(super) async fn following(change: &Change, step: MergeStep) -> Result<Vec<Engine>, Error> {
    Ok(store::engine::all(change.tx()).await?.into_iter().filter(|engine| engine.follows(step)).collect())
}

/// Notes that engines have yet to acknowledge a step of a merge.
pub(super) async fn wait_for(change: &Change, engines: &[Engine], merge: MergeId, step: MergeStep) -> Result<(), Error> {
    let waiting: Vec<Acknowledgement> = engines
        .iter()
        .map(|engine| Acknowledgement {
            merge,
            step,
            system: engine.system.clone(),
            state: AcknowledgementState::Pending,
            counts: Vec::new(),
            error: None,
            since: change.at,
            at: None,
        })
        .collect();
    store::engine::write(change.tx(), &waiting).await
}

/// What an engine says of a merge.
#[derive(Clone, Debug)]
pub struct Said {
    /// The merge.
    pub merge: MergeId,
    /// Which step of it.
    pub step: MergeStep,
    /// The engine.
    pub system: SystemCode,
    /// How many rows it changed, by what it calls them.
    pub counts: Vec<(String, i64)>,
    /// Why it could not; absent when it could.
    pub error: Option<String>,
}

/// Notes what an engine says of a merge. Saying it again changes nothing; who failed may say later that it worked.
///
/// # Errors
/// `FORBIDDEN` unless the token is the engine's own or has `party:steward`; `MERGE_NOT_FOUND`, `ENGINE_UNKNOWN`; `INVALID_ARGUMENT` for
/// malformed counts, or for UNMERGED when the merge holds.
pub async fn acknowledge(request: &Request, said: &Said) -> Result<Merge, Error> {
    request.caller.require_for_system(Permission::PartySteward, &said.system)?;
    check(said)?;
    race::settled(|| try_acknowledge(request, said)).await
}

fn check(said: &Said) -> Result<(), Error> {
    let refuse = |message: String, field: &str| Err(Refusal::new(Code::InvalidArgument, message).at(field).into());
    if said.counts.len() > MAX_COUNTS {
        return refuse(format!("At most {MAX_COUNTS} counts."), "counts");
    }
    for (name, rows) in &said.counts {
        if line::parse(name, MAX_NAME).is_err() || *rows < 0 {
            return refuse(format!("A count has a name of 1 to {MAX_NAME} characters in one line, and a number that is not negative."), "counts");
        }
    }
    match &said.error {
        Some(error) if line::parse(error, MAX_ERROR).is_err() => refuse(format!("The error is one line of 1 to {MAX_ERROR} characters."), "error"),
        _ => Ok(()),
    }
}

async fn try_acknowledge(request: &Request, said: &Said) -> Result<Merge, Error> {
    let mut change = request.change_unchecked().await?;
    let none = || Refusal::new(Code::MergeNotFound, format!("There is no merge with the id {}.", said.merge)).at("mergeId");
    let merge = store::merge::lock(change.tx(), said.merge).await?.ok_or_else(none)?;
    let engines = store::engine::all(change.tx()).await?;
    if !engines.iter().any(|engine| engine.system == said.system && engine.retired_at.is_none()) {
        return Err(unknown(&said.system).into());
    }
    if said.step == MergeStep::Unmerged && merge.state != MergeState::Unmerged {
        return Err(Refusal::new(Code::InvalidArgument, "The merge was not taken back: acknowledge MERGED.").at("step").into());
    }
    let before = store::engine::acknowledgements(change.tx(), &[said.merge]).await?;
    let before = before.into_iter().find(|known| known.step == said.step && known.system == said.system);
    let state = if said.error.is_some() { AcknowledgementState::Failed } else { AcknowledgementState::Done };
    if before.as_ref().is_some_and(|known| known.state == state && known.counts == said.counts && known.error == said.error) {
        return Ok(merge);
    }
    let now = Acknowledgement {
        merge: said.merge,
        step: said.step,
        system: said.system.clone(),
        state,
        counts: said.counts.clone(),
        error: said.error.clone(),
        since: before.map_or(change.at, |known| known.since),
        at: Some(change.at),
    };
    store::engine::write(change.tx(), std::slice::from_ref(&now)).await?;
    let merge = settle(&change, merge).await?;
    let payload = json!({
        "mergeId": merge.id.to_string(), "survivorId": merge.survivor.to_string(), "absorbedId": merge.absorbed.to_string(),
        "step": now.step.as_str(), "system": now.system.as_str(), "state": now.state.as_str(), "error": now.error,
        "counts": now.counts.iter().map(|(name, rows)| json!({ "name": name, "rows": rows })).collect::<Vec<_>>(),
    });
    change.record(EventType::MergeAcknowledged, merge.survivor, payload);
    change.commit().await?;
    Ok(merge)
}

/// A merge is done when nobody that still follows has it before them.
async fn settle(change: &Change, merge: Merge) -> Result<Merge, Error> {
    if merge.state != MergeState::Propagating {
        return Ok(merge);
    }
    let engines = store::engine::all(change.tx()).await?;
    let is_waited_for = |system: &SystemCode| engines.iter().any(|engine| engine.system == *system && engine.retired_at.is_none());
    let said = store::engine::acknowledgements(change.tx(), &[merge.id]).await?;
    let open = said.iter().any(|said| said.step == MergeStep::Merged && said.state != AcknowledgementState::Done && is_waited_for(&said.system));
    if open {
        return Ok(merge);
    }
    let merge = Merge { state: MergeState::Done, ..merge };
    store::merge::update(change.tx(), &merge).await?;
    Ok(merge)
}

/// Every engine that follows the feed, and how far it has come.
pub async fn progress(request: &Request) -> Result<Vec<EngineProgress>, Error> {
    let tx = request.read().await?;
    let open = store::engine::open(&tx).await?;
    let engines = store::engine::all(&tx).await?.into_iter().filter(|engine| engine.retired_at.is_none());
    Ok(engines
        .map(|engine| {
            let of = |state: AcknowledgementState| open.iter().filter(move |said| said.state == state);
            let mine = |said: &&Acknowledgement| said.system == engine.system;
            let count = |state| i64::try_from(of(state).filter(mine).count()).unwrap_or(i64::MAX);
            let waiting_since: Option<DateTime<Utc>> = open.iter().filter(mine).map(|said| said.since).min();
            let last_error = of(AcknowledgementState::Failed).filter(mine).max_by_key(|said| said.at).and_then(|said| said.error.clone());
            let (pending, failed) = (count(AcknowledgementState::Pending), count(AcknowledgementState::Failed));
            EngineProgress { engine, pending, failed, waiting_since, last_error }
        })
        .collect())
}

/// What engines said of some merges.
pub async fn acknowledgements(request: &Request, merges: &[MergeId]) -> Result<HashMap<MergeId, Vec<Acknowledgement>>, Error> {
    let mut of_merges: HashMap<MergeId, Vec<Acknowledgement>> = HashMap::new();
    for said in store::engine::acknowledgements(&*request.read().await?, merges).await? {
        of_merges.entry(said.merge).or_default().push(said);
    }
    Ok(of_merges)
}
