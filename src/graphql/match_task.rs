//! The review queue in the graph.
use super::{
    context::{self, Nullable, personal},
    input::{SourceKeyInput, graphql_id, party_id},
    page::{connection, page_complexity, page_request},
    party::Party,
    payload::{PartyUserError, outcome},
    scalar::DateTime,
    source_record::SourceRecord,
};
use crate::{
    domain::{
        self,
        error::Error,
        id::{PartyId, TaskId},
        kind,
        match_task::{Subject, TaskFilter},
        page::PageRequest,
        refusal::Refusal,
    },
    service::{
        Permission,
        match_task::{self, Wanted},
    },
};
use async_graphql::{Context, Description, Enum, ID, InputObject, Json, Object, SimpleObject};

/// Where a review task stands.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "kind::TaskStatus")]
pub enum PartyMatchTaskStatus {
    /// It waits for a steward.
    Open,
    /// A steward works on it, or has let the time for it pass.
    Leased,
    /// It was decided.
    Decided,
}

/// What a steward decides of a review task.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "kind::TaskDecision")]
pub enum PartyMatchDecision {
    /// They are one: the record is linked, or the parties are merged.
    Same,
    /// They are not: of two parties this is asserted for ever, and a record is never suggested for this party again.
    Different,
    /// It cannot be told. Nothing is done, and it is not asked again.
    Unsure,
    /// The record is of somebody new: a party is made of it.
    NewParty,
}

/// A question for a steward: whether an engine's record belongs to a party, or two parties are one.
#[derive(Description)]
pub struct PartyMatchTask(domain::match_task::MatchTask);

impl From<domain::match_task::MatchTask> for PartyMatchTask {
    fn from(task: domain::match_task::MatchTask) -> Self {
        Self(task)
    }
}

#[Object(use_type_description)]
impl PartyMatchTask {
    /// The id.
    async fn id(&self) -> ID {
        graphql_id(self.0.id.0)
    }

    /// Where it stands.
    async fn status(&self) -> PartyMatchTaskStatus {
        self.0.status.into()
    }

    /// The record that is asked about; null when it is a party.
    async fn source_record(&self) -> Option<SourceRecord> {
        match &self.0.subject {
            Subject::Record(key) => Some(key.clone().into()),
            Subject::Party(_) => None,
        }
    }

    /// The party that is asked about, or the one into which it was merged; null when it is a record.
    async fn party(&self, ctx: &Context<'_>) -> Nullable<Party> {
        match self.0.subject {
            Subject::Party(id) => load(ctx, id).await.transpose(),
            Subject::Record(_) => None,
        }
    }

    /// The party that it may be, or the one into which that was merged.
    async fn candidate(&self, ctx: &Context<'_>) -> Nullable<Party> {
        load(ctx, self.0.candidate).await.transpose()
    }

    /// The weight of the evidence; heavier tasks come first.
    async fn priority(&self) -> f64 {
        self.0.priority
    }

    /// What spoke for it when it was asked, with the model by which it was weighed. Needs the scope `party:pii`.
    #[graphql(tag = "pii")]
    async fn evidence(&self, ctx: &Context<'_>) -> Nullable<Json<&serde_json::Value>> {
        personal(ctx, Some(Json(&self.0.evidence)))
    }

    /// Who brought it in.
    async fn opened_by(&self) -> &str {
        &self.0.opened_by
    }

    /// When.
    async fn opened_at(&self) -> DateTime {
        self.0.opened_at.into()
    }

    /// Who works on it.
    async fn leased_by(&self) -> Option<&str> {
        self.0.lease.as_ref().map(|(who, _)| who.as_str())
    }

    /// Until when it is theirs.
    async fn leased_until(&self) -> Option<DateTime> {
        self.0.lease.as_ref().map(|(_, until)| (*until).into())
    }

    /// What was decided.
    async fn decision(&self) -> Option<PartyMatchDecision> {
        self.0.decided.as_ref().map(|decided| decided.decision.into())
    }

    /// Who decided.
    async fn decided_by(&self) -> Option<&str> {
        self.0.decided.as_ref().map(|decided| decided.by.as_str())
    }

