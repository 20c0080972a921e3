//! What becomes of the rows of old tables: each ends in exactly one of four ways.
use crate::domain::id::PartyId;
use std::collections::BTreeMap;

/// How a row ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// It made something that was not there: a party, a record, an entry.
    Created,
    /// It was found to be what is there already.
    Matched,
    /// Somebody must look at it; what it presents is kept where it could be.
    Review,
    /// It was not taken.
    Rejected,
}

impl Outcome {
    /// All of them, in the order of reports.
    pub const ALL: [Self; 4] = [Self::Created, Self::Matched, Self::Review, Self::Rejected];

    /// As it is stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "CREATED",
            Self::Matched => "MATCHED",
            Self::Review => "REVIEW",
            Self::Rejected => "REJECTED",
        }
    }

    /// What was stored.
    pub fn stored(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.as_str() == text)
    }
}

/// A line of the ledger: what became of one row, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct LedgerLine {
    /// The key of the row in its table.
    pub key: String,
    /// Where the row stood in its file, if that is needed to know it again.
    pub position: i64,
    /// How it ended.
    pub outcome: Outcome,
    /// A code for the reason, such as `NO_COMPANY`.
    pub reason: Option<String>,
    /// What else is to be known, for people.
    pub note: Option<String>,
    /// The party that it led to.
    pub party: Option<PartyId>,
}

impl LedgerLine {
    /// A row that ended without more to say.
    pub fn new(key: &str, position: i64, outcome: Outcome) -> Self {
        Self { key: key.to_owned(), position, outcome, reason: None, note: None, party: None }
    }

    /// With a reason.
    #[must_use]
    pub fn because(self, reason: &str) -> Self {
        Self { reason: Some(reason.to_owned()), ..self }
    }
}

/// What became of the rows of one table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TableReport {
    /// The table.
    pub table: String,
    /// How many rows the source has, as the source counts them.
    pub read: i64,
    /// How many rows ended how and why, as the ledger counts them.
    pub ended: BTreeMap<(Outcome, String), i64>,
    /// What of the mapping the source does not have.
    pub missing: Vec<String>,
}

impl TableReport {
    /// How many rows ended in one way.
    pub fn count(&self, outcome: Outcome) -> i64 {
        self.ended.iter().filter(|((ended, _), _)| *ended == outcome).map(|(_, count)| count).sum()
    }

    /// How many rows of the source the ledger does not know, or knows too often.
    pub fn unaccounted(&self) -> i64 {
        self.read - self.ended.values().sum::<i64>()
    }
}
