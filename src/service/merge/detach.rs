//! Making one party two again: what was the absorbed party's goes back to it, and what the merge changed of the survivor is undone
//! unless somebody changed it since.
use super::attach::{FIELDS, points, show_first_choices};
use crate::{
    domain::{
        error::Error,
        id::{ContactPointId, PartyId, RoleId},
        kind::PartyStatus,
        merge::{Knowledge, Merge, Names, RoleState},
        party::Party,
        refusal::{Code, Help, Refusal},
        role::RoleHolding,
    },
    service::{Change, keys},
    store,
};
use std::collections::BTreeSet;

/// Undoes one merge, the last one of its survivor's; both parties are held. Both records are written.
///
/// # Errors
/// `DUPLICATE_PARTY` when another party has taken the absorbed party's e-mail address since.
pub(super) async fn detach(change: &Change, merge: &Merge) -> Result<(Party, Party), Error> {
    let tx = change.tx();
    let (from, to) = (merge.survivor, merge.absorbed);
    let family: Vec<PartyId> = merge.before.family.iter().copied().map(PartyId).collect();
    let mut parties = store::party::find(tx, &[from, to]).await?;
    parties.sort_by_key(|party| party.id != from);
    let [mut survivor, mut absorbed]: [Party; 2] = parties.try_into().map_err(|_| Error::internal("a party of a merge is gone"))?;

    contact_points_step_back(change, merge, &family).await?;
    let leaving = store::handover::roles_of_family(tx, from, &family).await?;
    store::handover::demote_roles(tx, &leaving).await?;
    store::handover::back(tx, from, to, &family).await?;
    restore_first_choices(change, merge, &mut survivor, &mut absorbed).await?;
    restore_roles(change, merge).await?;
    if let Some((before, after)) = &merge.before.names
        && Names::of(&survivor) == *after
    {
        before.clone().give(&mut survivor);
    }
    // The survivor lets go of the e-mail address before the absorbed party takes it again.
    save(change, &mut survivor).await?;
    refuse_taken_email(change, &absorbed, from).await?;
    absorbed.merged_into = None;
    absorbed.status = PartyStatus::Active;
    save(change, &mut absorbed).await?;
    store::handover::redirect(tx, &family[1..], to).await?;
    store::handover::relationships_back(tx, from, to, &family).await?;
    store::handover::settle_relationships(tx, &[from, to]).await?;
    store::handover::links_back(tx, from, to, &family, merge.merged_at).await?;
    store::revenue::handover::take_sums_back(tx, from, to).await?;
    // Only now, because links lead to active parties while they are given back.
    if let Some(status) = PartyStatus::stored(&merge.before.status).filter(|status| *status != PartyStatus::Active) {
        absorbed.status = status;
        save(change, &mut absorbed).await?;
    }
    keys::refresh(change, &survivor).await?;
    keys::refresh(change, &absorbed).await?;
    Ok((survivor, absorbed))
}

async fn save(change: &Change, party: &mut Party) -> Result<(), Error> {
    party.updated_at = change.at;
    if !store::party::update(change.tx(), party).await? {
        return Err(Error::internal("a party that was held changed all the same"));
    }
    party.version += 1;
    Ok(())
}

/// The marks that the absorbed party's contact points have at the survivor go, and those that the survivor's have in their stead.
async fn contact_points_step_back(change: &Change, merge: &Merge, family: &[PartyId]) -> Result<(), Error> {
    let tx = change.tx();
    let current = store::contact_point::of_parties(tx, &[merge.survivor]).await?.remove(&merge.survivor).unwrap_or_default();
    let leaving = store::handover::are_homed(tx, &current, family).await?;
    let promoted = points(&merge.before.promoted);
    let first: Vec<ContactPointId> = current
        .iter()
        .filter(|point| point.is_primary && (leaving.contains(&point.id) || promoted.contains(&point.id)))
        .map(|point| point.id)
        .collect();
    store::handover::demote(tx, &first).await
}

