//! Bad input: each gets a code and a place, and nothing of its call is recorded.
use super::{record, refused, revenue, sale};
use crate::support::{on_both_databases, state::count_events};
use serde_json::{Value, json};

on_both_databases! {
    /// One bad entry among good ones: nothing is recorded, no event is written.
    async fn changes_nothing(app: TestApp) {
        let (caller, other) = (app.company("Acme").await, app.company("Other").await);
        let john = caller.person("John Doe").await;
        let foreign = other.person("Somebody Else").await;
        let before = count_events(&app, &caller).await;
        let bad: [(Value, &[&str]); 17] = [
            (json!({ "amount": "1.005" }), &["INVALID_AMOUNT amount"]),
            (json!({ "amount": "0.5", "currency": "JPY" }), &["INVALID_AMOUNT amount"]),
            (json!({ "amount": "92233720368547758.08" }), &["INVALID_AMOUNT amount"]),
            (json!({ "amount": "0" }), &["INVALID_AMOUNT amount"]),
            (json!({ "amount": "-5" }), &["INVALID_AMOUNT amount"]),
            (json!({ "amount": "five" }), &["INVALID_AMOUNT amount"]),
            (json!({ "currency": "EURO" }), &["INVALID_CURRENCY currency"]),
            (json!({ "currency": null }), &["INVALID_ARGUMENT currency"]),
            (json!({ "channel": "auctions" }), &["CHANNEL_UNKNOWN channel"]),
            (json!({ "channel": null }), &["INVALID_ARGUMENT channel"]),
            (json!({ "partyId": "4711" }), &["INVALID_ID partyId"]),
            (json!({ "partyId": uuid::Uuid::now_v7() }), &["PARTY_NOT_FOUND partyId"]),
            (json!({ "partyId": foreign }), &["PARTY_NOT_FOUND partyId"]),
            (json!({ "partyId": null }), &["INVALID_ARGUMENT partyId"]),
            (json!({ "source": { "system": "auction", "type": "sale", "id": "" } }), &["INVALID_CODE source.id"]),
            (json!({ "occurredAt": chrono::Utc::now() + chrono::Duration::hours(25) }), &["INVALID_ARGUMENT occurredAt"]),
            (json!({ "partyId": foreign, "channel": "auctions" }), &["PARTY_NOT_FOUND partyId", "CHANNEL_UNKNOWN channel"]),
        ];
        for (with, refusals) in bad {
            let entries = json!([sale("1", &john, json!({})), sale("2", &john, with.clone()), sale("3", &john, json!({}))]);
            let expected: Vec<String> = refusals.iter().map(|refusal| refusal.replace(' ', " at input.entries.1.")).collect();
            assert_eq!(refused(&caller, entries).await, expected, "{with}");
        }
        assert_eq!(revenue(&caller, &john, "").await, Vec::<String>::new());
        assert_eq!(count_events(&app, &caller).await, before);
    }

    /// More than 5,000 entries are refused as a whole; a hundred refusals are told at most.
    async fn has_a_limit(app: TestApp) {
        let caller = app.company("Acme").await;
        let john = caller.person("John Doe").await;
        let many = |count: u32, with: Value| (0..count).map(|n| sale(&n.to_string(), &john, with.clone())).collect::<Vec<_>>();
        let query = "mutation($input: RecordRevenueInput!) { recordRevenue(input: $input) { recorded } }";
        let answer = caller.send(query, json!({ "input": { "entries": many(5_001, json!({})) } })).await;
        assert_eq!(answer["data"], json!({ "recordRevenue": null }));
        assert_eq!(answer["errors"][0]["extensions"]["code"], "TOO_MANY_ITEMS");
        assert_eq!(refused(&caller, many(5_000, json!({ "amount": "0" }))).await.len(), 100);
        assert_eq!(revenue(&caller, &john, "").await, Vec::<String>::new());
    }

    /// A sum that would not fit into 64 bits of minor units is refused, within a call and beside what is kept; so is a report over such sums.
    async fn sums_that_do_not_fit_are_refused(app: TestApp) {
        let caller = app.company("Acme").await;
        let (john, jane) = (caller.person("John Doe").await, caller.person("Jane Roe").await);
        let much = |id: &str, party: &str, with: Value| {
            let mut entry = sale(id, party, with);
            entry["amount"] = json!("92233720368547758.07");
            entry
        };
        let twice = json!([much("1", &john, json!({})), much("2", &john, json!({}))]);
        assert_eq!(refused(&caller, twice).await, ["INVALID_AMOUNT at input.entries"]);
        record(&caller, json!([much("1", &john, json!({}))])).await;
        for with in [json!({}), json!({ "channel": "direct" })] {
            let cent = sale("2", &john, with);
            assert_eq!(refused(&caller, json!([cent])).await, ["INVALID_AMOUNT at input.entries"]);
        }
        assert_eq!(revenue(&caller, &john, "").await, ["EUR 92233720368547758.07 - 0.00 = 92233720368547758.07 (1)"]);
        record(&caller, json!([much("2", &jane, json!({}))])).await;
        for period in ["", r#", period: { from: "2024-03-02" }"#] {
            let report = format!("{{ revenueReport(groupBy: []{period}) {{ entryCount }} }}");
            assert_eq!(caller.error_code(&report, json!({})).await, "INVALID_AMOUNT");
        }
    }

    /// Values that no entry can have do not pass the schema.
    async fn scalars_are_strings(app: TestApp) {
        let caller = app.company("Acme").await;
        let john = caller.person("John Doe").await;
        let query = "mutation($input: RecordRevenueInput!) { recordRevenue(input: $input) { recorded } }";
        for with in [json!({ "amount": 12.5 }), json!({ "occurredAt": "yesterday" }), json!({ "direction": "SIDEWAYS" })] {
            let input = json!({ "input": { "entries": [sale("1", &john, with)] } });
            assert_eq!(caller.error_code(query, input).await, "GRAPHQL_VALIDATION_FAILED");
        }
        for day in ["2024-02-30", "2024-3-01", "+12024-03-01", "March"] {
            let query = format!(r#"{{ topParties(period: {{ from: "{day}" }}) {{ rank }} }}"#);
            assert_eq!(caller.error_code(&query, json!({})).await, "GRAPHQL_VALIDATION_FAILED", "{day}");
        }
    }
}
