//! Looking at merges.
use super::{
    input::{MergeField, PartyMergeChoiceInput},
    object::{MergePreview, PartyMerge},
};
use crate::{
    domain::{
        error::Error,
        id::{MergeId, PartyId},
    },
    graphql::{
        context::{self, Nullable},
        input::party_id,
    },
    service::{
        self,
        merge::{Seen, Wanted},
    },
};
use async_graphql::{Context, ID, Object};

/// Root fields that look at merges.
#[derive(Default)]
pub struct MergeQuery;

#[Object]
impl MergeQuery {
    /// What `mergeParties` would do: the survivor's values with the rule that chose each, what would be handed over, and what stands in the
    /// way. Needs the scope `party:steward`.
    async fn merge_preview(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The party that would go on.")] survivor_id: ID,
        #[graphql(desc = "The parties that would be merged into it; at most 20.")] absorbed_ids: Vec<ID>,
        #[graphql(desc = "Where the rules are not to decide.")] choices: Option<Vec<PartyMergeChoiceInput>>,
    ) -> Nullable<MergePreview> {
        Some(preview(ctx, &survivor_id, &absorbed_ids, choices.unwrap_or_default()).await)
    }

    /// A merge by its id; null when the company has none. Needs the scope `party:read`.
    async fn party_merge(&self, ctx: &Context<'_>, #[graphql(desc = "The id of the merge.")] id: ID) -> Nullable<PartyMerge> {
        find(ctx, &id).await.transpose()
    }

    /// In which order merges trust the engines that parties come from, the most trusted first. Needs the scope `party:read`.
    async fn party_source_priority(&self, ctx: &Context<'_>) -> Nullable<Vec<String>> {
        Some(priority(ctx).await)
    }
}

async fn preview(ctx: &Context<'_>, survivor: &ID, absorbed: &[ID], choices: Vec<PartyMergeChoiceInput>) -> Result<MergePreview, Error> {
    let seen = |id: PartyId| Seen { party: id, version: None };
    let parse = |(i, id): (usize, &ID)| PartyId::parse(id).map(seen).map_err(|refusal| refusal.at(i).at("absorbedIds"));
    let chosen = choices.iter().enumerate().map(|(i, choice)| {
        let party = party_id("partyId", &choice.party_id).map_err(|refusal| refusal.at(i).at("choices"))?;
        Ok((MergeField::into(choice.field), party))
    });
    let chosen: Result<Vec<_>, Error> = chosen.collect();
    let wanted = Wanted {
        survivor: seen(party_id("survivorId", survivor)?),
        absorbed: absorbed.iter().enumerate().map(parse).collect::<Result<_, _>>()?,
        choices: service::merge::choices(chosen?)?,
        reason: None,
    };
    Ok(MergePreview(service::merge::preview(context::request(ctx)?, &wanted).await?))
}

async fn find(ctx: &Context<'_>, id: &ID) -> Result<Option<PartyMerge>, Error> {
    let id = MergeId::parse(id).map_err(|refusal| refusal.at("id"))?;
    Ok(service::merge::find(context::request(ctx)?, &[id]).await?.remove(&id).map(PartyMerge))
}

async fn priority(ctx: &Context<'_>) -> Result<Vec<String>, Error> {
    Ok(service::merge::source_priority(context::request(ctx)?).await?.iter().map(ToString::to_string).collect())
}
