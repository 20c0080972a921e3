//! A party: one person or organisation, one record.
use super::{
    address::PostalAddress,
    id::PartyId,
    kind::{PartyKind, PartyStatus},
};
use chrono::{DateTime, Utc};

/// The golden record of one person or organisation.
#[derive(Clone, Debug, PartialEq)]
pub struct Party {
    /// The id, valid for ever.
    pub id: PartyId,
    /// Person or organisation.
    pub kind: PartyKind,
    /// The name to show.
    pub display_name: String,
    /// A person's given name.
    pub given_name: Option<String>,
    /// A person's family name.
    pub family_name: Option<String>,
    /// An organisation's registered name.
    pub legal_name: Option<String>,
    /// The e-mail address that identifies the party; no other live party of the company has it.
    pub primary_email: Option<String>,
    /// The phone number to call first, in E.164.
    pub primary_phone: Option<String>,
    /// The postal address to write to first.
    pub primary_address: Option<PostalAddress>,
    /// Where the party stands in its life.
    pub status: PartyStatus,
    /// The survivor, when the party was merged; never itself a merged one.
    pub merged_into: Option<PartyId>,
    /// Grows with each change of the record.
    pub version: i64,
    /// When the record was made.
    pub created_at: DateTime<Utc>,
    /// When the record was last changed.
    pub updated_at: DateTime<Utc>,
}
