//! What the graph shows of merges.
use super::input::MergeField;
use crate::{
    domain::{self, error::Error, id::PartyId, kind},
    graphql::{
        context::{self, Nullable},
        input::graphql_id,
        money::Money,
        page::list_complexity,
        party::Party,
        payload::PartyUserError,
        scalar::DateTime,
    },
    service::merge::{Came, Preview, PreviewField},
};
use async_graphql::{Context, Description, Enum, ID, Object, SimpleObject};

/// How far a merge has come.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(name = "PartyMergeState", remote = "kind::MergeState")]
pub enum MergeState {
    /// Engines have yet to acknowledge it.
    Propagating,
    /// Every engine that follows merges has acknowledged it.
    Done,
    /// It was taken back.
    Unmerged,
}

/// Why a merge chose one of two values. The first rule that tells the two apart decides.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(name = "PartyMergeRule", remote = "kind::MergeRule")]
pub enum MergeRule {
    /// A steward chose it.
    Steward,
    /// Both parties have the same value, or none.
    SameValue,
    /// Only one party has a value.
    OnlyValue,
    /// Only this one was verified.
    Verified,
    /// It comes from the engine that the company trusts most.
    SourcePriority,
    /// It was noted later.
    MostRecent,
    /// It has more parts.
    MostComplete,
    /// Nothing tells them apart, so the survivor's stays.
    Survivor,
}

/// What an engine acknowledges.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(name = "PartyMergeStep", remote = "kind::MergeStep")]
pub enum MergeStep {
    /// That two parties became one.
    Merged,
    /// That one party became two again.
    Unmerged,
}

/// Whether an engine has followed a merge.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(name = "PartyMergeAcknowledgementState", remote = "kind::AcknowledgementState")]
pub enum AcknowledgementState {
    /// It has said nothing yet.
    Pending,
    /// It has.
    Done,
    /// It could not.
    Failed,
}

/// One party that was merged into another.
#[derive(Clone, Description)]
pub struct PartyMerge(pub domain::merge::Merge);

#[Object(use_type_description)]
impl PartyMerge {
    /// The id.
    async fn id(&self) -> ID {
        graphql_id(self.0.id.0)
    }

    /// How far it has come.
    async fn state(&self) -> MergeState {
        self.0.state.into()
    }

    /// The id of the party that went on. It may have been merged into another one since.
    async fn survivor_id(&self) -> ID {
        graphql_id(self.0.survivor.0)
    }

    /// The id that led to the survivor since.
    async fn absorbed_id(&self) -> ID {
        graphql_id(self.0.absorbed.0)
    }

    /// The party that went on, as it is now.
    async fn survivor(&self, ctx: &Context<'_>) -> Nullable<Party> {
        party(ctx, self.0.survivor).await.transpose()
    }

    /// The party to which the absorbed id leads now: the survivor, or itself when the merge was taken back.
    async fn absorbed(&self, ctx: &Context<'_>) -> Nullable<Party> {
        party(ctx, self.0.absorbed).await.transpose()
    }

    /// What was decided, field by field.
    async fn decisions(&self) -> Vec<PartyMergeDecision> {
        self.0.decisions.iter().map(|decision| PartyMergeDecision::new(&self.0, decision)).collect()
    }

    /// Why.
    async fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }

    /// Who merged.
    async fn merged_by(&self) -> &str {
        &self.0.merged_by
    }

    /// When.
    async fn merged_at(&self) -> DateTime {
        self.0.merged_at.into()
    }

    /// Who took it back.
    async fn unmerged_by(&self) -> Option<&str> {
        self.0.unmerged_by.as_deref()
    }

    /// When it was taken back.
    async fn unmerged_at(&self) -> Option<DateTime> {
        self.0.unmerged_at.map(DateTime::from)
    }

    /// Why it was taken back.
    async fn unmerge_reason(&self) -> Option<&str> {
        self.0.unmerge_reason.as_deref()
    }

    /// What the engines that follow merges say of it.
    #[graphql(complexity = "list_complexity(child_complexity)")]
    async fn acknowledgements(&self, ctx: &Context<'_>) -> Result<Vec<PartyMergeAcknowledgement>, Error> {
        let said = context::loaders(ctx)?.acknowledgements.load(self.0.id).await?.unwrap_or_default();
        Ok(said.into_iter().map(PartyMergeAcknowledgement::from).collect())
    }
}