/// Each party has its own first choices again, unless they ended or somebody chose others since.
async fn restore_first_choices(change: &Change, merge: &Merge, survivor: &mut Party, absorbed: &mut Party) -> Result<(), Error> {
    let tx = change.tx();
    for (party, ids) in [(&*survivor, &merge.before.stepped_back), (&*absorbed, &merge.before.absorbed_primaries)] {
        let current = store::contact_point::of_parties(tx, &[party.id]).await?.remove(&party.id).unwrap_or_default();
        let own = store::handover::stepped_back(tx, party.id).await?;
        let mut first: Vec<ContactPointId> = Vec::new();
        for (kind, _) in FIELDS {
            let of_kind = || current.iter().filter(|point| point.kind == kind);
            if of_kind().any(|point| point.is_primary) {
                continue;
            }
            let before = of_kind().find(|point| ids.contains(&point.id.0));
            // What stepped back in an earlier merge comes forward when nothing stands before it any more.
            first.extend(before.or_else(|| of_kind().find(|point| own.contains(&point.id))).map(|point| point.id));
        }
        store::handover::make_first_choices(tx, &first).await?;
    }
    let current = show_first_choices(change, survivor).await?;
    for (before, after) in &merge.before.taught {
        if current.iter().any(|point| Knowledge::of(point) == *after) {
            store::handover::teach(tx, before).await?;
        }
    }
    show_first_choices(change, absorbed).await?;
    Ok(())
}

/// The survivor's roles have their own times again; each party has a primary role if it holds any.
async fn restore_roles(change: &Change, merge: &Merge) -> Result<(), Error> {
    let tx = change.tx();
    let mut roles = store::role::of_parties(tx, &[merge.survivor, merge.absorbed]).await?;
    let mut ours = roles.remove(&merge.survivor).unwrap_or_default();
    for (before, after) in &merge.before.roles {
        let Some(role) = ours.iter_mut().find(|role| role.id.0 == before.id) else { continue };
        let now = RoleState::of(role);
        before.give(role);
        if now != *after && before.valid_to.is_none() {
            // Somebody ended it since; that it began earlier was the absorbed party's.
            RoleState { valid_from: before.valid_from, ..now }.give(role);
        }
        store::handover::set_role(tx, role).await?;
    }
    ensure_first(change, ours, None).await?;
    let theirs = roles.remove(&merge.absorbed).unwrap_or_default();
    ensure_first(change, theirs, merge.before.absorbed_primary_role.map(RoleId)).await
}

/// Makes a role the primary one when none is: the one that was, if it is still held, or else the oldest.
async fn ensure_first(change: &Change, roles: Vec<RoleHolding>, wanted: Option<RoleId>) -> Result<(), Error> {
    let mut current: Vec<RoleHolding> = roles.into_iter().filter(RoleHolding::is_current).collect();
    if current.iter().any(|role| role.is_primary) {
        return Ok(());
    }
    current.sort_by_key(|role| (Some(role.id) != wanted, role.valid_from, role.id));
    match current.into_iter().next() {
        Some(first) => store::handover::set_role(change.tx(), &RoleHolding { is_primary: true, ..first }).await,
        None => Ok(()),
    }
}

async fn refuse_taken_email(change: &Change, absorbed: &Party, survivor: PartyId) -> Result<(), Error> {
    let Some(email) = &absorbed.primary_email else { return Ok(()) };
    let key = crate::domain::email::Email::stored(email.clone()).key().to_owned();
    let own = BTreeSet::from([absorbed.id, survivor]);
    match store::party::by_email_key(change.tx(), &key).await?.filter(|holder| !own.contains(&holder.id)) {
        Some(holder) => {
            let message = "Another party has the e-mail address of the absorbed one by now. Change that party's address first, or merge the two.";
            Err(Refusal::new(Code::DuplicateParty, message).with(Help::Candidates(vec![holder.id])).at("absorbedIds").into())
        }
        None => Ok(()),
    }
}
