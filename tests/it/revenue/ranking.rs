//! `topParties`: who paid or was paid most.
use super::{record, reversal, sale};
use crate::support::{app::TestApp, caller::TestCaller, on_both_databases};
use serde_json::json;

/// Four parties: A and B paid the same, C less but was paid most, D paid yen.
async fn four_parties(app: &TestApp) -> TestCaller {
    let caller = app.company("Acme").await;
    let mut ids = Vec::new();
    for (name, roles) in
        [("A", json!(["sales_customer"])), ("B", json!(["auction_buyer", "sales_customer"])), ("C", json!(["itad_client"])), ("D", json!([]))]
    {
        ids.push(caller.party(json!({ "kind": "PERSON", "displayName": name, "roles": roles })).await);
    }
    let [a, b, c, d] = [&ids[0], &ids[1], &ids[2], &ids[3]];
    record(
        &caller,
        json!([
            sale("1", b, json!({ "amount": "100" })),
            sale("2", a, json!({ "amount": "60", "channel": "direct" })),
            sale("3", a, json!({ "amount": "40", "occurredAt": "2024-05-20T00:00:00Z" })),
            sale("4", c, json!({ "amount": "30", "channel": "component" })),
            sale("5", c, json!({ "amount": "80", "channel": "itad", "direction": "OUTFLOW" })),
            sale("6", d, json!({ "amount": "900", "currency": "JPY" })),
            // Taken back in full: no longer worth a place.
            sale("7", d, json!({})),
            reversal("8", "7", "10"),
        ]),
    )
    .await;
    caller
}

/// A ranking as `1 A 100.00 EUR`.
async fn top(caller: &TestCaller, arguments: &str) -> Vec<String> {
    let query = format!("{{ topParties{arguments} {{ rank party {{ displayName }} amount {{ amount currency }} }} }}");
    let data = caller.data(&query, json!({})).await;
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    data["topParties"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            format!("{} {} {} {}", row["rank"], text(&row["party"]["displayName"]), text(&row["amount"]["amount"]), text(&row["amount"]["currency"]))
        })
        .collect()
}

on_both_databases! {
    /// Over all time, in the company's currency; equal amounts are in the order of the ids.
    async fn ranks_by_what_is_asked(app: TestApp) {
        let caller = four_parties(&app).await;
        assert_eq!(top(&caller, "").await, ["1 A 100.00 EUR", "2 B 100.00 EUR", "3 C 30.00 EUR"]);
        assert_eq!(top(&caller, "(by: NET)").await, ["1 A 100.00 EUR", "2 B 100.00 EUR", "3 C -50.00 EUR"]);
        assert_eq!(top(&caller, "(by: PAYOUTS)").await, ["1 C 80.00 EUR"]);
        assert_eq!(top(&caller, r#"(currency: "JPY")"#).await, ["1 D 900 JPY"]);
        assert_eq!(top(&caller, "(first: 1)").await, ["1 A 100.00 EUR"]);
    }

    /// Periods and channels are added up, roles are those that are held now.
    async fn restricts(app: TestApp) {
        let caller = four_parties(&app).await;
        for arguments in [r#"(period: { from: "2024-03-01", to: "2024-05-01" })"#, r#"(period: { from: "2024-03-10", to: "2024-04-03" })"#] {
            assert_eq!(top(&caller, arguments).await, ["1 B 100.00 EUR", "2 A 60.00 EUR", "3 C 30.00 EUR"]);
        }
        assert_eq!(top(&caller, r#"(period: { from: "2024-05-20" }, by: NET)"#).await, ["1 A 40.00 EUR"]);
        assert_eq!(top(&caller, r#"(channels: ["itad", "component"], by: NET)"#).await, ["1 C -50.00 EUR"]);
        assert_eq!(top(&caller, r#"(channels: ["itad"], by: PAYOUTS, period: { from: "2024-03-02" })"#).await, ["1 C 80.00 EUR"]);
        assert_eq!(top(&caller, r#"(roles: ["auction_buyer", "itad_client"])"#).await, ["1 B 100.00 EUR", "2 C 30.00 EUR"]);
        assert_eq!(top(&caller, r#"(roles: ["sales_customer"], channels: ["direct"])"#).await, ["1 A 60.00 EUR"]);
        assert_eq!(top(&caller, "(roles: [], channels: [])").await, top(&caller, "").await);
        let b = caller.data("{ topParties(roles: [\"auction_buyer\"]) { party { id } } }", json!({})).await["topParties"][0]["party"]["id"].take();
        caller.mutate_ok("endRole", json!({ "partyId": b, "role": "auction_buyer" }), "").await;
        assert_eq!(top(&caller, r#"(roles: ["auction_buyer", "itad_client"])"#).await, ["1 C 30.00 EUR"]);
    }

    /// What cannot be asked gets a code.
    async fn refuses_bad_arguments(app: TestApp) {
        let caller = app.company("Acme").await;
        for (arguments, code) in [
            ("(first: 101)", "INVALID_PAGE_SIZE"),
            ("(first: 0)", "INVALID_PAGE_SIZE"),
            (r#"(roles: ["king"])"#, "ROLE_UNKNOWN"),
            (r#"(channels: ["shop"])"#, "CHANNEL_UNKNOWN"),
            (r#"(currency: "XXX")"#, "INVALID_CURRENCY"),
            (r#"(period: { from: "2024-03-01", to: "2024-02-01" })"#, "INVALID_PERIOD"),
        ] {
            assert_eq!(caller.error_code(&format!("{{ topParties{arguments} {{ rank }} }}"), json!({})).await, code, "{arguments}");
        }
    }
}
