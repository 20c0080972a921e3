//! What happened to parties: the change log that is written with every change.
use super::id::PartyId;
use chrono::{DateTime, Utc};

macro_rules! event_types {
    ($($(#[$meta:meta])* $name:ident = $text:literal,)*) => {
        /// The kinds of event, as `noun.verb`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum EventType { $($(#[$meta])* $name,)* }

        impl EventType {
            /// Every kind there is.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The kind as it is stored and shown.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// The kind that is stored as this text; none when there is no such kind.
            pub fn stored(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|kind| kind.as_str() == text)
            }
        }
    };
}

event_types! {
    /// A party was created.
    PartyCreated = "party.created",
    /// A party's names or primary values changed.
    PartyUpdated = "party.updated",
    /// A party was deactivated.
    PartyDeactivated = "party.deactivated",
    /// A party was reactivated.
    PartyReactivated = "party.reactivated",
    /// A party was merged into another; the details name both.
    PartyMerged = "party.merged",
    /// A merged party became one of its own again; the details name both.
    PartyUnmerged = "party.unmerged",
    /// Two parties were asserted never to be the same.
    PartiesDistinct = "party.asserted_distinct",
    /// The assertion that two parties are not the same was withdrawn.
    PartiesDistinctWithdrawn = "party.distinct_withdrawn",
    /// An engine was registered, or follows other events.
    EngineRegistered = "engine.registered",
    /// An engine is waited for no more.
    EngineRetired = "engine.retired",
    /// An engine said what became of a merge.
    MergeAcknowledged = "merge.acknowledged",
    /// A steward is asked whether two are the same.
    MatchTaskOpened = "match_task.opened",
    /// A steward took a review task.
    MatchTaskClaimed = "match_task.claimed",
    /// A steward decided a review task.
    MatchTaskDecided = "match_task.decided",
    /// The decision of a review task was taken back.
    MatchTaskUndone = "match_task.undone",
    /// A job that links records by itself was started.
    MatchJobStarted = "match_job.started",
    /// A job looked at some more records.
    MatchJobAdvanced = "match_job.advanced",
    /// A job has looked at every record.
    MatchJobEnded = "match_job.ended",
    /// The links of a job were taken back.
    MatchJobUndone = "match_job.undone",
    /// The order in which a company trusts its engines changed.
    SourcePriorityChanged = "company.source_priority_changed",
    /// A party got a role.
    RoleAssigned = "role.assigned",
    /// A party's role ended.
    RoleEnded = "role.ended",
    /// Another role of the party became its primary one.
    RoleMadePrimary = "role.made_primary",
    /// A role type was added to the catalogue or renamed.
    RoleTypeUpserted = "role_type.upserted",
    /// A contact point was added.
    ContactPointAdded = "contact_point.added",
    /// A contact point ended.
    ContactPointEnded = "contact_point.ended",
    /// A contact point became the primary one of its kind.
    ContactPointMadePrimary = "contact_point.made_primary",
    /// A contact point's spelling changed, or whether it is shared.
    ContactPointUpdated = "contact_point.updated",
    /// A contact point was verified.
    ContactPointVerified = "contact_point.verified",
    /// An identifier was added.
    IdentifierAdded = "identifier.added",
    /// Two parties were related.
    RelationshipCreated = "relationship.created",
    /// A relationship ended.
    RelationshipEnded = "relationship.ended",
    /// A source record was registered or its values changed.
    SourceRecordRegistered = "source_record.registered",
    /// A source record was linked to a party.
    LinkCreated = "link.created",
    /// A link ended.
    LinkEnded = "link.ended",
    /// Revenue entries were recorded.
    RevenueRecorded = "revenue.recorded",
}

/// An event that is about to be written.
#[derive(Clone, Debug)]
pub struct NewEvent {
    /// What happened.
    pub event_type: EventType,
    /// The party that it happened to, if one.
    pub party: Option<PartyId>,
    /// What changed, as a JSON object; may hold personal data.
    pub payload: serde_json::Value,
}

/// An event of the log.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// The place in the company's log: grows by one from event to event.
    pub seq: i64,
    /// What happened, as `noun.verb`.
    pub event_type: String,
    /// The party that it happened to, if one.
    pub party: Option<PartyId>,
    /// Who did it.
    pub actor: String,
    /// What changed, as a JSON object; may hold personal data.
    pub payload: serde_json::Value,
    /// When it happened.
    pub at: DateTime<Utc>,
}
