//! A contact point: one way to reach a party.
use super::{
    address::PostalAddress,
    id::{ContactPointId, PartyId},
    kind::ContactKind,
};
use chrono::{DateTime, Utc};

/// One e-mail address, phone number, postal address or web address of a party.
#[derive(Clone, Debug, PartialEq)]
pub struct ContactPoint {
    /// The id.
    pub id: ContactPointId,
    /// Whose it is.
    pub party: PartyId,
    /// What it is.
    pub kind: ContactKind,
    /// As it is shown.
    pub value: String,
    /// As it is compared: two spellings of one address have one key.
    pub key: String,
    /// The parts of a postal address.
    pub address: Option<PostalAddress>,
    /// What it is used for, for instance BILLING.
    pub purposes: Vec<String>,
    /// Whether it is the first choice of its kind.
    pub is_primary: bool,
    /// Whether several people use it: then it identifies nobody.
    pub is_shared: bool,
    /// When it was proved to belong to the party.
    pub verified_at: Option<DateTime<Utc>>,
    /// Who or what proved it.
    pub verified_by: Option<String>,
    /// Since when it is valid.
    pub valid_from: DateTime<Utc>,
    /// When it ended.
    pub valid_to: Option<DateTime<Utc>>,
}
