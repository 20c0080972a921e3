//! Making parties: the one way by which a party comes into being, one or a thousand at a time.
use super::{Change, role_type};
use crate::{
    domain::{
        code::RoleCode,
        contact_point::ContactPoint,
        draft::{self, PartyDraft},
        error::Error,
        event::EventType,
        id::PartyId,
        identifier_record::PartyIdentifier,
        kind::{ContactKind, PartyStatus},
        name::{Name, PartyNames, placeholder},
        party::Party,
        refusal::Refusal,
        role::RoleHolding,
        token,
    },
    store,
};
use serde_json::json;
use std::{
    collections::{BTreeSet, HashSet},
    iter,
};

/// Makes parties with their contact points, identifiers, roles, keys and events. The answer is in the order of the drafts. Words that are
/// known to be in use have their spellings already.
///
/// # Errors
/// `ROLE_UNKNOWN`, with the place in `roles`; `DUPLICATE_PARTY` or `IDENTIFIER_TAKEN` when the database finds that a value is taken.
pub async fn create_many(change: &mut Change, drafts: Vec<PartyDraft>, words_in_use: &BTreeSet<String>) -> Result<Vec<Party>, Error> {
    let parties: Vec<Party> = drafts.iter().map(|draft| new_party(change, draft)).collect();
    let (mut points, mut identifiers, mut roles) = (Vec::new(), Vec::new(), Vec::new());
    let (mut keys, mut variants) = (Vec::new(), BTreeSet::new());
    for (party, draft) in parties.iter().zip(&drafts) {
        points.extend(contact_points(change, party, draft));
        identifiers.extend(draft.identifiers.iter().map(|identifier| PartyIdentifier {
            identifier: identifier.clone(),
            party: party.id,
            verified_at: None,
            created_at: change.at,
        }));
        keys.extend(keys_of(party, draft).into_iter().map(|key| (party.id, key)));
        variants.extend(words_of(&draft.names).into_iter().filter(|word| !words_in_use.contains(word)).flat_map(|word| spelt(&word)));
        change.record(EventType::PartyCreated, party.id, created_payload(party, draft));
        for (i, code) in draft.roles.iter().enumerate() {
            roles.push(new_role(change, party.id, code, i == 0));
        }
    }
    // In the order of the unique key: two bulk writers that share addresses then wait for each other in one direction only.
    let mut in_order: Vec<&Party> = parties.iter().collect();
    in_order.sort_by(|a, b| a.primary_email.cmp(&b.primary_email));
    let in_order: Vec<Party> = in_order.into_iter().cloned().collect();
    keys.sort();
    let tx = change.tx();
    if parties.len() != 1 {
        store::party::insert_many(tx, &in_order).await?;
        store::contact_point::insert_many(tx, &points).await?;
        store::identifier::insert_many(tx, &identifiers).await?;
        store::role::insert_many(tx, &roles).await?;
        store::match_key::insert_many(tx, &keys).await?;
        store::match_key::insert_variants(tx, &variants).await?;
        return Ok(parties);
    }
    let mut inserts = store::party::inserts(tx, &parties[0]);
    inserts.extend(store::contact_point::inserts(tx, &points));
    inserts.extend(store::identifier::inserts(tx, &identifiers));
    inserts.extend(store::role::inserts(tx, &roles));
    inserts.extend(store::match_key::inserts(tx, &keys));
    inserts.extend(store::match_key::inserts_of_variants(tx, &variants));
    store::insert::together(tx, inserts).await?;
    Ok(parties)
}

/// Refuses role codes that are not in the catalogue, at their place in a list.
///
/// # Errors
/// `ROLE_UNKNOWN`.
pub async fn check_roles(change: &Change, roles: &[RoleCode]) -> Result<(), Error> {
    if roles.is_empty() {
        return Ok(());
    }
    let known: HashSet<RoleCode> = store::role::types(change.tx()).await?.into_iter().map(|role_type| role_type.code).collect();
    let unknown: Vec<Refusal> =
        roles.iter().enumerate().filter(|(_, code)| !known.contains(code)).map(|(i, code)| role_type::unknown(code).at(i)).collect();
    if unknown.is_empty() { Ok(()) } else { Err(Error::Refused(unknown)) }
}

fn new_party(change: &Change, draft: &PartyDraft) -> Party {
    Party {
        id: change.id(),
        kind: draft.names.kind,
        display_name: draft.names.display.as_str().to_owned(),
        given_name: draft.names.given.as_ref().map(|name| name.as_str().to_owned()),
        family_name: draft.names.family.as_ref().map(|name| name.as_str().to_owned()),
        legal_name: draft.names.legal.as_ref().map(|name| name.as_str().to_owned()),
        primary_email: draft.email.as_ref().filter(|_| !draft.email_is_shared).map(|email| email.as_str().to_owned()),
        primary_phone: draft.phone.as_ref().map(|phone| phone.e164().to_owned()),
        primary_address: draft.address.clone(),
        status: PartyStatus::Active,
        merged_into: None,
        version: 1,
        created_at: change.at,
        updated_at: change.at,
    }
}

