//! What callers write to make and change parties.
use super::object::PartyKind;
use crate::{
    graphql::address::PostalAddressInput,
    service::{
        input::{AddressInput, IdentifierInput, PartyInput},
        party::PartyUpdate,
    },
};
use async_graphql::{ID, InputObject, MaybeUndefined};

/// A number issued by somebody.
#[derive(InputObject)]
pub struct PartyIdentifierInput {
    /// Who issues it and what it is, for instance `vat` or `duns`.
    pub scheme: String,
    /// The number, in any usual spelling.
    pub value: String,
}

/// A new party.
#[derive(InputObject)]
pub struct CreatePartyInput {
    /// Person or organisation; cannot be changed later.
    pub kind: PartyKind,
    /// The name to show; made of the other names when absent.
    pub display_name: Option<String>,
    /// A person's given name.
    pub given_name: Option<String>,
    /// A person's family name.
    pub family_name: Option<String>,
    /// An organisation's registered name.
    pub legal_name: Option<String>,
    /// The e-mail address that identifies the party; no other live party may have it.
    pub email: Option<String>,
    /// The phone number to call first; without a country code it is taken to be in the company's country.
    pub phone: Option<String>,
    /// The postal address to write to first.
    pub address: Option<PostalAddressInput>,
    /// Numbers issued by somebody.
    #[graphql(default)]
    pub identifiers: Vec<PartyIdentifierInput>,
    /// Codes of roles to hold from now on; the first becomes the primary one.
    #[graphql(default)]
    pub roles: Vec<String>,
    /// Any text that is yours alone, for instance a UUID. The same call with the same key answers with the party of the first one.
    pub idempotency_key: Option<String>,
}

impl CreatePartyInput {
    /// The values, and the idempotency key.
    pub fn split(self) -> (PartyInput, Option<String>) {
        let input = PartyInput {
            kind: self.kind.into(),
            display_name: self.display_name,
            given_name: self.given_name,
            family_name: self.family_name,
            legal_name: self.legal_name,
            email: self.email,
            phone: self.phone,
            address: self.address.map(AddressInput::from),
            identifiers: identifiers(self.identifiers),
            roles: self.roles,
        };
        (input, self.idempotency_key)
    }
}

/// Identifiers as the service takes them.
pub fn identifiers(inputs: Vec<PartyIdentifierInput>) -> Vec<IdentifierInput> {
    inputs.into_iter().map(|PartyIdentifierInput { scheme, value }| IdentifierInput { scheme, value }).collect()
}

/// New values of a party. Leave a field out to keep its value; give null to clear it.
#[derive(InputObject)]
pub struct UpdatePartyInput {
    /// The party.
    pub party_id: ID,
    /// The version that you saw. If somebody changed the party since, nothing happens and STALE_VERSION tells the current one.
    pub expected_version: i64,
    /// The name to show. It cannot be cleared: null keeps it. One that was made of the other names follows them.
    pub display_name: Option<String>,
    /// A person's given name.
    pub given_name: MaybeUndefined<String>,
    /// A person's family name.
    pub family_name: MaybeUndefined<String>,
    /// An organisation's registered name.
    pub legal_name: MaybeUndefined<String>,
    /// The e-mail address that identifies the party. The one before stays as a contact point.
    pub email: MaybeUndefined<String>,
    /// The phone number to call first. The one before stays as a contact point.
    pub phone: MaybeUndefined<String>,
    /// The postal address to write to first. The one before stays as a contact point.
    pub address: MaybeUndefined<PostalAddressInput>,
}

impl UpdatePartyInput {
    /// The values as the service takes them.
    pub fn update(self) -> PartyUpdate {
        PartyUpdate {
            display_name: self.display_name,
            given_name: given(self.given_name),
            family_name: given(self.family_name),
            legal_name: given(self.legal_name),
            email: given(self.email),
            phone: given(self.phone),
            address: given(self.address).map(|address| address.map(AddressInput::from)),
        }
    }
}

fn given<T>(value: MaybeUndefined<T>) -> Option<Option<T>> {
    match value {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(None),
        MaybeUndefined::Value(value) => Some(Some(value)),
    }
}

/// A party to take out of use or back into it.
#[derive(InputObject)]
pub struct PartyStatusInput {
    /// The party.
    pub party_id: ID,
    /// Why.
    pub reason: Option<String>,
    /// The version that you saw, if it matters.
    pub expected_version: Option<i64>,
}
