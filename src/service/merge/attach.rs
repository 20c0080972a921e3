//! Making two parties one: everything of the absorbed party is handed over, and what changes of the survivor is noted.
use super::ranks::Ranks;
use crate::{
    domain::{
        contact_point::ContactPoint,
        error::Error,
        id::{ContactPointId, PartyId, RoleId},
        kind::{ContactKind, MergeField, PartyStatus},
        merge::{self, Before, Choices, Decision, Knowledge, Names, RoleState, Side},
        party::Party,
        role::RoleHolding,
    },
    service::{Change, keys},
    store,
};
use std::collections::BTreeSet;

/// The most purposes of one contact point.
const MAX_PURPOSES: usize = 20;

/// Which field of a merge stands for the first choice of a kind of contact point. First choices of web addresses follow the rules alone.
pub(super) const FIELDS: [(ContactKind, Option<MergeField>); 4] = [
    (ContactKind::Email, Some(MergeField::Email)),
    (ContactKind::Phone, Some(MergeField::Phone)),
    (ContactKind::Address, Some(MergeField::Address)),
    (ContactKind::Web, None),
];

/// Merges one party into another; both are held. The survivor is changed and its search keys are written, but its record is not yet.
pub(super) async fn attach(
    change: &Change,
    survivor: &mut Party,
    mut absorbed: Party,
    choices: &Choices,
    ranks: &Ranks,
) -> Result<(Vec<Decision>, Before), Error> {
    let tx = change.tx();
    let (to, from) = (survivor.id, absorbed.id);
    let mut family = vec![from];
    family.extend(store::party::absorbed(tx, &[from]).await?.remove(&from).unwrap_or_default());
    let mut before = Before { family: family.iter().map(|id| id.0).collect(), status: absorbed.status.as_str().to_owned(), ..Before::default() };

    let mut decisions = vec![];
    {
        let (ours, theirs) = (Side { party: survivor, rank: ranks.of(to) }, Side { party: &absorbed, rank: ranks.of(from) });
        decisions.push(merge::decide_name(&ours, &theirs, choices));
    }
    if decisions[0].takes_absorbed {
        let names = Names::of(&absorbed);
        before.names = Some((Names::of(survivor), names.clone()));
        names.give(survivor);
    }

    // First of all the absorbed party lets go of its e-mail address, which the survivor may take as its primary one.
    absorbed.status = PartyStatus::Merged;
    absorbed.merged_into = Some(to);
    absorbed.updated_at = change.at;
    if !store::party::update(tx, &absorbed).await? {
        return Err(Error::internal("a party that was held changed all the same"));
    }
    store::handover::redirect(tx, &family[1..], to).await?;

    decisions.extend(unite_contact_points(change, survivor, &absorbed, &mut before, (choices, ranks)).await?);
    unite_roles(change, to, from, &mut before).await?;
    store::handover::identifiers_and_links(tx, from, to).await?;
    store::handover::settle_relationships(tx, &[from]).await?;
    store::handover::revenue_entries(tx, from, to).await?;
    store::revenue::handover::give_sums(tx, from, to).await?;
    store::match_key::replace(tx, from, &BTreeSet::new()).await?;
    keys::refresh(change, survivor).await?;
    Ok((decisions, before))
}

async fn unite_contact_points(
    change: &Change,
    survivor: &mut Party,
    absorbed: &Party,
    before: &mut Before,
    (choices, ranks): (&Choices, &Ranks),
) -> Result<Vec<Decision>, Error> {
    let tx = change.tx();
    let mut points = store::contact_point::of_parties(tx, &[survivor.id, absorbed.id]).await?;
    let (ours, theirs) = (points.remove(&survivor.id).unwrap_or_default(), points.remove(&absorbed.id).unwrap_or_default());
    let none = Choices::new();
    let (mut decisions, mut step_back, mut promoted) = (Vec::new(), Vec::new(), Vec::new());
    for (kind, field) in FIELDS {
        let (our_first, their_first) = (merge::primary(&ours, kind), merge::primary(&theirs, kind));
        let (us, them) = (Side { party: survivor, rank: ranks.of(survivor.id) }, Side { party: absorbed, rank: ranks.of(absorbed.id) });
        let label = field.unwrap_or(MergeField::Name);
        let mut decision = merge::decide_contact(label, (&us, our_first), (&them, their_first), if field.is_some() { choices } else { &none });
        let twin = their_first.and_then(|point| merge::same_value(&ours, point));
        // What the survivor knows to be a mailbox of several people cannot identify it.
        decision.takes_absorbed &= !twin.is_some_and(|twin| twin.is_shared && kind == ContactKind::Email);
        if decision.takes_absorbed {
            step_back.extend(our_first.map(|point| point.id));
            promoted.extend(twin.map(|twin| twin.id));
        } else if twin.is_none() {
            step_back.extend(their_first.map(|point| point.id));
        }
        before.absorbed_primaries.extend(their_first.map(|point| point.id.0));
        if field.is_some() {
            decisions.push(decision);
        }
    }
    before.stepped_back = step_back.iter().filter(|id| ours.iter().any(|point| point.id == **id)).map(|id| id.0).collect();
    before.promoted = promoted.iter().map(|id| id.0).collect();
    store::handover::step_back(tx, &step_back).await?;
    store::handover::contact_points(tx, absorbed.id, survivor.id).await?;
    store::handover::make_first_choices(tx, &promoted).await?;
    before.taught = teach(change, &ours, &theirs).await?;
    show_first_choices(change, survivor).await?;
    Ok(decisions)
}

