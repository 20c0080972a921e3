//! Before somebody new is made: whether all evidence together says who it is, or that a steward should look.
use super::{
    FoundBy,
    known::Known,
    plan::{Plan, Target},
};
use crate::{
    domain::{
        error::Error,
        kind::PartyStatus,
        matching::{facts::Facts, online::Verdict},
        suggestion::Suggestions,
    },
    service::{
        Change, Request,
        suggestion::{self, DECIDING, Sought},
    },
    store,
};

/// Looks for the party of the only item of a plan, if it is to be made. What is so clear that nobody needs to look is found; what a steward should
/// look at is made, and the answer tells whom it may be. One statement for somebody new, and one more when somebody is found.
pub async fn consider(request: &Request, change: &Change, known: &mut Known, plan: &mut Plan) -> Result<Option<Suggestions>, Error> {
    let [Ok(placed)] = plan.items.as_mut_slice() else { return Ok(None) };
    if matches!(placed.target, Target::Known(_)) {
        return Ok(None);
    }
    let total = request.hub.population(change.tx()).await?;
    let facts = Facts::of_draft(&placed.item.draft, Some(placed.item.draft.names.kind));
    let suggestions = suggestion::search_one(change.tx(), total, Sought { facts: &facts, party: None, refused: &[] }, DECIDING).await?;
    let Some(best) = suggestions.best() else { return Ok(None) };
    if best.verdict != Verdict::AutoLink {
        return Ok(Some(suggestions));
    }
    let Some(party) = store::party::find(change.tx(), &[best.party]).await?.pop().filter(|party| party.status == PartyStatus::Active) else {
        return Ok(None);
    };
    placed.target = Target::Known(party.id);
    placed.by = Some(FoundBy::Match);
    placed.evidence = Some((best.told(&suggestions.model), best.evidence.probability()));
    known.parties.insert(party.id, party);
    plan.drafts.clear();
    Ok(None)
}
