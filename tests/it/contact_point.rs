//! Contact points: adding, ending, verifying, sharing them, and which one comes first.
use crate::support::{app::TestApp, caller::TestCaller, on_both_databases};
use serde_json::{Value, json};
use uuid::Uuid;

const POINTS: &str = "contactPoints { kind value normalizedValue isPrimary isShared }";

/// Adds a contact point and gives its id.
async fn add(caller: &TestCaller, input: Value) -> String {
    let payload = caller.mutate_ok("addContactPoint", input, "contactPoint { id }").await;
    payload["contactPoint"]["id"].as_str().unwrap().to_owned()
}

/// What is asked of a party.
async fn look(caller: &TestCaller, party: &str, selection: &str) -> Value {
    caller.data(&format!("query($id: ID!) {{ party(id: $id) {{ {selection} }} }}"), json!({ "id": party })).await["party"].take()
}

/// The id of the party's contact point of a kind that has a value.
async fn id_of(caller: &TestCaller, party: &str, value: &str) -> String {
    let points = look(caller, party, "contactPoints(includeEnded: true) { id value }").await;
    let points = points["contactPoints"].as_array().unwrap().clone();
    points.iter().find(|point| point["value"] == value).unwrap()["id"].as_str().unwrap().to_owned()
}

/// The types of the party's events, newest first.
async fn events(caller: &TestCaller, party: &str) -> Vec<String> {
    let history = look(caller, party, "history(first: 100) { nodes { type } }").await;
    history["history"]["nodes"].as_array().unwrap().iter().map(|event| event["type"].as_str().unwrap().to_owned()).collect()
}

/// The keys under which parties of the company are found that begin with a letter and a colon.
async fn keys(app: &TestApp, caller: &TestCaller, prefix: &str) -> Vec<String> {
    let footprint = app.footprint(caller).await;
    let rows = footprint["match_key"].as_array().unwrap().clone();
    rows.iter().filter_map(|row| row["match_key"].as_str()).filter(|key| key.starts_with(prefix)).map(str::to_owned).collect()
}