/// What the absorbed party knew of a value that both have is known of the survivor's too.
async fn teach(change: &Change, ours: &[ContactPoint], theirs: &[ContactPoint]) -> Result<Vec<(Knowledge, Knowledge)>, Error> {
    let mut taught = Vec::new();
    for point in theirs {
        let Some(twin) = merge::same_value(ours, point) else { continue };
        let (known, mut more) = (Knowledge::of(twin), Knowledge::of(twin));
        if more.verified_at.is_none() {
            (more.verified_at, more.verified_by) = (point.verified_at, point.verified_by.clone());
        }
        let new: Vec<String> = point.purposes.iter().filter(|purpose| !known.purposes.contains(purpose)).cloned().collect();
        more.purposes.extend(new);
        more.purposes.truncate(MAX_PURPOSES.max(known.purposes.len()));
        if more != known {
            store::handover::teach(change.tx(), &more).await?;
            taught.push((known, more));
        }
    }
    Ok(taught)
}

/// Copies a party's first choices into its golden record.
pub(super) async fn show_first_choices(change: &Change, party: &mut Party) -> Result<Vec<ContactPoint>, Error> {
    let points = store::contact_point::of_parties(change.tx(), &[party.id]).await?.remove(&party.id).unwrap_or_default();
    let first = |kind| merge::primary(&points, kind);
    party.primary_email = first(ContactKind::Email).map(|point| point.value.clone());
    party.primary_phone = first(ContactKind::Phone).map(|point| point.key.clone());
    party.primary_address = first(ContactKind::Address).and_then(|point| point.address.clone());
    Ok(points)
}

async fn unite_roles(change: &Change, to: PartyId, from: PartyId, before: &mut Before) -> Result<(), Error> {
    let tx = change.tx();
    let mut roles = store::role::of_parties(tx, &[to, from]).await?;
    let (ours, theirs) = (roles.remove(&to).unwrap_or_default(), roles.remove(&from).unwrap_or_default());
    let mut plan = merge::unite_roles(&ours, &theirs);
    let is_first = |role: &&RoleHolding| role.is_current() && role.is_primary;
    let their_first = theirs.iter().find(is_first);
    before.absorbed_primary_role = their_first.map(|role| role.id.0);
    let has_first = ours.iter().any(|role| is_first(&role));
    if let Some(first) = their_first {
        if has_first {
            store::handover::demote_roles(tx, &[first.id]).await?;
        } else if plan.covered.contains(&first.id) {
            make_first(&mut plan.extended, &ours, first);
        }
    }
    for (_, after) in &plan.extended {
        store::handover::set_role(tx, after).await?;
    }
    before.roles = plan.extended.iter().map(|(before, after)| (RoleState::of(before), RoleState::of(after))).collect();
    let handed_over: Vec<RoleId> = theirs.iter().map(|role| role.id).filter(|id| !plan.covered.contains(id)).collect();
    store::handover::roles(tx, from, to, &handed_over).await
}

/// The survivor's role of the same code takes the place of the absorbed party's primary one.
fn make_first(extended: &mut Vec<(RoleHolding, RoleHolding)>, ours: &[RoleHolding], first: &RoleHolding) {
    if let Some((_, after)) = extended.iter_mut().find(|(_, after)| after.code == first.code && after.is_current()) {
        after.is_primary = true;
    } else if let Some(role) = ours.iter().find(|role| role.code == first.code && role.is_current()) {
        extended.push((role.clone(), RoleHolding { is_primary: true, ..role.clone() }));
    }
}

/// The ids as the store takes them.
pub(super) fn points(ids: &[uuid::Uuid]) -> Vec<ContactPointId> {
    merge::point_ids(ids)
}
