//! Changing parties, and taking them out of use and back.
use crate::support::{caller::TestCaller, on_both_databases};
use futures_util::future::join_all;
use serde_json::{Value, json};
use uuid::Uuid;

const UPDATE: &str = "mutation($input: UpdatePartyInput!) { updateParty(input: $input) \
    { party { version } userErrors { code path currentVersion candidateIds } } }";
const RECORD: &str = "displayName givenName familyName legalName primaryEmail primaryPhone primaryAddress { formatted } version \
    contactPoints { kind value isPrimary } history { nodes { type } }";

/// Changes a party and gives its record.
async fn update(caller: &TestCaller, party: &str, version: i64, mut values: Value) -> Value {
    values["partyId"] = json!(party);
    values["expectedVersion"] = json!(version);
    caller.mutate_ok("updateParty", values, &format!("party {{ {RECORD} }}")).await["party"].take()
}

fn event_types(record: &Value) -> Vec<&str> {
    record["history"]["nodes"].as_array().unwrap().iter().map(|event| event["type"].as_str().unwrap()).collect()
}

on_both_databases! {
    /// Fields that are left out keep their value, null clears it. What was primary stays a contact point.
    async fn changes_what_is_given(app: TestApp) {
        let caller = app.company("Acme").await;
        let party = caller.party(json!({
            "kind": "PERSON", "givenName": "Jane", "familyName": "Roe", "email": "jane@example.com", "phone": "030 1234567",
            "address": { "city": "Berlin", "country": "DE" },
        })).await;
        let record = update(&caller, &party, 1, json!({ "email": "roe@example.com", "phone": null, "address": { "text": "Main St 1\nBerlin" } })).await;
        assert_eq!(record, json!({
            "displayName": "Jane Roe", "givenName": "Jane", "familyName": "Roe", "legalName": null, "primaryEmail": "roe@example.com",
            "primaryPhone": null, "primaryAddress": { "formatted": "Main St 1, Berlin" }, "version": 2,
            "contactPoints": [
                { "kind": "ADDRESS", "value": "Main St 1, Berlin", "isPrimary": true },
                { "kind": "ADDRESS", "value": "Berlin, DE", "isPrimary": false },
                { "kind": "EMAIL", "value": "roe@example.com", "isPrimary": true },
                { "kind": "EMAIL", "value": "jane@example.com", "isPrimary": false },
                { "kind": "PHONE", "value": "+49 30 1234567", "isPrimary": false },
            ],
            "history": { "nodes": [
                { "type": "party.updated" }, { "type": "contact_point.added" }, { "type": "contact_point.added" }, { "type": "party.created" },
            ] },
        }));
        let record = update(&caller, &party, 2, json!({ "email": null, "phone": "+49301234567", "address": null })).await;
        assert_eq!((&record["primaryEmail"], &record["primaryPhone"], &record["primaryAddress"]), (&Value::Null, &json!("+49301234567"), &Value::Null));
        assert_eq!(record["contactPoints"].as_array().unwrap().len(), 5);
        assert_eq!(event_types(&record)[..2], ["party.updated", "contact_point.made_primary"]);
    }

    /// Names are changed one by one. A display name that was made of the others follows them; one that somebody wrote stays.
    async fn keeps_names_together(app: TestApp) {
        let caller = app.company("Acme").await;
        let made = caller.party(json!({ "kind": "PERSON", "givenName": "Jane", "familyName": "Roe" })).await;
        let record = update(&caller, &made, 1, json!({ "givenName": " Janet ", "familyName": "Doe" })).await;
        assert_eq!((&record["displayName"], &record["givenName"], &record["familyName"]), (&json!("Janet Doe"), &json!("Janet"), &json!("Doe")));
        let record = update(&caller, &made, 2, json!({ "givenName": null })).await;
        assert_eq!((&record["displayName"], &record["givenName"]), (&json!("Doe"), &Value::Null));
        let record = update(&caller, &made, 3, json!({ "familyName": null })).await;
        assert_eq!((&record["displayName"], &record["familyName"]), (&json!("Doe"), &Value::Null), "a party always has a name to show");

        let written = caller.party(json!({ "kind": "PERSON", "givenName": "Jane", "familyName": "Roe", "displayName": "Dr Roe" })).await;
        assert_eq!(update(&caller, &written, 1, json!({ "givenName": "Janet" })).await["displayName"], "Dr Roe");
        assert_eq!(update(&caller, &written, 2, json!({ "displayName": "Prof Roe", "familyName": "Doe" })).await["displayName"], "Prof Roe");

        let firm = caller.party(json!({ "kind": "ORGANIZATION", "legalName": "Roe Ltd" })).await;
        let record = update(&caller, &firm, 1, json!({ "legalName": "Roe & Co Ltd" })).await;
        assert_eq!((&record["displayName"], &record["legalName"]), (&json!("Roe & Co Ltd"), &json!("Roe & Co Ltd")));
        let footprint = app.footprint(&caller).await;
        let keys: Vec<_> = footprint["match_key"].as_array().unwrap().iter().filter(|row| row["party_id"] == json!(firm)).collect();
        assert!(keys.iter().any(|row| row["match_key"] == "n:co"), "a party is found by its new name: {keys:?}");
    }

    /// Another spelling of the same value is taken over, and does not make a second contact point.
    async fn takes_over_another_spelling(app: TestApp) {
        let caller = app.company("Acme").await;
        let party = caller.party(json!({ "kind": "PERSON", "displayName": "Jane", "email": "jane@example.com", "phone": "030 1234567" })).await;
        let record = update(&caller, &party, 1, json!({ "email": "Jane@EXAMPLE.com" })).await;
        assert_eq!((&record["primaryEmail"], &record["version"]), (&json!("Jane@example.com"), &json!(2)));
        assert_eq!(record["contactPoints"][0], json!({ "kind": "EMAIL", "value": "Jane@example.com", "isPrimary": true }));
        let record = update(&caller, &party, 2, json!({ "phone": "(030) 12345-67 ext. 8" })).await;
        assert_eq!((&record["primaryPhone"], &record["version"]), (&json!("+49301234567"), &json!(2)), "an extension is no part of the number");
        assert_eq!(record["contactPoints"][1], json!({ "kind": "PHONE", "value": "+49 30 1234567 ext. 8", "isPrimary": true }));
        assert_eq!(record["contactPoints"].as_array().unwrap().len(), 2);
        assert_eq!(event_types(&record), ["contact_point.updated", "party.updated", "contact_point.updated", "party.created"]);
    }

    /// A change to what is so already changes nothing.
    async fn changes_nothing_twice(app: TestApp) {
        let caller = app.company("Acme").await;
        let party = caller.party(json!({ "kind": "PERSON", "givenName": "Jane", "familyName": "Roe", "email": "jane@example.com", "phone": "030 1234567" })).await;
        let before = app.footprint(&caller).await;
        for values in [
            json!({}),
            json!({ "displayName": "Jane  Roe ", "givenName": "Jane", "email": " jane@example.com", "phone": "+49 30 1234567", "address": null }),
            json!({ "displayName": null }),
        ] {
            assert_eq!(update(&caller, &party, 1, values).await["version"], 1);
        }
        assert_eq!(app.footprint(&caller).await, before);
    }

    /// Who has seen an older version is told the current one, whatever else is wrong.
    async fn refuses_an_old_version(app: TestApp) {
        let caller = app.company("Acme").await;
        let party = caller.person("Jane").await;
        update(&caller, &party, 1, json!({ "displayName": "Janet" })).await;
        let before = app.footprint(&caller).await;
        for expected in [1, 3, 0, -1, i64::MAX] {
            let input = json!({ "partyId": party, "expectedVersion": expected, "displayName": " " });
            let payload = caller.data(UPDATE, json!({ "input": input })).await["updateParty"].take();
            let error = json!({ "code": "STALE_VERSION", "path": ["input", "expectedVersion"], "currentVersion": 2, "candidateIds": [] });
            assert_eq!(payload, json!({ "party": null, "userErrors": [error] }));
        }
        assert_eq!(app.footprint(&caller).await, before);
    }

    /// Of eight writers who saw the same version one wins.
    async fn lets_one_of_many_writers_win(app: TestApp) {
        let caller = app.company("Acme").await;
        let party = caller.person("Jane").await;
        let calls = (0..8).map(|i| {
            let input = json!({ "partyId": party, "expectedVersion": 1, "displayName": format!("Jane {i}"), "email": format!("jane{i}@example.com") });
            caller.data(UPDATE, json!({ "input": input }))
        });
        let payloads: Vec<Value> = join_all(calls).await.into_iter().map(|mut data| data["updateParty"].take()).collect();
        assert_eq!(payloads.iter().filter(|payload| payload["party"] == json!({ "version": 2 })).count(), 1);
        let stale = payloads.iter().filter(|payload| payload["userErrors"][0]["code"] == "STALE_VERSION" && payload["userErrors"][0]["currentVersion"] == 2);
        assert_eq!(stale.count(), 7);
        assert_eq!(app.footprint(&caller).await["contact_point"].as_array().unwrap().len(), 1);
    }

    /// An e-mail address identifies one party, also when two change at once.
    async fn refuses_another_partys_address(app: TestApp) {
        let caller = app.company("Acme").await;
        let holder = caller.party(json!({ "kind": "PERSON", "displayName": "Jane", "email": "jane@example.com" })).await;
        let mut others = Vec::new();
        for i in 0..6 {
            others.push(caller.person(&format!("Person {i}")).await);
        }
        let before = app.footprint(&caller).await;
        let call = |party: &str, email: &str| {
            let input = json!({ "partyId": party, "expectedVersion": 1, "email": email, "displayName": "New" });
            caller.data(UPDATE, json!({ "input": input }))
        };
        let refused = |holder: &Value| json!({ "code": "DUPLICATE_PARTY", "path": ["input", "email"], "currentVersion": null, "candidateIds": [holder] });
        let payload = call(&others[0], "JANE@example.com").await["updateParty"].take();
        assert_eq!(payload, json!({ "party": null, "userErrors": [refused(&json!(holder))] }));
        assert_eq!(app.footprint(&caller).await, before);

        let payloads = join_all(others.iter().map(|party| call(party, "new@example.com"))).await;
        let winner = payloads.iter().position(|data| data["updateParty"]["party"] == json!({ "version": 2 })).unwrap();
        for (i, data) in payloads.iter().enumerate().filter(|(i, _)| *i != winner) {
            assert_eq!(data["updateParty"]["userErrors"], json!([refused(&json!(others[winner]))]), "party {i}");
        }
    }

    /// Everything that is wrong is told at once, and nothing is changed.
    async fn refuses_what_is_malformed(app: TestApp) {
        let caller = app.company("Acme").await;
        let person = caller.person("Jane").await;
        let firm = caller.party(json!({ "kind": "ORGANIZATION", "displayName": "Roe Ltd" })).await;
        for (party, values, expected) in [
            (&person, json!({ "displayName": " ", "givenName": "x".repeat(10_000), "email": "jane", "phone": "12", "address": {} }), vec![
                "INVALID_NAME at input.givenName", "INVALID_NAME at input.displayName", "INVALID_EMAIL at input.email", "INVALID_PHONE at input.phone",
                "INVALID_ADDRESS at input.address",
            ]),
            (&person, json!({ "legalName": "Jane Ltd" }), vec!["INVALID_NAME at input.legalName"]),
            (&firm, json!({ "givenName": "Jane", "familyName": "Roe" }), vec!["INVALID_NAME at input.givenName", "INVALID_NAME at input.familyName"]),
            (&firm, json!({ "displayName": "New", "email": "" }), vec!["INVALID_EMAIL at input.email"]),
        ] {
            let mut input = values;
            input["partyId"] = json!(party);
            input["expectedVersion"] = json!(1);
            assert_eq!(app.refused(&caller, "updateParty", input).await, expected);
        }
    }

    /// Ids that lead to no party of the company are refused by every change.
    async fn refuses_ids_that_lead_nowhere(app: TestApp) {
        let caller = app.company("Acme").await;
        let foreign = app.company("Other").await.person("Jane").await;
        for (id, code) in [(Uuid::now_v7().to_string(), "PARTY_NOT_FOUND"), (foreign, "PARTY_NOT_FOUND"), ("no uuid".to_owned(), "INVALID_ID"), (String::new(), "INVALID_ID")] {
            for (field, input) in [
                ("updateParty", json!({ "partyId": id, "expectedVersion": 1, "displayName": "X" })),
                ("deactivateParty", json!({ "partyId": id })),
                ("reactivateParty", json!({ "partyId": id })),
            ] {
                assert_eq!(app.refused(&caller, field, input).await, [format!("{code} at input.partyId")], "{field} {id}");
            }
        }
    }

    /// A deactivated party is kept and found, but takes no changes until it is back in use.
    async fn takes_parties_out_of_use_and_back(app: TestApp) {
        let caller = app.company("Acme").await;
        let party = caller.party(json!({ "kind": "PERSON", "displayName": "Jane", "email": "jane@example.com" })).await;
        assert_eq!(app.refused(&caller, "reactivateParty", json!({ "partyId": party })).await, ["PARTY_ALREADY_IN_STATE at input.partyId"]);
        assert_eq!(app.refused(&caller, "deactivateParty", json!({ "partyId": party, "expectedVersion": 2 })).await, ["STALE_VERSION at input.expectedVersion"]);
        let long = json!({ "partyId": party, "reason": "x".repeat(1_001) });
        assert_eq!(app.refused(&caller, "deactivateParty", long).await, ["INVALID_ARGUMENT at input.reason"]);

        let input = json!({ "partyId": party, "expectedVersion": 1, "reason": " moved away " });
        let payload = caller.mutate_ok("deactivateParty", input, "party { status version history { nodes { type payload } } }").await;
        assert_eq!((&payload["party"]["status"], &payload["party"]["version"]), (&json!("INACTIVE"), &json!(2)));
        assert_eq!(payload["party"]["history"]["nodes"][0], json!({ "type": "party.deactivated", "payload": { "reason": "moved away" } }));
        let found = caller.data("{ partyByEmail(email: \"jane@example.com\") { id status } }", json!({})).await;
        assert_eq!(found, json!({ "partyByEmail": { "id": party, "status": "INACTIVE" } }));
        assert_eq!(app.refused(&caller, "deactivateParty", json!({ "partyId": party })).await, ["PARTY_ALREADY_IN_STATE at input.partyId"]);
        let change = json!({ "partyId": party, "expectedVersion": 2, "displayName": "Janet" });
        assert_eq!(app.refused(&caller, "updateParty", change).await, ["PARTY_INACTIVE at input.partyId"]);

        let payload = caller.mutate_ok("reactivateParty", json!({ "partyId": party }), &format!("party {{ status {RECORD} }}")).await;
        assert_eq!((&payload["party"]["status"], &payload["party"]["version"]), (&json!("ACTIVE"), &json!(3)));
        assert_eq!(event_types(&payload["party"]), ["party.reactivated", "party.deactivated", "party.created"]);
        assert_eq!(update(&caller, &party, 3, json!({ "displayName": "Janet" })).await["version"], 4);
    }
}
