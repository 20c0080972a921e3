//! Contact points: adding, ending, verifying, and which one comes first.
use super::Change;
use crate::{
    domain::{
        address::PostalAddress,
        contact_point::ContactPoint,
        email::Email,
        error::Error,
        id::PartyId,
        kind::ContactKind,
        party::Party,
        phone::Phone,
        refusal::{Code, Refusal},
        url::WebAddress,
    },
    store,
};

/// A contact point's value, parsed.
pub enum Value {
    /// An e-mail address.
    Email(Email),
    /// A phone number.
    Phone(Phone),
    /// A postal address.
    Address(PostalAddress),
    /// A web address.
    Web(WebAddress),
}

impl Value {
    fn kind(&self) -> ContactKind {
        match self {
            Self::Email(_) => ContactKind::Email,
            Self::Phone(_) => ContactKind::Phone,
            Self::Address(_) => ContactKind::Address,
            Self::Web(_) => ContactKind::Web,
        }
    }

    fn shown(&self) -> String {
        match self {
            Self::Email(email) => email.as_str().to_owned(),
            Self::Phone(phone) => phone.display().to_owned(),
            Self::Address(address) => address.formatted().to_owned(),
            Self::Web(web) => web.as_str().to_owned(),
        }
    }

    fn key(&self) -> String {
        match self {
            Self::Email(email) => email.key().to_owned(),
            Self::Phone(phone) => phone.e164().to_owned(),
            Self::Address(address) => address.key(),
            Self::Web(web) => web.key().to_owned(),
        }
    }

    fn into_point(self, change: &Change, party: PartyId) -> ContactPoint {
        ContactPoint {
            id: change.id(),
            party,
            kind: self.kind(),
            value: self.shown(),
            key: self.key(),
            address: match self {
                Self::Address(address) => Some(address),
                _ => None,
            },
            purposes: Vec::new(),
            is_primary: false,
            is_shared: false,
            verified_at: None,
            verified_by: None,
            valid_from: change.at,
            valid_to: None,
        }
    }
}

/// Makes a value the party's first choice of its kind, in the golden record too; the contact point is added when the party does not have
/// it yet. Without a value the party has no first choice any more. The caller saves the party.
///
/// # Errors
/// `CONTACT_POINT_NOT_PRIMARY` when the contact point is shared: it identifies nobody.
pub async fn set_primary(change: &mut Change, party: &mut Party, kind: ContactKind, value: Option<Value>) -> Result<(), Error> {
    store::contact_point::clear_primary(change.tx(), party.id, kind).await?;
    let Some(value) = value else {
        show_primary(party, kind, None);
        return Ok(());
    };
    let current = store::contact_point::of_parties(change.tx(), &[party.id]).await?.remove(&party.id).unwrap_or_default();
    let key = value.key();
    let point = match current.into_iter().find(|point| point.kind == kind && point.key == key) {
        Some(point) if point.is_shared && kind == ContactKind::Email => {
            let message = "The address is shared by several people and cannot be the primary one.";
            return Err(Refusal::new(Code::ContactPointNotPrimary, message).into());
        }
        Some(mut point) => {
            point.is_primary = true;
            store::contact_point::update(change.tx(), &point).await?;
            point
        }
        None => {
            let mut point = value.into_point(change, party.id);
            point.is_primary = true;
            store::contact_point::insert_many(change.tx(), std::slice::from_ref(&point)).await?;
            point
        }
    };
    show_primary(party, kind, Some(&point));
    Ok(())
}

/// Copies the first choice of a kind into the golden record.
fn show_primary(party: &mut Party, kind: ContactKind, point: Option<&ContactPoint>) {
    match kind {
        ContactKind::Email => party.primary_email = point.map(|point| point.value.clone()),
        ContactKind::Phone => party.primary_phone = point.map(|point| point.key.clone()),
        ContactKind::Address => party.primary_address = point.and_then(|point| point.address.clone()),
        ContactKind::Web => {}
    }
}
