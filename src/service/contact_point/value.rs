//! What a contact point holds: an e-mail address, a phone number, a postal address or a web address, parsed.
use crate::{
    domain::{
        address::PostalAddress,
        company::Company,
        contact_point::ContactPoint,
        email::Email,
        error::Refusals,
        id::PartyId,
        kind::ContactKind,
        phone::Phone,
        refusal::{Code, Refusal},
        url::WebAddress,
    },
    service::{Change, input::AddressInput},
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
    /// Reads a value of a kind: a postal address from `address`, everything else from `value`. Notes what is wrong.
    pub fn parse(refusals: &mut Refusals, kind: ContactKind, value: Option<&str>, address: Option<&AddressInput>, company: &Company) -> Option<Self> {
        if kind == ContactKind::Address {
            if value.is_some() {
                refusals.push(misplaced("value", "A postal address goes into `address`; leave `value` out."));
            }
            let Some(address) = address else {
                refusals.push(Refusal::new(Code::InvalidAddress, "A contact point of the kind ADDRESS needs `address`.").at("address"));
                return None;
            };
            return refusals.take("address", address.parse().map(Self::Address));
        }
        if address.is_some() {
            refusals.push(misplaced("address", &format!("`address` is for the kind ADDRESS; a contact point of the kind {kind} needs `value`.")));
        }
        let Some(text) = value else {
            refusals.push(misplaced("value", &format!("A contact point of the kind {kind} needs `value`.")));
            return None;
        };
        let parsed = match kind {
            ContactKind::Email => Email::parse(text).map(Self::Email),
            ContactKind::Phone => Phone::parse(text, Some(company.default_country)).map(Self::Phone),
            ContactKind::Web | ContactKind::Address => WebAddress::parse(text).map(Self::Web),
        };
        refusals.take("value", parsed)
    }

    /// What it is.
    pub fn kind(&self) -> ContactKind {
        match self {
            Self::Email(_) => ContactKind::Email,
            Self::Phone(_) => ContactKind::Phone,
            Self::Address(_) => ContactKind::Address,
            Self::Web(_) => ContactKind::Web,
        }
    }

    /// The field of the input that it came from.
    pub fn field(&self) -> &'static str {
        if self.kind() == ContactKind::Address { "address" } else { "value" }
    }

    /// As it is shown.
    pub fn shown(&self) -> &str {
        match self {
            Self::Email(email) => email.as_str(),
            Self::Phone(phone) => phone.display(),
            Self::Address(address) => address.formatted(),
            Self::Web(web) => web.as_str(),
        }
    }

    /// As it is compared.
    pub fn key(&self) -> String {
        match self {
            Self::Email(email) => email.key().to_owned(),
            Self::Phone(phone) => phone.e164().to_owned(),
            Self::Address(address) => address.key(),
            Self::Web(web) => web.key().to_owned(),
        }
    }

    /// The parts, if it is a postal address.
    pub fn address(&self) -> Option<&PostalAddress> {
        match self {
            Self::Address(address) => Some(address),
            _ => None,
        }
    }

    /// A contact point of a party that begins with a change; neither primary nor shared nor verified.
    pub fn new_point(&self, change: &Change, party: PartyId) -> ContactPoint {
        ContactPoint {
            id: change.id(),
            party,
            kind: self.kind(),
            value: self.shown().to_owned(),
            key: self.key(),
            address: self.address().cloned(),
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

fn misplaced(field: &str, message: &str) -> Refusal {
    Refusal::new(Code::InvalidArgument, message).at(field)
}
