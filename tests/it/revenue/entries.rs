//! `revenueEntries`: what the sums of a party are made of.
use super::{record, reversal, sale};
use crate::support::{on_both_databases, state::absorb};
use serde_json::{Value, json};

on_both_databases! {
    /// Every field of an entry and of the reversal that takes it back, newest first.
    async fn shows_entries_and_reversals(app: TestApp) {
        let caller = app.company("Acme").await;
        let john = caller.person("John Doe").await;
        record(&caller, json!([sale("1", &john, json!({ "amount": "5.5", "note": "lot 7" })), reversal("r", "1", "0.50")])).await;
        let data = caller.data(
            "query($id: ID!) { revenueEntries(partyId: $id) { nodes { source { system type id } party { displayName } channel { code label } direction \
             amount { amount currency } occurredAt reverses { system type id } note recordedBy } pageInfo { hasNextPage hasPreviousPage } } }",
            json!({ "id": john }),
        ).await;
        let key = |id: &str| json!({ "system": "auction", "type": "sale", "id": id });
        let shared = |entry: Value| {
            let mut shown = json!({
                "party": { "displayName": "John Doe" }, "channel": { "code": "auction", "label": "Auction" }, "direction": "INFLOW", "recordedBy": "tester",
            });
            shown.as_object_mut().unwrap().extend(entry.as_object().unwrap().clone());
            shown
        };
        assert_eq!(data["revenueEntries"], json!({
            "nodes": [
                shared(json!({
                    "source": key("r"), "amount": { "amount": "-0.50", "currency": "EUR" }, "occurredAt": "2024-04-02T00:00:00+00:00",
                    "reverses": key("1"), "note": null,
                })),
                shared(json!({
                    "source": key("1"), "amount": { "amount": "5.50", "currency": "EUR" }, "occurredAt": "2024-03-10T12:00:00+00:00",
                    "reverses": null, "note": "lot 7",
                })),
            ],
            "pageInfo": { "hasNextPage": false, "hasPreviousPage": false },
        }));
    }

    /// Pages follow each other without gap or repetition, also among entries of the same time and with the longest ids.
    async fn pages_follow_each_other(app: TestApp) {
        let caller = app.company("Acme").await;
        let john = caller.person("John Doe").await;
        let long = |n: usize| format!("{n}{}", "\u{1f600}".repeat(199));
        let entries: Vec<Value> = (0..7).map(|n| sale(&long(n), &john, json!({ "occurredAt": format!("2024-03-0{}T00:00:00.{}Z", 1 + n / 3, n % 2) }))).collect();
        record(&caller, entries).await;
        let page = "query($id: ID!, $after: String) { revenueEntries(partyId: $id, first: 3, after: $after) { nodes { source { id } } pageInfo { hasNextPage endCursor } } }";
        let (mut after, mut seen) = (Value::Null, Vec::new());
        loop {
            let found = caller.data(page, json!({ "id": john, "after": after })).await["revenueEntries"].take();
            seen.extend(found["nodes"].as_array().unwrap().iter().map(|node| node["source"]["id"].as_str().unwrap()[..1].to_owned()));
            if found["pageInfo"]["hasNextPage"] == json!(false) {
                break;
            }
            after = found["pageInfo"]["endCursor"].clone();
        }
        assert_eq!(seen.concat(), "6534120");
    }

    /// An absorbed id shows the survivor's entries; unknown ids and foreign cursors get a code.
    async fn resolves_and_refuses(app: TestApp) {
        let caller = app.company("Acme").await;
        let (john, double) = (caller.person("John Doe").await, caller.person("J. Doe").await);
        record(&caller, json!([sale("1", &john, json!({})), sale("2", &john, json!({}))])).await;
        absorb(&app, &caller, &double, &john).await;
        let query = "query($id: ID!, $after: String) { revenueEntries(partyId: $id, first: 1, after: $after) { nodes { source { id } } pageInfo { endCursor } } }";
        let page = caller.data(query, json!({ "id": double })).await["revenueEntries"].take();
        assert_eq!(page["nodes"], json!([{ "source": { "id": "2" } }]));
        let other = caller.person("Other").await;
        for (id, after, code) in [
            (json!(uuid::Uuid::now_v7()), Value::Null, "PARTY_NOT_FOUND"),
            (json!("4711"), Value::Null, "INVALID_ID"),
            (json!(other), page["pageInfo"]["endCursor"].clone(), "INVALID_CURSOR"),
            (json!(john), json!("nonsense"), "INVALID_CURSOR"),
        ] {
            assert_eq!(caller.error_code(query, json!({ "id": id, "after": after })).await, code);
        }
        let too_many = "query($id: ID!) { revenueEntries(partyId: $id, first: 101) { nodes { note } } }";
        assert_eq!(caller.error_code(too_many, json!({ "id": john })).await, "INVALID_PAGE_SIZE");
    }
}
