//! The identity hub, as this engine calls it: GraphQL over HTTP with the engine's own token.
use super::{Error, access::Access};
use serde_json::{Value, json};
use std::time::Duration;
use uuid::Uuid;

/// The hub's address, and who this engine is there.
#[derive(Clone)]
pub struct Hub {
    url: String,
    access: Access,
    client: reqwest::Client,
}

/// Why the hub did not take something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// It did not answer, or not to us. Nothing else needs to be tried now.
    Unreachable(String),
    /// It said no to what was sent.
    Refused(String),
}

/// A root field of the hub, and the document that asks for it.
type Question = (&'static str, &'static str);

const REGISTER: Question = (
    "registerSourceRecords",
    "mutation Register($records: [SourceRecordInput!]!) {
  registerSourceRecords(input: { records: $records }) { results { userErrors { code message } } userErrors { code message } }
}",
);

const RECORD: Question = (
    "recordRevenue",
    "mutation Record($entries: [RevenueEntryInput!]!) {
  recordRevenue(input: { entries: $entries }) { userErrors { code message } }
}",
);

const RESOLVE: Question = ("resolveParties", "query Resolve($sources: [SourceKeyInput!]!) { resolveParties(sources: $sources) { id } }");

const RECORDS: Question = (
    "sourceRecords",
    "query Records($system: String!, $type: String!, $after: String) {
  sourceRecords(filter: { system: $system, type: $type, state: LINKED }, first: 100, after: $after) {
    nodes { id party { id } } pageInfo { hasNextPage endCursor }
  }
}",
);

const ENGINE: Question = (
    "registerPartyEngine",
    "mutation Engine($system: String!, $events: [String!]!) {
  registerPartyEngine(input: { system: $system, events: $events }) { userErrors { code message } }
}",
);

const EVENTS: Question = (
    "partyEvents",
    "query Events($after: String, $types: [String!]) {
  partyEvents(after: $after, types: $types, first: 100) { nodes { type mergeId absorbedId } pageInfo { hasNextPage endCursor } }
}",
);

const ACKNOWLEDGE: Question = (
    "acknowledgePartyMerge",
    "mutation Acknowledge($input: AcknowledgePartyMergeInput!) {
  acknowledgePartyMerge(input: $input) { userErrors { code message } }
}",
);

/// The types of events that say which parties are one.
const MERGES: [&str; 2] = ["party.merged", "party.unmerged"];

/// That a party was merged into another one, or taken out of it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MergeEvent {
    /// The merge.
    pub merge: Uuid,
    /// The party that was merged into another one.
    pub absorbed: Uuid,
    /// Whether it was taken out again.
    pub is_unmerge: bool,
}

/// Some events in their order.
#[derive(Clone, Debug)]
pub struct Page {
    /// The events.
    pub events: Vec<MergeEvent>,
    /// The cursor of the last one; absent on an empty page.
    pub end: Option<String>,
    /// Whether there are more.
    pub has_more: bool,
}

impl Hub {
    /// A client of the hub at an address.
    ///
    /// # Errors
    /// When this machine can make no HTTP client.
    pub fn new(url: &str, access: Access) -> Result<Self, Error> {
        Ok(Self { url: url.to_owned(), access, client: client()? })
    }

    /// Registers records; one answer for each, in their order.
    ///
    /// # Errors
    /// When the call as a whole was not answered or not taken.
    pub async fn register(&self, system: &str, company: Uuid, records: &[Value]) -> Result<Vec<Result<(), Failure>>, Failure> {
        let payload = self.ask(system, company, REGISTER, json!({ "records": records })).await?;
        refusals(&payload)?;
        let results = payload["results"].as_array().map(Vec::as_slice).unwrap_or_default();
        if results.len() != records.len() {
            return Err(Failure::Unreachable(format!("{} results for {} records", results.len(), records.len())));
        }
        Ok(results.iter().map(refusals).collect())
    }

    /// Records entries, all or none.
    ///
    /// # Errors
    /// When they were not taken.
    pub async fn record_revenue(&self, system: &str, company: Uuid, entries: &[Value]) -> Result<(), Failure> {
        refusals(&self.ask(system, company, RECORD, json!({ "entries": entries })).await?)
    }

    /// The parties to which records are linked, in their order, where there are any.
    ///
    /// # Errors
    /// When the hub does not answer.
    pub async fn resolve(&self, system: &str, company: Uuid, record_type: &str, ids: &[&str]) -> Result<Vec<Option<Uuid>>, Failure> {
        self.resolve_from(system, company, (system, record_type), ids).await
    }

    /// As [`Self::resolve`], for records of another system than the engine that asks: those of old tables.
    ///
    /// # Errors
    /// When the hub does not answer.
    pub async fn resolve_from(
        &self,
        engine: &str,
        company: Uuid,
        (system, record_type): (&str, &str),
        ids: &[&str],
    ) -> Result<Vec<Option<Uuid>>, Failure> {
        let sources: Vec<Value> = ids.iter().map(|id| json!({ "system": system, "type": record_type, "id": id })).collect();
        let parties = self.ask(engine, company, RESOLVE, json!({ "sources": sources })).await?;
        let parties = parties.as_array().filter(|parties| parties.len() == ids.len());
        let parties = parties.ok_or_else(|| Failure::Unreachable("the answer has another length than the question".to_owned()))?;
        Ok(parties.iter().map(party_id).collect())
    }

