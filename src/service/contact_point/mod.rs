//! Contact points: reading, adding, ending, verifying and sharing them, and which one comes first.
mod primary;
mod value;

pub use primary::set_primary;
pub use value::Value;

use super::{
    Change, Permission, Request,
    input::{self, AddressInput},
    keys, party, race,
};
use crate::{
    domain::{
        code::Purpose,
        contact_point::ContactPoint,
        error::{Error, Refusals},
        event::EventType,
        id::{ContactPointId, PartyId},
        kind::ContactKind,
        party::Party,
        refusal::{Code, Refusal},
    },
    store,
};
use serde_json::json;
use std::collections::HashMap;

/// The most purposes of one contact point.
const MAX_PURPOSES: usize = 20;

/// The longest description of how something was verified, in characters.
const MAX_METHOD: usize = 100;

/// The current contact points of some parties, by kind, the primary one of each kind first.
pub async fn of_parties(request: &Request, parties: &[PartyId]) -> Result<HashMap<PartyId, Vec<ContactPoint>>, Error> {
    request.caller.require(Permission::PartyPii)?;
    store::contact_point::of_parties(&*request.read().await?, parties).await
}

/// All contact points of some parties, those that ended last within their kind.
pub async fn history_of_parties(request: &Request, parties: &[PartyId]) -> Result<HashMap<PartyId, Vec<ContactPoint>>, Error> {
    request.caller.require(Permission::PartyPii)?;
    store::contact_point::history_of_parties(&*request.read().await?, parties).await
}

/// A contact point as a caller describes it.
#[derive(Clone, Debug)]
pub struct NewContactPoint {
    /// Whose it is.
    pub party: PartyId,
    /// What it is.
    pub kind: ContactKind,
    /// The e-mail address, phone number or web address.
    pub value: Option<String>,
    /// The postal address.
    pub address: Option<AddressInput>,
    /// What it is used for.
    pub purposes: Vec<String>,
    /// Whether several people use it.
    pub is_shared: bool,
    /// Whether it becomes the first choice of its kind.
    pub make_primary: bool,
}

/// A contact point after a change, and its party.
pub type Changed = (ContactPoint, Party);

/// Adds a contact point to a party.
///
/// # Errors
/// What is wrong with the values; `CONTACT_POINT_EXISTS` when the party has it; `CONTACT_POINT_NOT_PRIMARY` for a shared e-mail address;
/// `DUPLICATE_PARTY` when the e-mail address that is to be primary is another party's primary one.
pub async fn add(request: &Request, input: &NewContactPoint) -> Result<Changed, Error> {
    race::settled(|| try_add(request, input)).await
}

async fn try_add(request: &Request, input: &NewContactPoint) -> Result<Changed, Error> {
    let mut change = request.change(Permission::PartyWrite).await?;
    let (value, purposes) = parse(&change, input)?;
    let before = party::writable(&change, input.party).await?;
    let mut party = before.clone();
    let point = ContactPoint { purposes, is_shared: input.is_shared, ..value.new_point(&change, party.id) };
    let current = store::contact_point::of_parties(change.tx(), &[party.id]).await?.remove(&party.id).unwrap_or_default();
    if let Some(same) = current.iter().find(|other| other.kind == point.kind && other.key == point.key) {
        let next = if input.make_primary { " Use setPrimaryContactPoint to make it the primary one." } else { "" };
        let message = format!("The party has this contact point already: {}.{next}", same.id);
        return Err(Refusal::new(Code::ContactPointExists, message).at(value.field()).into());
    }
    let point = if input.make_primary {
        refuse_taken(&change, &point).await.map_err(|error| error.at("value"))?;
        primary::insert_primary(&mut change, &mut party, point).await?
    } else {
        insert(&mut change, &point).await?;
        point
    };
    finish(change, &before, party, point).await
}

