//! What a merge would do: it is carried out, looked at, and not kept.
use super::{Wanted, carry_out, group, group::Group};
use crate::{
    domain::{
        error::Error,
        id::PartyId,
        kind::{MergeField, MergeRule},
        merge::Merge,
        money::Money,
        party::Party,
        refusal::Refusal,
    },
    service::{Change, Permission, Request, race},
    store,
};

/// What a merge would do, or what stands in its way.
#[derive(Clone, Debug, Default)]
pub struct Preview {
    /// What stands in the way; nothing else is told then.
    pub blockers: Vec<Refusal>,
    /// What the survivor would show.
    pub fields: Vec<PreviewField>,
    /// How many rows each kind would hand over.
    pub moved: Moved,
    /// What the absorbed parties paid and were paid, by currency.
    pub revenue: Vec<(Money, Money)>,
}

/// One field of the survivor after the merge.
#[derive(Clone, Debug)]
pub struct PreviewField {
    /// The field.
    pub field: MergeField,
    /// What it would show.
    pub value: Option<String>,
    /// The party from which it comes.
    pub party: PartyId,
    /// Why.
    pub rule: MergeRule,
    /// Whether the parties have different values.
    pub is_conflict: bool,
    /// What each party has.
    pub candidates: Vec<(PartyId, Option<String>)>,
}

/// How many rows a merge hands over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// Links, ended ones too.
    pub links: usize,
    /// Roles, ended ones too.
    pub roles: usize,
    /// Current contact points.
    pub contact_points: usize,
    /// Identifiers.
    pub identifiers: usize,
    /// Relationships, ended ones too.
    pub relationships: usize,
}

/// What a merge would do.
///
/// # Errors
/// `TOO_MANY_ITEMS`; everything that stands in the way of a merge is told as blockers.
pub async fn preview(request: &Request, wanted: &Wanted) -> Result<Preview, Error> {
    request.caller.require(Permission::PartySteward)?;
    group::check_size(wanted.absorbed.len())?;
    let preview = race::settled(|| try_preview(request, wanted)).await;
    match preview {
        Err(Error::Refused(blockers)) => Ok(Preview { blockers, ..Preview::default() }),
        done => done,
    }
}

async fn try_preview(request: &Request, wanted: &Wanted) -> Result<Preview, Error> {
    // The change is never committed: dropping it undoes everything.
    let mut change = request.change(Permission::PartySteward).await?;
    let group = Group::hold(&change, wanted).await?;
    let parties: Vec<Party> = std::iter::once(&group.survivor).chain(&group.absorbed).cloned().collect();
    let absorbed: Vec<PartyId> = group.absorbed.iter().map(|party| party.id).collect();
    let moved = moved(&change, &absorbed).await?;
    let mut revenue: Vec<(Money, Money)> = Vec::new();
    for id in &absorbed {
        for (gross, payouts) in store::revenue::handover::sums_of(change.tx(), *id).await? {
            match revenue.iter_mut().find(|(known, _)| known.currency == gross.currency) {
                Some(known) => *known = (known.0.checked_add(gross)?, known.1.checked_add(payouts)?),
                None => revenue.push((gross, payouts)),
            }
        }
    }
    let survivor = group.survivor.id;
    let merges = carry_out(&mut change, wanted, group, None).await?;
    let after = store::party::find(change.tx(), &[survivor]).await?.pop().ok_or_else(|| Error::internal("a survivor is gone"))?;
    let fields = MergeField::ALL.iter().map(|field| decided(*field, &after, &parties, &merges)).collect();
    Ok(Preview { blockers: Vec::new(), fields, moved, revenue })
}

async fn moved(change: &Change, absorbed: &[PartyId]) -> Result<Moved, Error> {
    let tx = change.tx();
    Ok(Moved {
        links: store::link::of_parties(tx, absorbed).await?.values().map(Vec::len).sum(),
        roles: store::role::of_parties(tx, absorbed).await?.values().map(Vec::len).sum(),
        contact_points: store::contact_point::of_parties(tx, absorbed).await?.values().map(Vec::len).sum(),
        identifiers: store::identifier::of_parties(tx, absorbed).await?.values().map(Vec::len).sum(),
        relationships: store::relationship::of_parties(tx, absorbed).await?.values().map(Vec::len).sum(),
    })
}

/// What became of a field over all merges of the call: the last one that took a value decided.
fn decided(field: MergeField, after: &Party, parties: &[Party], merges: &[Merge]) -> PreviewField {
    let decisions: Vec<_> = merges
        .iter()
        .flat_map(|merge| merge.decisions.iter().filter(|decision| decision.field == field).map(move |decision| (merge.absorbed, *decision)))
        .collect();
    let taken = decisions.iter().rev().find(|(_, decision)| decision.takes_absorbed);
    let (party, rule) = match (taken, decisions.first()) {
        (Some((party, decision)), _) => (*party, decision.rule),
        (None, Some((_, decision))) => (after.id, decision.rule),
        (None, None) => (after.id, MergeRule::Survivor),
    };
    PreviewField {
        field,
        value: value(field, after),
        party,
        rule,
        is_conflict: decisions.iter().any(|(_, decision)| decision.is_conflict),
        candidates: parties.iter().map(|party| (party.id, value(field, party))).collect(),
    }
}

fn value(field: MergeField, party: &Party) -> Option<String> {
    match field {
        MergeField::Name => Some(party.display_name.clone()),
        MergeField::Email => party.primary_email.clone(),
        MergeField::Phone => party.primary_phone.clone(),
        MergeField::Address => party.primary_address.as_ref().map(|address| address.formatted().to_owned()),
    }
}
