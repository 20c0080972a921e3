//! Relationships: what two parties are to each other.
use super::{
    code::RelationshipCode,
    id::{PartyId, RelationshipId},
};
use chrono::{DateTime, Utc};

/// An entry of the catalogue of relationship types.
#[derive(Clone, Debug, PartialEq)]
pub struct RelationshipType {
    /// The code, for instance `WORKS_FOR`.
    pub code: RelationshipCode,
    /// The name for people, read from the first party: "works for".
    pub label: String,
    /// The name for people, read from the second party: "employs".
    pub inverse_label: String,
}

impl RelationshipType {
    /// Whether it reads the same from both ends, so that the order of the parties means nothing.
    pub fn is_symmetric(&self) -> bool {
        self.label == self.inverse_label
    }
}

/// Which end of a relationship somebody looks from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RelationshipDirection {
    /// From the first party to the second.
    Outgoing,
    /// From the second party to the first.
    Incoming,
}

/// One relationship between two parties, from a time on, perhaps until another.
#[derive(Clone, Debug, PartialEq)]
pub struct Relationship {
    /// The id.
    pub id: RelationshipId,
    /// The party from which the type's label is read.
    pub from: PartyId,
    /// The party at the other end.
    pub to: PartyId,
    /// Which type.
    pub code: RelationshipCode,
    /// What it is called in this case, for instance a job title.
    pub title: Option<String>,
    /// Since when.
    pub valid_from: DateTime<Utc>,
    /// Until when.
    pub valid_to: Option<DateTime<Utc>>,
    /// Who stated it.
    pub created_by: String,
    /// Who ended it.
    pub ended_by: Option<String>,
    /// Why it ended.
    pub end_reason: Option<String>,
}

impl Relationship {
    /// Whether it has no end yet.
    pub fn is_current(&self) -> bool {
        self.valid_to.is_none()
    }

    /// How it looks from one of its parties: the direction, and the party at the other end.
    pub fn seen_from(&self, party: PartyId) -> (RelationshipDirection, PartyId) {
        if party == self.to { (RelationshipDirection::Incoming, self.from) } else { (RelationshipDirection::Outgoing, self.to) }
    }
}
