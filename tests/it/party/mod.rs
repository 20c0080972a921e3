//! Parties: making, reading, changing, deactivating.
mod create;
mod update;

use crate::support::on_both_databases;
use serde_json::{Value, json};

on_both_databases! {
    /// A party is made with everything that is known of it, and read back by id and by e-mail address.
    async fn is_created_and_read_back(app: TestApp) {
        let caller = app.company("Acme").await;
        let id = caller.party(json!({
            "kind": "PERSON", "givenName": "John", "familyName": "Doe", "email": "John.Doe@Example.com", "phone": "030 1234567",
            "address": { "line1": "Main St 1", "postalCode": "10115", "city": "Berlin", "country": "de" }, "roles": ["prospect"],
        })).await;
        let party = caller.data(
            "query($id: ID!) { party(id: $id) { displayName kind status primaryEmail primaryPhone primaryAddress { formatted } version allIds canonicalId } \
             partyByEmail(email: \"JOHN.DOE@example.com\") { id } }",
            json!({ "id": id }),
        ).await;
        assert_eq!(party, json!({
            "party": {
                "displayName": "John Doe", "kind": "PERSON", "status": "ACTIVE", "primaryEmail": "John.Doe@example.com", "primaryPhone": "+49301234567",
                "primaryAddress": { "formatted": "Main St 1, 10115 Berlin, DE" }, "version": 1, "allIds": [id], "canonicalId": id,
            },
            "partyByEmail": { "id": id },
        }));
    }

    /// Gateways ask for many entities at once; one that is missing or malformed is null with an error, and harms no neighbour.
    async fn answers_a_gateway(app: TestApp) {
        let caller = app.company("Acme").await;
        let id = caller.person("Jane Roe").await;
        let missing = uuid::Uuid::now_v7();
        let answer = caller.send(
            "query($r: [_Any!]!) { _entities(representations: $r) { ... on Party { id displayName } } }",
            json!({ "r": [
                { "__typename": "Party", "id": id }, { "__typename": "Party", "id": missing }, { "__typename": "Party", "id": "no uuid" },
                { "__typename": "Party" }, { "__typename": "Cart", "id": id }, { "__typename": "Party", "id": id },
            ] }),
        ).await;
        let jane = json!({ "id": id, "displayName": "Jane Roe" });
        assert_eq!(answer["data"]["_entities"], json!([jane, null, null, null, null, jane]));
        let errors: Vec<_> = answer["errors"].as_array().unwrap().iter().map(|error| format!("{} {}", error["path"], error["extensions"]["code"])).collect();
        assert_eq!(errors, [
            r#"["_entities",1] "PARTY_NOT_FOUND""#,
            r#"["_entities",2] "INVALID_ID""#,
            r#"["_entities",3] "INVALID_REPRESENTATION""#,
            r#"["_entities",4] "INVALID_REPRESENTATION""#,
        ]);
    }

    /// Ids that lead to no party of the company are null with an error; the rest of the document answers.
    async fn is_null_when_there_is_none(app: TestApp) {
        let caller = app.company("Acme").await;
        let id = caller.person("Jane Roe").await;
        let stranger = app.company("Other").await;
        let query = "query($id: ID!, $email: String!) { party(id: $id) { displayName } partyByEmail(email: $email) { id } roleTypes { code } }";
        for (id, email, paths) in [
            (uuid::Uuid::now_v7().to_string(), "nobody@example.com", vec![r#"["party"] "PARTY_NOT_FOUND""#]),
            (id, "nobody@example.com", vec![r#"["party"] "PARTY_NOT_FOUND""#]),
            ("no uuid".to_owned(), "nobody", vec![r#"["party"] "INVALID_ID""#, r#"["partyByEmail"] "INVALID_EMAIL""#]),
        ] {
            let answer = stranger.send(query, json!({ "id": id, "email": email })).await;
            assert_eq!((&answer["data"]["party"], &answer["data"]["partyByEmail"]), (&json!(null), &json!(null)));
            assert_eq!(answer["data"]["roleTypes"].as_array().unwrap().len(), 14);
            assert_eq!(errors(&answer), paths);
        }
    }

    /// Personal data needs `party:pii`: without it each such field is null with an error, and its neighbours answer.
    async fn hides_personal_data(app: TestApp) {
        let caller = app.company("Acme").await;
        let id = caller.party(json!({ "kind": "PERSON", "displayName": "Jane Roe", "email": "jane@example.com" })).await;
        let answer = caller.with_scopes("party:read").send(
            "query($id: ID!) { party(id: $id) { displayName primaryEmail primaryPhone primaryAddress { city } version } \
             partyByEmail(email: \"jane@example.com\") { id } }",
            json!({ "id": id }),
        ).await;
        assert_eq!(answer["data"], json!({
            "party": { "displayName": "Jane Roe", "primaryEmail": null, "primaryPhone": null, "primaryAddress": null, "version": 1 }, "partyByEmail": null,
        }));
        let mut found = errors(&answer);
        found.sort();
        assert_eq!(found, [
            r#"["party","primaryAddress"] "FORBIDDEN""#,
            r#"["party","primaryEmail"] "FORBIDDEN""#,
            r#"["party","primaryPhone"] "FORBIDDEN""#,
            r#"["partyByEmail"] "FORBIDDEN""#,
        ]);
    }

    /// Reading needs `party:read` and changing `party:write`; what is refused changes nothing.
    async fn needs_permission(app: TestApp) {
        let caller = app.company("Acme").await;
        let id = caller.person("Jane Roe").await;
        let before = app.footprint(&caller).await;
        let answer = caller.with_scopes("party:write party:pii").send("query($id: ID!) { party(id: $id) { id } }", json!({ "id": id })).await;
        assert_eq!((&answer["data"], errors(&answer)), (&json!({ "party": null }), vec![r#"["party"] "FORBIDDEN""#.to_owned()]));
        let reader = caller.with_scopes("party:read party:pii party:link party:steward party:admin revenue:read revenue:write");
        for (field, input_type, input) in [
            ("createParty", "CreatePartyInput", json!({ "kind": "PERSON", "displayName": "X" })),
            ("updateParty", "UpdatePartyInput", json!({ "partyId": id, "expectedVersion": 1, "displayName": "X" })),
            ("deactivateParty", "PartyStatusInput", json!({ "partyId": id })),
            ("reactivateParty", "PartyStatusInput", json!({ "partyId": id })),
        ] {
            let query = format!("mutation($input: {input_type}!) {{ {field}(input: $input) {{ userErrors {{ code }} }} }}");
            let answer = reader.send(&query, json!({ "input": input })).await;
            assert_eq!((&answer["data"], errors(&answer)), (&json!({ field: null }), vec![format!(r#"["{field}"] "FORBIDDEN""#)]));
        }
        assert_eq!(app.footprint(&caller).await, before);
    }
}

on_both_databases! {
    /// A caller who may write but not read still learns why nothing was changed, and which ids stand in the way.
    async fn tells_writers_who_may_not_read_what_was_wrong(app: TestApp) {
        let caller = app.company("Acme").await;
        let id = caller.party(json!({ "kind": "PERSON", "displayName": "Jane Roe", "email": "jane@example.com" })).await;
        let create = "mutation { createParty(input: { kind: PERSON, displayName: \"Jane\", email: \"jane@example.com\" }) { \
             party { id } userErrors { code candidateIds candidates { displayName } } } }";
        let answer = caller.with_scopes("party:write").send(create, json!({})).await;
        let refused = json!({ "party": null, "userErrors": [{ "code": "DUPLICATE_PARTY", "candidateIds": [id], "candidates": null }] });
        assert_eq!(answer["data"]["createParty"], refused);
        assert_eq!(errors(&answer), [r#"["createParty","userErrors",0,"candidates"] "FORBIDDEN""#]);
        assert_eq!(caller.data(create, json!({})).await["createParty"]["userErrors"][0]["candidates"], json!([{ "displayName": "Jane Roe" }]));
    }
}

/// The errors of an answer, as path and code.
fn errors(answer: &Value) -> Vec<String> {
    answer["errors"].as_array().unwrap().iter().map(|error| format!("{} {}", error["path"], error["extensions"]["code"])).collect()
}