fn parse(change: &Change, input: &NewContactPoint) -> Result<(Value, Vec<String>), Error> {
    let mut refusals = Refusals::default();
    let value = Value::parse(&mut refusals, input.kind, input.value.as_deref(), input.address.as_ref(), &change.company);
    let mut purposes: Vec<String> = Vec::new();
    if input.purposes.len() > MAX_PURPOSES {
        refusals.push(Refusal::new(Code::InvalidArgument, format!("A contact point has at most {MAX_PURPOSES} purposes.")).at("purposes"));
    } else {
        for (i, purpose) in input.purposes.iter().enumerate() {
            match Purpose::parse(purpose) {
                Ok(purpose) if purposes.iter().any(|known| known == purpose.as_str()) => {}
                Ok(purpose) => purposes.push(purpose.as_str().to_owned()),
                Err(refusal) => refusals.push(refusal.at(i).at("purposes")),
            }
        }
    }
    if input.make_primary && input.is_shared && input.kind == ContactKind::Email {
        let message =
            "An e-mail address that several people share identifies nobody and cannot be the primary one. Leave out isShared or makePrimary.";
        refusals.push(Refusal::new(Code::ContactPointNotPrimary, message).at("makePrimary"));
    }
    refusals.check()?;
    value.map(|value| (value, purposes)).ok_or_else(|| Error::internal("a value that was not refused is missing"))
}

/// Refuses an e-mail address as primary that another live party has as its primary one.
async fn refuse_taken(change: &Change, point: &ContactPoint) -> Result<(), Error> {
    if point.kind != ContactKind::Email {
        return Ok(());
    }
    let holder = store::party::by_email_key(change.tx(), &point.key).await?;
    holder.filter(|holder| holder.id != point.party).map_or(Ok(()), |holder| Err(party::duplicate_email(&holder).into()))
}

async fn insert(change: &mut Change, point: &ContactPoint) -> Result<(), Error> {
    store::contact_point::insert_many(change.tx(), std::slice::from_ref(point)).await?;
    let payload = json!({
        "contactPointId": point.id.to_string(),
        "kind": point.kind.as_str(),
        "value": point.value,
        "purposes": point.purposes,
        "isPrimary": point.is_primary,
        "isShared": point.is_shared,
    });
    change.record(EventType::ContactPointAdded, point.party, payload);
    Ok(())
}

/// Ends a contact point. When it was the first choice of its kind, the party has none any more: no other one takes its place.
///
/// # Errors
/// `CONTACT_POINT_NOT_FOUND`, also when it has ended already.
pub async fn end(request: &Request, id: ContactPointId, reason: Option<&str>) -> Result<Changed, Error> {
    let reason = input::note("reason", reason)?;
    let reason = reason.as_deref();
    race::settled(|| try_end(request, id, reason)).await
}

async fn try_end(request: &Request, id: ContactPointId, reason: Option<&str>) -> Result<Changed, Error> {
    let mut change = request.change(Permission::PartyWrite).await?;
    let (point, before) = held(&change, id).await?;
    let mut party = before.clone();
    let payload = json!({
        "contactPointId": id.to_string(),
        "kind": point.kind.as_str(),
        "value": point.value,
        "wasPrimary": point.is_primary,
        "reason": reason,
    });
    change.record(EventType::ContactPointEnded, party.id, payload);
    let ended = ContactPoint { valid_to: Some(change.at.max(point.valid_from)), ..point };
    let ended = if ended.is_primary {
        primary::unmark(&mut change, &mut party, ended).await?
    } else {
        store::contact_point::update(change.tx(), &ended).await?;
        ended
    };
    finish(change, &before, party, ended).await
}

/// Makes a contact point the first choice of its kind.
///
/// # Errors
/// `CONTACT_POINT_NOT_FOUND`; `CONTACT_POINT_NOT_PRIMARY` for a shared e-mail address; `DUPLICATE_PARTY` when the e-mail address is another
/// party's primary one.
pub async fn make_primary(request: &Request, id: ContactPointId) -> Result<Changed, Error> {
    race::settled(|| try_make_primary(request, id)).await
}

async fn try_make_primary(request: &Request, id: ContactPointId) -> Result<Changed, Error> {
    let mut change = request.change(Permission::PartyWrite).await?;
    let (point, before) = held(&change, id).await?;
    if point.is_primary {
        return Ok((point, before));
    }
    let mut party = before.clone();
    refuse_taken(&change, &point).await.map_err(|error| error.at("contactPointId"))?;
    let point = primary::mark(&mut change, &mut party, point).await.map_err(|error| error.at("contactPointId"))?;
    finish(change, &before, party, point).await
}

