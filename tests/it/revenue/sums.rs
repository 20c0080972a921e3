//! `Party.revenue`: currencies, periods, channels, months.
use super::{SUMS, record, revenue, sale, sums};
use crate::support::{app::TestApp, caller::TestCaller, on_both_databases};
use serde_json::{Value, json};

/// Sales around the ends of March 2024 in UTC, in two currencies.
async fn around_march(app: &TestApp) -> (TestCaller, String) {
    let caller = app.company("Acme").await;
    let john = caller.person("John Doe").await;
    let at = |id: &str, amount: &str, occurred_at: &str| sale(id, &john, json!({ "amount": amount, "occurredAt": occurred_at }));
    record(
        &caller,
        json!([
            at("1", "1", "2024-02-29T23:59:59.999999Z"),
            at("2", "2", "2024-03-01T00:00:00Z"),
            at("3", "4", "2024-03-15T00:00:00Z"),
            at("4", "8", "2024-03-31T23:59:59.999999Z"),
            at("5", "16", "2024-04-01T00:00:00Z"),
            // Still February in New York, already March in UTC.
            at("6", "32", "2024-02-29T20:00:00-05:00"),
            sale("7", &john, json!({ "amount": "5000", "currency": "JPY", "channel": "website" })),
            sale("8", &john, json!({ "amount": "7.50", "channel": "itad", "direction": "OUTFLOW" })),
        ]),
    )
    .await;
    (caller, john)
}

