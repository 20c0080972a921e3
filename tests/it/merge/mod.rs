//! Merging parties, and making them two again.
mod bad_input;
mod crash;
mod distinct;
mod engines;
mod property;
mod races;
mod rules;
mod unmerging;

use crate::support::{app::TestApp, caller::TestCaller, on_both_databases};
use serde_json::{Value, json};

/// Everything of a party that a merge must give back as it was.
const EVERYTHING: &str = "kind displayName givenName familyName legalName status primaryEmail primaryPhone primaryAddress { formatted } allIds \
    roles(includeEnded: true) { id role { code } isPrimary validFrom validTo assignedBy reason endedBy endReason } \
    contactPoints(includeEnded: true) { id kind value purposes isPrimary isShared verifiedAt verifiedBy validFrom validTo } \
    identifiers { scheme value } relationships(includeEnded: true) { id type { code } direction party { id } title validFrom validTo } \
    links(includeEnded: true) { id sourceRecord { id } method isActive note linkedAt endedAt } \
    revenue { currency gross { amount } payouts { amount } entryCount }";

/// A party with everything that it has.
async fn snapshot(caller: &TestCaller, id: &str) -> Value {
    caller.data(&format!("query($id: ID!) {{ party(id: $id) {{ {EVERYTHING} }} }}"), json!({ "id": id })).await["party"].take()
}

async fn version(caller: &TestCaller, id: &str) -> i64 {
    caller.data("query($id: ID!) { party(id: $id) { version } }", json!({ "id": id })).await["party"]["version"].as_i64().unwrap()
}

/// The input of a merge, with the versions as they are.
async fn wanted(caller: &TestCaller, survivor: &str, absorbed: &[&str]) -> Value {
    let mut parties = Vec::new();
    for id in absorbed {
        parties.push(json!({ "partyId": id, "expectedVersion": version(caller, id).await }));
    }
    json!({ "survivor": { "partyId": survivor, "expectedVersion": version(caller, survivor).await }, "absorbed": parties })
}

/// Merges parties, and gives the merges.
async fn merge(caller: &TestCaller, survivor: &str, absorbed: &[&str]) -> Value {
    let input = wanted(caller, survivor, absorbed).await;
    caller.mutate_ok("mergeParties", input, "merges { id state absorbedId survivorId }").await["merges"].take()
}

/// Takes merges back.
async fn unmerge(caller: &TestCaller, absorbed: &[&str]) -> Value {
    caller.mutate_ok("unmergeParties", json!({ "absorbedIds": absorbed }), "cameAfter { kind partyId count } merges { state }").await
}

/// The kept sums are what the entries add up to.
async fn verify_revenue(app: &TestApp, caller: &TestCaller) {
    let differences = party::service::revenue::verify(&app.hub, caller.company).await.unwrap();
    assert!(differences.is_empty(), "{differences:#?}");
}

fn source(id: &str) -> Value {
    json!({ "system": "crm", "type": "lead", "id": id })
}

/// Records an invoice for whom `party` names: `{ partyId }` or `{ partySource }`.
async fn invoice(caller: &TestCaller, id: &str, party: Value, amount: &str) {
    let mut entry = json!({
        "source": { "system": "sales", "type": "invoice", "id": id }, "channel": "direct", "amount": amount, "currency": "EUR",
        "occurredAt": "2026-01-15T12:00:00Z",
    });
    for (field, value) in party.as_object().unwrap() {
        entry[field] = value.clone();
    }
    caller.mutate_ok("recordRevenue", json!({ "entries": [entry] }), "").await;
}

/// Two records of one person, with something of everything, and a firm to which both are related.
struct Doubles {
    jane: String,
    double: String,
    firm: String,
}

