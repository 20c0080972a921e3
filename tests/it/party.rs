//! Parties: making, reading, changing, deactivating.
use crate::support::on_both_databases;
use serde_json::json;

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
}
