//! A hub that takes what engines report and can be switched off. What the real one answers is tested behind the gateways.
use super::access;
use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use engines::platform::hub::Hub;
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

/// What the hub knows and was told.
#[derive(Default)]
struct Ledger {
    is_down: bool,
    calls: usize,
    records: Vec<Value>,
    entries: BTreeMap<String, Value>,
    parties: BTreeMap<String, String>,
    companies: Vec<String>,
}

/// A running hub.
pub struct TestHub {
    address: SocketAddr,
    ledger: Arc<Mutex<Ledger>>,
    server: tokio::task::JoinHandle<()>,
}

impl Drop for TestHub {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl TestHub {
    /// Starts one that knows nothing.
    pub async fn start() -> Self {
        let ledger = Arc::new(Mutex::new(Ledger::default()));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().route("/graphql", post(answer)).with_state(Arc::clone(&ledger));
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, ledger, server }
    }

    /// An engine's client of it.
    pub fn client(&self) -> Hub {
        Hub::new(&format!("http://{}/graphql", self.address), access()).unwrap()
    }

    /// Switches it off or on.
    pub fn set_down(&self, is_down: bool) {
        self.ledger.lock().unwrap().is_down = is_down;
    }

    /// Links a record, written `system/type/id`, to a party.
    pub fn link(&self, record: &str, party: &str) {
        self.ledger.lock().unwrap().parties.insert(record.to_owned(), party.to_owned());
    }

    /// How many requests came.
    pub fn calls(&self) -> usize {
        self.ledger.lock().unwrap().calls
    }

    /// The records that were registered, in the order in which they came.
    pub fn records(&self) -> Vec<Value> {
        self.ledger.lock().unwrap().records.clone()
    }

    /// The entries that were recorded, by their keys.
    pub fn entries(&self) -> Vec<(String, Value)> {
        self.ledger.lock().unwrap().entries.clone().into_iter().collect()
    }

    /// The companies of the tokens that came, each once.
    pub fn companies(&self) -> Vec<String> {
        self.ledger.lock().unwrap().companies.clone()
    }
}

async fn answer(State(ledger): State<Arc<Mutex<Ledger>>>, headers: HeaderMap, Json(request): Json<Value>) -> (StatusCode, Json<Value>) {
    let mut ledger = ledger.lock().unwrap();
    ledger.calls += 1;
    if ledger.is_down {
        return (StatusCode::BAD_GATEWAY, Json(Value::Null));
    }
    let company = access().caller(&headers).unwrap().company.to_string();
    if !ledger.companies.contains(&company) {
        ledger.companies.push(company);
    }
    let variables = &request["variables"];
    let list = |name: &str| variables[name].as_array().cloned().unwrap_or_default();
    let query = request["query"].as_str().unwrap();
    let data = if query.contains("registerSourceRecords") {
        let records = list("records");
        let results = vec![json!({ "userErrors": [] }); records.len()];
        ledger.records.extend(records);
        json!({ "registerSourceRecords": { "results": results, "userErrors": [] } })
    } else if query.contains("recordRevenue") {
        json!({ "recordRevenue": { "userErrors": record(&mut ledger, list("entries")) } })
    } else {
        let parties: Vec<Value> =
            list("sources").iter().map(|source| ledger.parties.get(&key(source)).map_or(Value::Null, |id| json!({ "id": id }))).collect();
        json!({ "resolveParties": parties })
    };
    (StatusCode::OK, Json(json!({ "data": data })))
}

/// Like the real hub: all entries or none, and an entry of an unlinked record is refused.
fn record(ledger: &mut Ledger, entries: Vec<Value>) -> Vec<Value> {
    let is_known = |entry: &Value| entry["partyId"].is_string() || ledger.parties.contains_key(&key(&entry["partySource"]));
    if !entries.iter().all(is_known) {
        return vec![json!({ "code": "PARTY_UNKNOWN", "message": "The record is not linked." })];
    }
    ledger.entries.extend(entries.into_iter().map(|entry| (key(&entry["source"]), entry)));
    Vec::new()
}

fn key(source: &Value) -> String {
    ["system", "type", "id"].map(|part| source[part].as_str().unwrap_or_default()).join("/")
}