on_both_databases! {
    /// Euros with two decimals beside yen with none; they are never added to each other.
    async fn sums_never_cross_currencies(app: TestApp) {
        let (caller, john) = around_march(&app).await;
        assert_eq!(revenue(&caller, &john, "").await, ["EUR 63.00 - 7.50 = 55.50 (7)", "JPY 5000 - 0 = 5000 (1)"]);
        assert_eq!(revenue(&caller, &john, r#"(currency: "jpy")"#).await, ["JPY 5000 - 0 = 5000 (1)"]);
        assert_eq!(revenue(&caller, &john, r#"(currency: "USD")"#).await, Vec::<String>::new());
        let nobody = caller.person("Nobody").await;
        assert_eq!(revenue(&caller, &nobody, "").await, Vec::<String>::new());
    }

    /// A period begins with its first day and ends before its last, in UTC. Whole months are read off the monthly sums, others are added up.
    async fn periods_have_their_edges_in_utc(app: TestApp) {
        let (caller, john) = around_march(&app).await;
        for (period, expected) in [
            (r#"from: "2024-03-01", to: "2024-04-01""#, "EUR 46.00 - 7.50 = 38.50 (5)"),
            (r#"from: "2024-03-01", to: "2024-03-31""#, "EUR 38.00 - 7.50 = 30.50 (4)"),
            (r#"from: "2024-03-02", to: "2024-04-01""#, "EUR 12.00 - 7.50 = 4.50 (3)"),
            (r#"from: "2024-03-15", to: "2024-03-16""#, "EUR 4.00 - 0.00 = 4.00 (1)"),
            (r#"to: "2024-03-01""#, "EUR 1.00 - 0.00 = 1.00 (1)"),
            (r#"to: "2024-02-29""#, ""),
            (r#"from: "2024-04-01""#, "EUR 16.00 - 0.00 = 16.00 (1)"),
            (r#"from: "2024-03-31""#, "EUR 24.00 - 0.00 = 24.00 (2)"),
            ("from: null", "EUR 63.00 - 7.50 = 55.50 (7)"),
        ] {
            let found = revenue(&caller, &john, &format!(r#"(currency: "EUR", period: {{ {period} }})"#)).await;
            assert_eq!(found.join("; "), expected, "{period}");
        }
    }

    /// The same figures from the monthly sums and from the entries: a period that leaves out only days without entries changes nothing.
    async fn monthly_sums_and_entries_agree(app: TestApp) {
        let (caller, john) = around_march(&app).await;
        let query = format!(
            "query($id: ID!, $period: PeriodInput) {{ party(id: $id) {{ revenue(period: $period) {{ currency {SUMS} \
             byChannel {{ channel {{ code label }} {SUMS} }} byMonth {{ month {SUMS} }} }} }} }}"
        );
        let whole = caller.data(&query, json!({ "id": john, "period": { "from": "2024-02-01", "to": "2024-05-01" } })).await;
        let broken = caller.data(&query, json!({ "id": john, "period": { "from": "2024-02-02", "to": "2024-04-30" } })).await;
        assert_eq!(whole, broken);
        let [euros, yen] = [&whole["party"]["revenue"][0], &whole["party"]["revenue"][1]];
        let channels = |revenue: &Value| revenue["byChannel"].as_array().unwrap().iter()
            .map(|row| format!("{} {}", row["channel"]["label"].as_str().unwrap(), sums(row))).collect::<Vec<_>>();
        let months = |revenue: &Value| revenue["byMonth"].as_array().unwrap().iter()
            .map(|row| format!("{} {}", row["month"].as_str().unwrap(), sums(row))).collect::<Vec<_>>();
        assert_eq!(channels(euros), ["Auction 63.00 - 0.00 = 63.00 (6)", "ITAD 0.00 - 7.50 = -7.50 (1)"]);
        assert_eq!(months(euros), ["2024-02 1.00 - 0.00 = 1.00 (1)", "2024-03 46.00 - 7.50 = 38.50 (5)", "2024-04 16.00 - 0.00 = 16.00 (1)"]);
        assert_eq!((channels(yen), months(yen)), (vec!["Website 5000 - 0 = 5000 (1)".to_owned()], vec!["2024-03 5000 - 0 = 5000 (1)".to_owned()]));
    }

    /// Channels restrict; a channel that does not exist is refused, as is a period without days.
    async fn channels_restrict(app: TestApp) {
        let (caller, john) = around_march(&app).await;
        assert_eq!(revenue(&caller, &john, r#"(channels: ["itad", "website"])"#).await, ["EUR 0.00 - 7.50 = -7.50 (1)", "JPY 5000 - 0 = 5000 (1)"]);
        assert_eq!(revenue(&caller, &john, "(channels: [])").await, revenue(&caller, &john, "").await);
        for (arguments, code, place) in [
            (r#"(channels: ["itad", "shop"])"#, "CHANNEL_UNKNOWN", json!(["channels"])),
            (r#"(channels: ["Shop!"])"#, "INVALID_CODE", json!(["channels", "0"])),
            (r#"(currency: "EURO")"#, "INVALID_CURRENCY", json!(["currency"])),
            (r#"(period: { from: "2024-03-01", to: "2024-03-01" })"#, "INVALID_PERIOD", json!(["period", "to"])),
        ] {
            let answer = caller.send(&format!("query($id: ID!) {{ party(id: $id) {{ version revenue{arguments} {{ currency }} }} }}"), json!({ "id": john })).await;
            assert_eq!(answer["data"]["party"], json!({ "version": 1, "revenue": null }));
            let extensions = &answer["errors"][0]["extensions"];
            assert_eq!((&extensions["code"], &extensions["argumentPath"]), (&json!(code), &place));
        }
    }

    /// A gateway's batch of parties is answered with one statement for each different question, however many parties ask it.
    async fn many_parties_are_one_statement(app: TestApp) {
        let (caller, john) = around_march(&app).await;
        let jane = caller.person("Jane Roe").await;
        let representations = |count: usize| {
            let ids = [&john, &jane].into_iter().cycle().take(count);
            json!({ "r": ids.map(|id| json!({ "__typename": "Party", "id": id })).collect::<Vec<_>>() })
        };
        let query = r#"query($r: [_Any!]!) { _entities(representations: $r) { ... on Party {
            revenue { currency byChannel { channel { label } } } march: revenue(period: { from: "2024-03-01" }) { net { amount currency } } } } }"#;
        let mut counts = Vec::new();
        for count in [2, 200] {
            let before = app.hub.database.statements();
            let answer = caller.data(query, representations(count)).await;
            counts.push(app.hub.database.statements() - before);
            assert_eq!(answer["_entities"][count - 2]["march"], json!([
                { "net": { "amount": "54.50", "currency": "EUR" } }, { "net": { "amount": "5000", "currency": "JPY" } },
            ]));
            assert_eq!(answer["_entities"][count - 1], json!({ "revenue": [], "march": [] }));
        }
        // Parties, two sums, the catalogue of channels.
        assert_eq!(counts, [4, 4]);
    }
}
