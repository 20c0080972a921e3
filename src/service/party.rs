//! Parties: reading them, making them, changing their record, and taking them out of use.
use super::{
    Change, Permission, Request, contact_point,
    creation::{self, create_many},
    idempotency::Call,
    input::{AddressInput, PartyInput},
};
use crate::{
    domain::{
        email::Email,
        error::{Error, Refusals},
        event::EventType,
        id::PartyId,
        kind::{ContactKind, PartyKind, PartyStatus},
        name::{Name, PartyNames},
        party::Party,
        phone::Phone,
        refusal::{Code, Help, Refusal},
    },
    store,
};
use serde_json::{Map, Value, json};
use std::collections::HashMap;

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
    let call = Call::new(idempotency_key, "createParty", input)?;
    let mut change = request.change(Permission::PartyWrite).await?;
    if let Some(call) = &call
        && let Some(before) = call.recall(&change).await?
    {
        return remembered(&change, &before).await;
    }
    let draft = input.parse(&change.company)?;
    creation::check_roles(&change, &draft.roles).await.map_err(|error| error.at("roles"))?;
    if let Some(email) = &draft.email
        && let Some(holder) = store::party::by_email_key(change.tx(), email.key()).await?
    {
        return Err(duplicate_email(&holder).at("email").into());
    }
    if let Some(taken) = store::identifier::taken(change.tx(), &draft.identifiers).await?.first() {
        let message = format!("The identifier {:?} belongs to another party.", taken.identifier.display());
        return Err(Refusal::new(Code::IdentifierTaken, message).at("identifiers").with(Help::Candidates(vec![taken.party])).into());
    }
    let party = create_many(&mut change, vec![draft]).await?.pop().ok_or_else(|| Error::internal("a draft made no party"))?;
    if let Some(call) = &call {
        call.remember(&change, json!({ "partyId": party.id.to_string() })).await?;
    }
    change.commit().await?;
    Ok(party)
}

async fn remembered(change: &Change, result: &Value) -> Result<Party, Error> {
    let id = result["partyId"].as_str().and_then(|id| PartyId::parse(id).ok());
    let id = id.ok_or_else(|| Error::internal("an idempotency key remembers no party"))?;
    store::party::resolve(change.tx(), &[id]).await?.remove(&id).ok_or_else(|| Error::internal("a remembered party is gone"))
}

fn duplicate_email(holder: &Party) -> Refusal {
    let message = "Another party has this e-mail address. Use that one, or mark the address as shared if several people read it.";
    Refusal::new(Code::DuplicateParty, message).with(Help::Candidates(vec![holder.id]))
}

/// New values of a party's record. Outer `None`: leave as it is; inner `None`: clear.
#[derive(Default)]
pub struct PartyUpdate {
    /// The name to show.
    pub display_name: Option<String>,
    /// A person's given name.
    pub given_name: Option<Option<String>>,
    /// A person's family name.
    pub family_name: Option<Option<String>>,
    /// An organisation's registered name.
    pub legal_name: Option<Option<String>>,
    /// The primary e-mail address.
    pub email: Option<Option<String>>,
    /// The primary phone number.
    pub phone: Option<Option<String>>,
    /// The primary postal address.
    pub address: Option<Option<AddressInput>>,
}

/// Changes a party's names and primary values.
///
/// # Errors
/// `STALE_VERSION` when the record is not at the version that the caller saw; `DUPLICATE_PARTY`; what is wrong with the values.
pub async fn update(request: &Request, id: PartyId, expected_version: i64, update: &PartyUpdate) -> Result<Party, Error> {
    let mut change = request.change(Permission::PartyWrite).await?;
    let before = writable(&change, id).await?;
    check_version(&before, Some(expected_version))?;
    let mut party = before.clone();
    set_names(&mut party, update)?;
    set_primary_values(&mut change, &mut party, update).await?;
    if party == before {
        return Ok(before);
    }
    let changes = differences(&before, &party);
    save(&mut change, &mut party).await?;
    super::keys::refresh(&change, &party).await?;
    change.record(EventType::PartyUpdated, id, json!({ "changes": changes }));
    change.commit().await?;
    Ok(party)
}

