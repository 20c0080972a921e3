//! Recording: what is kept, what is known already, for whom.
use super::{differences, record, refused, revenue, reversal, sale};
use crate::support::{
    on_both_databases,
    state::{absorb, events_of},
};
use serde_json::{Value, json};

on_both_databases! {
    /// Four channels, one of them paying out: every figure is exact.
    async fn adds_up_over_all_channels(app: TestApp) {
        let caller = app.company("Acme").await;
        let john = caller.person("John Doe").await;
        let recorded = record(&caller, json!([
            sale("1", &john, json!({ "channel": "direct", "amount": "100.00" })),
            sale("2", &john, json!({ "channel": "auction", "amount": "50" })),
            sale("3", &john, json!({ "channel": "component", "amount": "60.0" })),
            sale("4", &john, json!({ "channel": "itad", "amount": "10.00", "direction": "OUTFLOW" })),
        ])).await;
        assert_eq!(recorded, (4, 0));
        assert_eq!(revenue(&caller, &john, "").await, ["EUR 210.00 - 10.00 = 200.00 (4)"]);
        assert_eq!(differences(&app, &caller).await, Vec::<String>::new());
    }

    /// A call that is sent again changes nothing, whatever the spelling; new entries beside known ones are added.
    async fn the_same_call_again_changes_nothing(app: TestApp) {
        let caller = app.company("Acme").await;
        let john = caller.person("John Doe").await;
        let entries = json!([sale("1", &john, json!({ "note": "lot 7" })), sale("2", &john, json!({}))]);
        assert_eq!(record(&caller, entries.clone()).await, (2, 0));
        assert_eq!(record(&caller, entries).await, (0, 2));
        let spelt = json!({ "amount": "10", "currency": "eur", "note": " lot 7 ", "direction": "INFLOW", "occurredAt": "2024-03-10T13:00:00.0000001+01:00" });
        assert_eq!(record(&caller, json!([sale("1", &john, spelt), sale("3", &john, json!({}))])).await, (1, 1));
        assert_eq!(revenue(&caller, &john, "").await, ["EUR 30.00 - 0.00 = 30.00 (3)"]);
        assert_eq!(differences(&app, &caller).await, Vec::<String>::new());
    }

    /// The same key twice in one call is one entry.
    async fn a_key_counts_once_in_a_call(app: TestApp) {
        let caller = app.company("Acme").await;
        let john = caller.person("John Doe").await;
        assert_eq!(record(&caller, json!([sale("1", &john, json!({})), sale("1", &john, json!({}))])).await, (1, 1));
        assert_eq!(revenue(&caller, &john, "").await, ["EUR 10.00 - 0.00 = 10.00 (1)"]);
    }

    /// Any other content under a known key is a conflict, and nothing of the call is recorded.
    async fn other_content_under_a_known_key_is_a_conflict(app: TestApp) {
        let caller = app.company("Acme").await;
        let (john, jane) = (caller.person("John Doe").await, caller.person("Jane Roe").await);
        record(&caller, json!([sale("1", &john, json!({}))])).await;
        let others: [Value; 8] = [
            json!({ "amount": "10.01" }), json!({ "currency": "USD" }), json!({ "channel": "direct" }), json!({ "direction": "OUTFLOW" }),
            json!({ "occurredAt": "2024-03-10T12:00:00.000001Z" }), json!({ "note": "x" }), json!({ "partyId": jane }),
            json!({ "reverses": { "type": "sale", "id": "2" } }),
        ];
        for other in others {
            let entries = json!([sale("2", &john, json!({})), sale("1", &john, other.clone())]);
            assert_eq!(refused(&caller, entries).await, ["ENTRY_CONFLICT at input.entries.1.source"], "{other}");
        }
        let twice = json!([sale("3", &john, json!({})), sale("3", &john, json!({ "amount": "11" }))]);
        assert_eq!(refused(&caller, twice).await, ["ENTRY_CONFLICT at input.entries.1.source"]);
        assert_eq!(revenue(&caller, &john, "").await, ["EUR 10.00 - 0.00 = 10.00 (1)"]);
    }

    /// An engine that stores no party id names the party by a record that is linked to it.
    async fn finds_the_party_through_a_link(app: TestApp) {
        let caller = app.company("Acme").await;
        let buyer = json!({ "system": "auction", "type": "buyer", "id": "b1" });
        let made = caller.mutate_ok("findOrCreateParty", json!({ "source": buyer, "displayName": "John Doe" }), "party { id }").await;
        let john = made["party"]["id"].as_str().unwrap();
        let of_buyer = |id: &str, buyer: &Value| sale(id, "", json!({ "partyId": null, "partySource": buyer }));
        assert_eq!(record(&caller, json!([of_buyer("1", &buyer)])).await, (1, 0));
        assert_eq!(revenue(&caller, john, "").await, ["EUR 10.00 - 0.00 = 10.00 (1)"]);
        let nobody = json!({ "system": "auction", "type": "buyer", "id": "b2" });
        for id in ["1", "2"] {
            assert_eq!(refused(&caller, json!([of_buyer(id, &nobody)])).await, ["NOT_LINKED at input.entries.0.partySource"]);
        }
        assert_eq!(record(&caller, json!([of_buyer("1", &buyer)])).await, (0, 1));
    }

    /// What is recorded stays with its party when the link of the record that named it moves or ends; a record that was never linked
    /// to that party names another one.
    async fn stays_when_a_link_moves(app: TestApp) {
        let caller = app.company("Acme").await;
        let (john, jane) = (caller.person("John Doe").await, caller.person("Jane Roe").await);
        let buyer = |id: &str| json!({ "system": "auction", "type": "buyer", "id": id });
        let link = |id: &str, party: &str| json!({ "source": buyer(id), "partyId": party, "moveExisting": true });
        let of_buyer = |sale_id: &str, id: &str| sale(sale_id, "", json!({ "partyId": null, "partySource": buyer(id) }));
        caller.mutate_ok("linkToParty", link("johns", &john), "").await;
        caller.mutate_ok("linkToParty", link("janes", &jane), "").await;
        assert_eq!(record(&caller, json!([of_buyer("1", "johns")])).await, (1, 0));
        assert_eq!(refused(&caller, json!([of_buyer("1", "janes")])).await, ["ENTRY_CONFLICT at input.entries.0.source"]);

        caller.mutate_ok("linkToParty", link("johns", &jane), "").await;
        assert_eq!(record(&caller, json!([of_buyer("1", "johns"), of_buyer("2", "johns")])).await, (1, 1));
        let mut taken_back = reversal("r", "1", "4");
        taken_back["partySource"] = buyer("johns");
        assert_eq!(record(&caller, json!([taken_back])).await, (1, 0));
        caller.mutate_ok("unlinkFromParty", json!({ "source": buyer("johns") }), "").await;
        assert_eq!(record(&caller, json!([of_buyer("1", "johns"), taken_back])).await, (0, 2));
        assert_eq!(refused(&caller, json!([of_buyer("3", "johns")])).await, ["NOT_LINKED at input.entries.0.partySource"]);

        // The link to an absorbed party is one to its survivor.
        let double = caller.person("J. Doe").await;
        caller.mutate_ok("linkToParty", link("double", &double), "").await;
        absorb(&app, &caller, &double, &john).await;
        assert_eq!(record(&caller, json!([of_buyer("1", "double")])).await, (0, 1));
        assert_eq!(revenue(&caller, &john, "").await, ["EUR 6.00 - 0.00 = 6.00 (2)"]);
        assert_eq!(revenue(&caller, &jane, "").await, ["EUR 10.00 - 0.00 = 10.00 (1)"]);
    }

    /// Money is a fact: a deactivated party takes it, and an absorbed one hands it to the survivor.
    async fn goes_to_deactivated_parties_and_to_survivors(app: TestApp) {
        let caller = app.company("Acme").await;
        let (john, double) = (caller.person("John Doe").await, caller.person("J. Doe").await);
        absorb(&app, &caller, &double, &john).await;
        caller.mutate_ok("deactivateParty", json!({ "partyId": john }), "").await;
        assert_eq!(record(&caller, json!([sale("1", &john, json!({})), sale("2", &double, json!({}))])).await, (2, 0));
        assert_eq!(record(&caller, json!([sale("2", &john, json!({}))])).await, (0, 1));
        for id in [&john, &double] {
            assert_eq!(revenue(&caller, id, "").await, ["EUR 20.00 - 0.00 = 20.00 (2)"]);
        }
        assert_eq!(differences(&app, &caller).await, Vec::<String>::new());
    }

    /// One event for each party of a call, with counts and sums; none when nothing was new.
    async fn writes_one_event_for_each_party(app: TestApp) {
        let caller = app.company("Acme").await;
        let (john, jane) = (caller.person("John Doe").await, caller.person("Jane Roe").await);
        let entries = json!([
            sale("1", &john, json!({})), sale("2", &jane, json!({})), sale("3", &john, json!({ "amount": "2.50", "direction": "OUTFLOW" })),
            sale("4", &john, json!({ "amount": "700", "currency": "JPY" })),
        ]);
        record(&caller, entries.clone()).await;
        record(&caller, entries).await;
        let of_john = events_of(&app, &caller, &john).await.split_off(1);
        assert_eq!(of_john, [("revenue.recorded".to_owned(), json!({ "sums": [
            { "currency": "EUR", "entries": 2, "gross": "10.00", "payouts": "2.50" },
            { "currency": "JPY", "entries": 1, "gross": "700", "payouts": "0" },
        ] }))]);
        assert_eq!(events_of(&app, &caller, &jane).await.len(), 2);
    }

    /// The most entries that one call may have, all in one transaction.
    async fn takes_five_thousand_entries_at_once(app: TestApp) {
        let caller = app.company("Acme").await;
        let parties = [caller.person("John Doe").await, caller.person("Jane Roe").await];
        let entries: Vec<Value> = (0..5_000)
            .map(|n| sale(&n.to_string(), &parties[n % 2], json!({ "amount": "0.01", "occurredAt": format!("2024-{:02}-01T00:00:00Z", n % 12 + 1) })))
            .collect();
        assert_eq!(record(&caller, entries.clone()).await, (5_000, 0));
        assert_eq!(record(&caller, entries).await, (0, 5_000));
        assert_eq!(revenue(&caller, &parties[0], "").await, ["EUR 25.00 - 0.00 = 25.00 (2500)"]);
        assert_eq!(differences(&app, &caller).await, Vec::<String>::new());
    }
}
