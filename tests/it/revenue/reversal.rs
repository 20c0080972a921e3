//! Reversals: taking back what was recorded, wholly or in part, and no more than that.
use super::{differences, record, refused, revenue, reversal, sale};
use crate::support::on_both_databases;
use serde_json::{Value, json};

fn with(mut entry: Value, field: &str, value: Value) -> Value {
    entry[field] = value;
    entry
}

on_both_databases! {
    /// What is taken back counts in the month of the reversal, and the original stays as it is.
    async fn takes_back_in_parts(app: TestApp) {
        let caller = app.company("Acme").await;
        let john = caller.person("John Doe").await;
        record(&caller, json!([sale("1", &john, json!({ "amount": "100" }))])).await;
        assert_eq!(record(&caller, json!([reversal("r1", "1", "30.00")])).await, (1, 0));
        assert_eq!(revenue(&caller, &john, "").await, ["EUR 70.00 - 0.00 = 70.00 (2)"]);
        assert_eq!(revenue(&caller, &john, r#"(period: { from: "2024-04-01" })"#).await, ["EUR -30.00 - 0.00 = -30.00 (1)"]);
        assert_eq!(record(&caller, json!([reversal("r2", "1", "70.00"), reversal("r1", "1", "30")])).await, (1, 1));
        assert_eq!(revenue(&caller, &john, "").await, ["EUR 0.00 - 0.00 = 0.00 (3)"]);
        assert_eq!(refused(&caller, json!([reversal("r3", "1", "0.01")])).await, ["INVALID_REVERSAL at input.entries.0.amount"]);
        assert_eq!(differences(&app, &caller).await, Vec::<String>::new());
    }

    /// A payout that is taken back lowers the payouts.
    async fn takes_back_payouts(app: TestApp) {
        let caller = app.company("Acme").await;
        let john = caller.person("John Doe").await;
        record(&caller, json!([sale("1", &john, json!({ "direction": "OUTFLOW", "channel": "itad" })), reversal("r", "1", "4")])).await;
        assert_eq!(revenue(&caller, &john, "").await, ["EUR 0.00 - 6.00 = -6.00 (2)"]);
    }

    /// The original may stand in the same call, before or after the reversal.
    async fn finds_the_original_in_the_same_call(app: TestApp) {
        let caller = app.company("Acme").await;
        let john = caller.person("John Doe").await;
        assert_eq!(record(&caller, json!([reversal("r1", "1", "4"), sale("1", &john, json!({})), reversal("r2", "1", "6")])).await, (3, 0));
        assert_eq!(revenue(&caller, &john, "").await, ["EUR 0.00 - 0.00 = 0.00 (3)"]);
        let more = json!([reversal("r3", "2", "6"), sale("2", &john, json!({})), reversal("r4", "2", "6")]);
        assert_eq!(refused(&caller, more).await, ["INVALID_REVERSAL at input.entries.2.amount"]);
        assert_eq!(revenue(&caller, &john, "").await, ["EUR 0.00 - 0.00 = 0.00 (3)"]);
    }

    /// A reversal that says what the original says is fine; one that says something else is not.
    async fn agrees_with_the_original(app: TestApp) {
        let caller = app.company("Acme").await;
        let (john, jane) = (caller.person("John Doe").await, caller.person("Jane Roe").await);
        record(&caller, json!([sale("1", &john, json!({}))])).await;
        let others = [("channel", json!("direct")), ("direction", json!("OUTFLOW")), ("currency", json!("USD")), ("partyId", json!(jane))];
        for (field, value) in others {
            let entries = json!([with(reversal("r", "1", "1"), field, value)]);
            assert_eq!(refused(&caller, entries).await, [format!("INVALID_REVERSAL at input.entries.0.{field}")]);
        }
        let same = sale("r", &john, json!({ "amount": "1.00", "direction": "INFLOW", "reverses": { "type": "sale", "id": "1" } }));
        assert_eq!(record(&caller, json!([same])).await, (1, 0));
    }

    /// Nothing, a reversal, and another system's entry cannot be reversed; amounts keep to the decimals of the original's currency.
    async fn refuses_what_cannot_be_reversed(app: TestApp) {
        let caller = app.company("Acme").await;
        let john = caller.person("John Doe").await;
        record(&caller, json!([sale("1", &john, json!({})), reversal("r", "1", "4"), sale("2", &john, json!({ "currency": "JPY", "amount": "10" }))])).await;
        let foreign = with(reversal("x", "1", "1"), "source", json!({ "system": "crm", "type": "sale", "id": "x" }));
        for (entry, refusal) in [
            (reversal("x", "9", "1"), "ENTRY_NOT_FOUND at input.entries.0.reverses"),
            (foreign, "ENTRY_NOT_FOUND at input.entries.0.reverses"),
            (reversal("x", "r", "1"), "INVALID_REVERSAL at input.entries.0.reverses"),
            (reversal("x", "x", "1"), "ENTRY_NOT_FOUND at input.entries.0.reverses"),
            (reversal("x", "1", "0"), "INVALID_AMOUNT at input.entries.0.amount"),
            (reversal("x", "1", "-1"), "INVALID_AMOUNT at input.entries.0.amount"),
            (reversal("x", "2", "0.5"), "INVALID_AMOUNT at input.entries.0.amount"),
            (reversal("r", "1", "5"), "ENTRY_CONFLICT at input.entries.0.source"),
        ] {
            assert_eq!(refused(&caller, json!([entry])).await, [refusal]);
        }
        assert_eq!(revenue(&caller, &john, "").await, ["EUR 6.00 - 0.00 = 6.00 (2)", "JPY 10 - 0 = 10 (1)"]);
    }
}
