//! Engines that follow the feed, and what they acknowledge of a merge.
use super::{
    code::SystemCode,
    event::EventType,
    id::MergeId,
    kind::{AcknowledgementState, MergeStep},
};
use chrono::{DateTime, Utc};

/// An engine that follows the feed.
#[derive(Clone, Debug, PartialEq)]
pub struct Engine {
    /// Its code, for instance `crm`.
    pub system: SystemCode,
    /// The types that it follows; all when there are none.
    pub events: Vec<EventType>,
    /// Who registered it.
    pub registered_by: String,
    /// When.
    pub registered_at: DateTime<Utc>,
    /// When it was retired: nobody waits for it any more.
    pub retired_at: Option<DateTime<Utc>>,
}

impl Engine {
    /// Whether it is told of a step of merges and waited for.
    pub fn follows(&self, step: MergeStep) -> bool {
        let event = match step {
            MergeStep::Merged => EventType::PartyMerged,
            MergeStep::Unmerged => EventType::PartyUnmerged,
        };
        self.retired_at.is_none() && (self.events.is_empty() || self.events.contains(&event))
    }
}

/// What an engine says of a merge, or has yet to say.
#[derive(Clone, Debug, PartialEq)]
pub struct Acknowledgement {
    /// The merge.
    pub merge: MergeId,
    /// Whether it is about the merge or about taking it back.
    pub step: MergeStep,
    /// The engine.
    pub system: SystemCode,
    /// Whether it has followed.
    pub state: AcknowledgementState,
    /// How many rows it changed, by what it calls them.
    pub counts: Vec<(String, i64)>,
    /// Why it could not.
    pub error: Option<String>,
    /// Since when it is waited for.
    pub since: DateTime<Utc>,
    /// When it last said something.
    pub at: Option<DateTime<Utc>>,
}

/// How far an engine has come.
#[derive(Clone, Debug, PartialEq)]
pub struct EngineProgress {
    /// The engine.
    pub engine: Engine,
    /// How many steps of merges it has yet to acknowledge.
    pub pending: i64,
    /// How many it could not follow.
    pub failed: i64,
    /// Since when the oldest of them waits.
    pub waiting_since: Option<DateTime<Utc>>,
    /// What it said last of a failure.
    pub last_error: Option<String>,
}
