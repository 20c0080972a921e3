//! The directory: which parties a list shows, in what order, and where one of its pages ended.
use super::{
    code::{RoleCode, SystemCode},
    cursor,
    id::PartyId,
    kind::{PartyKind, PartyStatus},
    moment,
    refusal::{Code, Refusal},
};
use chrono::{DateTime, SecondsFormat, Utc};

/// The statuses that a list shows when none are named.
pub const SHOWN: [PartyStatus; 2] = [PartyStatus::Active, PartyStatus::Inactive];

/// Which parties are shown: those that meet everything that is given.
#[derive(Clone, Debug)]
pub struct DirectoryFilter {
    /// Only persons or only organisations.
    pub kind: Option<PartyKind>,
    /// In one of these states; never empty.
    pub statuses: Vec<PartyStatus>,
    /// Holding one of these roles now; empty: whatever roles.
    pub roles: Vec<RoleCode>,
    /// Having an active link to a record of one of these engines; empty: whatever links.
    pub systems: Vec<SystemCode>,
    /// Made at this time or later.
    pub created_since: Option<DateTime<Utc>>,
    /// Changed at this time or later.
    pub updated_since: Option<DateTime<Utc>>,
}

/// What a list is sorted by; parties that are equal in it follow each other by id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortKey {
    /// The folded display name.
    Name,
    /// When the party was made.
    CreatedAt,
    /// When the party was last changed.
    UpdatedAt,
}

/// The order of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DirectoryOrder {
    /// What it is sorted by.
    pub key: SortKey,
    /// Whether the last comes first.
    pub descending: bool,
}

/// What a party is sorted by, as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub enum SortValue {
    /// The folded display name.
    Name(String),
    /// A time.
    Time(DateTime<Utc>),
}

/// The place of a party in a list.
#[derive(Clone, Debug, PartialEq)]
pub struct DirectoryPosition {
    /// What it is sorted by.
    pub value: SortValue,
    /// Which of those that are equal in it.
    pub id: PartyId,
}

impl DirectoryPosition {
    /// The position as a cursor of this list.
    pub fn cursor(&self, filter: &DirectoryFilter, order: DirectoryOrder) -> String {
        let value = match &self.value {
            SortValue::Name(name) => name.clone(),
            // All digits that there are: a rounded time would repeat or skip its neighbours.
            SortValue::Time(time) => time.to_rfc3339_opts(SecondsFormat::AutoSi, true),
        };
        cursor::encode(&tag(filter, order), &[value, self.id.to_string()])
    }

    /// Reads a cursor of the same list.
    ///
    /// # Errors
    /// `INVALID_CURSOR` when it is malformed or belongs to a list with another order or filter.
    pub fn read(filter: &DirectoryFilter, order: DirectoryOrder, cursor: &str) -> Result<Self, Refusal> {
        let parts = cursor::decode(&tag(filter, order), cursor)?;
        Self::of_parts(order, &parts)
            .ok_or_else(|| Refusal::new(Code::InvalidCursor, "The cursor does not lead into this list: pass the endCursor of a page unchanged."))
    }

    fn of_parts(order: DirectoryOrder, parts: &[String]) -> Option<Self> {
        let [value, id] = parts else { return None };
        let value = match order.key {
            SortKey::Name => SortValue::Name(value.clone()),
            SortKey::CreatedAt | SortKey::UpdatedAt => SortValue::Time(moment::parse(value)?),
        };
        Some(Self { value, id: PartyId::parse(id).ok()? })
    }
}

/// Names the list, so that no cursor of another one is taken for one of this.
fn tag(filter: &DirectoryFilter, order: DirectoryOrder) -> String {
    let mut filter = filter.clone();
    filter.statuses.sort();
    filter.roles.sort();
    filter.systems.sort();
    format!("parties {order:?} {filter:?}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn everyone() -> DirectoryFilter {
        DirectoryFilter { kind: None, statuses: SHOWN.to_vec(), roles: Vec::new(), systems: Vec::new(), created_since: None, updated_since: None }
    }

    const BY_NAME: DirectoryOrder = DirectoryOrder { key: SortKey::Name, descending: false };
    const BY_TIME: DirectoryOrder = DirectoryOrder { key: SortKey::CreatedAt, descending: false };

    #[test]
    fn positions_read_back_to_the_last_digit() {
        let id = PartyId(Uuid::from_u128(7));
        let by_name = DirectoryPosition { value: SortValue::Name("doe \"john\"".to_owned()), id };
        assert_eq!(DirectoryPosition::read(&everyone(), BY_NAME, &by_name.cursor(&everyone(), BY_NAME)), Ok(by_name));
        for time in ["2026-03-01T00:00:00Z", "2026-03-01T00:00:00.100Z", "2026-03-01T00:00:00.000001Z", "2026-03-01T00:00:00.123456789Z"] {
            let by_time = DirectoryPosition { value: SortValue::Time(time.parse().unwrap()), id };
            assert_eq!(DirectoryPosition::read(&everyone(), BY_TIME, &by_time.cursor(&everyone(), BY_TIME)), Ok(by_time));
        }
    }

    #[test]
    fn a_cursor_is_good_for_its_own_list_only() {
        let position = DirectoryPosition { value: SortValue::Name("doe".to_owned()), id: PartyId(Uuid::nil()) };
        let cursor = position.cursor(&everyone(), BY_NAME);
        let persons = DirectoryFilter { kind: Some(PartyKind::Person), ..everyone() };
        let backwards = DirectoryOrder { descending: true, ..BY_NAME };
        for (filter, order) in [(&persons, BY_NAME), (&everyone(), backwards), (&everyone(), BY_TIME)] {
            assert_eq!(DirectoryPosition::read(filter, order, &cursor).unwrap_err().code, Code::InvalidCursor);
        }
        let same = DirectoryFilter { statuses: vec![PartyStatus::Inactive, PartyStatus::Active], ..everyone() };
        assert_eq!(DirectoryPosition::read(&same, BY_NAME, &cursor), Ok(position));
    }

    #[test]
    fn a_time_that_no_database_keeps_is_refused() {
        for time in ["0000-12-31T23:59:59Z", "+10000-01-01T00:00:00Z", "9999-12-31T23:59:59-01:00", "yesterday"] {
            let cursor = cursor::encode(&tag(&everyone(), BY_TIME), &[time.to_owned(), Uuid::nil().to_string()]);
            assert_eq!(DirectoryPosition::read(&everyone(), BY_TIME, &cursor).unwrap_err().code, Code::InvalidCursor, "{time}");
        }
    }

    #[test]
    fn a_cursor_with_the_wrong_parts_is_refused() {
        for parts in [vec![], vec!["doe"], vec!["doe", "7"], vec!["d\0e", "0198c5a2-0000-7000-8000-000000000000"], vec!["a", "b", "c"]] {
            let parts: Vec<String> = parts.into_iter().map(str::to_owned).collect();
            let cursor = cursor::encode(&tag(&everyone(), BY_NAME), &parts);
            assert_eq!(DirectoryPosition::read(&everyone(), BY_NAME, &cursor).unwrap_err().code, Code::InvalidCursor, "{parts:?}");
        }
    }
}