    /// When.
    async fn decided_at(&self) -> Option<DateTime> {
        self.0.decided.as_ref().map(|decided| decided.at.into())
    }

    /// Why. Needs the scope `party:pii`.
    #[graphql(tag = "pii")]
    async fn reason(&self, ctx: &Context<'_>) -> Nullable<&str> {
        personal(ctx, self.0.decided.as_ref().and_then(|decided| decided.reason.as_deref()))
    }
}

async fn load(ctx: &Context<'_>, id: PartyId) -> Result<Option<Party>, Error> {
    Ok(context::loaders(ctx)?.parties.load(id).await?.map(Party::from))
}

connection!(PartyMatchTaskConnection, PartyMatchTaskEdge, PartyMatchTask);

/// Root fields that read the queue.
#[derive(Default)]
pub struct MatchTaskQuery;

#[Object]
impl MatchTaskQuery {
    /// The review tasks with a status, the heaviest first. Needs the scope `party:steward` besides `party:read`.
    #[graphql(complexity = "page_complexity(first, child_complexity)")]
    #[expect(clippy::too_many_arguments, reason = "each is an argument in the graph")]
    async fn match_tasks(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Where they stand; those that wait when left out.")] status: Option<PartyMatchTaskStatus>,
        #[graphql(desc = "Which of them; all when left out.")] filter: Option<PartyMatchTaskFilter>,
        #[graphql(desc = "How many at most: 1 to 100, 20 when left out.")] first: Option<i32>,
        #[graphql(desc = "The `endCursor` of the page before.")] after: Option<String>,
    ) -> Nullable<PartyMatchTaskConnection> {
        let page = page_request(first, after);
        Some(list(ctx, status.unwrap_or(PartyMatchTaskStatus::Open), filter.unwrap_or_default(), page).await)
    }

    /// A review task by its id; null when the company has none. Needs the scope `party:steward` besides `party:read`.
    async fn match_task(&self, ctx: &Context<'_>, #[graphql(desc = "The id of the task.")] id: ID) -> Nullable<PartyMatchTask> {
        find(ctx, &id).await.transpose()
    }
}

async fn list(
    ctx: &Context<'_>,
    status: PartyMatchTaskStatus,
    filter: PartyMatchTaskFilter,
    page: Result<PageRequest, Error>,
) -> Result<PartyMatchTaskConnection, Error> {
    let page = page?;
    let filter = filter.parse().map_err(|refusal| refusal.at("filter"))?;
    let found = match_task::list(context::request(ctx)?, status.into(), filter, &page).await?;
    Ok(PartyMatchTaskConnection::new(found, page.after.as_deref()))
}

async fn find(ctx: &Context<'_>, id: &ID) -> Result<Option<PartyMatchTask>, Error> {
    let id = TaskId::parse(id).map_err(|refusal| refusal.at("id"))?;
    Ok(match_task::find(context::request(ctx)?, id).await?.map(PartyMatchTask))
}

/// Which review tasks to list: those that fit all that is given.
#[derive(InputObject, Default)]
pub struct PartyMatchTaskFilter {
    /// Tasks that ask about this party, or whether somebody is it; whatever was merged into it counts.
    pub party_id: Option<ID>,
    /// Tasks that ask about this record.
    pub source: Option<SourceKeyInput>,
}

impl PartyMatchTaskFilter {
    fn parse(&self) -> Result<TaskFilter, Refusal> {
        let party = self.party_id.as_ref().map(|id| party_id("partyId", id)).transpose()?;
        let record = self.source.as_ref().map(SourceKeyInput::parse).transpose().map_err(|refusal| refusal.at("source"))?;
        Ok(TaskFilter { parties: party.map(|party| vec![party]), record })
    }
}

/// A task that somebody takes.
#[derive(InputObject)]
pub struct ClaimMatchTaskInput {
    /// The task; left out, the heaviest that nobody works on.
    pub task_id: Option<ID>,
    /// For how many seconds: 1 to 86,400, 900 when left out.
    pub lease_seconds: Option<i32>,
}

