//! Who may record and see revenue.
use super::{record, refused, revenue, reversal, sale};
use crate::support::on_both_databases;
use serde_json::{Value, json};

const RECORD: &str = "mutation($input: RecordRevenueInput!) { recordRevenue(input: $input) { recorded } }";

on_both_databases! {
    /// Without `revenue:read` the money is null with an error of its own, and its neighbours answer.
    async fn money_is_hidden_field_by_field(app: TestApp) {
        let caller = app.company("Acme").await;
        let john = caller.person("John Doe").await;
        record(&caller, json!([sale("1", &john, json!({}))])).await;
        let answer = caller.with_scopes("party:read").send(
            "query($id: ID!) { party(id: $id) { displayName revenue { currency } version } topParties { rank } \
             revenueReport(groupBy: [CHANNEL]) { channel } revenueEntries(partyId: $id) { nodes { note } } channels { code } }",
            json!({ "id": john }),
        ).await;
        assert_eq!(answer["data"]["party"], json!({ "displayName": "John Doe", "revenue": null, "version": 1 }));
        assert_eq!([&answer["data"]["topParties"], &answer["data"]["revenueReport"], &answer["data"]["revenueEntries"]], [&Value::Null; 3]);
        assert_eq!(answer["data"]["channels"].as_array().unwrap().len(), 5);
        let mut errors: Vec<_> = answer["errors"].as_array().unwrap().iter().map(|error| format!("{} {}", error["path"], error["extensions"]["code"])).collect();
        errors.sort();
        assert_eq!(errors, [
            r#"["party","revenue"] "FORBIDDEN""#, r#"["revenueEntries"] "FORBIDDEN""#, r#"["revenueReport"] "FORBIDDEN""#, r#"["topParties"] "FORBIDDEN""#,
        ]);
    }

    /// `revenue:write` records for every system, an engine's token for its own, any other for none.
    async fn recording_needs_a_scope(app: TestApp) {
        let caller = app.company("Acme").await;
        let john = caller.person("John Doe").await;
        let input = |system: &str| {
            let source = json!({ "system": system, "type": "sale", "id": "1" });
            json!({ "input": { "entries": [sale("", &john, json!({ "source": source }))] } })
        };
        for (scopes, system, expected) in [
            ("party:read party:write revenue:read", "auction", Some("FORBIDDEN")),
            ("engine:auction", "crm", Some("FORBIDDEN")),
            ("engine:auction revenue:write", "crm", Some("FORBIDDEN")),
            ("engine:auction", "auction", None),
            ("revenue:write", "crm", None),
        ] {
            let answer = caller.with_scopes(scopes).send(RECORD, input(system)).await;
            let expected = expected.map_or((json!({ "recordRevenue": { "recorded": 1 } }), Value::Null), |code| (json!({ "recordRevenue": null }), json!(code)));
            assert_eq!((answer["data"].clone(), answer["errors"][0]["extensions"]["code"].clone()), expected, "{scopes} {system}");
        }
        let nothing = caller.with_scopes("party:read").error_code(RECORD, json!({ "input": { "entries": [] } })).await;
        assert_eq!(nothing, "FORBIDDEN");
        assert_eq!(revenue(&caller, &john, "").await, ["EUR 20.00 - 0.00 = 20.00 (2)"]);
    }

    /// Who may record but not read is not told how much is left of an entry.
    async fn refusals_tell_amounts_to_readers_only(app: TestApp) {
        let caller = app.company("Acme").await;
        let john = caller.person("John Doe").await;
        record(&caller, json!([sale("1", &john, json!({ "amount": "80" })), reversal("r1", "1", "12.34")])).await;
        for (scopes, message) in [
            ("engine:auction", "70.00 EUR cannot be taken back: it is more than is left of the entry auction/sale/1."),
            ("revenue:write", "70.00 EUR cannot be taken back: it is more than is left of the entry auction/sale/1."),
            ("engine:auction revenue:read", "70.00 EUR cannot be taken back: of the entry auction/sale/1 67.66 EUR is left."),
        ] {
            let document = "mutation($input: RecordRevenueInput!) { recordRevenue(input: $input) { userErrors { code message } } }";
            let answer = caller.with_scopes(scopes).data(document, json!({ "input": { "entries": [reversal("r2", "1", "70")] } })).await;
            assert_eq!(answer["recordRevenue"]["userErrors"], json!([{ "code": "INVALID_REVERSAL", "message": message }]), "{scopes}");
        }
    }

    /// Another company finds nothing of it: not the party, not the sums, and its entries have keys of their own.
    async fn another_company_sees_nothing(app: TestApp) {
        let (caller, other) = (app.company("Acme").await, app.company("Other").await);
        let (john, stranger) = (caller.person("John Doe").await, other.person("Stranger").await);
        record(&caller, json!([sale("1", &john, json!({}))])).await;
        let seen = other.data("{ topParties { rank } revenueReport(groupBy: []) { currency } }", json!({})).await;
        assert_eq!(seen, json!({ "topParties": [], "revenueReport": [] }));
        for query in ["query($id: ID!) { revenueEntries(partyId: $id) { nodes { note } } }", "query($id: ID!) { revenueReport(groupBy: [], filter: { partyId: $id }) { currency } }"] {
            assert_eq!(other.error_code(query, json!({ "id": john })).await, "PARTY_NOT_FOUND");
        }
        assert_eq!(refused(&other, json!([reversal("r", "1", "1")])).await, ["ENTRY_NOT_FOUND at input.entries.0.reverses"]);
        assert_eq!(record(&other, json!([sale("1", &stranger, json!({ "amount": "3" }))])).await, (1, 0));
        assert_eq!(revenue(&caller, &john, "").await, ["EUR 10.00 - 0.00 = 10.00 (1)"]);
        assert_eq!(revenue(&other, &stranger, "").await, ["EUR 3.00 - 0.00 = 3.00 (1)"]);
    }
}
