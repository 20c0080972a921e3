//! Engines follow merges and acknowledge them; until all have, a merge propagates.
use super::{merge, unmerge};
use crate::support::{
    follow::{Follower, follow},
    on_both_databases,
};
use serde_json::{Value, json};

on_both_databases! {
    async fn a_merge_is_done_when_all_have_acknowledged(app: TestApp) {
        let caller = app.company("Acme").await;
        for (system, events) in [("crm", json!(["party.merged", "party.unmerged"])), ("auction", json!([])), ("website", json!(["role.assigned"]))] {
            let engine = caller.with_scopes(&format!("party:read engine:{system}"));
            engine.mutate_ok("registerPartyEngine", json!({ "system": system, "events": events }), "engine { system events }").await;
        }
        let (jane, double) = (caller.person("Jane").await, caller.person("Jane").await);
        let made = merge(&caller, &jane, &[&double]).await;
        let id = made[0]["id"].as_str().unwrap();
        assert_eq!(made[0]["state"], "PROPAGATING");
        let crm = caller.with_scopes("party:read engine:crm");
        // An engine finds the merge in the feed, without personal data.
        let feed = crm.data(r#"{ partyEvents(types: ["party.merged"]) { nodes { mergeId survivorId absorbedId } } }"#, json!({})).await;
        assert_eq!(feed["partyEvents"]["nodes"], json!([{ "mergeId": id, "survivorId": jane, "absorbedId": double }]));
        let say = |system: &str, more: Value| {
            let mut input = json!({ "mergeId": id, "step": "MERGED", "system": system });
            more.as_object().unwrap().iter().for_each(|(field, value)| input[field] = value.clone());
            input
        };
        let counts = json!({ "counts": [{ "name": "leads", "rows": 3 }] });
        let done = crm.mutate_ok("acknowledgePartyMerge", say("crm", counts.clone()), "merge { state }").await;
        assert_eq!(done["merge"]["state"], "PROPAGATING");
        let events = crate::support::state::count_events(&app, &caller).await;
        crm.mutate_ok("acknowledgePartyMerge", say("crm", counts), "merge { state }").await;
        assert_eq!(crate::support::state::count_events(&app, &caller).await, events, "said again, nothing changes");
        caller.mutate_ok("acknowledgePartyMerge", say("auction", json!({ "error": "out of disk" })), "merge { state }").await;
        let engines = caller.data("{ partyEngines { system pending failed lastError waitingSince } }", json!({})).await["partyEngines"].take();
        assert_eq!((&engines[0]["system"], &engines[0]["failed"], &engines[0]["lastError"]), (&json!("auction"), &json!(1), &json!("out of disk")));
        assert!(engines[0]["waitingSince"].is_string() && engines[1]["waitingSince"].is_null());
        let done = caller.mutate_ok("acknowledgePartyMerge", say("auction", json!({})), "merge { state acknowledgements { system state error counts { name rows } } }").await;
        assert_eq!(done["merge"], json!({ "state": "DONE", "acknowledgements": [
            { "system": "auction", "state": "DONE", "error": null, "counts": [] },
            { "system": "crm", "state": "DONE", "error": null, "counts": [{ "name": "leads", "rows": 3 }] },
        ] }));
        unmerge(&caller, &[&double]).await;
        let said = caller.data("query($id: ID!) { partyMerge(id: $id) { state acknowledgements { system step state } } }", json!({ "id": id })).await;
        let waiting: Vec<&Value> = said["partyMerge"]["acknowledgements"].as_array().unwrap().iter().filter(|said| said["state"] == "PENDING").collect();
        assert_eq!(waiting, [&json!({ "system": "auction", "step": "UNMERGED", "state": "PENDING" }), &json!({ "system": "crm", "step": "UNMERGED", "state": "PENDING" })]);
        let mut unmerged = say("crm", json!({}));
        unmerged["step"] = json!("UNMERGED");
        crm.mutate_ok("acknowledgePartyMerge", unmerged, "merge { state }").await;
    }

    /// An engine that is retired is waited for no more.
    async fn a_retired_engine_holds_nothing_up(app: TestApp) {
        let caller = app.company("Acme").await;
        caller.mutate_ok("registerPartyEngine", json!({ "system": "crm" }), "").await;
        let (jane, double) = (caller.person("Jane").await, caller.person("Jane").await);
        let made = merge(&caller, &jane, &[&double]).await;
        assert_eq!(made[0]["state"], "PROPAGATING");
        caller.mutate_ok("retirePartyEngine", json!({ "system": "crm" }), "engine { retiredAt }").await;
        let state = caller.data("query($id: ID!) { partyMerge(id: $id) { state } partyEngines { system } }", json!({ "id": made[0]["id"] })).await;
        assert_eq!(state, json!({ "partyMerge": { "state": "DONE" }, "partyEngines": [] }));
    }

    async fn what_is_no_acknowledgement_is_refused(app: TestApp) {
        let caller = app.company("Acme").await;
        caller.mutate_ok("registerPartyEngine", json!({ "system": "crm" }), "").await;
        let (jane, double) = (caller.person("Jane").await, caller.person("Jane").await);
        let id = merge(&caller, &jane, &[&double]).await[0]["id"].clone();
        let unknown = uuid::Uuid::now_v7().to_string();
        for (input, refusal) in [
            (json!({ "mergeId": unknown, "step": "MERGED", "system": "crm" }), "MERGE_NOT_FOUND at input.mergeId"),
            (json!({ "mergeId": id, "step": "MERGED", "system": "website" }), "ENGINE_UNKNOWN at input.system"),
            (json!({ "mergeId": id, "step": "UNMERGED", "system": "crm" }), "INVALID_ARGUMENT at input.step"),
            (json!({ "mergeId": id, "step": "MERGED", "system": "crm", "counts": [{ "name": "", "rows": 1 }] }), "INVALID_ARGUMENT at input.counts"),
            (json!({ "mergeId": id, "step": "MERGED", "system": "crm", "error": "" }), "INVALID_ARGUMENT at input.error"),
        ] {
            assert_eq!(app.refused(&caller, "acknowledgePartyMerge", input).await, [refusal]);
        }
        assert_eq!(app.refused(&caller, "registerPartyEngine", json!({ "system": "crm", "events": ["x"] })).await, ["INVALID_ARGUMENT at input.events.0"]);
        assert_eq!(app.refused(&caller, "retirePartyEngine", json!({ "system": "website" })).await, ["ENGINE_UNKNOWN at input.system"]);
        let foreign = caller.with_scopes("party:read engine:website");
        let mutation = "mutation($input: AcknowledgePartyMergeInput!) { acknowledgePartyMerge(input: $input) { merge { id } } }";
        assert_eq!(foreign.error_code(mutation, json!({ "input": { "mergeId": id, "step": "MERGED", "system": "crm" } })).await, "FORBIDDEN");
    }

    /// Whoever follows one of two parties hears that they became one, and then what happens to the survivor.
    async fn followers_of_a_party_follow_its_survivor(app: TestApp) {
        let caller = app.company("Acme").await;
        let (jane, double) = (caller.person("Jane").await, caller.person("Double").await);
        let mut followers: Vec<Follower> = [&jane, &double].iter().map(|id| follow(&app.hub, &caller, &format!("(partyIds: [{id:?}])"))).collect();
        for follower in &mut followers {
            assert!(follower.is_silent().await);
        }
        merge(&caller, &jane, &[&double]).await;
        caller.mutate_ok("assignRole", json!({ "partyId": jane, "role": "prospect" }), "").await;
        unmerge(&caller, &[&double]).await;
        for follower in &mut followers {
            let mut heard = Vec::new();
            while heard.last().is_none_or(|kind| kind != "party.unmerged") {
                heard.push(follower.next_change().await.0);
            }
            heard.retain(|kind| kind != "party.updated");
            assert_eq!(heard, ["party.merged", "role.assigned", "party.unmerged"]);
        }
    }
}
