//! Which contact point of a kind comes first, and its copy in the golden record.
use super::Value;
use crate::{
    domain::{
        contact_point::ContactPoint,
        error::Error,
        event::EventType,
        kind::ContactKind,
        party::Party,
        refusal::{Code, Refusal},
    },
    service::Change,
    store,
};
use serde_json::json;

/// Makes a value the party's first choice of its kind, in the golden record too; the contact point is added when the party does not have
/// it yet, and takes the new spelling when it does. The one before stays a contact point. Without a value the party has no first choice any
/// more. Tells whether a contact point changed; the caller holds and saves the party.
///
/// # Errors
/// `CONTACT_POINT_NOT_PRIMARY` when it is an e-mail address that is marked as shared: it identifies nobody.
pub async fn set_primary(change: &mut Change, party: &mut Party, kind: ContactKind, value: Option<Value>) -> Result<bool, Error> {
    let mut current = store::contact_point::of_parties(change.tx(), &[party.id]).await?.remove(&party.id).unwrap_or_default();
    current.retain(|point| point.kind == kind);
    let Some(value) = value else {
        let Some(primary) = current.into_iter().find(|point| point.is_primary) else { return Ok(false) };
        unmark(change, party, primary).await?;
        return Ok(true);
    };
    let key = value.key();
    if let Some(point) = current.into_iter().find(|point| point.key == key) {
        let respelt = ContactPoint { value: value.shown().to_owned(), address: value.address().cloned(), ..point.clone() };
        if point.is_primary && respelt == point {
            return Ok(false);
        }
        if respelt != point {
            let changes = json!({ "value": { "from": point.value, "to": respelt.value } });
            change.record(EventType::ContactPointUpdated, party.id, json!({ "contactPointId": point.id.to_string(), "changes": changes }));
        }
        mark(change, party, respelt).await?;
        return Ok(true);
    }
    let point = value.new_point(change, party.id);
    insert_primary(change, party, point).await?;
    Ok(true)
}

/// Makes a contact point that the party has its first choice.
///
/// # Errors
/// `CONTACT_POINT_NOT_PRIMARY` when it is an e-mail address that is marked as shared.
pub(super) async fn mark(change: &mut Change, party: &mut Party, point: ContactPoint) -> Result<ContactPoint, Error> {
    refuse_shared(&point)?;
    // One first choice of a kind: the old one goes before the new one comes, as the database asks for.
    store::contact_point::clear_primary(change.tx(), party.id, point.kind).await?;
    if !point.is_primary {
        let payload = json!({ "contactPointId": point.id.to_string(), "kind": point.kind.as_str(), "value": point.value });
        change.record(EventType::ContactPointMadePrimary, party.id, payload);
    }
    let point = ContactPoint { is_primary: true, ..point };
    store::contact_point::update(change.tx(), &point).await?;
    show(party, point.kind, Some(&point));
    Ok(point)
}

/// Adds a contact point as the party's first choice.
pub(super) async fn insert_primary(change: &mut Change, party: &mut Party, point: ContactPoint) -> Result<ContactPoint, Error> {
    refuse_shared(&point)?;
    store::contact_point::clear_primary(change.tx(), party.id, point.kind).await?;
    let point = ContactPoint { is_primary: true, ..point };
    super::insert(change, &point).await?;
    show(party, point.kind, Some(&point));
    Ok(point)
}

/// Writes a contact point that is the first choice no more. None takes its place.
pub(super) async fn unmark(change: &mut Change, party: &mut Party, point: ContactPoint) -> Result<ContactPoint, Error> {
    let kind = point.kind;
    let point = ContactPoint { is_primary: false, ..point };
    store::contact_point::update(change.tx(), &point).await?;
    show(party, kind, None);
    Ok(point)
}

fn refuse_shared(point: &ContactPoint) -> Result<(), Refusal> {
    if point.is_shared && point.kind == ContactKind::Email {
        let message = "The address is marked as shared: several people read it, so it identifies nobody and cannot be the primary one.";
        return Err(Refusal::new(Code::ContactPointNotPrimary, message));
    }
    Ok(())
}

/// Copies the first choice of a kind into the golden record.
fn show(party: &mut Party, kind: ContactKind, point: Option<&ContactPoint>) {
    match kind {
        ContactKind::Email => party.primary_email = point.map(|point| point.value.clone()),
        ContactKind::Phone => party.primary_phone = point.map(|point| point.key.clone()),
        ContactKind::Address => party.primary_address = point.and_then(|point| point.address.clone()),
        ContactKind::Web => {}
    }
}
