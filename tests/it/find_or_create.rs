//! Find or create: what is found by which evidence, what is made, and what many workers at once make of it.
use crate::support::{caller::TestCaller, on_both_databases};
use serde_json::{Value, json};
use std::collections::HashSet;

const RESULT: &str = "party { id displayName primaryEmail } created foundBy";

async fn find_or_create(caller: &TestCaller, input: Value) -> Value {
    caller.mutate_ok("findOrCreateParty", input, RESULT).await
}

fn lead(id: &str) -> Value {
    json!({ "system": "crm", "type": "lead", "id": id })
}

on_both_databases! {
    /// The second engine that knows an address gets the party of the first, in whatever spelling.
    async fn finds_by_email_address(app: TestApp) {
        let caller = app.company("Acme").await;
        let made = find_or_create(&caller, json!({ "displayName": "John Doe", "email": "john@example.com", "role": "prospect" })).await;
        assert_eq!((&made["created"], &made["foundBy"]), (&json!(true), &json!(null)));
        let found = find_or_create(&caller, json!({ "displayName": "J. Doe", "email": " JOHN@Example.com ", "role": "sales_customer" })).await;
        assert_eq!(found, json!({ "party": made["party"], "created": false, "foundBy": "EMAIL", "userErrors": [] }));
    }

    /// A linked record leads to its party whatever else the engine says now.
    async fn finds_by_source_record_first(app: TestApp) {
        let caller = app.company("Acme").await;
        let made = find_or_create(&caller, json!({ "source": lead("1"), "displayName": "John Doe", "email": "john@example.com" })).await;
        caller.party(json!({ "kind": "PERSON", "displayName": "Other", "email": "other@example.com" })).await;
        let found = find_or_create(&caller, json!({ "source": lead("1"), "email": "other@example.com" })).await;
        assert_eq!((&found["party"]["id"], &found["foundBy"]), (&made["party"]["id"], &json!("SOURCE_RECORD")));
    }

    /// An identifier finds the party, and the record that came with it is linked from then on.
    async fn finds_by_identifier_and_links_the_record(app: TestApp) {
        let caller = app.company("Acme").await;
        let vat = json!([{ "scheme": "vat", "value": "DE 123 456 789" }]);
        let made = find_or_create(&caller, json!({ "kind": "ORGANIZATION", "displayName": "Globex", "identifiers": vat })).await;
        let spelt = json!([{ "scheme": "vat", "value": "DE123456789" }]);
        let found = find_or_create(&caller, json!({ "source": lead("7"), "identifiers": spelt, "displayName": "GLOBEX GmbH" })).await;
        assert_eq!((&found["party"]["id"], &found["foundBy"]), (&made["party"]["id"], &json!("IDENTIFIER")));
        let again = find_or_create(&caller, json!({ "source": lead("7") })).await;
        assert_eq!((&again["party"]["id"], &again["foundBy"]), (&made["party"]["id"], &json!("SOURCE_RECORD")));
    }

    /// Somebody without a name is shown as such: an address is personal and a name is not, so it never stands in for one.
    async fn an_address_is_no_name(app: TestApp) {
        let caller = app.company("Acme").await;
        let found = find_or_create(&caller, json!({ "email": "secret.person@example.com" })).await;
        assert_eq!(found["party"]["displayName"], "Unnamed person");
        let hits = caller.with_scopes("party:read").data("{ searchParties(query: \"unnamed\") { edges { score } } }", json!({})).await;
        assert_eq!(hits, json!({ "searchParties": { "edges": [] } }));
    }

    /// What an engine registered stays as it was presented, and an identifier that comes later finds the party from then on.
    async fn keeps_what_was_presented_and_learns_identifiers(app: TestApp) {
        let caller = app.company("Acme").await;
        let presented = json!({ "displayName": "A. Lovelace", "organizationName": "Engines Ltd", "address": "London" });
        caller.mutate_ok("registerSourceRecords", json!({ "records": [{ "system": "crm", "type": "lead", "id": "77", "presented": presented }] }), "").await;
        let made = find_or_create(&caller, json!({ "displayName": "Ada", "email": "ada@example.com" })).await;
        let duns = json!([{ "scheme": "duns", "value": "15-048-3782" }]);
        find_or_create(&caller, json!({ "source": lead("77"), "email": "ada@example.com", "identifiers": duns })).await;
        let by_number = find_or_create(&caller, json!({ "identifiers": duns })).await;
        assert_eq!((&by_number["party"]["id"], &by_number["foundBy"]), (&made["party"]["id"], &json!("IDENTIFIER")));
        let kept = caller.data(
            "{ sourceRecord(source: { system: \"crm\", type: \"lead\", id: \"77\" }) { state presented { displayName organizationName address } party { displayName } } }",
            json!({}),
        ).await;
        assert_eq!(kept["sourceRecord"], json!({ "state": "LINKED", "presented": presented, "party": { "displayName": "Ada" } }));
    }

    /// An address that one party marks as shared still identifies the party whose primary address it is.
    async fn a_primary_address_finds_in_spite_of_a_shared_one(app: TestApp) {
        let caller = app.company("Acme").await;
        let holder = caller.party(json!({ "kind": "PERSON", "displayName": "Holder", "email": "box@example.com" })).await;
        let other = caller.person("Other").await;
        caller.mutate_ok("addContactPoint", json!({ "partyId": other, "kind": "EMAIL", "value": "box@example.com", "isShared": true }), "").await;
        assert_eq!(find_or_create(&caller, json!({ "email": "box@example.com" })).await["party"]["id"], holder);
    }

    /// A retry with the key of the first try makes nobody new; the key cannot be used for something else.
    async fn is_repeated_by_its_key(app: TestApp) {
        let caller = app.company("Acme").await;
        let input = json!({ "displayName": "Walk-in", "phone": "030 1234567", "idempotencyKey": "till-1-4711" });
        let first = find_or_create(&caller, input.clone()).await;
        assert_eq!(find_or_create(&caller, input).await, first);
        let other = json!({ "displayName": "Somebody else", "idempotencyKey": "till-1-4711" });
        assert_eq!(app.refused(&caller, "findOrCreateParty", other).await, ["IDEMPOTENCY_CONFLICT at input.idempotencyKey"]);
    }

    /// The documented limits work together: a thousand items with as many identifiers as an item may have.
    async fn takes_all_identifiers_of_a_thousand_items(app: TestApp) {
        let caller = app.company("Acme").await;
        let identifiers = |i: usize| (0..34).map(|n| json!({ "scheme": "serial", "value": format!("S{i:04}{n:02}") })).collect::<Vec<_>>();
        let items: Vec<Value> = (0..1_000).map(|i| json!({ "displayName": format!("P{i}"), "identifiers": identifiers(i) })).collect();
        let query = "mutation($input: FindOrCreatePartiesInput!) { findOrCreateParties(input: $input) { results { created userErrors { code } } } }";
        for created in [true, false] {
            let answer = caller.data(query, json!({ "input": { "items": items } })).await;
            let results = answer["findOrCreateParties"]["results"].as_array().unwrap();
            assert!(results.iter().all(|result| *result == json!({ "created": created, "userErrors": [] })));
        }
    }

    /// A phone number alone makes somebody new each time: people share phones.
    async fn never_finds_by_phone(app: TestApp) {
        let caller = app.company("Acme").await;
        let first = find_or_create(&caller, json!({ "phone": "030 1234567" })).await;
        let second = find_or_create(&caller, json!({ "phone": "030 1234567" })).await;
        assert_eq!((&first["created"], &second["created"]), (&json!(true), &json!(true)));
        assert_ne!(first["party"]["id"], second["party"]["id"]);
    }

    /// Two identifiers of two parties: the candidates are named and nothing is done.
    async fn reports_evidence_that_leads_to_two_parties(app: TestApp) {
        let caller = app.company("Acme").await;
        let identified = |value: &str| json!([{ "scheme": "vat", "value": value }]);
        let a = find_or_create(&caller, json!({ "displayName": "A", "identifiers": identified("DE111") })).await;
        let b = find_or_create(&caller, json!({ "displayName": "B", "identifiers": identified("DE222") })).await;
        let both = json!([{ "scheme": "vat", "value": "DE111" }, { "scheme": "vat", "value": "DE222" }]);
        let answer = caller.data(
            "mutation($input: FindOrCreatePartyInput!) { findOrCreateParty(input: $input) { party { id } created userErrors { code path candidateIds } } }",
            json!({ "input": { "source": lead("9"), "identifiers": both } }),
        ).await;
        let mut candidates = vec![a["party"]["id"].clone(), b["party"]["id"].clone()];
        candidates.sort_by_key(ToString::to_string);
        assert_eq!(answer["findOrCreateParty"], json!({
            "party": null, "created": false,
            "userErrors": [{ "code": "AMBIGUOUS_MATCH", "path": ["input", "identifiers"], "candidateIds": candidates }],
        }));
    }

    /// An address that is primary at one party and verified at another identifies neither.
    async fn reports_an_address_of_two_parties(app: TestApp) {
        let caller = app.company("Acme").await;
        let a = caller.party(json!({ "kind": "PERSON", "displayName": "A", "email": "both@example.com" })).await;
        let b = caller.person("B").await;
        let point = caller.mutate_ok("addContactPoint", json!({ "partyId": b, "kind": "EMAIL", "value": "Both@example.com" }), "contactPoint { id }").await;
        caller.mutate_ok("verifyContactPoint", json!({ "contactPointId": point["contactPoint"]["id"], "method": "mail" }), "").await;
        let answer = caller.data(
            "mutation { findOrCreateParty(input: { email: \"both@example.com\", role: \"prospect\" }) { party { id } userErrors { code path candidates { id displayName } } } }",
            json!({}),
        ).await;
        let mut candidates = vec![json!({ "id": a, "displayName": "A" }), json!({ "id": b, "displayName": "B" })];
        candidates.sort_by_key(|candidate| candidate["id"].to_string());
        assert_eq!(answer["findOrCreateParty"], json!({
            "party": null, "userErrors": [{ "code": "AMBIGUOUS_MATCH", "path": ["input", "email"], "candidates": candidates }],
        }));
    }

    /// A mailbox that several people read finds nobody, and the person who comes with it gets a record of their own.
    async fn a_shared_address_identifies_nobody(app: TestApp) {
        let caller = app.company("Acme").await;
        let first = caller.person("First").await;
        caller.mutate_ok("addContactPoint", json!({ "partyId": first, "kind": "EMAIL", "value": "info@example.com", "isShared": true }), "").await;
        let found = find_or_create(&caller, json!({ "displayName": "Second", "email": "info@example.com" })).await;
        assert_eq!((&found["created"], &found["party"]["primaryEmail"]), (&json!(true), &json!(null)));
    }

    /// A party that is out of use is found, but gets no role and no link.
    async fn a_deactivated_party_takes_nothing(app: TestApp) {
        let caller = app.company("Acme").await;
        let id = caller.party(json!({ "kind": "PERSON", "displayName": "Gone", "email": "gone@example.com" })).await;
        caller.mutate_ok("deactivateParty", json!({ "partyId": id }), "").await;
        assert_eq!(find_or_create(&caller, json!({ "email": "gone@example.com" })).await["party"]["id"], id);
        for input in [json!({ "email": "gone@example.com", "role": "prospect" }), json!({ "email": "gone@example.com", "source": lead("1") })] {
            assert_eq!(app.refused(&caller, "findOrCreateParty", input).await, ["PARTY_INACTIVE at input"]);
        }
    }

    /// Each item has its own outcome; an item finds what an earlier one of the same call made.
    async fn works_through_many_items(app: TestApp) {
        let caller = app.company("Acme").await;
        let answer = caller.data(
            "mutation($input: FindOrCreatePartiesInput!) { findOrCreateParties(input: $input) { results { party { displayName } created foundBy userErrors { code path } } } }",
            json!({ "input": { "items": [
                { "displayName": "John Doe", "email": "john@example.com" },
                { "displayName": "Bad", "email": "not an address", "role": "prospect" },
                { "displayName": "Johnny", "email": "JOHN@example.com", "role": "prospect" },
                { "displayName": "Nobody", "role": "no_such_role" },
                {},
                { "source": lead("unknown") },
            ] } }),
        ).await;
        assert_eq!(answer["findOrCreateParties"]["results"], json!([
            { "party": { "displayName": "John Doe" }, "created": true, "foundBy": null, "userErrors": [] },
            { "party": null, "created": false, "foundBy": null, "userErrors": [{ "code": "INVALID_EMAIL", "path": ["input", "items", "1", "email"] }] },
            { "party": { "displayName": "John Doe" }, "created": false, "foundBy": "EMAIL", "userErrors": [] },
            { "party": null, "created": false, "foundBy": null, "userErrors": [{ "code": "ROLE_UNKNOWN", "path": ["input", "items", "3", "role"] }] },
            { "party": null, "created": false, "foundBy": null, "userErrors": [{ "code": "NOT_ENOUGH_EVIDENCE", "path": ["input", "items", "4"] }] },
            { "party": null, "created": false, "foundBy": null, "userErrors": [{ "code": "NOT_ENOUGH_EVIDENCE", "path": ["input", "items", "5"] }] },
        ]));
    }

    /// The limit of a call is an error of the request, and the whole call does nothing.
    async fn refuses_more_than_a_thousand_items(app: TestApp) {
        let caller = app.company("Acme").await;
        let items: Vec<Value> = (0..1_001).map(|i| json!({ "email": format!("p{i}@example.com") })).collect();
        let query = "mutation($input: FindOrCreatePartiesInput!) { findOrCreateParties(input: $input) { results { created } } }";
        assert_eq!(caller.error_code(query, json!({ "input": { "items": items } })).await, "TOO_MANY_ITEMS");
        assert_eq!(caller.data("{ partyByEmail(email: \"p0@example.com\") { id } }", json!({})).await, json!({ "partyByEmail": null }));
    }

    /// A thousand items take as many statements as a few: nothing is asked for one by one.
    async fn takes_a_fixed_number_of_statements(app: TestApp) {
        let caller = app.company("Acme").await;
        let items: Vec<Value> = (0..400).map(|i| json!({ "source": lead(&i.to_string()), "email": format!("p{i}@example.com"), "role": "prospect" })).collect();
        let query = "mutation($input: FindOrCreatePartiesInput!) { findOrCreateParties(input: $input) { results { created } } }";
        let before = app.hub.database.statements();
        let answer = caller.data(query, json!({ "input": { "items": items } })).await;
        assert!(answer["findOrCreateParties"]["results"].as_array().unwrap().iter().all(|result| result["created"] == true));
        let statements = app.hub.database.statements() - before;
        assert!(statements <= 30, "{statements} statements");
    }

    /// Looking is one statement, and whoever is found by it costs no other. Before somebody new is made, one looks for everybody like them, and one
    /// asks a steward if there is somebody. On PostgreSQL making is another one, and the event; SQLite, where a statement is a call of a function, has
    /// one for each table.
    async fn takes_few_statements_for_one_party(app: TestApp) {
        let caller = app.company("Acme").await;
        find_or_create(&caller, json!({ "displayName": "John Doe", "email": "first@example.com" })).await;
        let engine = json!({ "source": lead("1"), "displayName": "John Doe", "email": "third@example.com", "role": "prospect" });
        for (input, created, on_postgres, on_sqlite) in [
            (json!({ "displayName": "John Doe", "email": "first@example.com" }), false, 1, 1),
            (json!({ "displayName": "Doe, John", "email": "second@example.com" }), true, 5, 8),
            (json!({ "displayName": "Ada Lovelace", "email": "ada@example.com", "phone": "+49 30 1234567" }), true, 4, 8),
            (engine.clone(), true, 8, 12),
            (engine, false, 4, 4),
        ] {
            let before = app.hub.database.statements();
            assert_eq!(find_or_create(&caller, input.clone()).await["created"], json!(created), "{input}");
            let expected = if app.hub.database.is_sqlite() { on_sqlite } else { on_postgres };
            assert_eq!(app.hub.database.statements() - before, expected, "{input}");
        }
    }

    /// Many workers bring in the same new people at the same moment, each with another role: one party each, and no role is lost.
    async fn races_make_one_party_and_lose_no_role(app: TestApp) {
        let caller = app.company("Acme").await;
        let roles = ["prospect", "sales_customer", "itad_client", "auction_buyer", "website_customer", "reseller", "end_user", "distributor"];
        for round in 0..5 {
            let email = format!("racer{round}@example.com");
            let workers = roles.map(|role| {
                let (caller, email) = (caller.clone(), email.clone());
                tokio::spawn(async move {
                    let input = json!({ "source": { "system": "crm", "type": role, "id": email }, "displayName": "Racer", "email": email, "role": role });
                    find_or_create(&caller, input).await
                })
            });
            let mut parties = HashSet::new();
            let mut created = 0;
            for worker in workers {
                let result = worker.await.unwrap();
                parties.insert(result["party"]["id"].to_string());
                created += i32::from(result["created"] == true);
            }
            assert_eq!((parties.len(), created), (1, 1), "round {round}");
            let id = parties.into_iter().next().unwrap();
            let query = format!("{{ party(id: {id}) {{ roles {{ role {{ code }} isPrimary }} links {{ id }} }} }}");
            let party = caller.data(&query, json!({})).await["party"].take();
            let held: HashSet<String> = party["roles"].as_array().unwrap().iter().map(|role| role["role"]["code"].as_str().unwrap().to_owned()).collect();
            assert_eq!(held, roles.map(str::to_owned).into(), "round {round}");
            assert_eq!(party["roles"].as_array().unwrap().iter().filter(|role| role["isPrimary"] == true).count(), 1);
            assert_eq!(party["links"].as_array().unwrap().len(), roles.len());
        }
    }

    /// Bulk workers whose items overlap in different orders end with one party an address, and none of them fails.
    async fn overlapping_bulk_calls_end_well(app: TestApp) {
        let caller = app.company("Acme").await;
        let query = "mutation($input: FindOrCreatePartiesInput!) { findOrCreateParties(input: $input) { results { party { id } userErrors { code } } } }";
        let workers: Vec<_> = (0..6).map(|worker| {
            let caller = caller.clone();
            tokio::spawn(async move {
                let mut numbers: Vec<usize> = (0..40).map(|i| (i * 7 + worker * 11) % 60).collect();
                if worker % 2 == 1 {
                    numbers.reverse();
                }
                let items: Vec<Value> = numbers.iter().map(|n| json!({ "source": lead(&n.to_string()), "email": format!("p{n}@example.com"), "role": "prospect" })).collect();
                let answer = caller.data(query, json!({ "input": { "items": items } })).await;
                let results = answer["findOrCreateParties"]["results"].as_array().unwrap().clone();
                numbers.into_iter().zip(results).collect::<Vec<_>>()
            })
        }).collect();
        let mut parties: Vec<HashSet<String>> = vec![HashSet::new(); 60];
        for worker in workers {
            for (number, result) in worker.await.unwrap() {
                assert_eq!(result["userErrors"], json!([]));
                parties[number].insert(result["party"]["id"].to_string());
            }
        }
        assert!(parties.iter().all(|ids| ids.len() <= 1), "an address with two parties: {parties:?}");
    }
}
