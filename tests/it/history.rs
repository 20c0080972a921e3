//! The history of a party: what happened to it, newest first.
use crate::support::{caller::TestCaller, on_both_databases};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

/// A page of a party's history.
async fn page(caller: &TestCaller, party: &str, arguments: &str, selection: &str) -> Value {
    let query = format!("query($id: ID!) {{ party(id: $id) {{ history{arguments} {{ {selection} }} }} }}");
    caller.data(&query, json!({ "id": party })).await["party"]["history"].take()
}

/// Makes a party and renames it, so that its history has as many events as asked for.
async fn with_events(caller: &TestCaller, events: i64) -> String {
    let party = caller.person("Name 1").await;
    for version in 1..events {
        let input = json!({ "partyId": party, "expectedVersion": version, "displayName": format!("Name {}", version + 1) });
        caller.mutate_ok("updateParty", input, "party { id }").await;
    }
    party
}

on_both_databases! {
    /// Each event says what happened, when, who did it and what changed.
    async fn tells_who_changed_what(app: TestApp) {
        let caller = app.company("Acme").await;
        let party = caller.party(json!({ "kind": "PERSON", "givenName": "Jane", "familyName": "Roe", "email": "jane@example.com" })).await;
        let update = json!({ "partyId": party, "expectedVersion": 1, "familyName": "Doe", "email": null });
        let updated = caller.mutate_ok("updateParty", update, "party { displayName updatedAt }").await;
        let history = page(&caller, &party, "", "nodes { type partyId actor at payload } pageInfo { hasNextPage hasPreviousPage }").await;
        assert_eq!(history, json!({
            "nodes": [
                { "type": "party.updated", "partyId": party, "actor": "tester", "at": updated["party"]["updatedAt"], "payload": { "changes": {
                    "displayName": { "from": "Jane Roe", "to": "Jane Doe" },
                    "familyName": { "from": "Roe", "to": "Doe" },
                    "primaryEmail": { "from": "jane@example.com", "to": null },
                } } },
                { "type": "party.created", "partyId": party, "actor": "tester", "at": history["nodes"][1]["at"], "payload": {
                    "kind": "PERSON", "displayName": "Jane Roe", "primaryEmail": "jane@example.com", "primaryPhone": null, "primaryAddress": null,
                    "identifiers": [],
                } },
            ],
            "pageInfo": { "hasNextPage": false, "hasPreviousPage": false },
        }));
    }

    /// Pages follow each other without gaps, even when something happens in between.
    async fn is_read_page_by_page(app: TestApp) {
        let caller = app.company("Acme").await;
        let party = with_events(&caller, 5).await;
        let all = page(&caller, &party, "(first: 100)", "nodes { sequence }").await;
        let all: Vec<Value> = all["nodes"].as_array().unwrap().clone();
        let numbers: Vec<i64> = all.iter().map(|event| event["sequence"].as_str().unwrap().parse().unwrap()).collect();
        assert!(numbers.len() == 5 && numbers.is_sorted_by(|a, b| a > b), "{numbers:?}");

        let first = page(&caller, &party, "(first: 2)", "edges { cursor node { sequence } } pageInfo { hasNextPage endCursor }").await;
        assert_eq!(first["edges"][1], json!({ "cursor": first["pageInfo"]["endCursor"], "node": all[1] }));
        assert_eq!(first["pageInfo"]["hasNextPage"], true);
        caller.mutate_ok("deactivateParty", json!({ "partyId": party }), "party { id }").await;
        let after = |page: &Value| format!("(first: 2, after: {})", page["pageInfo"]["endCursor"]);
        let second = page(&caller, &party, &after(&first), "nodes { sequence } pageInfo { hasNextPage hasPreviousPage endCursor }").await;
        assert_eq!(second["nodes"], json!(all[2..4]));
        assert_eq!((&second["pageInfo"]["hasNextPage"], &second["pageInfo"]["hasPreviousPage"]), (&json!(true), &json!(true)));
        let third = page(&caller, &party, &after(&second), "nodes { sequence } pageInfo { hasNextPage }").await;
        assert_eq!(third, json!({ "nodes": all[4..], "pageInfo": { "hasNextPage": false } }));
    }

    /// Sizes out of range and cursors of other lists are refused; the rest of the party answers.
    async fn refuses_what_is_no_page_of_it(app: TestApp) {
        let caller = app.company("Acme").await;
        let party = with_events(&caller, 2).await;
        let other = with_events(&caller, 2).await;
        let cursor = page(&caller, &other, "(first: 1)", "pageInfo { endCursor }").await["pageInfo"]["endCursor"].to_string();
        for (arguments, code, place) in [
            ("(first: 101)".to_owned(), "INVALID_PAGE_SIZE", "first"),
            ("(first: 0)".to_owned(), "INVALID_PAGE_SIZE", "first"),
            ("(first: -1)".to_owned(), "INVALID_PAGE_SIZE", "first"),
            ("(after: \"\")".to_owned(), "INVALID_CURSOR", "after"),
            ("(after: \"no cursor\")".to_owned(), "INVALID_CURSOR", "after"),
            (format!("(after: {cursor})"), "INVALID_CURSOR", "after"),
        ] {
            let query = format!("query($id: ID!) {{ party(id: $id) {{ displayName history{arguments} {{ nodes {{ type }} }} }} }}");
            let answer = caller.send(&query, json!({ "id": party })).await;
            assert_eq!(answer["data"], json!({ "party": { "displayName": "Name 2", "history": null } }), "{arguments}");
            let error = &answer["errors"][0];
            assert_eq!(error["path"], json!(["party", "history"]), "{arguments}");
            assert_eq!((&error["extensions"]["code"], &error["extensions"]["argumentPath"]), (&json!(code), &json!([place])), "{arguments}");
        }
    }

    /// What happened to parties before they were merged into another is part of the other's history.
    async fn holds_that_of_absorbed_parties(app: TestApp) {
        let caller = app.company("Acme").await;
        let survivor = with_events(&caller, 2).await;
        let absorbed = with_events(&caller, 3).await;
        let tx = app.hub.database.write(caller.company).await.unwrap();
        entity::party::Entity::update_many()
            .set(entity::party::ActiveModel {
                status: Set("MERGED".to_owned()),
                merged_into: Set(Some(survivor.parse().unwrap())),
                ..Default::default()
            })
            .filter(entity::party::Column::CompanyId.eq(caller.company.0))
            .filter(entity::party::Column::Id.eq(absorbed.parse::<uuid::Uuid>().unwrap()))
            .exec(&tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        for id in [&survivor, &absorbed] {
            let history = page(&caller, id, "", "nodes { partyId }").await;
            let ids: Vec<&Value> = history["nodes"].as_array().unwrap().iter().map(|event| &event["partyId"]).collect();
            let (of_absorbed, of_survivor) = (json!(absorbed), json!(survivor));
            assert_eq!(ids, [&of_absorbed, &of_absorbed, &of_absorbed, &of_survivor, &of_survivor]);
        }
        let first = page(&caller, &survivor, "(first: 4)", "nodes { partyId } pageInfo { hasNextPage endCursor }").await;
        assert_eq!((first["nodes"].as_array().unwrap().len(), &first["pageInfo"]["hasNextPage"]), (4, &json!(true)));
        let rest = page(&caller, &survivor, &format!("(first: 4, after: {})", first["pageInfo"]["endCursor"]), "nodes { partyId type }").await;
        assert_eq!(rest, json!({ "nodes": [{ "partyId": survivor, "type": "party.created" }] }));
        assert_eq!(app.refused(&caller, "updateParty", json!({ "partyId": absorbed, "expectedVersion": 3, "displayName": "X" })).await, [
            "PARTY_MERGED at input.partyId",
        ]);
    }

    /// What was changed may be personal data; that something was is not.
    async fn hides_what_is_personal(app: TestApp) {
        let caller = app.company("Acme").await;
        let party = caller.person("Jane Roe").await;
        let query = "query($id: ID!) { party(id: $id) { history { nodes { type payload actor } } } }";
        let answer = caller.with_scopes("party:read").send(query, json!({ "id": party })).await;
        assert_eq!(answer["data"]["party"]["history"]["nodes"], json!([{ "type": "party.created", "payload": null, "actor": "tester" }]));
        let errors: Vec<_> = answer["errors"].as_array().unwrap().iter().map(|error| (error["path"].clone(), error["extensions"]["code"].clone())).collect();
        assert_eq!(errors, [(json!(["party", "history", "nodes", 0, "payload"]), json!("FORBIDDEN"))]);
    }
}
