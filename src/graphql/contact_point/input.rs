//! What callers write to add and change contact points.
use super::ContactPointKind;
use crate::{
    domain::refusal::Refusal,
    graphql::{address::PostalAddressInput, input::party_id},
    service::{contact_point::NewContactPoint, input::AddressInput},
};
use async_graphql::{ID, InputObject};

/// A new contact point: `address` for the kind ADDRESS, `value` for the others.
#[derive(InputObject)]
pub struct AddContactPointInput {
    /// Whose it is.
    pub party_id: ID,
    /// What it is.
    pub kind: ContactPointKind,
    /// The e-mail address, phone number or web address. A phone number without a country code is taken to be in the company's country.
    pub value: Option<String>,
    /// The postal address.
    pub address: Option<PostalAddressInput>,
    /// What it is used for, in capitals, for instance BILLING; at most 20.
    #[graphql(default)]
    pub purposes: Vec<String>,
    /// Whether several people use it, as a family or office mailbox. A shared e-mail address is noted, but identifies nobody.
    #[graphql(default)]
    pub is_shared: bool,
    /// Whether it becomes the party's first choice of its kind. The one before stays a contact point.
    #[graphql(default)]
    pub make_primary: bool,
}

impl AddContactPointInput {
    /// The values as the service takes them.
    ///
    /// # Errors
    /// `INVALID_ID`.
    pub fn parse(self) -> Result<NewContactPoint, Refusal> {
        Ok(NewContactPoint {
            party: party_id("partyId", &self.party_id)?,
            kind: self.kind.into(),
            value: self.value,
            address: self.address.map(AddressInput::from),
            purposes: self.purposes,
            is_shared: self.is_shared,
            make_primary: self.make_primary,
        })
    }
}

/// A contact point that is used no more.
#[derive(InputObject)]
pub struct EndContactPointInput {
    /// The contact point.
    pub contact_point_id: ID,
    /// Why.
    pub reason: Option<String>,
}

/// A contact point that becomes the first choice of its kind.
#[derive(InputObject)]
pub struct SetPrimaryContactPointInput {
    /// The contact point.
    pub contact_point_id: ID,
}

/// A contact point that was proved to belong to its party.
#[derive(InputObject)]
pub struct VerifyContactPointInput {
    /// The contact point.
    pub contact_point_id: ID,
    /// How it was proved, for instance `confirmation link` or `call back`; at most 100 characters.
    pub method: String,
}

/// Whether several people use a contact point.
#[derive(InputObject)]
pub struct SetContactPointSharedInput {
    /// The contact point.
    pub contact_point_id: ID,
    /// Whether several people use it.
    pub is_shared: bool,
}
