//! Runs of imports, as reports show them: when each was, and how its rows ended.
use super::{
    id::{ImportId, PartyId},
    import::outcome::Outcome,
    kind::ImportState,
};
use chrono::{DateTime, Utc};

/// One run of an import.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportRun {
    /// The id.
    pub id: ImportId,
    /// Where it stands.
    pub state: ImportState,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
}

/// How many rows of one table ended in one way for one reason.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportCount {
    /// The old system.
    pub system: String,
    /// The table.
    pub table: String,
    /// How they ended.
    pub outcome: Outcome,
    /// Why.
    pub reason: Option<String>,
    /// How many.
    pub count: i64,
}

/// What became of one row.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportedRow {
    /// The old system.
    pub system: String,
    /// The table.
    pub table: String,
    /// The key of the row in its table.
    pub key: String,
    /// How it ended.
    pub outcome: Outcome,
    /// Why.
    pub reason: Option<String>,
    /// What else is to be known, for people.
    pub note: Option<String>,
    /// The party that it led to.
    pub party: Option<PartyId>,
}