/// A decision.
#[derive(InputObject)]
pub struct DecideMatchTaskInput {
    /// The task; you must have claimed it.
    pub task_id: ID,
    /// The decision.
    pub decision: PartyMatchDecision,
    /// Which of two parties goes on when they are the same; left out, the candidate.
    pub survivor_id: Option<ID>,
    /// Why.
    pub reason: Option<String>,
}

/// A decision that was wrong.
#[derive(InputObject)]
pub struct UndoMatchDecisionInput {
    /// The task.
    pub task_id: ID,
    /// Why it is taken back.
    pub reason: Option<String>,
}

/// What became of a task.
#[derive(SimpleObject)]
pub struct PartyMatchTaskPayload {
    /// The task as it is now; null when the call was refused, or when nothing waits.
    pub task: Option<PartyMatchTask>,
    /// Why nothing was changed; empty when it was.
    pub user_errors: Vec<PartyUserError>,
}

/// Root fields that work on the queue.
#[derive(Default)]
pub struct MatchTaskMutation;

#[Object]
impl MatchTaskMutation {
    /// Takes a review task for some time, so that nobody else works on it. Whoever has it already gets more time. Needs the scope
    /// `party:steward`.
    async fn claim_match_task(&self, ctx: &Context<'_>, input: ClaimMatchTaskInput) -> Nullable<PartyMatchTaskPayload> {
        Some(claim(ctx, input).await)
    }

    /// Decides a review task that you have claimed, and does what follows: merges or links, makes a party, or asserts that they are not the same,
    /// in one step. Needs the scope `party:steward`.
    async fn decide_match_task(&self, ctx: &Context<'_>, input: DecideMatchTaskInput) -> Nullable<PartyMatchTaskPayload> {
        Some(decide(ctx, input).await)
    }

    /// Takes the decision of a review task back with all that followed from it, and puts the task back into the queue. A party that was made
    /// stays. Needs the scope `party:steward`.
    async fn undo_match_decision(&self, ctx: &Context<'_>, input: UndoMatchDecisionInput) -> Nullable<PartyMatchTaskPayload> {
        Some(undo(ctx, input).await)
    }
}

fn task_id(id: &ID) -> Result<TaskId, Refusal> {
    TaskId::parse(id).map_err(|refusal| refusal.at("taskId"))
}

async fn claim(ctx: &Context<'_>, input: ClaimMatchTaskInput) -> Result<PartyMatchTaskPayload, Error> {
    context::require(ctx, Permission::PartySteward)?;
    let request = context::request(ctx)?;
    let lease = i64::from(input.lease_seconds.unwrap_or(900));
    let result = match input.task_id.as_ref().map(task_id).transpose() {
        Ok(id) => match_task::claim(request, id, lease).await,
        Err(refusal) => Err(refusal.into()),
    };
    let (task, user_errors) = outcome(result)?;
    Ok(PartyMatchTaskPayload { task: task.flatten().map(PartyMatchTask), user_errors })
}

async fn decide(ctx: &Context<'_>, input: DecideMatchTaskInput) -> Result<PartyMatchTaskPayload, Error> {
    context::require(ctx, Permission::PartySteward)?;
    let request = context::request(ctx)?;
    let ids = task_id(&input.task_id).and_then(|task| Ok((task, input.survivor_id.as_ref().map(|id| party_id("survivorId", id)).transpose()?)));
    payload(match ids {
        Ok((task, survivor)) => match_task::decide(request, &Wanted { task, decision: input.decision.into(), survivor, reason: input.reason }).await,
        Err(refusal) => Err(refusal.into()),
    })
}

async fn undo(ctx: &Context<'_>, input: UndoMatchDecisionInput) -> Result<PartyMatchTaskPayload, Error> {
    context::require(ctx, Permission::PartySteward)?;
    let request = context::request(ctx)?;
    payload(match task_id(&input.task_id) {
        Ok(id) => match_task::undo(request, id, input.reason.as_deref()).await,
        Err(refusal) => Err(refusal.into()),
    })
}

fn payload(result: Result<domain::match_task::MatchTask, Error>) -> Result<PartyMatchTaskPayload, Error> {
    let (task, user_errors) = outcome(result)?;
    Ok(PartyMatchTaskPayload { task: task.map(PartyMatchTask), user_errors })
}
