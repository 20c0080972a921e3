//! `revenueReport`: sums of the whole company by channel, month, role and direction.
use super::{SUMS, record, sale, sums};
use crate::support::{app::TestApp, caller::TestCaller, on_both_databases};
use serde_json::{Value, json};

/// John buys at auctions and disposes of hardware, Jane has no role.
async fn john_and_jane(app: &TestApp) -> (TestCaller, String) {
    let caller = app.company("Acme").await;
    let john = caller.party(json!({ "kind": "PERSON", "displayName": "John Doe", "roles": ["itad_client", "auction_buyer"] })).await;
    let jane = caller.person("Jane Roe").await;
    record(
        &caller,
        json!([
            sale("1", &john, json!({ "amount": "100" })),
            sale("2", &john, json!({ "amount": "10", "channel": "itad", "direction": "OUTFLOW", "occurredAt": "2024-04-01T00:00:00Z" })),
            sale("3", &jane, json!({ "amount": "7", "occurredAt": "2024-04-30T23:59:59Z" })),
            sale("4", &jane, json!({ "amount": "300", "currency": "JPY", "channel": "website" })),
        ]),
    )
    .await;
    (caller, john)
}

/// A report's rows as `[dimensions] EUR sums`.
async fn report(caller: &TestCaller, arguments: &str) -> Vec<String> {
    let query = format!("{{ revenueReport({arguments}) {{ channel month role direction currency {SUMS} }} }}");
    let data = caller.data(&query, json!({})).await;
    let shown = |row: &Value| {
        let dimensions = ["channel", "month", "role", "direction"].map(|dimension| row[dimension].as_str().unwrap_or("-"));
        format!("{} {} {}", dimensions.join(" "), row["currency"].as_str().unwrap(), sums(row))
    };
    data["revenueReport"].as_array().unwrap().iter().map(shown).collect()
}

