//! A party as far as a query reads it: some columns of the record, and what of its surroundings came with them.
use super::{
    code::{RoleCode, SourceKey},
    id::{LinkId, PartyId, RoleId},
    kind::{PartyKind, PartyStatus},
    party::Party,
    revenue::PartyRevenue,
};
use bitflags::bitflags;
use chrono::{DateTime, Utc};

bitflags! {
    /// What of a party is read. The id, and the survivor of a merged one, always are.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub struct Parts: u32 {
        /// Person or organisation.
        const KIND = 1;
        /// The name to show.
        const DISPLAY_NAME = 1 << 1;
        /// Given, family and legal name.
        const NAMES = 1 << 2;
        /// The primary e-mail address.
        const EMAIL = 1 << 3;
        /// The primary phone number.
        const PHONE = 1 << 4;
        /// The primary postal address.
        const ADDRESS = 1 << 5;
        /// Where the party stands in its life.
        const STATUS = 1 << 6;
        /// The version, and the times of making and of the last change.
        const REVISION = 1 << 7;
        /// Every column of the record.
        const RECORD = (1 << 8) - 1;
        /// The roles that it holds now.
        const ROLES = 1 << 8;
        /// The active links that lead to it.
        const LINKS = 1 << 9;
        /// The ids that were merged into it.
        const ABSORBED = 1 << 10;
        /// What its revenue of all time adds up to.
        const REVENUE = 1 << 11;
        /// The same by channel.
        const REVENUE_BY_CHANNEL = 1 << 12;
        /// The same by month.
        const REVENUE_BY_MONTH = 1 << 13;
    }
}

/// A role that a party holds now.
#[derive(Clone, Debug, PartialEq)]
pub struct CurrentRole {
    /// Since when.
    pub valid_from: DateTime<Utc>,
    /// The id of the holding.
    pub id: RoleId,
    /// Which role.
    pub code: RoleCode,
    /// Whether it is the party's main role.
    pub is_primary: bool,
}

/// An active link that leads to a party.
#[derive(Clone, Debug, PartialEq)]
pub struct CurrentLink {
    /// When it was made.
    pub linked_at: DateTime<Utc>,
    /// The id of the link.
    pub id: LinkId,
    /// The source record.
    pub source: SourceKey,
}

/// A party as far as it was read.
#[derive(Clone, Debug)]
pub struct Profile {
    read: Parts,
    record: Party,
    /// The roles that it holds, those that began first before the others; meaningful when they were read.
    pub roles: Vec<CurrentRole>,
    /// The links that lead to it, oldest first; meaningful when they were read.
    pub links: Vec<CurrentLink>,
    /// The ids that were merged into it; meaningful when they were read.
    pub absorbed: Vec<PartyId>,
    /// Its revenue in each currency; meaningful when it was read.
    pub revenue: Vec<PartyRevenue>,
}

impl Profile {
    /// A party of which the whole record was read, and nothing else.
    pub fn of(record: Party) -> Self {
        Self { read: Parts::RECORD, record, roles: Vec::new(), links: Vec::new(), absorbed: Vec::new(), revenue: Vec::new() }
    }

    /// A party of which only the id and the survivor are known yet. `fill` writes the columns that `read` names; the others hold nothing
    /// that anybody can see.
    pub fn partly(id: PartyId, merged_into: Option<PartyId>, read: Parts, fill: impl FnOnce(&mut Party)) -> Self {
        let mut profile = Self::of(Party {
            id,
            kind: PartyKind::Person,
            display_name: String::new(),
            given_name: None,
            family_name: None,
            legal_name: None,
            primary_email: None,
            primary_phone: None,
            primary_address: None,
            status: PartyStatus::Active,
            merged_into,
            version: 0,
            created_at: DateTime::UNIX_EPOCH,
            updated_at: DateTime::UNIX_EPOCH,
        });
        profile.read = read;
        fill(&mut profile.record);
        profile
    }

    /// The id.
    pub fn id(&self) -> PartyId {
        self.record.id
    }

    /// The survivor, when the party was merged.
    pub fn merged_into(&self) -> Option<PartyId> {
        self.record.merged_into
    }

    /// Whether all of some parts were read.
    pub fn has(&self, parts: Parts) -> bool {
        self.read.contains(parts)
    }

    /// The record, if the columns that `needed` names were read. Only those may be looked at.
    pub fn record(&self, needed: Parts) -> Option<&Party> {
        self.has(needed & Parts::RECORD).then_some(&self.record)
    }

    /// Notes that something was read after the record.
    pub fn add(&mut self, parts: Parts) {
        self.read |= parts;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_that_was_not_read_is_not_there() {
        let id = PartyId(uuid::Uuid::from_u128(7));
        let profile = Profile::partly(id, None, Parts::DISPLAY_NAME, |party| party.display_name = "John Doe".to_owned());
        assert_eq!(profile.record(Parts::DISPLAY_NAME).unwrap().display_name, "John Doe");
        assert_eq!(profile.record(Parts::DISPLAY_NAME | Parts::EMAIL), None);
        assert!(!profile.has(Parts::ROLES));
    }
}
