//! Changing a party's record: names and primary values.
use super::{check_version, duplicate_email, save, writable};
use crate::{
    domain::{
        address::PostalAddress,
        country::Country,
        email::Email,
        error::{Error, Refusals},
        event::EventType,
        id::PartyId,
        kind::{ContactKind, PartyKind},
        name::{Name, PartyNames},
        party::Party,
        phone::Phone,
        refusal::{Code, Refusal},
    },
    service::{
        Change, Permission, Request,
        contact_point::{Value as PointValue, set_primary},
        input::AddressInput,
        keys, race,
    },
    store,
};
use serde_json::{Map, Value, json};

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
/// `STALE_VERSION` when the record is not at the version that the caller saw; `DUPLICATE_PARTY`; what is wrong with the values, all of it
/// at once.
pub async fn update(request: &Request, id: PartyId, expected_version: i64, update: &PartyUpdate) -> Result<Party, Error> {
    race::settled(|| try_update(request, id, expected_version, update)).await
}

async fn try_update(request: &Request, id: PartyId, expected_version: i64, update: &PartyUpdate) -> Result<Party, Error> {
    let mut change = request.change(Permission::PartyWrite).await?;
    let before = writable(&change, id).await?;
    check_version(&before, Some(expected_version))?;
    let mut party = before.clone();
    let mut refusals = Refusals::default();
    set_names(&mut refusals, &mut party, update);
    let values = PrimaryValues::parse(&mut refusals, update, change.company.default_country);
    refusals.check()?;
    let points_changed = values.set(&mut change, &mut party).await?;
    if party == before && !points_changed {
        return Ok(before);
    }
    save_changes(&mut change, &before, &mut party).await?;
    keys::refresh(&change, &party).await?;
    change.commit().await?;
    Ok(party)
}

fn set_names(refusals: &mut Refusals, party: &mut Party, update: &PartyUpdate) {
    let follows = made_name(party).as_deref() == Some(party.display_name.as_str());
    let mut set = |field: &str, new: &Option<Option<String>>, old: &mut Option<String>| match new {
        None => {}
        Some(None) => *old = None,
        Some(Some(text)) => match Name::parse(field, text) {
            Ok(name) => *old = Some(name.as_str().to_owned()),
            Err(refusal) => refusals.push(refusal),
        },
    };
    set("givenName", &update.given_name, &mut party.given_name);
    set("familyName", &update.family_name, &mut party.family_name);
    set("legalName", &update.legal_name, &mut party.legal_name);
    let strays: &[(&str, &Option<String>)] = match party.kind {
        PartyKind::Person => &[("legalName", &party.legal_name)],
        PartyKind::Organization => &[("givenName", &party.given_name), ("familyName", &party.family_name)],
    };
    for (field, _) in strays.iter().filter(|(_, name)| name.is_some()) {
        let message = format!("{field} does not fit: persons have a given and a family name, organisations a legal name.");
        refusals.push(Refusal::new(Code::InvalidName, message).at(field));
    }
    if let Some(display) = &update.display_name {
        match Name::parse("displayName", display) {
            Ok(display) => display.as_str().clone_into(&mut party.display_name),
            Err(refusal) => refusals.push(refusal),
        }
    } else if follows && let Some(made) = made_name(party) {
        // A display name that was made of the other names follows them, until somebody writes one.
        party.display_name = made;
    }
}

/// The display name that a party has when nobody wrote one.
fn made_name(party: &Party) -> Option<String> {
    let names = match party.kind {
        PartyKind::Person => PartyNames::person(party.given_name.as_deref(), party.family_name.as_deref(), None),
        PartyKind::Organization => PartyNames::organization(None, party.legal_name.as_deref()),
    };
    names.ok().map(|names| names.display.as_str().to_owned())
}

/// The primary values of an update, parsed. Outer `None`: leave as it is; inner `None`: clear.
struct PrimaryValues {
    email: Option<Option<Email>>,
    phone: Option<Option<Phone>>,
    address: Option<Option<PostalAddress>>,
}

impl PrimaryValues {
    fn parse(refusals: &mut Refusals, update: &PartyUpdate, country: Country) -> Self {
        Self {
            email: update.email.as_ref().map(|text| refusals.optional("email", text.as_deref(), Email::parse)),
            phone: update.phone.as_ref().map(|text| refusals.optional("phone", text.as_deref(), |text| Phone::parse(text, Some(country)))),
            address: update.address.as_ref().map(|input| input.as_ref().and_then(|input| refusals.take("address", input.parse()))),
        }
    }

    /// Makes the values the party's first choices; the ones before stay contact points. Tells whether a contact point changed.
    async fn set(self, change: &mut Change, party: &mut Party) -> Result<bool, Error> {
        let mut changed = false;
        if let Some(email) = self.email {
            if let Some(email) = &email
                && let Some(holder) = store::party::by_email_key(change.tx(), email.key()).await?.filter(|holder| holder.id != party.id)
            {
                return Err(duplicate_email(&holder).at("email").into());
            }
            let value = email.map(PointValue::Email);
            changed |= set_primary(change, party, ContactKind::Email, value).await.map_err(|error| error.at("email"))?;
        }
        if let Some(phone) = self.phone {
            changed |= set_primary(change, party, ContactKind::Phone, phone.map(PointValue::Phone)).await?;
        }
        if let Some(address) = self.address {
            changed |= set_primary(change, party, ContactKind::Address, address.map(PointValue::Address)).await?;
        }
        Ok(changed)
    }
}

/// Writes what a change made of a party that it holds: the record, one version on, if one of its values changed, and else only the time
/// at which something of it did.
pub(in crate::service) async fn save_changes(change: &mut Change, before: &Party, party: &mut Party) -> Result<(), Error> {
    if party == before {
        party.updated_at = change.at;
        return store::party::touch(change.tx(), &[party.id], change.at).await;
    }
    save(change, party).await?;
    change.record(EventType::PartyUpdated, party.id, json!({ "changes": differences(before, party) }));
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
            "primaryAddress": party.primary_address.as_ref().map(PostalAddress::to_json),
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
