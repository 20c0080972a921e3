//! Reversals: taking back what was recorded, wholly or in part, and no more than that.
use super::{differences, record, refused, revenue, reversal, sale};
use crate::support::{on_both_databases, rows};
use party::{
    domain::{
        code::{RecordId, SourceKey},
        page::PageRequest,
        revenue::RevenueEntry,
    },
    store,
};
use serde_json::{Value, json};
use std::time::Duration;

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

    /// An original that another call records and takes back while ours waits for the party of another entry is not taken back twice.
    async fn never_takes_back_twice_what_came_meanwhile(app: TestApp) {
        let caller = app.company("Acme").await;
        let (john, jane) = (caller.person("John Doe").await, caller.person("Jane Roe").await);
        let ids = [&john, &jane].map(|id| rows::party_id(id));
        let database = &app.hub.database;
        let johns = database.write(caller.company).await.unwrap();
        store::party::lock(&johns, ids[0]).await.unwrap();
        let ours = {
            let (caller, entries) = (caller.clone(), json!([sale("2", &john, json!({})), reversal("r2", "1", "10")]));
            tokio::spawn(async move { refused(&caller, entries).await })
        };
        tokio::time::sleep(Duration::from_millis(300)).await;
        if app.postgres.is_none() {
            // The one writer of SQLite is taken: there is no meanwhile.
            drop(johns);
            assert_eq!(ours.await.unwrap(), ["ENTRY_NOT_FOUND at input.entries.1.reverses"]);
            return;
        }
        record(&caller, json!([sale("1", &jane, json!({}))])).await;
        let janes = database.write(caller.company).await.unwrap();
        store::party::lock(&janes, ids[1]).await.unwrap();
        drop(johns);
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert!(!ours.is_finished(), "ours waits for Jane");
        let original = store::revenue::entry::of_party(&janes, ids[1], &PageRequest { first: 1, after: None }).await.unwrap().items.remove(0).1;
        let taken_back = RevenueEntry {
            key: SourceKey { record_id: RecordId::parse("r1").unwrap(), ..original.key.clone() },
            amount: original.amount.checked_neg().unwrap(),
            reverses: Some(original.key.clone()),
            ..original
        };
        store::revenue::entry::insert_many(&janes, std::slice::from_ref(&taken_back)).await.unwrap();
        store::revenue::total::add(&janes, &[taken_back]).await.unwrap();
        janes.commit().await.unwrap();
        assert_eq!(ours.await.unwrap(), ["INVALID_REVERSAL at input.entries.1.amount"]);
        assert_eq!(revenue(&caller, &jane, "").await, ["EUR 0.00 - 0.00 = 0.00 (2)"]);
        assert_eq!(differences(&app, &caller).await, Vec::<String>::new());
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
