//! "Never the same": what somebody asserted of two parties.
use super::id::{AssertionId, PartyId};
use chrono::{DateTime, Utc};

/// The assertion that two parties are not the same. While it stands, no merge puts them or their survivors together.
#[derive(Clone, Debug, PartialEq)]
pub struct DistinctAssertion {
    /// The id.
    pub id: AssertionId,
    /// The two parties, as they were when it was made, the lower id first.
    pub parties: [PartyId; 2],
    /// Who asserted it.
    pub author: String,
    /// Why.
    pub reason: Option<String>,
    /// When.
    pub created_at: DateTime<Utc>,
    /// Who withdrew it.
    pub withdrawn_by: Option<String>,
    /// When.
    pub withdrawn_at: Option<DateTime<Utc>>,
    /// Why it was withdrawn.
    pub withdraw_reason: Option<String>,
}
