//! An identifier that a party has.
use super::{id::PartyId, identifier::Identifier};
use chrono::{DateTime, Utc};

/// A number issued by somebody, and whose it is. One number of a scheme belongs to one party.
#[derive(Clone, Debug, PartialEq)]
pub struct PartyIdentifier {
    /// Scheme and value.
    pub identifier: Identifier,
    /// Whose it is.
    pub party: PartyId,
    /// When it was proved.
    pub verified_at: Option<DateTime<Utc>>,
    /// When it was noted.
    pub created_at: DateTime<Utc>,
}