async fn party(ctx: &Context<'_>, id: PartyId) -> Result<Option<Party>, Error> {
    Ok(context::loaders(ctx)?.parties.load(id).await?.map(Party::from))
}

/// The merges of a party, those that were taken back too, oldest first.
pub async fn of_party(ctx: &Context<'_>, party: PartyId) -> Result<Vec<PartyMerge>, Error> {
    let merges = context::loaders(ctx)?.merges.load(party).await?.unwrap_or_default();
    Ok(merges.into_iter().map(PartyMerge).collect())
}

/// Whose value went on in one field.
#[derive(SimpleObject)]
pub struct PartyMergeDecision {
    /// The field.
    pub field: MergeField,
    /// Why.
    pub rule: MergeRule,
    /// The party whose value went on.
    pub party_id: ID,
    /// Whether the parties had different values.
    pub is_conflict: bool,
}

impl PartyMergeDecision {
    fn new(merge: &domain::merge::Merge, decision: &domain::merge::Decision) -> Self {
        let party = if decision.takes_absorbed { merge.absorbed } else { merge.survivor };
        Self { field: decision.field.into(), rule: decision.rule.into(), party_id: graphql_id(party.0), is_conflict: decision.is_conflict }
    }
}

/// How many rows of one kind an engine changed.
#[derive(SimpleObject)]
pub struct PartyMergeCount {
    /// What the engine calls them, for instance `leads`.
    pub name: String,
    /// How many.
    pub rows: i64,
}

/// What an engine says of a merge, or has yet to say.
#[derive(SimpleObject)]
pub struct PartyMergeAcknowledgement {
    /// The engine.
    pub system: String,
    /// Whether it is about the merge or about taking it back.
    pub step: MergeStep,
    /// Whether it has followed.
    pub state: AcknowledgementState,
    /// How many rows it changed.
    pub counts: Vec<PartyMergeCount>,
    /// Why it could not.
    pub error: Option<String>,
    /// Since when it is waited for.
    pub since: DateTime,
    /// When it last said something.
    pub at: Option<DateTime>,
}

impl From<domain::engine::Acknowledgement> for PartyMergeAcknowledgement {
    fn from(said: domain::engine::Acknowledgement) -> Self {
        Self {
            system: said.system.to_string(),
            step: said.step.into(),
            state: said.state.into(),
            counts: said.counts.into_iter().map(|(name, rows)| PartyMergeCount { name, rows }).collect(),
            error: said.error,
            since: said.since.into(),
            at: said.at.map(DateTime::from),
        }
    }
}

/// What a merge would do. Nothing of it is kept.
#[derive(Description)]
pub struct MergePreview(pub Preview);

#[Object(use_type_description)]
impl MergePreview {
    /// What stands in the way, with the codes that `mergeParties` would refuse with. When there is something, nothing else is told.
    async fn blockers(&self) -> Vec<PartyUserError> {
        self.0.blockers.iter().cloned().map(PartyUserError::of).collect()
    }

    /// What the survivor would show, and why.
    async fn fields(&self) -> Vec<MergePreviewField> {
        self.0.fields.iter().cloned().map(MergePreviewField).collect()
    }

    /// How many links would be handed over, ended ones too.
    async fn links(&self) -> usize {
        self.0.moved.links
    }

    /// How many roles the absorbed parties hold or held.
    async fn roles(&self) -> usize {
        self.0.moved.roles
    }

    /// How many contact points the absorbed parties have.
    async fn contact_points(&self) -> usize {
        self.0.moved.contact_points
    }

