//! Parties: reading them, making them, changing their record, and taking them out of use.
mod profile;
mod update;

pub(super) use profile::of_page;
pub use profile::{complete, profiles};
pub(in crate::service) use update::save_changes;
pub use update::{PartyUpdate, update};

use super::{
    Change, Permission, Request,
    creation::{self, create_many},
    idempotency::Call,
    input::PartyInput,
    race,
};
use crate::{
    domain::{
        draft::PartyDraft,
        email::Email,
        error::{Error, Refusals},
        event::EventType,
        id::PartyId,
        identifier::Identifier,
        kind::PartyStatus,
        party::Party,
        refusal::{Code, Help, Refusal},
    },
    store,
};
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashMap};

/// What some ids lead to: the party, or the survivor of a merged one. Unknown ids are left out.
pub async fn resolve(request: &Request, ids: &[PartyId]) -> Result<HashMap<PartyId, Party>, Error> {
    store::party::resolve(&*request.read().await?, ids).await
}

/// The ids that were merged into some parties.
pub async fn absorbed(request: &Request, ids: &[PartyId]) -> Result<HashMap<PartyId, Vec<PartyId>>, Error> {
    store::party::absorbed(&*request.read().await?, ids).await
}

/// The party whose primary e-mail address this is.
///
/// # Errors
/// `INVALID_EMAIL`; `FORBIDDEN` without `party:pii`, because the answer tells whose address it is.
pub async fn by_email(request: &Request, email: &str) -> Result<Option<Party>, Error> {
    request.caller.require(Permission::PartyPii)?;
    let email = Email::parse(email).map_err(|refusal| refusal.at("email"))?;
    store::party::by_email_key(&*request.read().await?, email.key()).await
}

/// Makes a party.
///
/// # Errors
/// What is wrong with the values, all of it at once; `DUPLICATE_PARTY` or `IDENTIFIER_TAKEN` with the party that has the value.
pub async fn create(request: &Request, input: &PartyInput, idempotency_key: Option<&str>) -> Result<Party, Error> {
    race::settled(|| try_create(request, input, idempotency_key)).await
}

async fn try_create(request: &Request, input: &PartyInput, idempotency_key: Option<&str>) -> Result<Party, Error> {
    let call = Call::new(idempotency_key, "createParty", input)?;
    let mut change = request.change(Permission::PartyWrite).await?;
    if let Some(call) = &call
        && let Some(before) = call.recall(&change).await?
    {
        return remembered(&change, &before).await;
    }
    let draft = input.parse(&change.company)?;
    if let Err(refused) = check_draft(&change, input, &draft).await {
        // The same call may have been made at the same time, and finished since we looked for it: then its own party is in the way.
        return match &call {
            Some(call) => match call.recall(&change).await? {
                Some(before) => remembered(&change, &before).await,
                None => Err(refused),
            },
            None => Err(refused),
        };
    }
    let party = create_many(&mut change, vec![draft], &BTreeSet::new()).await?.pop().ok_or_else(|| Error::internal("a draft made no party"))?;
    if let Some(call) = &call {
        call.remember(&change, json!({ "partyId": party.id.to_string() })).await?;
    }
    change.commit().await?;
    Ok(party)
}

/// Refuses unknown roles and values that belong to another party, all of them at once.
async fn check_draft(change: &Change, input: &PartyInput, draft: &PartyDraft) -> Result<(), Error> {
    let mut refusals = Refusals::default();
    match creation::check_roles(change, &draft.roles).await {
        Err(Error::Refused(unknown)) => unknown.into_iter().for_each(|refusal| refusals.push(refusal.at("roles"))),
        checked => checked?,
    }
    if let Some(email) = &draft.email
        && let Some(holder) = store::party::by_email_key(change.tx(), email.key()).await?
    {
        refusals.push(duplicate_email(&holder).at("email"));
    }
    let taken = store::identifier::taken(change.tx(), &draft.identifiers).await?;
    for (i, written) in input.identifiers.iter().enumerate() {
        let identifier = Identifier::parse(&written.scheme, &written.value)?;
        if let Some(taken) = taken.iter().find(|taken| taken.identifier == identifier) {
            let message = format!("The identifier {:?} belongs to another party.", identifier.display());
            let help = Help::Candidates(vec![taken.party]);
            refusals.push(Refusal::new(Code::IdentifierTaken, message).with(help).at("value").at(i).at("identifiers"));
        }
    }
    refusals.check()
}

