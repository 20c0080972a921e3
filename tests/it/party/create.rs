//! Making parties: what is refused, and calls that are repeated or race each other.
use crate::support::on_both_databases;
use futures_util::future::join_all;
use serde_json::{Value, json};

/// A call of `createParty` that tells what its refusal helps with.
const CREATE: &str = "mutation($input: CreatePartyInput!) { createParty(input: $input) { party { id } userErrors { code path candidateIds } } }";

on_both_databases! {
    /// What cannot be a party is refused at the place where it is wrong, and nothing is made.
    async fn refuses_what_is_malformed(app: TestApp) {
        let caller = app.company("Acme").await;
        let address = |part: &str, value: &str| json!({ "displayName": "X", "address": { "city": "Berlin", part: value } });
        for (input, expected) in [
            (json!({ "displayName": "X", "email": "jane" }), "INVALID_EMAIL at input.email"),
            (json!({ "displayName": "X", "email": "" }), "INVALID_EMAIL at input.email"),
            (json!({ "displayName": "X", "phone": "" }), "INVALID_PHONE at input.phone"),
            (json!({ "displayName": "X", "phone": "12" }), "INVALID_PHONE at input.phone"),
            (json!({ "displayName": "X", "phone": "+999 123 456 789" }), "INVALID_PHONE at input.phone"),
            (json!({ "displayName": "X", "phone": "call me" }), "INVALID_PHONE at input.phone"),
            (address("country", "Germany"), "INVALID_ADDRESS at input.address.country"),
            (address("line1", &"x".repeat(201)), "INVALID_ADDRESS at input.address.line1"),
            (json!({ "displayName": "X", "address": {} }), "INVALID_ADDRESS at input.address"),
            (json!({ "displayName": "x".repeat(10_000) }), "INVALID_NAME at input.displayName"),
            (json!({ "displayName": " \t " }), "INVALID_NAME at input.displayName"),
            (json!({ "displayName": "a\u{202E}b" }), "INVALID_NAME at input.displayName"),
            (json!({ "givenName": "x".repeat(201) }), "INVALID_NAME at input.givenName"),
            (json!({ "givenName": "\u{200B}" }), "INVALID_NAME at input.givenName"),
            (json!({}), "INVALID_NAME at input.displayName"),
            (json!({ "displayName": "X", "legalName": "X Ltd" }), "INVALID_NAME at input.legalName"),
            (json!({ "kind": "ORGANIZATION", "displayName": "X", "familyName": "Roe" }), "INVALID_NAME at input.familyName"),
            (json!({ "displayName": "X", "roles": ["prospect", "astronaut"] }), "ROLE_UNKNOWN at input.roles.1"),
            (json!({ "displayName": "X", "roles": ["Sales Customer"] }), "INVALID_CODE at input.roles.0"),
            (json!({ "displayName": "X", "roles": ["prospect", "prospect"] }), "ROLE_ALREADY_HELD at input.roles.1"),
            (json!({ "displayName": "X", "identifiers": [{ "scheme": "VAT id", "value": "DE1" }] }), "INVALID_IDENTIFIER at input.identifiers.0.scheme"),
            (json!({ "displayName": "X", "identifiers": [{ "scheme": "vat", "value": "-" }] }), "INVALID_IDENTIFIER at input.identifiers.0.value"),
            (json!({ "displayName": "X", "idempotencyKey": "" }), "INVALID_ARGUMENT at input.idempotencyKey"),
            (json!({ "displayName": "X", "idempotencyKey": "k\u{0}" }), "INVALID_ARGUMENT at input.idempotencyKey"),
            (json!({ "displayName": "X", "idempotencyKey": "k\n" }), "INVALID_ARGUMENT at input.idempotencyKey"),
            (json!({ "displayName": "X", "idempotencyKey": "k".repeat(201) }), "INVALID_ARGUMENT at input.idempotencyKey"),
        ] {
            let mut input = input;
            input.as_object_mut().unwrap().entry("kind").or_insert(json!("PERSON"));
            assert_eq!(app.refused(&caller, "createParty", input.clone()).await, [expected], "{}", input.to_string().chars().take(200).collect::<String>());
        }
    }

    /// Everything that is wrong is told at once.
    async fn tells_all_that_is_wrong(app: TestApp) {
        let caller = app.company("Acme").await;
        let malformed = json!({
            "kind": "PERSON", "displayName": " ", "email": "jane", "phone": "12", "address": { "country": "XX" }, "roles": ["prospect", "A B"],
            "identifiers": [{ "scheme": "vat", "value": "DE 1234" }, { "scheme": "vat", "value": "" }],
        });
        assert_eq!(app.refused(&caller, "createParty", malformed).await, [
            "INVALID_NAME at input.displayName",
            "INVALID_EMAIL at input.email",
            "INVALID_PHONE at input.phone",
            "INVALID_ADDRESS at input.address.country",
            "INVALID_IDENTIFIER at input.identifiers.1.value",
            "INVALID_CODE at input.roles.1",
        ]);
        let jane = json!({ "kind": "PERSON", "displayName": "Jane", "email": "jane@example.com", "identifiers": [{ "scheme": "vat", "value": "DE 1234" }] });
        caller.party(jane).await;
        let taken = json!({
            "kind": "PERSON", "displayName": "Jane", "email": "JANE@EXAMPLE.com", "roles": ["astronaut", "prospect", "pirate"],
            "identifiers": [{ "scheme": "duns", "value": "12" }, { "scheme": "vat", "value": "de-1234" }],
        });
        assert_eq!(app.refused(&caller, "createParty", taken).await, [
            "ROLE_UNKNOWN at input.roles.0",
            "ROLE_UNKNOWN at input.roles.2",
            "DUPLICATE_PARTY at input.email",
            "IDENTIFIER_TAKEN at input.identifiers.1.value",
        ]);
    }

    /// A value that identifies another party is refused with that party, deactivated or not. Another company's parties do not matter.
    async fn names_the_party_that_has_the_value(app: TestApp) {
        let caller = app.company("Acme").await;
        let input = json!({ "kind": "PERSON", "displayName": "Jane", "email": "jane@example.com", "identifiers": [{ "scheme": "vat", "value": "DE 1234" }] });
        let holder = caller.party(input.clone()).await;
        for _ in 0..2 {
            let before = app.footprint(&caller).await;
            let payload = caller.data(CREATE, json!({ "input": input })).await["createParty"].take();
            assert_eq!(payload, json!({ "party": null, "userErrors": [
                { "code": "DUPLICATE_PARTY", "path": ["input", "email"], "candidateIds": [holder] },
                { "code": "IDENTIFIER_TAKEN", "path": ["input", "identifiers", "0", "value"], "candidateIds": [holder] },
            ] }));
            assert_eq!(app.footprint(&caller).await, before);
            caller.mutate("deactivateParty", json!({ "partyId": holder }), "").await;
        }
        app.company("Other").await.party(input).await;
    }

    /// A kind that there is not, or none, is a fault of the document.
    async fn needs_a_kind(app: TestApp) {
        let caller = app.company("Acme").await;
        for input in [json!({ "kind": "ROBOT", "displayName": "X" }), json!({ "displayName": "X" }), Value::Null] {
            assert_eq!(caller.error_code(CREATE, json!({ "input": input })).await, "GRAPHQL_VALIDATION_FAILED");
        }
    }

    /// The same call with the same key answers as the first did. The key is not good for anything else, but other companies may use it.
    async fn is_repeated_safely(app: TestApp) {
        let caller = app.company("Acme").await;
        let input = json!({ "kind": "PERSON", "displayName": "Jane", "email": "jane@example.com", "roles": ["prospect"], "idempotencyKey": "call 1" });
        let first = caller.party(input.clone()).await;
        let before = app.footprint(&caller).await;
        assert_eq!(caller.party(input.clone()).await, first);
        assert_eq!(app.footprint(&caller).await, before);
        let mut other = input.clone();
        other["displayName"] = json!("Janet");
        assert_eq!(app.refused(&caller, "createParty", other).await, ["IDEMPOTENCY_CONFLICT at input.idempotencyKey"]);
        let stranger = app.company("Other").await;
        assert_ne!(stranger.party(input).await, first);
        let refused = json!({ "kind": "PERSON", "displayName": " ", "idempotencyKey": "call 2" });
        app.refused(&caller, "createParty", refused).await;
        let mended = json!({ "kind": "PERSON", "displayName": "Joe", "idempotencyKey": "call 2" });
        assert_ne!(caller.party(mended).await, first, "a call that was refused does not use up its key");
    }

    /// The same call eight times at once makes one party, and all eight get it.
    async fn is_repeated_at_the_same_time(app: TestApp) {
        let caller = app.company("Acme").await;
        let input = json!({ "kind": "PERSON", "displayName": "Jane", "email": "jane@example.com", "idempotencyKey": "call 1" });
        let ids = join_all((0..8).map(|_| caller.party(input.clone()))).await;
        assert_eq!(ids, vec![ids[0].clone(); 8]);
        let footprint = app.footprint(&caller).await;
        assert_eq!((footprint["party"].as_array().unwrap().len(), footprint["party_event"].as_array().unwrap().len()), (1, 1));
    }

    /// Of eight calls that race for an e-mail address one makes the party, and the others are told which it is.
    async fn races_for_an_address(app: TestApp) {
        let caller = app.company("Acme").await;
        let input = json!({ "kind": "PERSON", "displayName": "Jane", "email": "jane@example.com" });
        let payloads: Vec<Value> =
            join_all((0..8).map(|_| caller.data(CREATE, json!({ "input": input })))).await.into_iter().map(|mut data| data["createParty"].take()).collect();
        let (made, refused): (Vec<_>, Vec<_>) = payloads.iter().partition(|payload| !payload["party"].is_null());
        assert_eq!((made.len(), refused.len()), (1, 7));
        for payload in refused {
            let error = json!({ "code": "DUPLICATE_PARTY", "path": ["input", "email"], "candidateIds": [made[0]["party"]["id"]] });
            assert_eq!(payload["userErrors"], json!([error]));
        }
    }
}