fn set_names(party: &mut Party, update: &PartyUpdate) -> Result<(), Error> {
    let mut refusals = Refusals::default();
    let mut set = |field: &str, new: &Option<Option<String>>, old: &mut Option<String>| {
        if let Some(new) = new {
            *old = refusals.optional(field, new.as_deref(), |text| Name::parse(field, text)).map(|name| name.as_str().to_owned());
        }
    };
    set("givenName", &update.given_name, &mut party.given_name);
    set("familyName", &update.family_name, &mut party.family_name);
    set("legalName", &update.legal_name, &mut party.legal_name);
    let (given, family, legal) = (party.given_name.as_deref(), party.family_name.as_deref(), party.legal_name.as_deref());
    let stray = match party.kind {
        PartyKind::Person => legal.map(|_| ("legalName", "A person has no legal name; only organisations do.")),
        PartyKind::Organization => given.or(family).map(|_| ("givenName", "An organisation has no given or family name.")),
    };
    if let Some((field, message)) = stray {
        refusals.push(Refusal::new(Code::InvalidName, message).at(field));
    }
    // A display name that was made of given and family name follows them, until somebody writes one.
    let renamed = update.given_name.is_some() || update.family_name.is_some();
    if let Some(display) = &update.display_name {
        if let Some(display) = refusals.take("displayName", Name::parse("displayName", display)) {
            party.display_name = display.as_str().to_owned();
        }
    } else if renamed
        && party.kind == PartyKind::Person
        && given.or(family).is_some()
        && let Some(names) = refusals.take("displayName", PartyNames::person(given, family, None))
    {
        party.display_name = names.display.as_str().to_owned();
    }
    refusals.check()
}

async fn set_primary_values(change: &mut Change, party: &mut Party, update: &PartyUpdate) -> Result<(), Error> {
    let mut refusals = Refusals::default();
    let country = change.company.default_country;
    let email = update.email.as_ref().map(|text| refusals.optional("email", text.as_deref(), Email::parse));
    let phone = update.phone.as_ref().map(|text| refusals.optional("phone", text.as_deref(), |text| Phone::parse(text, Some(country))));
    let address = update.address.as_ref().map(|input| input.as_ref().and_then(|input| refusals.take("address", input.parse())));
    refusals.check()?;
    if let Some(email) = email {
        if let Some(email) = &email
            && let Some(holder) = store::party::by_email_key(change.tx(), email.key()).await?.filter(|holder| holder.id != party.id)
        {
            return Err(duplicate_email(&holder).at("email").into());
        }
        let point = email.map(contact_point::Value::Email);
        contact_point::set_primary(change, party, ContactKind::Email, point).await.map_err(|error| error.at("email"))?;
    }
    if let Some(phone) = phone {
        contact_point::set_primary(change, party, ContactKind::Phone, phone.map(contact_point::Value::Phone)).await?;
    }
    if let Some(address) = address {
        contact_point::set_primary(change, party, ContactKind::Address, address.map(contact_point::Value::Address)).await?;
    }
    Ok(())
}

fn differences(before: &Party, after: &Party) -> Value {
    let show = |party: &Party| {
        json!({
            "displayName": party.display_name,
            "givenName": party.given_name,
            "familyName": party.family_name,
            "legalName": party.legal_name,
            "primaryEmail": party.primary_email,
            "primaryPhone": party.primary_phone,
            "primaryAddress": party.primary_address.as_ref().map(|address| address.formatted()),
        })
    };
    let (before, after) = (show(before), show(after));
    let mut changes = Map::new();
    for (field, old) in before.as_object().into_iter().flatten() {
        if after[field] != *old {
            changes.insert(field.clone(), json!({ "from": old, "to": after[field] }));
        }
    }
    Value::Object(changes)
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

/// A party that exists and was not merged away, held against other writers.
///
/// # Errors
/// `PARTY_NOT_FOUND`, or `PARTY_MERGED` with the survivor.
pub async fn live(change: &Change, id: PartyId) -> Result<Party, Error> {
    let party = store::party::lock(change.tx(), id).await?;
    let party = party.ok_or_else(|| Refusal::new(Code::PartyNotFound, format!("There is no party with the id {id}.")).at("partyId"))?;
    match (party.status, party.merged_into) {
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
/// As [`live`], and `PARTY_INACTIVE` when it is deactivated or erased.
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
pub(super) async fn save(change: &mut Change, party: &mut Party) -> Result<(), Error> {
    party.updated_at = change.at;
    if !store::party::update(change.tx(), party).await? {
        return Err(Error::internal("a party that was held changed all the same"));
    }
    party.version += 1;
    Ok(())
}
