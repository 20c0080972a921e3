//! Identifiers in the graph.
use super::scalar::DateTime;
use crate::domain;
use async_graphql::{Description, Object};

/// A number that somebody issued to a party. One number of a scheme belongs to one party.
#[derive(Clone, Description)]
pub struct PartyIdentifier(domain::identifier_record::PartyIdentifier);

impl From<domain::identifier_record::PartyIdentifier> for PartyIdentifier {
    fn from(identifier: domain::identifier_record::PartyIdentifier) -> Self {
        Self(identifier)
    }
}

#[Object(use_type_description)]
impl PartyIdentifier {
    /// Who issues it and what it is, for instance `vat` or `duns`.
    async fn scheme(&self) -> &str {
        self.0.identifier.scheme().as_str()
    }

    /// The number as it is compared: capitals, without spaces, dots, dashes and slashes.
    async fn value(&self) -> &str {
        self.0.identifier.value()
    }

    /// The number as it was written.
    async fn display_value(&self) -> &str {
        self.0.identifier.display()
    }

    /// When it was proved to belong to the party.
    async fn verified_at(&self) -> Option<DateTime> {
        self.0.verified_at.map(DateTime::from)
    }

    /// When it was noted.
    async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }
}
