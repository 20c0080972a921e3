//! Engines that follow the feed, in the graph: registering them, and what they acknowledge.
use super::{
    context::{self, Nullable},
    merge::{MergeStep, PartyMerge},
    page::list_complexity,
    payload::{PartyUserError, outcome},
    scalar::DateTime,
};
use crate::{
    domain::{
        self,
        code::SystemCode,
        error::{Error, Refusals},
        id::MergeId,
    },
    service::engine::{self, Said},
};
use async_graphql::{Context, Description, ID, InputObject, Object, SimpleObject};
use chrono::{DateTime as Time, Utc};

/// An engine that follows the feed, and how far it has come.
#[derive(Description)]
pub struct PartyEngine {
    engine: domain::engine::Engine,
    progress: Option<domain::engine::EngineProgress>,
}

#[Object(use_type_description)]
impl PartyEngine {
    /// Its code, for instance `crm`.
    async fn system(&self) -> String {
        self.engine.system.to_string()
    }

    /// The types of event that it follows; all when the list is empty.
    async fn events(&self) -> Vec<&str> {
        self.engine.events.iter().map(|event| event.as_str()).collect()
    }

    /// Who registered it.
    async fn registered_by(&self) -> &str {
        &self.engine.registered_by
    }

    /// When.
    async fn registered_at(&self) -> DateTime {
        self.engine.registered_at.into()
    }

    /// When it was retired: nobody waits for it any more.
    async fn retired_at(&self) -> Option<DateTime> {
        self.engine.retired_at.map(DateTime::from)
    }

    /// How many merges and unmerges it has yet to acknowledge.
    async fn pending(&self) -> i64 {
        self.progress.as_ref().map_or(0, |progress| progress.pending)
    }

    /// How many it could not follow.
    async fn failed(&self) -> i64 {
        self.progress.as_ref().map_or(0, |progress| progress.failed)
    }

    /// Since when the oldest of them waits: the engine's lag.
    async fn waiting_since(&self) -> Option<DateTime> {
        let since: Option<Time<Utc>> = self.progress.as_ref().and_then(|progress| progress.waiting_since);
        since.map(DateTime::from)
    }

    /// What it said last of a failure.
    async fn last_error(&self) -> Option<&str> {
        self.progress.as_ref().and_then(|progress| progress.last_error.as_deref())
    }
}

/// An engine that wants to follow the feed.
#[derive(InputObject)]
pub struct RegisterPartyEngineInput {
    /// Its code, for instance `crm`: the `system` of its source records.
    pub system: String,
    /// The types of event that it follows, for instance `party.merged`; all when left out or empty. Merges wait for engines that follow them.
    #[graphql(default)]
    pub events: Vec<String>,
}

/// An engine that is to be waited for no more.
#[derive(InputObject)]
pub struct RetirePartyEngineInput {
    /// Its code.
    pub system: String,
}

/// What became of an engine.
#[derive(SimpleObject)]
pub struct PartyEnginePayload {
    /// The engine as it is now; null when it was refused.
    pub engine: Option<PartyEngine>,
    /// Why nothing was changed; empty when it was.
    pub user_errors: Vec<PartyUserError>,
}

/// How many rows of one kind an engine changed.
#[derive(InputObject)]
pub struct PartyMergeCountInput {
    /// What the engine calls them, for instance `leads`.
    pub name: String,
    /// How many.
    pub rows: i64,
}

/// What an engine says of a merge.
#[derive(InputObject)]
pub struct AcknowledgePartyMergeInput {
    /// The merge, as the event names it.
    pub merge_id: ID,
    /// Whether it is about the merge or about taking it back.
    pub step: MergeStep,
    /// The engine.
    pub system: String,
    /// How many rows it changed; none is an answer too.
    #[graphql(default)]
    pub counts: Vec<PartyMergeCountInput>,
    /// Why it could not follow; left out when it could. It may acknowledge again later.
    pub error: Option<String>,
}

/// What became of an acknowledgement.
#[derive(SimpleObject)]
pub struct AcknowledgePartyMergePayload {
    /// The merge as it is now; null when the acknowledgement was refused.
    pub merge: Option<PartyMerge>,
    /// Why nothing was changed; empty when it was.
    pub user_errors: Vec<PartyUserError>,
}