    /// All records of a type that are linked, with their parties.
    ///
    /// # Errors
    /// When the hub does not answer.
    pub async fn linked_records(&self, system: &str, company: Uuid, record_type: &str) -> Result<Vec<(String, Uuid)>, Failure> {
        let (mut records, mut after) = (Vec::new(), Value::Null);
        loop {
            let page = self.ask(system, company, RECORDS, json!({ "system": system, "type": record_type, "after": after })).await?;
            let nodes = page["nodes"].as_array().map(Vec::as_slice).unwrap_or_default();
            records.extend(nodes.iter().filter_map(|node| Some((node["id"].as_str()?.to_owned(), party_id(&node["party"])?))));
            if page["pageInfo"]["hasNextPage"] != json!(true) {
                return Ok(records);
            }
            after = page["pageInfo"]["endCursor"].clone();
        }
    }

    /// Registers this engine as one that follows merges. Doing so again changes nothing.
    ///
    /// # Errors
    /// When the hub does not answer.
    pub async fn register_engine(&self, system: &str, company: Uuid) -> Result<(), Failure> {
        refusals(&self.ask(system, company, ENGINE, json!({ "system": system, "events": MERGES })).await?)
    }

    /// What is new of merges after a cursor.
    ///
    /// # Errors
    /// When the hub does not answer.
    pub async fn merge_events(&self, system: &str, company: Uuid, after: Option<&str>) -> Result<Page, Failure> {
        let mut page = self.ask(system, company, EVENTS, json!({ "after": after, "types": MERGES })).await?;
        let nodes = page["nodes"].as_array().map(Vec::as_slice).unwrap_or_default();
        let id = |value: &Value| value.as_str()?.parse().ok();
        let event = |node: &Value| {
            Some(MergeEvent { merge: id(&node["mergeId"])?, absorbed: id(&node["absorbedId"])?, is_unmerge: node["type"] == MERGES[1] })
        };
        Ok(Page {
            events: nodes.iter().filter_map(event).collect(),
            has_more: page["pageInfo"]["hasNextPage"] == json!(true),
            end: page["pageInfo"]["endCursor"].take().as_str().map(str::to_owned),
        })
    }

    /// Says that this engine has followed a merge, and how many of its rows that concerns.
    ///
    /// # Errors
    /// When the hub does not answer, or does not take it.
    pub async fn acknowledge(&self, system: &str, company: Uuid, event: &MergeEvent, counts: &[(&'static str, u64)]) -> Result<(), Failure> {
        let counts: Vec<Value> = counts.iter().map(|(name, rows)| json!({ "name": name, "rows": rows })).collect();
        let step = if event.is_unmerge { "UNMERGED" } else { "MERGED" };
        let input = json!({ "mergeId": event.merge, "step": step, "system": system, "counts": counts });
        refusals(&self.ask(system, company, ACKNOWLEDGE, json!({ "input": input })).await?)
    }

    /// Sends a document with one root field and gives what that field holds.
    async fn ask(&self, system: &str, company: Uuid, (field, document): Question, variables: Value) -> Result<Value, Failure> {
        let unreachable = |error: String| Failure::Unreachable(error);
        let request = self.client.post(&self.url).json(&json!({ "query": document, "variables": variables }));
        let request = self.access.sign(request, system, company).map_err(|error| unreachable(error.to_string()))?;
        let response = request.send().await.map_err(|error| unreachable(error.without_url().to_string()))?;
        let status = response.status();
        let mut answer: Value = response.json().await.map_err(|_| unreachable(format!("HTTP {status} without a GraphQL answer")))?;
        match (&answer["errors"][0], answer["data"][field].is_null()) {
            (Value::Null, false) => Ok(answer["data"][field].take()),
            (error, _) => Err(unreachable(format!("{}: {}", error["extensions"]["code"], error["message"]))),
        }
    }
}

/// An HTTP client. It brings no cryptography of its own; a second one in this process finds it installed.
///
/// # Errors
/// When this machine can make none.
pub fn client() -> Result<reqwest::Client, Error> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().timeout(Duration::from_secs(30)).build().map_err(|error| Error::Internal(error.to_string()))
}

fn party_id(party: &Value) -> Option<Uuid> {
    party["id"].as_str()?.parse().ok()
}

/// The reasons that a payload or a result gives for not having done what it was asked.
fn refusals(payload: &Value) -> Result<(), Failure> {
    let errors = payload["userErrors"].as_array().map(Vec::as_slice).unwrap_or_default();
    if errors.is_empty() {
        return Ok(());
    }
    let text: Vec<String> = errors.iter().map(|error| format!("{}: {}", error["code"], error["message"])).collect();
    Err(Failure::Refused(text.join("; ")))
}