fn contact_points(change: &Change, party: &Party, draft: &PartyDraft) -> Vec<ContactPoint> {
    let point = |kind, value: &str, key: &str| ContactPoint {
        id: change.id(),
        party: party.id,
        kind,
        value: value.to_owned(),
        key: key.to_owned(),
        address: None,
        purposes: Vec::new(),
        is_primary: true,
        is_shared: false,
        verified_at: None,
        verified_by: None,
        valid_from: change.at,
        valid_to: None,
    };
    let mut points = Vec::new();
    if let Some(email) = &draft.email {
        let shared = draft.email_is_shared;
        points.push(ContactPoint { is_primary: !shared, is_shared: shared, ..point(ContactKind::Email, email.as_str(), email.key()) });
    }
    if let Some(phone) = &draft.phone {
        points.push(point(ContactKind::Phone, phone.display(), phone.e164()));
    }
    if let Some(address) = &draft.address {
        points.push(ContactPoint { address: Some(address.clone()), ..point(ContactKind::Address, address.formatted(), &address.key()) });
    }
    points
}

/// A role that begins with a change, with its event.
pub fn new_role(change: &mut Change, party: PartyId, code: &RoleCode, is_primary: bool) -> RoleHolding {
    let role = role_from_now(change, party, code, is_primary);
    change.record(EventType::RoleAssigned, party, assigned(&role));
    role
}

/// A role that begins with a change.
pub fn role_from_now(change: &Change, party: PartyId, code: &RoleCode, is_primary: bool) -> RoleHolding {
    RoleHolding {
        id: change.id(),
        party,
        code: code.clone(),
        is_primary,
        valid_from: change.at,
        valid_to: None,
        granted_by: change.actor.clone(),
        grant_reason: None,
        ended_by: None,
        end_reason: None,
    }
}

/// What an event tells of a role that was assigned.
pub fn assigned(role: &RoleHolding) -> serde_json::Value {
    json!({ "role": role.code.as_str(), "primary": role.is_primary, "validFrom": role.valid_from, "reason": role.grant_reason })
}

/// The names under which a party is searched for: none that is only a placeholder.
pub fn names_of(party: &Party) -> Vec<&str> {
    [Some(&party.display_name), party.given_name.as_ref(), party.family_name.as_ref(), party.legal_name.as_ref()]
        .into_iter()
        .flatten()
        .map(String::as_str)
        .filter(|name| *name != placeholder(party.kind))
        .collect()
}

/// The words of the names under which a new party is searched for.
pub fn words_of(names: &PartyNames) -> BTreeSet<String> {
    let others = [names.given.as_ref(), names.family.as_ref(), names.legal.as_ref()];
    let all = iter::once(&names.display).chain(others.into_iter().flatten()).map(Name::as_str);
    all.filter(|name| *name != placeholder(names.kind)).flat_map(token::tokens).collect()
}

/// The spellings under which names are found in spite of a typing error.
pub fn variants_of(names: &[&str]) -> BTreeSet<(String, String)> {
    let tokens: BTreeSet<String> = names.iter().flat_map(|name| token::tokens(name)).collect();
    tokens.iter().flat_map(|token| spelt(token)).collect()
}

fn spelt(word: &str) -> Vec<(String, String)> {
    token::variants(word).into_iter().map(|variant| (variant, word.to_owned())).collect()
}

/// The keys by which a new party is found.
pub fn keys_of(party: &Party, draft: &PartyDraft) -> BTreeSet<String> {
    let mut keys = draft::name_keys(&names_of(party));
    keys.extend(draft.email.as_ref().map(|email| draft::email_key(email.key())));
    keys.extend(draft.phone.as_ref().map(|phone| draft::phone_key(phone.e164())));
    keys.extend(draft.identifiers.iter().map(|identifier| draft::identifier_key(identifier.value())));
    keys
}

/// What an event tells of a party that was created.
pub fn created_payload(party: &Party, draft: &PartyDraft) -> serde_json::Value {
    json!({
        "kind": party.kind.as_str(),
        "displayName": party.display_name,
        "primaryEmail": party.primary_email,
        "primaryPhone": party.primary_phone,
        "primaryAddress": party.primary_address.as_ref().map(|address| address.formatted()),
        "identifiers": draft.identifiers.iter().map(|id| format!("{} {}", id.scheme().as_str(), id.display())).collect::<Vec<_>>(),
    })
}
