//! Revenue: recording facts, taking them back, adding them up, on both databases.
mod bad_input;
mod entries;
mod kept_sums;
mod permission;
mod ranking;
mod recording;
mod report;
mod reversal;
mod sums;

use crate::support::{app::TestApp, caller::TestCaller};
use party::service;
use serde_json::{Value, json};

/// A sale in euros of March 2024; fields of `with` replace those of it, and null takes one out.
fn sale(id: &str, party: &str, with: Value) -> Value {
    let mut entry = json!({
        "source": { "system": "auction", "type": "sale", "id": id }, "partyId": party, "channel": "auction", "amount": "10.00", "currency": "EUR",
        "occurredAt": "2024-03-10T12:00:00Z",
    });
    for (field, value) in with.as_object().unwrap() {
        entry[field] = value.clone();
    }
    entry.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    entry
}

/// Takes back a part of the sale `of`.
fn reversal(id: &str, of: &str, amount: &str) -> Value {
    json!({
        "source": { "system": "auction", "type": "sale", "id": id }, "reverses": { "type": "sale", "id": of }, "amount": amount,
        "occurredAt": "2024-04-02T00:00:00Z",
    })
}

/// Records entries that must be accepted, and gives how many were new and how many were known.
async fn record(caller: &TestCaller, entries: impl Into<Value>) -> (u64, u64) {
    let payload = caller.mutate_ok("recordRevenue", json!({ "entries": entries.into() }), "recorded unchanged").await;
    (payload["recorded"].as_u64().unwrap(), payload["unchanged"].as_u64().unwrap())
}

/// The codes and places of the refusals of entries that must not be accepted.
async fn refused(caller: &TestCaller, entries: impl Into<Value>) -> Vec<String> {
    caller.refused("recordRevenue", json!({ "entries": entries.into() })).await
}

/// A party's revenue with the arguments given: `EUR 100.00 - 10.00 = 90.00 (2)` for each currency.
async fn revenue(caller: &TestCaller, party: &str, arguments: &str) -> Vec<String> {
    let query = format!("query($id: ID!) {{ party(id: $id) {{ revenue{arguments} {{ currency {SUMS} }} }} }}");
    let data = caller.data(&query, json!({ "id": party })).await;
    data["party"]["revenue"].as_array().unwrap().iter().map(|row| format!("{} {}", row["currency"].as_str().unwrap(), sums(row))).collect()
}

const SUMS: &str = "gross { amount } payouts { amount } net { amount } entryCount";

/// What was selected with `SUMS`, as `100.00 - 10.00 = 90.00 (2)`.
fn sums(row: &Value) -> String {
    let [gross, payouts, net] = ["gross", "payouts", "net"].map(|sum| row[sum]["amount"].as_str().unwrap());
    format!("{gross} - {payouts} = {net} ({})", row["entryCount"])
}

/// What the entries of a company and its kept sums differ in.
async fn differences(app: &TestApp, caller: &TestCaller) -> Vec<String> {
    let differences = service::revenue::verify(&app.hub, caller.company).await.unwrap();
    differences.iter().map(ToString::to_string).collect()
}