on_both_databases! {
    /// Each dimension alone; only those that were asked for are filled, and currencies are apart.
    async fn groups_by_each_dimension(app: TestApp) {
        let (caller, _) = john_and_jane(&app).await;
        assert_eq!(report(&caller, "groupBy: []").await, ["- - - - EUR 107.00 - 10.00 = 97.00 (3)", "- - - - JPY 300 - 0 = 300 (1)"]);
        assert_eq!(report(&caller, "groupBy: [CHANNEL]").await, [
            "auction - - - EUR 107.00 - 0.00 = 107.00 (2)",
            "itad - - - EUR 0.00 - 10.00 = -10.00 (1)",
            "website - - - JPY 300 - 0 = 300 (1)",
        ]);
        assert_eq!(report(&caller, "groupBy: [MONTH]").await, [
            "- 2024-03 - - EUR 100.00 - 0.00 = 100.00 (1)",
            "- 2024-03 - - JPY 300 - 0 = 300 (1)",
            "- 2024-04 - - EUR 7.00 - 10.00 = -3.00 (2)",
        ]);
        assert_eq!(report(&caller, "groupBy: [DIRECTION]").await, [
            "- - - INFLOW EUR 107.00 - 0.00 = 107.00 (2)",
            "- - - INFLOW JPY 300 - 0 = 300 (1)",
            "- - - OUTFLOW EUR 0.00 - 10.00 = -10.00 (1)",
        ]);
    }

    /// A party with two roles counts under both, one without roles under none.
    async fn a_party_counts_under_each_of_its_roles(app: TestApp) {
        let (caller, _) = john_and_jane(&app).await;
        let expected = [
            "- - - - EUR 7.00 - 0.00 = 7.00 (1)",
            "- - - - JPY 300 - 0 = 300 (1)",
            "- - auction_buyer - EUR 100.00 - 10.00 = 90.00 (2)",
            "- - itad_client - EUR 100.00 - 10.00 = 90.00 (2)",
        ];
        assert_eq!(report(&caller, "groupBy: [ROLE]").await, expected);
        assert_eq!(report(&caller, r#"groupBy: [ROLE], period: { from: "2024-03-02" }"#).await, expected);
        assert_eq!(report(&caller, r#"groupBy: [ROLE], filter: { roles: ["itad_client", "reseller"] }"#).await, expected[3..]);
        assert_eq!(report(&caller, r#"groupBy: [], filter: { roles: ["itad_client", "auction_buyer"] }"#).await, ["- - - - EUR 100.00 - 10.00 = 90.00 (2)"]);
    }

    /// Several dimensions at once, in the order asked for, the same from monthly sums and from entries.
    async fn groups_by_several_dimensions(app: TestApp) {
        let (caller, john) = john_and_jane(&app).await;
        let expected = [
            "auction 2024-03 - INFLOW EUR 100.00 - 0.00 = 100.00 (1)",
            "website 2024-03 - INFLOW JPY 300 - 0 = 300 (1)",
            "auction 2024-04 - INFLOW EUR 7.00 - 0.00 = 7.00 (1)",
            "itad 2024-04 - OUTFLOW EUR 0.00 - 10.00 = -10.00 (1)",
        ];
        let by = "groupBy: [MONTH, CHANNEL, DIRECTION, MONTH]";
        assert_eq!(report(&caller, by).await, expected);
        assert_eq!(report(&caller, &format!(r#"{by}, period: {{ from: "2024-03-10", to: "2024-05-02" }}"#)).await, expected);
        assert_eq!(report(&caller, &format!(r#"{by}, period: {{ from: "2024-04-01", to: "2024-05-01" }}"#)).await, expected[2..]);
        assert_eq!(report(&caller, &format!("{by}, filter: {{ channels: [], roles: [] }}")).await, expected);
        assert_eq!(report(&caller, &format!(r#"{by}, filter: {{ direction: OUTFLOW }}"#)).await, expected[3..]);
        assert_eq!(report(&caller, &format!(r#"{by}, filter: {{ currency: "JPY" }}"#)).await, expected[1..2]);
        assert_eq!(report(&caller, &format!(r#"{by}, filter: {{ channels: ["website", "itad"] }}"#)).await, [expected[1], expected[3]]);
        assert_eq!(report(&caller, &format!(r#"{by}, filter: {{ partyId: "{john}" }}"#)).await, [expected[0], expected[3]]);
        assert_eq!(report(&caller, &format!(r#"{by}, filter: {{ partyId: "{john}", roles: ["reseller"] }}"#)).await, Vec::<String>::new());
    }

    /// What cannot be asked gets a code and a place.
    async fn refuses_bad_arguments(app: TestApp) {
        let caller = app.company("Acme").await;
        let missing = uuid::Uuid::now_v7();
        for (arguments, code, place) in [
            (r#"filter: { channels: ["shop"] }"#.to_owned(), "CHANNEL_UNKNOWN", json!(["filter", "channels"])),
            (r#"filter: { roles: ["king"] }"#.to_owned(), "ROLE_UNKNOWN", json!(["filter", "roles"])),
            (r#"filter: { currency: "EURO" }"#.to_owned(), "INVALID_CURRENCY", json!(["filter", "currency"])),
            (r#"filter: { partyId: "4711" }"#.to_owned(), "INVALID_ID", json!(["filter", "partyId"])),
            (format!(r#"filter: {{ partyId: "{missing}" }}"#), "PARTY_NOT_FOUND", json!(["filter", "partyId"])),
            (r#"period: { from: "2024-03-01", to: "2024-02-01" }"#.to_owned(), "INVALID_PERIOD", json!(["period", "to"])),
        ] {
            let answer = caller.send(&format!("{{ revenueReport(groupBy: [CHANNEL], {arguments}) {{ currency }} }}"), json!({})).await;
            let extensions = &answer["errors"][0]["extensions"];
            assert_eq!((&answer["data"]["revenueReport"], &extensions["code"], &extensions["argumentPath"]), (&Value::Null, &json!(code), &place));
        }
    }
}
