//! Statistics: how many parties, roles, links and records a company has, counted over everything.
use super::{
    code::{RecordType, RoleCode, SystemCode},
    kind::{LinkMethod, PartyKind, PartyStatus},
    period::Month,
};
use std::collections::BTreeMap;

/// Months that the statistics look back, the current one included.
pub const MONTHS: u32 = 12;

/// The last twelve months up to this one, oldest first.
pub fn last_months(current: Month) -> Vec<Month> {
    let first = current.back(MONTHS - 1);
    std::iter::successors(Some(first), |month| Some(month.next())).take(MONTHS as usize).collect()
}

/// How many parties hold a role now.
#[derive(Clone, Debug, PartialEq)]
pub struct RoleCount {
    /// The role.
    pub code: RoleCode,
    /// Its name for people.
    pub label: String,
    /// Parties that hold it now.
    pub count: i64,
}

/// The counts of one company. "Parties" are those in use or deactivated, unless a status is named.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PartyStatistics {
    /// All records by what they are and where they stand, merged and erased ones too.
    pub parties: BTreeMap<(PartyKind, PartyStatus), i64>,
    /// Current holders of every role of the catalogue.
    pub roles: Vec<RoleCount>,
    /// Active links by engine, type of record and method.
    pub links: BTreeMap<(SystemCode, RecordType, LinkMethod), i64>,
    /// Records by engine that wait for a party.
    pub unlinked: BTreeMap<SystemCode, i64>,
    /// Parties by the month in which they were made, twelve months, oldest first.
    pub new_per_month: Vec<(Month, i64)>,
}

impl PartyStatistics {
    /// Parties of a kind.
    pub fn of_kind(&self, kind: PartyKind) -> i64 {
        super::directory::SHOWN.iter().filter_map(|status| self.parties.get(&(kind, *status))).sum()
    }

    /// Records in a state.
    pub fn of_status(&self, status: PartyStatus) -> i64 {
        PartyKind::ALL.iter().filter_map(|kind| self.parties.get(&(*kind, status))).sum()
    }

    /// All parties.
    pub fn total(&self) -> i64 {
        PartyKind::ALL.iter().map(|kind| self.of_kind(*kind)).sum()
    }

    /// Active links summed up by some part of what they are counted by.
    pub fn links_by<K: Ord>(&self, part: impl Fn(&SystemCode, &RecordType, LinkMethod) -> K) -> BTreeMap<K, i64> {
        let mut sums = BTreeMap::new();
        for ((system, record_type, method), count) in &self.links {
            *sums.entry(part(system, record_type, *method)).or_default() += count;
        }
        sums
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_twelve_months_end_with_this_one() {
        let months: Vec<String> = last_months(Month::parse("2026-03").unwrap()).iter().map(Month::to_string).collect();
        assert_eq!((months.len(), months[0].as_str(), months[9].as_str(), months[11].as_str()), (12, "2025-04", "2026-01", "2026-03"));
    }

    #[test]
    fn merged_and_erased_records_are_no_parties() {
        let parties = [
            ((PartyKind::Person, PartyStatus::Active), 5),
            ((PartyKind::Person, PartyStatus::Merged), 2),
            ((PartyKind::Organization, PartyStatus::Inactive), 3),
            ((PartyKind::Organization, PartyStatus::Merged), 4),
        ];
        let statistics = PartyStatistics { parties: parties.into(), ..Default::default() };
        assert_eq!((statistics.total(), statistics.of_kind(PartyKind::Person), statistics.of_status(PartyStatus::Merged)), (8, 5, 6));
        assert_eq!(statistics.of_status(PartyStatus::Erased), 0);
    }
}
