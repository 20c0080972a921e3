//! Review tasks: what a steward is asked, and what became of it.
use super::{
    code::SourceKey,
    id::{AssertionId, LinkId, MergeId, PartyId, TaskId},
    kind::{TaskDecision, TaskStatus},
};
use chrono::{DateTime, Utc};

/// What a steward is asked about.
#[derive(Clone, Debug, PartialEq)]
pub enum Subject {
    /// Whether an engine's record belongs to a party.
    Record(SourceKey),
    /// Whether a party is the same as another one.
    Party(PartyId),
}

/// A question for a steward.
#[derive(Clone, Debug, PartialEq)]
pub struct MatchTask {
    /// The id.
    pub id: TaskId,
    /// What is asked about.
    pub subject: Subject,
    /// The party that it may be.
    pub candidate: PartyId,
    /// Where the task stands.
    pub status: TaskStatus,
    /// The weight of the evidence: heavier tasks come first.
    pub priority: f64,
    /// What spoke for it, as a JSON object.
    pub evidence: serde_json::Value,
    /// Who or what asked.
    pub opened_by: String,
    /// When.
    pub opened_at: DateTime<Utc>,
    /// Who works on it and until when.
    pub lease: Option<(String, DateTime<Utc>)>,
    /// What was decided.
    pub decided: Option<Decided>,
}

/// Which tasks are looked for: those that fit all that is given.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TaskFilter {
    /// Those that ask about one of these parties, or whether somebody is one of them.
    pub parties: Option<Vec<PartyId>>,
    /// Those that ask about this record.
    pub record: Option<SourceKey>,
}

/// What was decided of a task, and what that did.
#[derive(Clone, Debug, PartialEq)]
pub struct Decided {
    /// The decision.
    pub decision: TaskDecision,
    /// Who decided.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Why.
    pub reason: Option<String>,
    /// What it did.
    pub done: Done,
}

/// What a decision did, so that it can be taken back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// The merge.
    pub merge: Option<MergeId>,
    /// The assertion that they are not the same.
    pub assertion: Option<AssertionId>,
    /// The link.
    pub link: Option<LinkId>,
}

impl MatchTask {
    /// Whether somebody holds the task at a time.
    pub fn is_leased_at(&self, at: DateTime<Utc>) -> bool {
        self.status == TaskStatus::Leased && self.lease.as_ref().is_some_and(|(_, until)| *until > at)
    }

    /// Whether a certain somebody holds the task at a time.
    pub fn is_held_by(&self, who: &str, at: DateTime<Utc>) -> bool {
        self.is_leased_at(at) && self.lease.as_ref().is_some_and(|(holder, _)| holder == who)
    }

    /// The party that the task shows up at: the one that is asked about, else the one that it may be.
    pub fn party(&self) -> PartyId {
        match &self.subject {
            Subject::Party(party) => *party,
            Subject::Record(_) => self.candidate,
        }
    }
}
