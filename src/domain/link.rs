//! Source records of engines, and the links that lead from them to parties.
use super::{
    code::{RecordType, SourceKey, SystemCode},
    id::{LinkId, PartyId},
    kind::{LinkMethod, RecordState},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The identity values that an engine presented with a record; kept as they came.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Presented {
    /// A name of a person or organisation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// A person's given name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given_name: Option<String>,
    /// A person's family name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family_name: Option<String>,
    /// The name of an organisation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization_name: Option<String>,
    /// An e-mail address, perhaps malformed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// A phone number, perhaps malformed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// A postal address in one line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

/// A record of an engine, as the engine registered it.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceRecord {
    /// Which record of which engine.
    pub key: SourceKey,
    /// What the engine said about the person or organisation.
    pub presented: Presented,
    /// The name to show, from the presented ones.
    pub display_name: Option<String>,
    /// The presented e-mail address normalised, if it parses.
    pub email_key: Option<String>,
    /// The presented phone number in E.164, if it parses.
    pub phone: Option<String>,
    /// Whether it is linked.
    pub state: RecordState,
    /// When it was first registered.
    pub received_at: DateTime<Utc>,
    /// When its values last changed.
    pub updated_at: DateTime<Utc>,
}

/// Which source records a list shows: those that fit all that is given.
#[derive(Clone, Debug, Default)]
pub struct RecordFilter {
    /// Records of this engine.
    pub system: Option<SystemCode>,
    /// Records that their engine calls this.
    pub record_type: Option<RecordType>,
    /// Records in this state.
    pub state: Option<RecordState>,
}

impl SourceRecord {
    /// A record of which nothing is known but its key.
    pub fn unknown(key: SourceKey, at: DateTime<Utc>) -> Self {
        let presented = Presented::default();
        Self { key, presented, display_name: None, email_key: None, phone: None, state: RecordState::Unlinked, received_at: at, updated_at: at }
    }
}

/// A link from a source record to a party. Ended, never deleted.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// The id.
    pub id: LinkId,
    /// The source record.
    pub source: SourceKey,
    /// The party.
    pub party: PartyId,
    /// The party for which it was made, when a merge handed it over since.
    pub home: Option<PartyId>,
    /// How the link came about.
    pub method: LinkMethod,
    /// How sure it is, between 0 and 1; a person's decision has none.
    pub confidence: Option<f64>,
    /// What spoke for it, as a JSON value.
    pub evidence: Option<serde_json::Value>,
    /// What somebody noted with it.
    pub note: Option<String>,
    /// Who linked.
    pub linked_by: String,
    /// When.
    pub linked_at: DateTime<Utc>,
    /// Who ended it.
    pub ended_by: Option<String>,
    /// When it ended; absent while it is active.
    pub ended_at: Option<DateTime<Utc>>,
    /// Why it ended.
    pub end_reason: Option<String>,
}

impl Link {
    /// Whether the link holds.
    pub fn is_active(&self) -> bool {
        self.ended_at.is_none()
    }
}