/// The party that an idempotency key remembers.
pub(super) async fn remembered(change: &Change, result: &Value) -> Result<Party, Error> {
    let id = result["partyId"].as_str().and_then(|id| PartyId::parse(id).ok());
    let id = id.ok_or_else(|| Error::internal("an idempotency key remembers no party"))?;
    store::party::resolve(change.tx(), &[id]).await?.remove(&id).ok_or_else(|| Error::internal("a remembered party is gone"))
}

/// The refusal of an e-mail address that identifies another party.
pub(super) fn duplicate_email(holder: &Party) -> Refusal {
    let message = "Another party has this e-mail address. Use that one, or mark the address as shared if several people read it.";
    Refusal::new(Code::DuplicateParty, message).with(Help::Candidates(vec![holder.id]))
}

/// Takes a party out of use, or back into it.
///
/// # Errors
/// `PARTY_ALREADY_IN_STATE`, `STALE_VERSION` when a version was given.
pub async fn set_active(request: &Request, id: PartyId, active: bool, reason: Option<&str>, expected_version: Option<i64>) -> Result<Party, Error> {
    let mut change = request.change(Permission::PartyWrite).await?;
    let mut party = live(&change, id).await?;
    check_version(&party, expected_version)?;
    let reason = super::input::note("reason", reason)?;
    let (status, event) = match active {
        true => (PartyStatus::Active, EventType::PartyReactivated),
        false => (PartyStatus::Inactive, EventType::PartyDeactivated),
    };
    if party.status == status {
        let message = if active { "The party is active already." } else { "The party is deactivated already." };
        return Err(Refusal::new(Code::PartyAlreadyInState, message).at("partyId").into());
    }
    party.status = status;
    save(&mut change, &mut party).await?;
    change.record(event, id, json!({ "reason": reason }));
    change.commit().await?;
    Ok(party)
}

/// A party that exists and was neither merged away nor erased, held against other writers.
///
/// # Errors
/// `PARTY_NOT_FOUND`, `PARTY_MERGED` with the survivor, or `PARTY_INACTIVE` when it was erased.
pub async fn live(change: &Change, id: PartyId) -> Result<Party, Error> {
    let party = store::party::lock(change.tx(), id).await?;
    let party = party.ok_or_else(|| Refusal::new(Code::PartyNotFound, format!("There is no party with the id {id}.")).at("partyId"))?;
    match (party.status, party.merged_into) {
        (PartyStatus::Erased, _) => {
            let message = "The party's personal data was erased. Nothing about it can be changed any more.";
            Err(Refusal::new(Code::PartyInactive, message).at("partyId").into())
        }
        (PartyStatus::Merged, Some(survivor)) => {
            let message = format!("The party was merged into {survivor}. Use that id.");
            Err(Refusal::new(Code::PartyMerged, message).at("partyId").with(Help::Candidates(vec![survivor])).into())
        }
        _ => Ok(party),
    }
}

/// A party that may be changed, held against other writers.
///
/// # Errors
/// As [`live`], and `PARTY_INACTIVE` when it is deactivated.
pub async fn writable(change: &Change, id: PartyId) -> Result<Party, Error> {
    let party = live(change, id).await?;
    if party.status == PartyStatus::Active {
        return Ok(party);
    }
    Err(Refusal::new(Code::PartyInactive, "The party is deactivated. Reactivate it first.").at("partyId").into())
}

fn check_version(party: &Party, expected: Option<i64>) -> Result<(), Error> {
    match expected {
        Some(expected) if expected != party.version => {
            let message =
                format!("The party is at version {}, not {expected}: somebody changed it. Look at it again and repeat your change.", party.version);
            Err(Refusal::new(Code::StaleVersion, message).at("expectedVersion").with(Help::CurrentVersion(party.version)).into())
        }
        _ => Ok(()),
    }
}

/// Writes a party that this change holds, one version on.
pub(in crate::service) async fn save(change: &mut Change, party: &mut Party) -> Result<(), Error> {
    party.updated_at = change.at;
    if !store::party::update(change.tx(), party).await? {
        return Err(Error::internal("a party that was held changed all the same"));
    }
    party.version += 1;
    Ok(())
}