    /// How many identifiers would be handed over.
    async fn identifiers(&self) -> usize {
        self.0.moved.identifiers
    }

    /// How many relationships the absorbed parties have or had.
    async fn relationships(&self) -> usize {
        self.0.moved.relationships
    }

    /// The revenue that would be handed over, one element for each currency. Needs the scope `revenue:read`.
    async fn revenue(&self, ctx: &Context<'_>) -> Nullable<Vec<MovedRevenue>> {
        let moved = |(gross, payouts): &(domain::money::Money, domain::money::Money)| MovedRevenue {
            gross: Money::from(*gross),
            payouts: Money::from(*payouts),
        };
        Some(context::require(ctx, crate::service::Permission::RevenueRead).map(|()| self.0.revenue.iter().map(moved).collect()))
    }
}

/// Revenue that goes from one party to another, in one currency.
#[derive(SimpleObject)]
pub struct MovedRevenue {
    /// What the absorbed parties paid.
    pub gross: Money,
    /// What they were paid.
    pub payouts: Money,
}

/// One field of the survivor after a merge.
#[derive(Clone, Description)]
pub struct MergePreviewField(PreviewField);

#[Object(use_type_description)]
impl MergePreviewField {
    /// The field.
    async fn field(&self) -> MergeField {
        self.0.field.into()
    }

    /// Why this value.
    async fn rule(&self) -> MergeRule {
        self.0.rule.into()
    }

    /// The party from which it comes.
    async fn party_id(&self) -> ID {
        graphql_id(self.0.party.0)
    }

    /// Whether the parties have different values.
    async fn is_conflict(&self) -> bool {
        self.0.is_conflict
    }

    /// What the survivor would show. Needs the scope `party:pii`, unless it is a name.
    #[graphql(tag = "pii")]
    async fn value(&self, ctx: &Context<'_>) -> Nullable<&str> {
        shown(ctx, self.0.field, self.0.value.as_deref())
    }

    /// What each of the parties has.
    async fn candidates(&self) -> Vec<MergeCandidate> {
        let candidate = |(party, value): &(PartyId, Option<String>)| MergeCandidate { field: self.0.field, party: *party, value: value.clone() };
        self.0.candidates.iter().map(candidate).collect()
    }
}

/// What one of the parties of a merge has in a field.
#[derive(Description)]
pub struct MergeCandidate {
    field: kind::MergeField,
    party: PartyId,
    value: Option<String>,
}

#[Object(use_type_description)]
impl MergeCandidate {
    /// The party.
    async fn party_id(&self) -> ID {
        graphql_id(self.party.0)
    }

    /// Its value. Needs the scope `party:pii`, unless it is a name.
    #[graphql(tag = "pii")]
    async fn value(&self, ctx: &Context<'_>) -> Nullable<&str> {
        shown(ctx, self.field, self.value.as_deref())
    }
}

fn shown<'v>(ctx: &Context<'_>, field: kind::MergeField, value: Option<&'v str>) -> Nullable<&'v str> {
    if field == kind::MergeField::Name { value.map(Ok) } else { context::personal(ctx, value) }
}

/// What came after a merge, and where it is now that the merge was taken back.
#[derive(SimpleObject)]
pub struct CameAfterMerge {
    /// The party that has it now: the absorbed one if it was addressed to its id or came through one of its records, or else the survivor.
    pub party_id: ID,
    /// What it is: CONTACT_POINT, IDENTIFIER, ROLE, LINK, RELATIONSHIP or REVENUE_ENTRY.
    pub kind: String,
    /// How many there are.
    pub count: i64,
    /// The first twenty of them: ids, or the keys of revenue entries. Identifiers are told as schemes alone.
    pub references: Vec<String>,
}

impl From<Came> for CameAfterMerge {
    fn from(came: Came) -> Self {
        Self { party_id: graphql_id(came.party.0), kind: came.since.kind.to_owned(), count: came.since.count, references: came.since.references }
    }
}
