//! Many callers change the same few parties in every way at once: nobody gets an error that is not theirs, and what is left is in order.
use crate::support::{caller::TestCaller, on_both_databases};
use serde_json::{Value, json};

/// One change of one of a few parties and records; the number chooses.
async fn change_something(caller: &TestCaller, parties: &[String], number: usize) -> Value {
    let party = &parties[number % parties.len()];
    let other = &parties[(number / 3 + 1) % parties.len()];
    let record = json!({ "system": "crm", "type": "lead", "id": format!("L-{}", number % 7) });
    let role = ["prospect", "sales_customer", "reseller", "end_user"][number % 4];
    match number % 9 {
        0 => caller.mutate("assignRole", json!({ "partyId": party, "role": role }), "").await,
        1 => caller.mutate("endRole", json!({ "partyId": party, "role": role }), "").await,
        2 => caller.mutate("linkToParty", json!({ "source": record, "partyId": party, "moveExisting": true }), "").await,
        3 => caller.mutate("unlinkFromParty", json!({ "source": record }), "").await,
        4 => {
            let records: Vec<Value> = (0..7)
                .map(|i| json!({ "system": "crm", "type": "lead", "id": format!("L-{i}"), "presented": { "displayName": format!("N{number}") } }))
                .collect();
            caller.mutate("registerSourceRecords", json!({ "records": records }), "").await
        }
        5 => caller.mutate("findOrCreateParty", json!({ "source": record, "email": format!("p{}@example.com", number % 5), "role": role }), "").await,
        6 => {
            caller.mutate("addContactPoint", json!({ "partyId": party, "kind": "EMAIL", "value": format!("c{}@example.com", number % 6) }), "").await
        }
        7 => caller.mutate("relateParties", json!({ "fromPartyId": party, "toPartyId": other, "type": "REFERRED_BY" }), "").await,
        _ => {
            let entries: Vec<Value> = parties
                .iter()
                .enumerate()
                .map(|(i, party)| json!({
                    "source": { "system": "sales", "type": "invoice", "id": format!("I-{}-{i}", number % 20) }, "partyId": party, "channel": "direct",
                    "amount": "10", "currency": "EUR", "occurredAt": "2026-01-15T12:00:00Z",
                }))
                .collect();
            caller.mutate("recordRevenue", json!({ "entries": entries }), "").await
        }
    }
}

on_both_databases! {
    /// An outage or a fault would fail the call as a whole, and with it this test; refusals are what the callers may expect.
    async fn of_changes_ends_in_order(app: TestApp) {
        let caller = app.company("Acme").await;
        let mut parties = Vec::new();
        for number in 0..5 {
            parties.push(caller.party(json!({ "kind": "PERSON", "displayName": format!("P{number}"), "email": format!("p{number}@example.com") })).await);
        }
        let workers: Vec<_> = (0..12).map(|worker| {
            let (caller, parties) = (caller.clone(), parties.clone());
            tokio::spawn(async move {
                for step in 0..25 {
                    change_something(&caller, &parties, worker * 31 + step * 17).await;
                }
            })
        }).collect();
        for worker in workers {
            worker.await.unwrap();
        }
        let query = "query($ids: [_Any!]!) { _entities(representations: $ids) { ... on Party { roles { role { code } isPrimary } links { sourceRecord { id } } revenue { gross { amount } } } } }";
        let ids: Vec<Value> = parties.iter().map(|id| json!({ "__typename": "Party", "id": id })).collect();
        let left = caller.data(query, json!({ "ids": ids })).await["_entities"].take();
        let mut linked = Vec::new();
        for party in left.as_array().unwrap() {
            let roles: Vec<&str> = party["roles"].as_array().unwrap().iter().filter_map(|role| role["role"]["code"].as_str()).collect();
            let primary = party["roles"].as_array().unwrap().iter().filter(|role| role["isPrimary"] == true).count();
            assert_eq!(primary, usize::from(!roles.is_empty()), "{party}");
            let mut once = roles.clone();
            once.sort_unstable();
            once.dedup();
            assert_eq!(once.len(), roles.len(), "{party}");
            linked.extend(party["links"].as_array().unwrap().iter().map(|link| link["sourceRecord"]["id"].to_string()));
        }
        let links = linked.len();
        linked.sort();
        linked.dedup();
        assert_eq!(linked.len(), links, "a record with two active links");
        assert!(party::service::revenue::verify(&app.hub, caller.company).await.unwrap().is_empty());
    }
}