/// Notes that a contact point was proved to belong to its party. The first proof stays; verifying again changes nothing.
///
/// # Errors
/// `CONTACT_POINT_NOT_FOUND`; `INVALID_ARGUMENT` when the method is empty or longer than 100 characters.
pub async fn verify(request: &Request, id: ContactPointId, method: &str) -> Result<Changed, Error> {
    let method = crate::domain::line::parse(method, MAX_METHOD)
        .map_err(|fault| Refusal::new(Code::InvalidArgument, format!("method {}.", fault.sentence(MAX_METHOD))).at("method"))?;
    let method = method.as_str();
    race::settled(|| try_verify(request, id, method)).await
}

async fn try_verify(request: &Request, id: ContactPointId, method: &str) -> Result<Changed, Error> {
    let mut change = request.change(Permission::PartyWrite).await?;
    let (point, before) = held(&change, id).await?;
    if point.verified_at.is_some() {
        return Ok((point, before));
    }
    let point = ContactPoint { verified_at: Some(change.at), verified_by: Some(format!("{} ({method})", change.actor)), ..point };
    store::contact_point::update(change.tx(), &point).await?;
    let payload = json!({ "contactPointId": id.to_string(), "kind": point.kind.as_str(), "value": point.value, "method": method });
    change.record(EventType::ContactPointVerified, before.id, payload);
    let party = before.clone();
    finish(change, &before, party, point).await
}

/// Marks a contact point as one that several people use, or as one that only its party does. A primary e-mail address that becomes shared
/// is the primary one no more.
///
/// # Errors
/// `CONTACT_POINT_NOT_FOUND`.
pub async fn set_shared(request: &Request, id: ContactPointId, is_shared: bool) -> Result<Changed, Error> {
    race::settled(|| try_set_shared(request, id, is_shared)).await
}

async fn try_set_shared(request: &Request, id: ContactPointId, is_shared: bool) -> Result<Changed, Error> {
    let mut change = request.change(Permission::PartyWrite).await?;
    let (point, before) = held(&change, id).await?;
    if point.is_shared == is_shared {
        return Ok((point, before));
    }
    let mut party = before.clone();
    let changes = json!({ "isShared": { "from": point.is_shared, "to": is_shared } });
    change.record(EventType::ContactPointUpdated, party.id, json!({ "contactPointId": id.to_string(), "changes": changes }));
    let point = ContactPoint { is_shared, ..point };
    let point = if is_shared && point.is_primary && point.kind == ContactKind::Email {
        primary::unmark(&mut change, &mut party, point).await?
    } else {
        store::contact_point::update(change.tx(), &point).await?;
        point
    };
    finish(change, &before, party, point).await
}

/// A current contact point and its party, which is held against other writers.
async fn held(change: &Change, id: ContactPointId) -> Result<Changed, Error> {
    let not_found = || Refusal::new(Code::ContactPointNotFound, format!("There is no current contact point with the id {id}.")).at("contactPointId");
    let seen = store::contact_point::find(change.tx(), id).await?.ok_or_else(not_found)?;
    let party = party::writable(change, seen.party).await.map_err(|error| elsewhere(error, "contactPointId"))?;
    // Between the look and the lock another writer may have ended it or moved it with a merge.
    let point = store::contact_point::find(change.tx(), id).await?.filter(|point| point.valid_to.is_none()).ok_or_else(not_found)?;
    if point.party != party.id {
        return Err(Error::Contended(std::sync::Arc::new(std::io::Error::other("the contact point moved to another party"))));
    }
    Ok((point, party))
}

/// The same refusals at the one field that led to them.
fn elsewhere(error: Error, field: &str) -> Error {
    match error {
        Error::Refused(refusals) => Error::Refused(refusals.into_iter().map(|refusal| Refusal { path: vec![field.to_owned()], ..refusal }).collect()),
        other => other,
    }
}

async fn finish(mut change: Change, before: &Party, mut party: Party, point: ContactPoint) -> Result<Changed, Error> {
    party::save_changes(&mut change, before, &mut party).await?;
    keys::refresh(&change, &party).await?;
    change.commit().await?;
    Ok((point, party))
}
