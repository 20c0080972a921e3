//! Merges, unmerges and writes at the same time: nobody gets an error that is not theirs, and nothing is lost.
use super::{invoice, merge, snapshot, source, unmerge, verify_revenue, version, wanted};
use crate::support::{caller::TestCaller, on_both_databases};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Merges two of some parties whatever stands in the way, or takes one out.
async fn merge_or_unmerge(caller: &TestCaller, people: &[String], number: usize) {
    let (one, other) = (&people[number % people.len()], &people[(number / 2 + 1) % people.len()]);
    if number.is_multiple_of(3) {
        caller.mutate("unmergeParties", json!({ "absorbedIds": [one] }), "").await;
    } else {
        let input = wanted(caller, one, &[other]).await;
        caller.mutate("mergeParties", input, "").await;
    }
}

/// Writes to a party that may be merged at any moment: what is refused is refused with a code.
async fn write(caller: &TestCaller, people: &[String], number: usize) {
    let party = &people[number % people.len()];
    match number % 6 {
        0 => {
            drop(caller.mutate("linkToParty", json!({ "source": source(&format!("W-{number}")), "partyId": party, "moveExisting": true }), "").await)
        }
        1 => invoice(caller, &format!("W-{number}"), json!({ "partyId": party }), "1").await,
        2 => drop(caller.mutate("assignRole", json!({ "partyId": party, "role": "reseller" }), "").await),
        3 => {
            let email = format!("p{}@example.com", number % people.len());
            let found = caller
                .mutate_ok("findOrCreateParty", json!({ "email": email, "displayName": "X", "source": source(&format!("F-{number}")) }), "created")
                .await;
            assert_eq!(found["created"], false, "{email} belongs to a party whatever is merged");
        }
        4 => {
            drop(caller.mutate("addContactPoint", json!({ "partyId": party, "kind": "WEB", "value": format!("https://{number}.example") }), "").await)
        }
        _ => drop(caller.mutate("unlinkFromParty", json!({ "source": source(&format!("S-{}", number % people.len())) }), "").await),
    }
}

on_both_databases! {
    /// Of several survivors at once one gets the party; the others learn that it was merged, or that it changed.
    async fn one_survivor_of_many_gets_a_party(app: TestApp) {
        let caller = app.company("Acme").await;
        for _ in 0..3 {
            let mut people = Vec::new();
            for _ in 0..6 {
                people.push(caller.person("Jane").await);
            }
            let (absorbed, survivors) = people.split_first().unwrap();
            let mut calls = Vec::new();
            for survivor in survivors {
                let (caller, input) = (caller.clone(), wanted(&caller, survivor, &[absorbed]).await);
                calls.push(tokio::spawn(async move { caller.mutate("mergeParties", input, "").await }));
            }
            let mut codes = Vec::new();
            for call in calls {
                codes.push(call.await.unwrap()["userErrors"][0]["code"].as_str().unwrap_or("done").to_owned());
            }
            codes.sort();
            assert_eq!(codes, ["PARTY_MERGED", "PARTY_MERGED", "PARTY_MERGED", "PARTY_MERGED", "done"]);
        }
    }

    /// Two parties that are merged into each other at once: one goes on.
    async fn two_do_not_absorb_each_other(app: TestApp) {
        let caller = app.company("Acme").await;
        for _ in 0..6 {
            let (jane, double) = (caller.person("Jane").await, caller.person("Jane").await);
            let inputs = [wanted(&caller, &jane, &[&double]).await, wanted(&caller, &double, &[&jane]).await];
            let calls = inputs.map(|input| { let caller = caller.clone(); tokio::spawn(async move { caller.mutate("mergeParties", input, "").await }) });
            let mut refused = 0;
            for call in calls {
                refused += usize::from(call.await.unwrap()["userErrors"] != json!([]));
            }
            assert_eq!(refused, 1);
        }
    }

    /// A storm of merges, unmerges and writes; then everything is taken back, and every fact is at its party.
    async fn a_storm_loses_nothing(app: TestApp) {
        let caller = app.company("Acme").await;
        let mut people = Vec::new();
        for i in 0..5 {
            let id = caller.party(json!({ "kind": "PERSON", "displayName": format!("P{i}"), "email": format!("p{i}@example.com"), "roles": ["prospect"] })).await;
            caller.mutate_ok("linkToParty", json!({ "source": source(&format!("S-{i}")), "partyId": id }), "").await;
            invoice(&caller, &format!("S-{i}"), json!({ "partyId": id }), "10").await;
            people.push(id);
        }
        let workers: Vec<_> = (0..8).map(|worker| {
            let (caller, people) = (caller.clone(), people.clone());
            tokio::spawn(async move {
                for step in 0..12 {
                    match worker % 2 {
                        0 => merge_or_unmerge(&caller, &people, worker * 13 + step * 7).await,
                        _ => write(&caller, &people, worker * 100 + step).await,
                    }
                }
            })
        }).collect();
        for worker in workers {
            worker.await.unwrap();
        }
        verify_revenue(&app, &caller).await;
        for id in &people {
            caller.mutate("unmergeParties", json!({ "absorbedIds": [id] }), "").await;
        }
        verify_revenue(&app, &caller).await;
        let mut links = BTreeSet::new();
        for (i, id) in people.iter().enumerate() {
            let party = snapshot(&caller, id).await;
            assert_eq!(party["allIds"], json!([id]), "{party:#}");
            assert_eq!((&party["primaryEmail"], &party["displayName"]), (&json!(format!("p{i}@example.com")), &json!(format!("P{i}"))));
            let records: Vec<&Value> = party["links"].as_array().unwrap().iter().map(|link| &link["sourceRecord"]["id"]).collect();
            assert!(records.contains(&&json!(format!("S-{i}"))), "{party:#}");
            assert!(party["roles"].as_array().unwrap().iter().any(|role| role["role"]["code"] == "prospect"));
            for link in party["links"].as_array().unwrap().iter().filter(|link| link["isActive"] == true) {
                assert!(links.insert(link["sourceRecord"]["id"].to_string()), "a record with two parties");
            }
        }
    }

    /// A merge and an unmerge of the same party come one after the other.
    async fn a_merge_and_an_unmerge_take_turns(app: TestApp) {
        let caller = app.company("Acme").await;
        let (jane, double, third) = (caller.person("Jane").await, caller.person("Jane").await, caller.person("Jane").await);
        for _ in 0..6 {
            merge(&caller, &jane, &[&double]).await;
            let input = json!({ "survivor": { "partyId": third, "expectedVersion": version(&caller, &third).await },
                "absorbed": [{ "partyId": jane, "expectedVersion": version(&caller, &jane).await }] });
            let merging = { let caller = caller.clone(); tokio::spawn(async move { caller.mutate("mergeParties", input, "").await }) };
            let unmerging = { let (caller, input) = (caller.clone(), json!({ "absorbedIds": [double] })); tokio::spawn(async move { caller.mutate("unmergeParties", input, "").await }) };
            let merged = merging.await.unwrap();
            assert_eq!(unmerging.await.unwrap()["userErrors"], json!([]));
            if merged["userErrors"] == json!([]) {
                unmerge(&caller, &[&jane]).await;
            } else {
                assert_eq!(merged["userErrors"][0]["code"], "STALE_VERSION");
            }
            for id in [&jane, &double, &third] {
                assert_eq!(snapshot(&caller, id).await["allIds"], json!([id]));
            }
        }
    }
}