on_both_databases! {
    /// Each kind has its own way of reading a value; phones without a country code are taken to be in the company's country.
    async fn of_every_kind_are_added(app: TestApp) {
        let caller = app.company("Acme").await;
        let party = caller.person("Jane Roe").await;
        let payload = caller.mutate_ok(
            "addContactPoint",
            json!({ "partyId": party, "kind": "EMAIL", "value": " Jane.Roe@Example.com", "purposes": ["BILLING", "NEWS", "BILLING"] }),
            "contactPoint { kind value normalizedValue address { city } purposes isPrimary isShared verifiedAt verifiedBy validTo } party { id version }",
        ).await;
        assert_eq!(payload, json!({
            "contactPoint": {
                "kind": "EMAIL", "value": "Jane.Roe@example.com", "normalizedValue": "jane.roe@example.com", "address": null,
                "purposes": ["BILLING", "NEWS"], "isPrimary": false, "isShared": false, "verifiedAt": null, "verifiedBy": null, "validTo": null,
            },
            "party": { "id": party, "version": 1 },
            "userErrors": [],
        }));
        add(&caller, json!({ "partyId": party, "kind": "PHONE", "value": "030 1234567 ext. 9" })).await;
        add(&caller, json!({ "partyId": party, "kind": "WEB", "value": "HTTPS://Example.com/jane/", "makePrimary": true })).await;
        let address = json!({ "line1": "Main St 1", "postalCode": "10115", "city": "Berlin", "country": "de" });
        add(&caller, json!({ "partyId": party, "kind": "ADDRESS", "address": address })).await;
        let seen = look(&caller, &party, &format!("{POINTS} phones: contactPoints(kind: PHONE) {{ value }} version primaryPhone")).await;
        assert_eq!(seen, json!({
            "contactPoints": [
                { "kind": "ADDRESS", "value": "Main St 1, 10115 Berlin, DE", "normalizedValue": "main st 1 10115 berlin de",
                  "isPrimary": false, "isShared": false },
                { "kind": "EMAIL", "value": "Jane.Roe@example.com", "normalizedValue": "jane.roe@example.com", "isPrimary": false, "isShared": false },
                { "kind": "PHONE", "value": "+49 30 1234567 ext. 9", "normalizedValue": "+49301234567", "isPrimary": false, "isShared": false },
                { "kind": "WEB", "value": "HTTPS://Example.com/jane/", "normalizedValue": "https://example.com/jane", "isPrimary": true, "isShared": false },
            ],
            "phones": [{ "value": "+49 30 1234567 ext. 9" }],
            "version": 1,
            "primaryPhone": null,
        }));
        assert_eq!(keys(&app, &caller, "e:").await, ["e:jane.roe@example.com"]);
        assert_eq!(keys(&app, &caller, "p:").await, ["p:+49301234567"]);
        assert_eq!(events(&caller, &party).await, [vec!["contact_point.added"; 4], vec!["party.created"]].concat());
    }

    /// The party's own fields show the primary one of each kind. One is primary at a time, and none takes the place of one that ends.
    async fn one_of_each_kind_is_primary(app: TestApp) {
        let caller = app.company("Acme").await;
        let party = caller.party(json!({ "kind": "PERSON", "displayName": "Jane Roe", "email": "old@example.com" })).await;
        let new = json!({ "partyId": party, "kind": "EMAIL", "value": "new@example.com", "makePrimary": true });
        let payload = caller.mutate_ok("addContactPoint", new, "contactPoint { isPrimary } party { primaryEmail version }").await;
        assert_eq!(payload["contactPoint"], json!({ "isPrimary": true }));
        assert_eq!(payload["party"], json!({ "primaryEmail": "new@example.com", "version": 2 }));

        let old = id_of(&caller, &party, "old@example.com").await;
        let back = caller.mutate_ok("setPrimaryContactPoint", json!({ "contactPointId": old }), "party { primaryEmail version }").await;
        assert_eq!(back["party"], json!({ "primaryEmail": "old@example.com", "version": 3 }));
        let again = caller.mutate_ok("setPrimaryContactPoint", json!({ "contactPointId": old }), "party { version }").await;
        assert_eq!(again["party"], json!({ "version": 3 }), "what is primary already stays so without a change");

        let end = json!({ "contactPointId": old, "reason": "bounces" });
        let ended = caller.mutate_ok("endContactPoint", end, "contactPoint { isPrimary validTo } party { primaryEmail version updatedAt }").await;
        assert_eq!(ended["party"]["primaryEmail"], Value::Null);
        assert_eq!(ended["party"]["version"], 4);
        assert_eq!((&ended["contactPoint"]["isPrimary"], &ended["contactPoint"]["validTo"]), (&json!(false), &ended["party"]["updatedAt"]));
        let seen = look(&caller, &party, "contactPoints { value isPrimary } all: contactPoints(includeEnded: true) { value }").await;
        assert_eq!(seen, json!({
            "contactPoints": [{ "value": "new@example.com", "isPrimary": false }],
            "all": [{ "value": "new@example.com" }, { "value": "old@example.com" }],
        }));
        assert_eq!(keys(&app, &caller, "e:").await, ["e:new@example.com"]);
        assert_eq!(events(&caller, &party).await, [
            "party.updated", "contact_point.ended", "party.updated", "contact_point.made_primary", "party.updated", "contact_point.added", "party.created",
        ]);
    }

    /// An address that ended can be added again, as a new contact point.
    async fn that_ended_can_come_back(app: TestApp) {
        let caller = app.company("Acme").await;
        let party = caller.person("Jane Roe").await;
        let input = json!({ "partyId": party, "kind": "PHONE", "value": "+49 30 1234567" });
        let first = add(&caller, input.clone()).await;
        caller.mutate_ok("endContactPoint", json!({ "contactPointId": first }), "contactPoint { id }").await;
        let second = add(&caller, input).await;
        assert_ne!(first, second);
        let seen = look(&caller, &party, "contactPoints(includeEnded: true, kind: PHONE) { id }").await;
        assert_eq!(seen, json!({ "contactPoints": [{ "id": second }, { "id": first }] }));
    }

    /// An e-mail address identifies one party. Others may have it too, but not as their primary one.
    async fn another_partys_address_is_never_primary(app: TestApp) {
        let caller = app.company("Acme").await;
        let holder = caller.party(json!({ "kind": "PERSON", "displayName": "Jane Roe", "email": "jane@example.com" })).await;
        let other = caller.person("John Doe").await;
        let query = "mutation($input: AddContactPointInput!) { addContactPoint(input: $input) { userErrors { code path candidateIds candidates { displayName } } } }";
        let primary = json!({ "partyId": other, "kind": "EMAIL", "value": "JANE@example.com", "makePrimary": true });
        let before = app.footprint(&caller).await;
        let answer = caller.data(query, json!({ "input": primary })).await;
        assert_eq!(answer["addContactPoint"]["userErrors"], json!([{
            "code": "DUPLICATE_PARTY", "path": ["input", "value"], "candidateIds": [holder], "candidates": [{ "displayName": "Jane Roe" }],
        }]));
        assert_eq!(app.footprint(&caller).await, before);

        let point = add(&caller, json!({ "partyId": other, "kind": "EMAIL", "value": "jane@example.com" })).await;
        assert_eq!(app.refused(&caller, "setPrimaryContactPoint", json!({ "contactPointId": point })).await, ["DUPLICATE_PARTY at input.contactPointId"]);
        let third = caller.person("Third").await;
        add(&caller, json!({ "partyId": third, "kind": "EMAIL", "value": "jane@example.com", "isShared": true })).await;

        let held = id_of(&caller, &holder, "jane@example.com").await;
        caller.mutate_ok("endContactPoint", json!({ "contactPointId": held }), "party { id }").await;
        let free = caller.mutate_ok("setPrimaryContactPoint", json!({ "contactPointId": point }), "party { primaryEmail }").await;
        assert_eq!(free["party"], json!({ "primaryEmail": "jane@example.com" }));
    }

    /// A mailbox that several people read identifies nobody: it is not primary, and becomes free for the party that it does identify.
    async fn that_are_shared_identify_nobody(app: TestApp) {
        let caller = app.company("Acme").await;
        let party = caller.party(json!({ "kind": "PERSON", "displayName": "Jane Roe", "email": "family@example.com", "phone": "030 1234567" })).await;
        let email = id_of(&caller, &party, "family@example.com").await;
        let shared = json!({ "contactPointId": email, "isShared": true });
        let payload = caller.mutate_ok("setContactPointShared", shared.clone(), "contactPoint { isShared isPrimary } party { primaryEmail version }").await;
        assert_eq!(payload["contactPoint"], json!({ "isShared": true, "isPrimary": false }));
        assert_eq!(payload["party"], json!({ "primaryEmail": null, "version": 2 }));
        let count = events(&caller, &party).await.len();
        caller.mutate_ok("setContactPointShared", shared, "party { id }").await;
        assert_eq!(events(&caller, &party).await.len(), count, "what is so already is no event");
        assert_eq!(app.refused(&caller, "setPrimaryContactPoint", json!({ "contactPointId": email })).await, [
            "CONTACT_POINT_NOT_PRIMARY at input.contactPointId",
        ]);
        let update = json!({ "partyId": party, "expectedVersion": 2, "email": "FAMILY@example.com" });
        assert_eq!(app.refused(&caller, "updateParty", update).await, ["CONTACT_POINT_NOT_PRIMARY at input.email"]);

        let phone = id_of(&caller, &party, "+49 30 1234567").await;
        let payload = caller.mutate_ok("setContactPointShared", json!({ "contactPointId": phone, "isShared": true }), "party { primaryPhone }").await;
        assert_eq!(payload["party"], json!({ "primaryPhone": "+49301234567" }), "a family has one phone, and it is called all the same");

        caller.mutate_ok("setContactPointShared", json!({ "contactPointId": email, "isShared": false }), "party { id }").await;
        let payload = caller.mutate_ok("setPrimaryContactPoint", json!({ "contactPointId": email }), "party { primaryEmail }").await;
        assert_eq!(payload["party"], json!({ "primaryEmail": "family@example.com" }));
    }

    /// The first proof stays: verifying again changes nothing.
    async fn are_verified_once(app: TestApp) {
        let caller = app.company("Acme").await;
        let party = caller.party(json!({ "kind": "PERSON", "displayName": "Jane Roe", "email": "jane@example.com" })).await;
        let point = id_of(&caller, &party, "jane@example.com").await;
        let selection = "contactPoint { verifiedAt verifiedBy } party { version updatedAt }";
        let first = caller.mutate_ok("verifyContactPoint", json!({ "contactPointId": point, "method": " confirmation  link " }), selection).await;
        assert_eq!(first["contactPoint"]["verifiedBy"], "tester (confirmation link)");
        assert_eq!(first["contactPoint"]["verifiedAt"], first["party"]["updatedAt"]);
        assert_eq!(first["party"]["version"], 1);
        let second = caller.mutate_ok("verifyContactPoint", json!({ "contactPointId": point, "method": "call back" }), selection).await;
        assert_eq!(second, first);
        assert_eq!(events(&caller, &party).await, ["contact_point.verified", "party.created"]);
        for method in ["", "  ", &"x".repeat(101), "a\u{0}b"] {
            let input = json!({ "contactPointId": point, "method": method });
            assert_eq!(app.refused(&caller, "verifyContactPoint", input).await, ["INVALID_ARGUMENT at input.method"]);
        }
    }

    /// What cannot be added is refused with everything that is wrong, and nothing is changed.
    async fn that_make_no_sense_are_refused(app: TestApp) {
        let caller = app.company("Acme").await;
        let party = caller.party(json!({ "kind": "PERSON", "displayName": "Jane Roe", "email": "jane@example.com" })).await;
        let berlin = json!({ "city": "Berlin" });
        for (input, expected) in [
            (json!({ "kind": "EMAIL", "value": "jane" }), vec!["INVALID_EMAIL at input.value"]),
            (json!({ "kind": "EMAIL", "value": "JANE@example.com" }), vec!["CONTACT_POINT_EXISTS at input.value"]),
            (json!({ "kind": "EMAIL" }), vec!["INVALID_ARGUMENT at input.value"]),
            (json!({ "kind": "EMAIL", "value": "a@b.de", "address": berlin }), vec!["INVALID_ARGUMENT at input.address"]),
            (json!({ "kind": "EMAIL", "value": "a@b.de", "isShared": true, "makePrimary": true }), vec!["CONTACT_POINT_NOT_PRIMARY at input.makePrimary"]),
            (json!({ "kind": "PHONE", "value": "+999 123 456 789" }), vec!["INVALID_PHONE at input.value"]),
            (json!({ "kind": "PHONE", "value": "12" }), vec!["INVALID_PHONE at input.value"]),
            (json!({ "kind": "WEB", "value": "javascript:alert(1)" }), vec!["INVALID_URL at input.value"]),
            (json!({ "kind": "ADDRESS" }), vec!["INVALID_ADDRESS at input.address"]),
            (json!({ "kind": "ADDRESS", "value": "Berlin" }), vec!["INVALID_ARGUMENT at input.value", "INVALID_ADDRESS at input.address"]),
            (json!({ "kind": "ADDRESS", "address": { "city": "Berlin", "country": "XX" } }), vec!["INVALID_ADDRESS at input.address.country"]),
            (json!({ "kind": "EMAIL", "value": "jane", "purposes": ["BILLING", "for bills"] }), vec![
                "INVALID_EMAIL at input.value", "INVALID_CODE at input.purposes.1",
            ]),
            (json!({ "kind": "EMAIL", "value": "a@b.de", "purposes": vec!["A"; 21] }), vec!["INVALID_ARGUMENT at input.purposes"]),
        ] {
            let mut input = input;
            input["partyId"] = json!(party);
            assert_eq!(app.refused(&caller, "addContactPoint", input.clone()).await, expected, "{input}");
        }
        let document = "mutation($input: AddContactPointInput!) { addContactPoint(input: $input) { userErrors { message } } }";
        let again = json!({ "partyId": party, "kind": "EMAIL", "value": "jane@example.com", "makePrimary": true });
        let answer = caller.data(document, json!({ "input": again })).await;
        let message = answer["addContactPoint"]["userErrors"][0]["message"].as_str().unwrap();
        assert!(message.ends_with(" Use setPrimaryContactPoint to make it the primary one."), "{message}");
    }

    /// Ids that lead nowhere, ended contact points and deactivated parties are told apart from what can be changed.
    async fn that_are_not_there_are_refused(app: TestApp) {
        let caller = app.company("Acme").await;
        let stranger = app.company("Other").await;
        let party = caller.party(json!({ "kind": "PERSON", "displayName": "Jane Roe", "email": "jane@example.com", "phone": "030 1234567" })).await;
        let point = id_of(&caller, &party, "jane@example.com").await;
        let ended = id_of(&caller, &party, "+49 30 1234567").await;
        caller.mutate_ok("endContactPoint", json!({ "contactPointId": ended }), "party { id }").await;
        let inputs = |id: &str| [
            ("endContactPoint", json!({ "contactPointId": id })),
            ("setPrimaryContactPoint", json!({ "contactPointId": id })),
            ("verifyContactPoint", json!({ "contactPointId": id, "method": "call back" })),
            ("setContactPointShared", json!({ "contactPointId": id, "isShared": true })),
        ];
        for (id, code) in [(Uuid::now_v7().to_string(), "CONTACT_POINT_NOT_FOUND"), (ended, "CONTACT_POINT_NOT_FOUND"), ("no uuid".to_owned(), "INVALID_ID")] {
            for (field, input) in inputs(&id) {
                assert_eq!(app.refused(&caller, field, input).await, [format!("{code} at input.contactPointId")], "{field}");
            }
        }
        let before = app.footprint(&caller).await;
        for (field, input) in inputs(&point) {
            assert_eq!(app.refused(&stranger, field, input).await, ["CONTACT_POINT_NOT_FOUND at input.contactPointId"], "{field}");
        }
        for (caller, party, code) in [(&stranger, party.as_str(), "PARTY_NOT_FOUND"), (&caller, "no uuid", "INVALID_ID")] {
            let input = json!({ "partyId": party, "kind": "EMAIL", "value": "a@example.com" });
            assert_eq!(app.refused(caller, "addContactPoint", input).await, [format!("{code} at input.partyId")]);
        }
        assert_eq!(app.footprint(&caller).await, before);

        caller.mutate_ok("deactivateParty", json!({ "partyId": party }), "party { id }").await;
        for (field, input) in inputs(&point) {
            assert_eq!(app.refused(&caller, field, input).await, ["PARTY_INACTIVE at input.contactPointId"], "{field}");
        }
        let input = json!({ "partyId": party, "kind": "EMAIL", "value": "a@example.com" });
        assert_eq!(app.refused(&caller, "addContactPoint", input).await, ["PARTY_INACTIVE at input.partyId"]);
        let long = json!({ "contactPointId": point, "reason": "x".repeat(1_001) });
        assert_eq!(app.refused(&caller, "endContactPoint", long).await, ["INVALID_ARGUMENT at input.reason"]);
    }

    /// Eight parties are to get the same primary address at once: one does, and the others are told which.
    async fn of_two_writers_one_wins(app: TestApp) {
        let caller = app.company("Acme").await;
        let mut parties = Vec::new();
        for i in 0..8 {
            parties.push(caller.person(&format!("Person {i}")).await);
        }
        let query = "mutation($input: AddContactPointInput!) { addContactPoint(input: $input) { party { id } userErrors { code path candidateIds } } }";
        let calls = parties.iter().map(|party| {
            let input = json!({ "partyId": party, "kind": "EMAIL", "value": "jane@example.com", "makePrimary": true });
            caller.data(query, json!({ "input": input }))
        });
        let answers = futures_util::future::join_all(calls).await;
        let (won, lost): (Vec<_>, Vec<_>) = answers.iter().map(|answer| &answer["addContactPoint"]).partition(|payload| !payload["party"].is_null());
        assert_eq!((won.len(), lost.len()), (1, 7));
        for payload in lost {
            let error = json!({ "code": "DUPLICATE_PARTY", "path": ["input", "value"], "candidateIds": [won[0]["party"]["id"]] });
            assert_eq!(payload["userErrors"], json!([error]));
        }
        let footprint = app.footprint(&caller).await;
        assert_eq!(footprint["contact_point"].as_array().unwrap().len(), 1);
    }

    /// The same address for the same party from eight callers at once is one contact point.
    async fn come_once_from_many_writers(app: TestApp) {
        let caller = app.company("Acme").await;
        let party = caller.person("Jane Roe").await;
        let calls = (0..8).map(|_| caller.mutate("addContactPoint", json!({ "partyId": party, "kind": "WEB", "value": "https://example.com" }), "party { id }"));
        let answers = futures_util::future::join_all(calls).await;
        let codes: Vec<_> = answers.iter().filter_map(|answer| answer["userErrors"][0]["code"].as_str()).collect();
        assert_eq!(codes, vec!["CONTACT_POINT_EXISTS"; 7]);
        assert_eq!(look(&caller, &party, "contactPoints { value }").await, json!({ "contactPoints": [{ "value": "https://example.com" }] }));
    }

    /// Values need `party:pii`; what is no personal data answers all the same. Changes need `party:write`.
    async fn are_personal_data(app: TestApp) {
        let caller = app.company("Acme").await;
        let party = caller.party(json!({ "kind": "PERSON", "displayName": "Jane Roe", "email": "jane@example.com" })).await;
        let reader = caller.with_scopes("party:read party:write");
        let answer = reader.send("query($id: ID!) { party(id: $id) { displayName contactPoints { value } identifiers { value } } }", json!({ "id": party })).await;
        assert_eq!(answer["data"], json!({ "party": { "displayName": "Jane Roe", "contactPoints": null, "identifiers": [] } }));
        assert_eq!(answer["errors"].as_array().unwrap().len(), 1);
        assert_eq!((&answer["errors"][0]["path"], &answer["errors"][0]["extensions"]["code"]), (&json!(["party", "contactPoints"]), &json!("FORBIDDEN")));

        let query = "mutation($input: AddContactPointInput!) { addContactPoint(input: $input) { contactPoint { kind value normalizedValue } userErrors { code } } }";
        let answer = reader.send(query, json!({ "input": { "partyId": party, "kind": "WEB", "value": "https://example.com" } })).await;
        let hidden = json!({ "kind": "WEB", "value": null, "normalizedValue": null });
        assert_eq!(answer["data"], json!({ "addContactPoint": { "contactPoint": hidden, "userErrors": [] } }));
        let paths: Vec<_> = answer["errors"].as_array().unwrap().iter().map(|error| error["path"].clone()).collect();
        assert_eq!(paths, [json!(["addContactPoint", "contactPoint", "value"]), json!(["addContactPoint", "contactPoint", "normalizedValue"])]);

        let before = app.footprint(&caller).await;
        let point = id_of(&caller, &party, "jane@example.com").await;
        let reader = caller.with_scopes("party:read party:pii");
        for (field, input_type, input) in [
            ("addContactPoint", "AddContactPointInput", json!({ "partyId": party, "kind": "WEB", "value": "https://example.org" })),
            ("endContactPoint", "EndContactPointInput", json!({ "contactPointId": point })),
            ("setPrimaryContactPoint", "SetPrimaryContactPointInput", json!({ "contactPointId": point })),
            ("verifyContactPoint", "VerifyContactPointInput", json!({ "contactPointId": point, "method": "call back" })),
            ("setContactPointShared", "SetContactPointSharedInput", json!({ "contactPointId": point, "isShared": true })),
        ] {
            let query = format!("mutation($input: {input_type}!) {{ {field}(input: $input) {{ userErrors {{ code }} }} }}");
            assert_eq!(reader.error_code(&query, json!({ "input": input })).await, "FORBIDDEN", "{field}");
        }
        assert_eq!(app.footprint(&caller).await, before);
    }

    /// Contact points, identifiers and histories of many parties cost as many statements as those of one.
    async fn of_many_parties_are_read_at_once(app: TestApp) {
        let caller = app.company("Acme").await;
        let mut parties = Vec::new();
        for i in 0..12 {
            let identifiers = json!([{ "scheme": "vat", "value": format!("DE 10{i:02}") }]);
            parties.push(caller.party(json!({
                "kind": "PERSON", "displayName": "Jane", "email": format!("jane{i}@example.com"), "identifiers": identifiers,
            })).await);
        }
        let query = "query($r: [_Any!]!) { _entities(representations: $r) { ... on Party { contactPoints { value } \
            all: contactPoints(includeEnded: true) { value } identifiers { scheme value displayValue verifiedAt } history { nodes { type } } } } }";
        let ask = async |ids: &[String]| {
            let representations: Vec<_> = ids.iter().map(|id| json!({ "__typename": "Party", "id": id })).collect();
            let before = app.hub.database.statements();
            let data = caller.data(query, json!({ "r": representations })).await;
            (app.hub.database.statements() - before, data)
        };
        let (one, _) = ask(&parties[..1]).await;
        let (many, data) = ask(&parties).await;
        assert_eq!(many, one);
        for (i, party) in data["_entities"].as_array().unwrap().iter().enumerate() {
            let value = json!([{ "value": format!("jane{i}@example.com") }]);
            assert_eq!(*party, json!({
                "contactPoints": value, "all": value,
                "identifiers": [{ "scheme": "vat", "value": format!("DE10{i:02}"), "displayValue": format!("DE 10{i:02}"), "verifiedAt": null }],
                "history": { "nodes": [{ "type": "party.created" }] },
            }));
        }
    }
}
