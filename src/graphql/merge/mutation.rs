//! Merging and taking merges back.
use super::{
    input::{MergePartiesInput, UnmergePartiesInput},
    object::{CameAfterMerge, PartyMerge},
};
use crate::{
    domain::error::Error,
    graphql::{
        context::{self, Nullable},
        party::Party,
        payload::{PartyUserError, outcome},
    },
    service,
};
use async_graphql::{Context, InputObject, Object, SimpleObject};

/// What became of a merge that was asked for.
#[derive(SimpleObject)]
pub struct MergePartiesPayload {
    /// The party that went on, as it is now; null when the merge was refused.
    pub survivor: Option<Party>,
    /// One merge for each absorbed party, in the order asked for.
    pub merges: Vec<PartyMerge>,
    /// Why nothing was changed; empty when it was.
    pub user_errors: Vec<PartyUserError>,
}

/// What became of merges that were to be taken back.
#[derive(SimpleObject)]
pub struct UnmergePartiesPayload {
    /// The parties that are on their own again, by id.
    pub parties: Vec<Party>,
    /// The merges that were taken back, in the order asked for.
    pub merges: Vec<PartyMerge>,
    /// What came after the merges, and which party has it now.
    pub came_after: Vec<CameAfterMerge>,
    /// Why nothing was changed; empty when it was.
    pub user_errors: Vec<PartyUserError>,
}

/// The engines that merges trust.
#[derive(InputObject)]
pub struct SetPartySourcePriorityInput {
    /// The codes of the engines, the most trusted first. Engines that are not named come after them.
    pub systems: Vec<String>,
}

/// What became of an order of engines.
#[derive(SimpleObject)]
pub struct SetPartySourcePriorityPayload {
    /// The order as it is now; null when it was refused.
    pub systems: Option<Vec<String>>,
    /// Why nothing was changed; empty when it was.
    pub user_errors: Vec<PartyUserError>,
}

/// Root fields that merge and unmerge.
#[derive(Default)]
pub struct MergeMutation;

#[Object]
impl MergeMutation {
    /// Makes several parties one. Everything of the absorbed ones is handed over to the survivor, and their ids lead to it for ever.
    /// `unmergeParties` takes it back. Needs the scope `party:steward`.
    async fn merge_parties(&self, ctx: &Context<'_>, input: MergePartiesInput) -> Nullable<MergePartiesPayload> {
        Some(merge(ctx, input).await)
    }

    /// Takes absorbed parties out of the ones that they were merged into, however long ago. What was theirs goes back to them; what came
    /// since stays with the survivor, unless it was addressed to their ids or came through their records. Needs the scope `party:steward`.
    async fn unmerge_parties(&self, ctx: &Context<'_>, input: UnmergePartiesInput) -> Nullable<UnmergePartiesPayload> {
        Some(unmerge(ctx, input).await)
    }

    /// Sets in which order merges trust the engines that parties come from. Needs the scope `party:admin`.
    async fn set_party_source_priority(&self, ctx: &Context<'_>, input: SetPartySourcePriorityInput) -> Nullable<SetPartySourcePriorityPayload> {
        Some(set_priority(ctx, input).await)
    }
}

async fn merge(ctx: &Context<'_>, input: MergePartiesInput) -> Result<MergePartiesPayload, Error> {
    let request = context::request(ctx)?;
    let (merges, user_errors) = outcome(match input.parse() {
        Ok(wanted) => service::merge::merge(request, &wanted, input.idempotency_key.as_deref()).await,
        Err(error) => Err(error),
    })?;
    let merges = merges.unwrap_or_default();
    let survivor = match merges.first() {
        Some(merge) => context::loaders(ctx)?.parties.load(merge.survivor).await?.map(Party::from),
        None => None,
    };
    Ok(MergePartiesPayload { survivor, merges: merges.into_iter().map(PartyMerge).collect(), user_errors })
}

async fn unmerge(ctx: &Context<'_>, input: UnmergePartiesInput) -> Result<UnmergePartiesPayload, Error> {
    let request = context::request(ctx)?;
    let (done, user_errors) = outcome(match input.parse() {
        Ok(absorbed) => service::merge::unmerge(request, &absorbed, input.reason.as_deref()).await,
        Err(error) => Err(error),
    })?;
    let (parties, merges, came_after) = done.map_or_else(Default::default, |done| (done.parties, done.merges, done.came_after));
    Ok(UnmergePartiesPayload {
        parties: parties.into_iter().map(Party::from).collect(),
        merges: merges.into_iter().map(PartyMerge).collect(),
        came_after: came_after.into_iter().map(CameAfterMerge::from).collect(),
        user_errors,
    })
}

async fn set_priority(ctx: &Context<'_>, input: SetPartySourcePriorityInput) -> Result<SetPartySourcePriorityPayload, Error> {
    let (systems, user_errors) = outcome(service::merge::set_source_priority(context::request(ctx)?, &input.systems).await)?;
    let systems = systems.map(|systems| systems.iter().map(ToString::to_string).collect());
    Ok(SetPartySourcePriorityPayload { systems, user_errors })
}
