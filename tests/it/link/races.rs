//! Links that several callers make, move and end at the same time.
use super::{lead, link_events, links_of, wanted};
use crate::support::{
    caller::TestCaller,
    on_both_databases,
    state::{count_events, events_of},
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// How often each outcome came: the code of the first user error, or `done`.
async fn outcomes(tasks: Vec<tokio::task::JoinHandle<Value>>) -> BTreeMap<String, usize> {
    let mut outcomes = BTreeMap::new();
    for task in tasks {
        let payload = task.await.unwrap();
        *outcomes.entry(payload["userErrors"][0]["code"].as_str().unwrap_or("done").to_owned()).or_insert(0) += 1;
    }
    outcomes
}

fn spawn_link(caller: &TestCaller, input: Value) -> tokio::task::JoinHandle<Value> {
    let caller = caller.clone();
    tokio::spawn(async move { caller.mutate("linkToParty", input, "").await })
}

on_both_databases! {
    /// Eight callers link the same record to eight parties at once: one wins, the others learn of its link.
    async fn of_eight_made_at_once_one_stays(app: TestApp) {
        let caller = app.company("Acme").await;
        let mut parties = Vec::new();
        for _ in 0..8 {
            parties.push(caller.person("Jane").await);
        }
        for id in ["new", "known"] {
            if id == "known" {
                caller.mutate_ok("registerSourceRecords", json!({ "records": [{ "system": "crm", "type": "lead", "id": id, "presented": {} }] }), "").await;
            }
            let before = count_events(&app, &caller).await;
            let tasks: Vec<_> = parties.iter().map(|party| {
                let (caller, input) = (caller.clone(), wanted(id, party));
                tokio::spawn(async move {
                    let document = "mutation($input: LinkToPartyInput!) { linkToParty(input: $input) { link { id } userErrors { code linkId } } }";
                    caller.data(document, json!({ "input": input })).await["linkToParty"].take()
                })
            }).collect();
            let mut payloads = Vec::new();
            for task in tasks {
                payloads.push(task.await.unwrap());
            }
            let winner: Vec<&Value> = payloads.iter().map(|payload| &payload["link"]["id"]).filter(|id| id.is_string()).collect();
            assert_eq!(winner.len(), 1, "{payloads:#?}");
            let refused = json!([{ "code": "ALREADY_LINKED", "linkId": winner[0] }]);
            assert_eq!(payloads.iter().filter(|payload| payload["userErrors"] == refused).count(), 7, "{payloads:#?}");
            assert_eq!(links_of(&caller, id).await.len(), 1);
            assert_eq!(count_events(&app, &caller).await - before, if id == "new" { 2 } else { 1 });
        }
    }

    /// Eight callers move the same record to eight parties at once: it passes through all of them and stays with one.
    async fn of_eight_moves_at_once_each_is_kept(app: TestApp) {
        let caller = app.company("Acme").await;
        let (mut parties, mut tasks) = (Vec::new(), Vec::new());
        for _ in 0..8 {
            parties.push(caller.person("Jane").await);
        }
        for party in &parties {
            tasks.push(spawn_link(&caller, json!({ "source": lead("1"), "partyId": party, "moveExisting": true })));
        }
        assert_eq!(outcomes(tasks).await, BTreeMap::from([("done".to_owned(), 8)]));
        let links = links_of(&caller, "1").await;
        assert_eq!(links.iter().map(|(_, active)| *active).collect::<Vec<_>>(), [false, false, false, false, false, false, false, true]);
        let mut reached: Vec<String> = links.into_iter().map(|(party, _)| party).collect();
        reached.sort();
        parties.sort();
        assert_eq!(reached, parties);
    }

    /// A party that is being deactivated gets no link afterwards: of two callers at once, the link comes first or is refused.
    async fn is_never_made_after_a_deactivation(app: TestApp) {
        let caller = app.company("Acme").await;
        for round in 0..12 {
            let party = caller.person("Jane").await;
            let deactivating = {
                let (caller, party) = (caller.clone(), party.clone());
                tokio::spawn(async move { caller.mutate_ok("deactivateParty", json!({ "partyId": party }), "party { updatedAt }").await })
            };
            let tasks = (0..4).map(|i| spawn_link(&caller, wanted(&format!("{round}-{i}"), &party))).collect();
            let outcomes = outcomes(tasks).await;
            deactivating.await.unwrap();
            let links = caller.data("query($id: ID!) { party(id: $id) { status links { id } } }", json!({ "id": party })).await["party"].take();
            assert_eq!(links["status"], json!("INACTIVE"));
            let (done, inactive) = (outcomes.get("done").copied().unwrap_or(0), outcomes.get("PARTY_INACTIVE").copied().unwrap_or(0));
            assert_eq!(done + inactive, 4, "{outcomes:?}");
            assert_eq!(links["links"].as_array().unwrap().len(), done);
            let events: Vec<String> = events_of(&app, &caller, &party).await.into_iter().map(|(kind, _)| kind).collect();
            let end = events.iter().position(|kind| kind == "party.deactivated").unwrap();
            assert!(!events[end..].contains(&"link.created".to_owned()), "{events:?}");
            assert_eq!(caller.refused("linkToParty", wanted(&format!("{round}-late"), &party)).await, ["PARTY_INACTIVE at input.partyId"]);
        }
    }

    /// Callers who link, unlink and bring in the same record at once never fail, and leave it with at most one party.
    async fn stay_in_order_whatever_happens_at_once(app: TestApp) {
        let caller = app.company("Acme").await;
        let party = caller.party(json!({ "kind": "PERSON", "displayName": "Jane", "email": "jane@example.com" })).await;
        let mut tasks = Vec::new();
        for i in 0..18 {
            let (caller, party) = (caller.clone(), party.clone());
            tasks.push(tokio::spawn(async move {
                match i % 3 {
                    0 => caller.mutate("linkToParty", wanted("1", &party), "").await,
                    1 => caller.mutate("unlinkFromParty", json!({ "source": lead("1") }), "").await,
                    _ => caller.mutate("findOrCreateParty", json!({ "source": lead("1"), "displayName": "Jane", "email": "jane@example.com" }), "").await,
                }
            }));
        }
        let mut outcomes = outcomes(tasks).await;
        for expected in ["done", "NOT_LINKED", "SOURCE_RECORD_NOT_FOUND"] {
            outcomes.remove(expected);
        }
        assert_eq!(outcomes, BTreeMap::new());
        assert!(links_of(&caller, "1").await.iter().all(|(linked, _)| *linked == party));
        let events = link_events(&app, &caller, &party).await;
        assert_eq!(events.iter().filter(|(kind, _)| kind == "source_record.registered").count(), 1, "{events:#?}");
    }
}
