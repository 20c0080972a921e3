//! The parties of a merge, held, and what stands in its way.
use super::{MAX_ABSORBED, Wanted};
use crate::{
    domain::{
        error::Error,
        id::PartyId,
        kind::PartyStatus,
        party::Party,
        refusal::{Code, Help, Refusal},
    },
    service::Change,
    store,
};
use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

/// The parties of a merge, held against other writers.
pub(super) struct Group {
    /// The party that goes on.
    pub survivor: Party,
    /// The parties that are merged into it.
    pub absorbed: Vec<Party>,
    /// All of them, and all that were merged into them before.
    pub family: Vec<PartyId>,
}

/// Refuses a call of too many parties.
pub(super) fn check_size(absorbed: usize) -> Result<(), Error> {
    if absorbed > MAX_ABSORBED {
        let message = format!("{absorbed} parties in one call; the limit is {MAX_ABSORBED}. Merge them in several calls.");
        return Err(Refusal::new(Code::TooManyItems, message).at("absorbed").into());
    }
    Ok(())
}

/// Holds parties and all that lead to them, in the order of their ids, and tells them as they stand.
pub(super) async fn hold_families(change: &Change, roots: &[PartyId]) -> Result<HashMap<PartyId, Party>, Error> {
    let tx = change.tx();
    let family = async || -> Result<BTreeSet<PartyId>, Error> {
        let absorbed = store::party::absorbed(tx, roots).await?;
        Ok(roots.iter().copied().chain(absorbed.into_values().flatten()).collect())
    };
    let seen = family().await?;
    let held = store::party::lock_many(tx, &seen.iter().copied().collect::<Vec<_>>()).await?;
    if family().await? != seen {
        return Err(contended("parties were merged or unmerged between look and hold"));
    }
    Ok(held.into_iter().map(|party| (party.id, party)).collect())
}

/// Somebody else was faster; the call begins anew.
pub(super) fn contended(what: &str) -> Error {
    Error::Contended(Arc::new(std::io::Error::other(what.to_owned())))
}

impl Group {
    /// Holds the parties of a merge.
    ///
    /// # Errors
    /// Everything that stands in the way of it, at once.
    pub async fn hold(change: &Change, wanted: &Wanted) -> Result<Self, Error> {
        refuse_confusion(wanted)?;
        let roots: Vec<PartyId> = std::iter::once(&wanted.survivor).chain(&wanted.absorbed).map(|seen| seen.party).collect();
        let mut held = hold_families(change, &roots).await?;
        let mut refusals = Vec::new();
        for (i, seen) in std::iter::once(&wanted.survivor).chain(&wanted.absorbed).enumerate() {
            let at = |refusal: Refusal| if i == 0 { refusal.at("survivor") } else { refusal.at(i - 1).at("absorbed") };
            refusals.extend(standing(held.get(&seen.party), seen.party, i == 0, seen.version).map(at));
        }
        let kind = held.get(&wanted.survivor.party).map(|party| party.kind);
        for (i, seen) in wanted.absorbed.iter().enumerate() {
            if let (Some(kind), Some(other)) = (kind, held.get(&seen.party).map(|party| party.kind))
                && kind != other
            {
                let message = "A person and an organisation are not one party. Relate them instead.";
                refusals.push(Refusal::new(Code::KindsDiffer, message).at("partyId").at(i).at("absorbed"));
            }
        }
        refusals.extend(distinct(change, &held).await?);
        if !refusals.is_empty() {
            return Err(Error::Refused(refusals));
        }
        let family = held.keys().copied().collect();
        let gone = || Error::internal("a party that was held is gone");
        let survivor = held.remove(&wanted.survivor.party).ok_or_else(gone)?;
        let absorbed = wanted.absorbed.iter().map(|seen| held.remove(&seen.party).ok_or_else(gone)).collect::<Result<_, _>>()?;
        Ok(Self { survivor, absorbed, family })
    }
}

/// What is wrong whoever the parties are.
fn refuse_confusion(wanted: &Wanted) -> Result<(), Error> {
    let mut refusals = Vec::new();
    if wanted.absorbed.is_empty() {
        refusals.push(Refusal::new(Code::InvalidArgument, "A merge needs a party to absorb.").at("absorbed"));
    }
    let mut named = BTreeSet::from([wanted.survivor.party]);
    for (i, seen) in wanted.absorbed.iter().enumerate() {
        if !named.insert(seen.party) {
            let message = if seen.party == wanted.survivor.party { "A party cannot be merged with itself." } else { "The party is named twice." };
            refusals.push(Refusal::new(Code::InvalidArgument, message).at("partyId").at(i).at("absorbed"));
        }
    }
    for (field, party) in &wanted.choices {
        if !named.contains(party) {
            let message = format!("The value of {field} is to come from {party}, which has no part in the merge.");
            refusals.push(Refusal::new(Code::InvalidArgument, message).at("choices"));
        }
    }
    if refusals.is_empty() { Ok(()) } else { Err(Error::Refused(refusals)) }
}

/// Whether a party stands in the way by itself. A deactivated one may be absorbed, but not go on.
fn standing(party: Option<&Party>, id: PartyId, is_survivor: bool, expected: Option<i64>) -> Option<Refusal> {
    let Some(party) = party else {
        return Some(Refusal::new(Code::PartyNotFound, format!("There is no party with the id {id}.")).at("partyId"));
    };
    let inactive = |message: &str| Some(Refusal::new(Code::PartyInactive, message).at("partyId"));
    match (party.status, party.merged_into) {
        (PartyStatus::Merged, Some(survivor)) => {
            let message = format!("The party was merged into {survivor}. Use that id.");
            Some(Refusal::new(Code::PartyMerged, message).at("partyId").with(Help::Candidates(vec![survivor])))
        }
        (PartyStatus::Erased, _) => inactive("The party's personal data was erased. It cannot be merged any more."),
        (PartyStatus::Inactive, _) if is_survivor => inactive("The party is deactivated. Reactivate it first, or let the other one go on."),
        _ => match expected {
            Some(expected) if expected != party.version => {
                let message =
                    format!("The party is at version {}, not {expected}: somebody changed it. Look at it again and repeat the merge.", party.version);
                Some(Refusal::new(Code::StaleVersion, message).at("expectedVersion").with(Help::CurrentVersion(party.version)))
            }
            _ => None,
        },
    }
}

/// Assertions that two of the parties, or of those merged into them before, are not the same.
async fn distinct(change: &Change, held: &HashMap<PartyId, Party>) -> Result<Vec<Refusal>, Error> {
    let ids: Vec<PartyId> = held.keys().copied().collect();
    let root = |id: &PartyId| held.get(id).and_then(|party| party.merged_into).unwrap_or(*id);
    let refusal = |assertion: crate::domain::distinct::DistinctAssertion| {
        let [one, other] = assertion.parties;
        let since = assertion.created_at.format("%Y-%m-%d");
        let reason = assertion.reason.map(|reason| format!(" ({reason})")).unwrap_or_default();
        let message = format!(
            "{} asserted on {since} that {one} and {other} are not the same{reason}. Withdraw the assertion {} if that was wrong.",
            assertion.author, assertion.id
        );
        Refusal::new(Code::PartiesDistinct, message).at("absorbed").with(Help::Candidates(vec![root(&one), root(&other)]))
    };
    Ok(store::distinct::among(change.tx(), &ids).await?.into_iter().map(refusal).collect())
}