impl Doubles {
    async fn new(caller: &TestCaller) -> Self {
        let jane = caller
            .party(json!({
                "kind": "PERSON", "givenName": "Jane", "familyName": "Roe", "email": "jane@example.com", "phone": "030 1234567", "roles": ["prospect"],
                "identifiers": [{ "scheme": "vat", "value": "DE4711" }],
            }))
            .await;
        let double = caller
            .party(json!({
                "kind": "PERSON", "displayName": "J. Roe", "email": "roe@example.org", "phone": "030 1234567", "roles": ["auction_buyer", "prospect"],
                "address": { "text": "Street 1, Berlin" }, "identifiers": [{ "scheme": "duns", "value": "12345" }],
            }))
            .await;
        let firm = caller.party(json!({ "kind": "ORGANIZATION", "displayName": "Acme Ltd" })).await;
        for (party, title) in [(&jane, "Buyer"), (&double, "Purchaser")] {
            let input = json!({ "fromPartyId": party, "toPartyId": firm, "type": "WORKS_FOR", "title": title });
            caller.mutate_ok("relateParties", input, "").await;
        }
        caller.mutate_ok("relateParties", json!({ "fromPartyId": double, "toPartyId": firm, "type": "CONTACT_FOR" }), "").await;
        caller.mutate_ok("relateParties", json!({ "fromPartyId": double, "toPartyId": jane, "type": "REFERRED_BY" }), "").await;
        caller.mutate_ok("addContactPoint", json!({ "partyId": double, "kind": "WEB", "value": "https://roe.example" }), "").await;
        for (record, party) in [("L-1", &jane), ("L-2", &double), ("L-3", &double)] {
            caller.mutate_ok("linkToParty", json!({ "source": source(record), "partyId": party }), "").await;
        }
        caller.mutate_ok("unlinkFromParty", json!({ "source": source("L-3"), "reason": "Wrong" }), "").await;
        invoice(caller, "I-1", json!({ "partyId": jane }), "100.00").await;
        invoice(caller, "I-2", json!({ "partyId": double }), "20.50").await;
        Self { jane, double, firm }
    }

    async fn snapshots(&self, caller: &TestCaller) -> [Value; 3] {
        [snapshot(caller, &self.jane).await, snapshot(caller, &self.double).await, snapshot(caller, &self.firm).await]
    }
}

/// The values of a list's field, in its order.
fn values(list: &Value, field: &str) -> Vec<String> {
    list.as_array().unwrap().iter().map(|item| item[field].as_str().unwrap_or("null").to_owned()).collect()
}