/// Root fields that tell of engines.
#[derive(Default)]
pub struct EngineQuery;

#[Object]
impl EngineQuery {
    /// The engines that follow the feed, by code, with what they have yet to acknowledge. Needs the scope `party:read`.
    #[graphql(complexity = "list_complexity(child_complexity)")]
    async fn party_engines(&self, ctx: &Context<'_>) -> Nullable<Vec<PartyEngine>> {
        Some(engines(ctx).await)
    }
}

async fn engines(ctx: &Context<'_>) -> Result<Vec<PartyEngine>, Error> {
    let progress = engine::progress(context::request(ctx)?).await?;
    Ok(progress.into_iter().map(|progress| PartyEngine { engine: progress.engine.clone(), progress: Some(progress) }).collect())
}

/// Root fields that engines call.
#[derive(Default)]
pub struct EngineMutation;

#[Object]
impl EngineMutation {
    /// Registers an engine that follows the feed: from now on merges wait for it. Needs the scope `party:admin`, or `engine:` with its code.
    async fn register_party_engine(&self, ctx: &Context<'_>, input: RegisterPartyEngineInput) -> Nullable<PartyEnginePayload> {
        Some(register(ctx, input).await)
    }

    /// Retires an engine: no merge waits for it any more. Needs the scope `party:admin`.
    async fn retire_party_engine(&self, ctx: &Context<'_>, input: RetirePartyEngineInput) -> Nullable<PartyEnginePayload> {
        Some(retire(ctx, input).await)
    }

    /// Says that an engine has followed a merge, or that it could not. A merge is DONE when every engine that follows merges has. Needs the
    /// scope `party:steward`, or `engine:` with its code.
    async fn acknowledge_party_merge(&self, ctx: &Context<'_>, input: AcknowledgePartyMergeInput) -> Nullable<AcknowledgePartyMergePayload> {
        Some(acknowledge(ctx, input).await)
    }
}

fn system(text: &str) -> Result<SystemCode, Error> {
    Ok(SystemCode::parse(text).map_err(|refusal| refusal.at("system"))?)
}

fn payload(result: Result<domain::engine::Engine, Error>) -> Result<PartyEnginePayload, Error> {
    let (engine, user_errors) = outcome(result)?;
    Ok(PartyEnginePayload { engine: engine.map(|engine| PartyEngine { engine, progress: None }), user_errors })
}

async fn register(ctx: &Context<'_>, input: RegisterPartyEngineInput) -> Result<PartyEnginePayload, Error> {
    let request = context::request(ctx)?;
    payload(match system(&input.system) {
        Ok(system) => engine::register(request, &system, &input.events).await,
        Err(error) => Err(error),
    })
}

async fn retire(ctx: &Context<'_>, input: RetirePartyEngineInput) -> Result<PartyEnginePayload, Error> {
    let request = context::request(ctx)?;
    payload(match system(&input.system) {
        Ok(system) => engine::retire(request, &system).await,
        Err(error) => Err(error),
    })
}

async fn acknowledge(ctx: &Context<'_>, input: AcknowledgePartyMergeInput) -> Result<AcknowledgePartyMergePayload, Error> {
    let request = context::request(ctx)?;
    let (merge, user_errors) = outcome(match said(input) {
        Ok(said) => engine::acknowledge(request, &said).await,
        Err(error) => Err(error),
    })?;
    Ok(AcknowledgePartyMergePayload { merge: merge.map(PartyMerge), user_errors })
}

fn said(input: AcknowledgePartyMergeInput) -> Result<Said, Error> {
    let mut refusals = Refusals::default();
    let merge = refusals.take("mergeId", MergeId::parse(&input.merge_id));
    let system = refusals.take("system", SystemCode::parse(&input.system));
    refusals.check()?;
    let (Some(merge), Some(system)) = (merge, system) else { return Err(Error::internal("a value that was not refused is missing")) };
    let counts = input.counts.into_iter().map(|count| (count.name, count.rows)).collect();
    Ok(Said { merge, step: input.step.into(), system, counts, error: input.error })
}