on_both_databases! {
    /// Everything of the absorbed party is the survivor's, nothing is there twice, and the absorbed id leads to it.
    async fn unites_everything(app: TestApp) {
        let caller = app.company("Acme").await;
        let parties = Doubles::new(&caller).await;
        let merges = merge(&caller, &parties.jane, &[&parties.double]).await;
        assert_eq!(merges[0]["state"], "DONE", "nobody is waited for");
        let jane = snapshot(&caller, &parties.double).await;
        assert_eq!(jane, snapshot(&caller, &parties.jane).await);
        assert_eq!(jane["allIds"], json!([parties.jane, parties.double]));
        assert_eq!((&jane["displayName"], &jane["primaryEmail"]), (&json!("Jane Roe"), &json!("roe@example.org")), "the later address");
        assert_eq!(values(&jane["contactPoints"], "value"), [
            "Street 1, Berlin", "roe@example.org", "jane@example.com", "+49 30 1234567", "https://roe.example",
        ].map(str::to_owned));
        let roles: Vec<&Value> = jane["roles"].as_array().unwrap().iter().map(|role| &role["role"]["code"]).collect();
        assert_eq!(roles, [&json!("prospect"), &json!("auction_buyer")]);
        assert_eq!(jane["roles"].as_array().unwrap().iter().filter(|role| role["isPrimary"] == true).count(), 1);
        assert_eq!(values(&jane["identifiers"], "scheme"), ["duns", "vat"].map(str::to_owned));
        let related: Vec<String> = jane["relationships"].as_array().unwrap().iter().map(|one| one["type"]["code"].to_string()).collect();
        assert_eq!(related, ["\"WORKS_FOR\"", "\"CONTACT_FOR\""], "one of each, and none with itself");
        assert_eq!(jane["links"].as_array().unwrap().len(), 3);
        assert_eq!(jane["revenue"], json!([{ "currency": "EUR", "gross": { "amount": "120.50" }, "payouts": { "amount": "0.00" }, "entryCount": 2 }]));
        let firm = snapshot(&caller, &parties.firm).await;
        assert_eq!(firm["relationships"].as_array().unwrap().iter().map(|one| &one["party"]["id"]).collect::<Vec<_>>(), [&json!(parties.jane); 2]);
        verify_revenue(&app, &caller).await;
    }

    /// Whatever led to the absorbed party leads to the survivor: its id, address, number, record and name.
    async fn is_found_by_what_led_to_the_absorbed(app: TestApp) {
        let caller = app.company("Acme").await;
        let other = caller.party(json!({ "kind": "PERSON", "displayName": "Zoe Quux", "email": "zoe@example.com", "identifiers": [{ "scheme": "vat", "value": "DE1" }] })).await;
        let jane = caller.party(json!({ "kind": "PERSON", "givenName": "Jane", "familyName": "Roe", "email": "jane@example.com" })).await;
        caller.mutate_ok("linkToParty", json!({ "source": source("L-1"), "partyId": other }), "").await;
        merge(&caller, &jane, &[&other]).await;
        for evidence in [
            json!({ "email": "zoe@example.com" }), json!({ "source": source("L-1"), "displayName": "Z" }),
            json!({ "displayName": "Z", "identifiers": [{ "scheme": "vat", "value": "DE1" }] }),
        ] {
            let found = caller.mutate_ok("findOrCreateParty", evidence.clone(), "party { id } created").await;
            assert_eq!((&found["party"]["id"], &found["created"]), (&json!(jane), &json!(false)), "{evidence}");
        }
        let query = r#"{ byEmail: partyByEmail(email: "ZOE@example.com") { id } resolveParty(source: { system: "crm", type: "lead", id: "L-1" }) { id }
            searchParties(query: "Quux") { nodes { id } } }"#;
        let found = caller.data(query, json!({})).await;
        assert_eq!(found, json!({ "byEmail": { "id": jane }, "resolveParty": { "id": jane }, "searchParties": { "nodes": [{ "id": jane }] } }));
        assert_eq!(app.refused(&caller, "createParty", json!({ "kind": "PERSON", "displayName": "X", "email": "zoe@example.com" })).await, [
            "DUPLICATE_PARTY at input.email",
        ]);
        // A later change of the survivor does not make it forget.
        let input = json!({ "partyId": jane, "expectedVersion": version(&caller, &jane).await, "familyName": "Doe" });
        caller.mutate_ok("updateParty", input, "").await;
        let found = caller.data("{ searchParties(query: \"Quux\") { nodes { id } } }", json!({})).await;
        assert_eq!(found["searchParties"]["nodes"], json!([{ "id": jane }]));
    }

    /// An id leads to its survivor in one hop however often that was merged, and every merge tells its story.
    async fn leads_on_in_one_hop(app: TestApp) {
        let caller = app.company("Acme").await;
        let mut people = Vec::new();
        for name in ["A", "B", "C", "D"] {
            people.push(caller.person(name).await);
        }
        for i in 0..3 {
            merge(&caller, &people[i + 1], &[&people[i]]).await;
        }
        let mut leads = Vec::new();
        for id in &people {
            leads.push(snapshot(&caller, id).await["allIds"][0].clone());
        }
        assert_eq!(leads, [json!(people[3]), json!(people[3]), json!(people[3]), json!(people[3])]);
        let query = "query($id: ID!) { party(id: $id) { merges { survivorId absorbedId state mergedBy survivor { displayName } decisions { field rule partyId isConflict } } } }";
        let merges = caller.data(query, json!({ "id": people[0] })).await["party"]["merges"].take();
        assert_eq!(merges.as_array().unwrap().len(), 3);
        assert_eq!((&merges[0]["survivorId"], &merges[0]["survivor"]["displayName"]), (&json!(people[1]), &json!("D")));
        assert_eq!(merges[0]["decisions"][0], json!({ "field": "NAME", "rule": "SURVIVOR", "partyId": people[1], "isConflict": true }));
        let history = "query($id: ID!) { party(id: $id) { history(first: 100) { nodes { type mergeId survivorId absorbedId } } } }";
        let history = caller.data(history, json!({ "id": people[3] })).await;
        let events: Vec<&Value> = history["party"]["history"]["nodes"].as_array().unwrap().iter().filter(|event| event["type"] == "party.merged").collect();
        assert_eq!(events.len(), 3);
        assert_eq!((&events[0]["survivorId"], &events[0]["absorbedId"]), (&json!(people[3]), &json!(people[2])));
    }

    /// The same call with the same key answers as it did, and merges once.
    async fn is_made_once_with_one_key(app: TestApp) {
        let caller = app.company("Acme").await;
        let (jane, double) = (caller.person("Jane").await, caller.person("Jane").await);
        let mut input = wanted(&caller, &jane, &[&double]).await;
        input["idempotencyKey"] = json!("once");
        let first = caller.mutate_ok("mergeParties", input.clone(), "merges { id } survivor { id }").await;
        let events = crate::support::state::count_events(&app, &caller).await;
        assert_eq!(caller.mutate_ok("mergeParties", input.clone(), "merges { id } survivor { id }").await, first);
        assert_eq!(crate::support::state::count_events(&app, &caller).await, events);
        input["reason"] = json!("Another");
        assert_eq!(app.refused(&caller, "mergeParties", input).await, ["IDEMPOTENCY_CONFLICT at input.idempotencyKey"]);
        let id = first["merges"][0]["id"].as_str().unwrap();
        let found = caller.data("query($id: ID!) { partyMerge(id: $id) { absorbedId } }", json!({ "id": id })).await;
        assert_eq!(found["partyMerge"]["absorbedId"], json!(double));
    }
}
