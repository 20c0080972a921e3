//! Suggestions: who somebody may be, with evidence that adds up.
use crate::support::{app::TestApp, caller::TestCaller, on_both_databases};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const SUGGESTIONS: &str = "outcome model candidates { party { id } outcome weight probability prior evidence { comparison level weight frequencyWeight } blockers relation }";

async fn suggest(caller: &TestCaller, input: Value) -> Value {
    let query = format!(
        "query($input: SuggestPartyMatchesInput!) {{ suggestPartyMatches(input: $input) {{ suggestions {{ {SUGGESTIONS} }} userErrors {{ code path }} }} }}"
    );
    let mut payload = caller.data(&query, json!({ "input": input })).await["suggestPartyMatches"].take();
    assert_eq!(payload["userErrors"], json!([]), "{input}");
    payload["suggestions"].take()
}

async fn duplicates(caller: &TestCaller, id: &str) -> Value {
    let query = format!("query($id: ID!) {{ party(id: $id) {{ possibleDuplicates {{ {SUGGESTIONS} }} }} }}");
    caller.data(&query, json!({ "id": id })).await["party"]["possibleDuplicates"].take()
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

fn jane() -> Value {
    json!({
        "kind": "PERSON", "givenName": "Jane", "familyName": "Roe", "email": "jane.roe@example.com", "phone": "030 1234567",
        "address": { "line1": "Street 1", "postalCode": "10115", "city": "Berlin" },
    })
}

fn ids(suggestions: &Value) -> Vec<&str> {
    suggestions["candidates"].as_array().unwrap().iter().map(|one| one["party"]["id"].as_str().unwrap()).collect()
}

on_both_databases! {
    /// The prior and the weights of all evidence are the weight, and its logistic is the probability.
    async fn evidence_adds_up(app: TestApp) {
        let caller = app.company("Acme").await;
        let id = caller.party(jane()).await;
        let brother = json!({
            "kind": "PERSON", "givenName": "Alexander", "familyName": "Roe", "phone": "030 1234567",
            "address": { "line1": "Street 1", "postalCode": "10115", "city": "Berlin" },
        });
        let brother = caller.party(brother).await;
        caller.person("Somebody Else").await;
        let found = suggest(&caller, json!({ "kind": "PERSON", "displayName": "Roe, Jane", "email": "JANE.ROE@example.com", "phone": "+49 30 1234567" })).await;
        assert_eq!((&found["outcome"], &found["model"], ids(&found)[0]), (&json!("AUTO_LINK"), &json!("shipped-1/1024"), id.as_str()), "{found:#}");
        for candidate in found["candidates"].as_array().unwrap() {
            let sum: f64 = candidate["evidence"].as_array().unwrap().iter().map(|part| number(&part["weight"])).sum();
            let weight = number(&candidate["weight"]);
            assert!((number(&candidate["prior"]) + sum - weight).abs() < 1e-9, "{candidate:#}");
            assert!((number(&candidate["probability"]) - 1.0 / (1.0 + (-weight).exp2())).abs() < 1e-12, "{candidate:#}");
        }
        let email = found["candidates"][0]["evidence"].as_array().unwrap().iter().find(|part| part["comparison"] == "EMAIL").unwrap();
        assert_eq!(email["level"], "same");
        assert_eq!(suggest(&caller, json!({ "kind": "PERSON", "displayName": "Roe, Jane", "email": "JANE.ROE@example.com", "phone": "+49 30 1234567" })).await, found);
        let twins = duplicates(&caller, &id).await;
        assert_eq!((&twins["outcome"], ids(&twins)), (&json!("NO_MATCH"), vec![brother.as_str()]), "{twins:#}");
        assert_eq!(twins["candidates"][0]["relation"], "SAME_HOUSEHOLD_OR_FIRM");
    }

    /// A name alone is never enough to link, and somebody of whom nothing is shared is not named.
    async fn a_name_alone_is_for_people_to_judge(app: TestApp) {
        let caller = app.company("Acme").await;
        caller.party(json!({ "kind": "PERSON", "givenName": "Jane", "familyName": "Roe" })).await;
        let found = suggest(&caller, json!({ "givenName": "Jane", "familyName": "Roe" })).await;
        assert_ne!(found["outcome"], "AUTO_LINK", "{found:#}");
        let found = suggest(&caller, json!({ "givenName": "Zoe", "familyName": "Quux", "email": "zoe@example.com" })).await;
        assert_eq!((&found["outcome"], &found["candidates"]), (&json!("NO_MATCH"), &json!([])));
    }

    /// A person is never an organisation, however much they share; then they are related.
    async fn a_firm_is_not_its_owner(app: TestApp) {
        let caller = app.company("Acme").await;
        let firm = caller.party(json!({ "kind": "ORGANIZATION", "displayName": "Jane Roe", "email": "jane@roe.example", "phone": "030 1234567" })).await;
        let found = suggest(&caller, json!({ "kind": "PERSON", "displayName": "Jane Roe", "email": "jane@roe.example", "phone": "030 1234567" })).await;
        let best = &found["candidates"][0];
        assert_eq!((ids(&found), &best["outcome"], &best["blockers"]), (vec![firm.as_str()], &json!("NO_MATCH"), &json!(["KINDS_DIFFER"])), "{found:#}");
        assert_eq!((&best["relation"], &found["outcome"]), (&json!("OWNER_OR_EMPLOYEE"), &json!("NO_MATCH")));
    }

    /// What was asserted blocks, also for those into which the parties were merged; a party's own former records are no duplicates.
    async fn assertions_are_respected(app: TestApp) {
        let caller = app.company("Acme").await;
        let id = caller.party(jane()).await;
        let double = caller.party(json!({ "kind": "PERSON", "givenName": "Jane", "familyName": "Roe", "phone": "030 1234567", "address": jane()["address"] })).await;
        let before = duplicates(&caller, &id).await;
        assert_eq!((ids(&before), &before["candidates"][0]["blockers"]), (vec![double.as_str()], &json!([])), "{before:#}");
        caller.mutate_ok("assertPartiesDistinct", json!({ "partyId": id, "otherPartyId": double, "reason": "Mother and daughter" }), "").await;
        for (one, other) in [(&id, &double), (&double, &id)] {
            let after = duplicates(&caller, one).await;
            let best = &after["candidates"][0];
            assert_eq!((&best["party"]["id"], &best["blockers"], &best["outcome"]), (&json!(other), &json!(["ASSERTED_DIFFERENT"]), &json!("NO_MATCH")), "{after:#}");
        }
        let survivor = caller.person("Jane Roe").await;
        let seen = |id: &str| json!({ "partyId": id, "expectedVersion": 1 });
        caller.mutate_ok("mergeParties", json!({ "survivor": seen(&survivor), "absorbed": [seen(&double)] }), "").await;
        let after = duplicates(&caller, &id).await;
        let best = &after["candidates"][0];
        assert_eq!((&best["party"]["id"], &best["blockers"]), (&json!(survivor), &json!(["ASSERTED_DIFFERENT"])), "{after:#}");
        assert!(!ids(&duplicates(&caller, &survivor).await).contains(&survivor.as_str()));
    }

    /// A record finds its party by everything that other records of the party said, and a linked record finds others only.
    async fn a_record_is_compared_with_all_that_a_party_ever_said(app: TestApp) {
        let caller = app.company("Acme").await;
        let id = caller.party(json!({ "kind": "PERSON", "givenName": "Jane", "familyName": "Roe", "email": "jane@example.com" })).await;
        caller.mutate_ok("addContactPoint", json!({ "partyId": id, "kind": "PHONE", "value": "030 7654321" }), "").await;
        let presented = json!({ "givenName": "Jane", "familyName": "Roe", "phone": "030 7654321", "email": "not an address" });
        let record = json!({ "system": "crm", "type": "lead", "id": "L-1", "presented": presented });
        caller.mutate_ok("registerSourceRecords", json!({ "records": [record] }), "").await;
        let query = format!("{{ sourceRecord(source: {{ system: \"crm\", type: \"lead\", id: \"L-1\" }}) {{ suggestions {{ {SUGGESTIONS} }} }} }}");
        let found = caller.data(&query, json!({})).await["sourceRecord"]["suggestions"].take();
        assert_eq!((ids(&found), &found["outcome"]), (vec![id.as_str()], &json!("AUTO_LINK")), "{found:#}");
        caller.mutate_ok("linkToParty", json!({ "source": { "system": "crm", "type": "lead", "id": "L-1" }, "partyId": id }), "").await;
        let found = caller.data(&query, json!({})).await["sourceRecord"]["suggestions"].take();
        assert_eq!((&found["outcome"], &found["candidates"]), (&json!("NO_MATCH"), &json!([])));
        let unknown = query.replace("L-1", "L-2");
        assert_eq!(caller.data(&unknown, json!({})).await["sourceRecord"]["suggestions"], json!(null));
    }

    /// One statement finds the candidates with all that is said of them, however many there are.
    async fn candidates_take_one_statement(app: TestApp) {
        let caller = app.company("Acme").await;
        caller.party(jane()).await;
        suggest(&caller, jane()).await;
        let mut taken = Vec::new();
        for _ in 0..2 {
            let before = app.hub.database.statements();
            let query = "query($input: SuggestPartyMatchesInput!) { suggestPartyMatches(input: $input) { suggestions { candidates { weight } } } }";
            let found = caller.data(query, json!({ "input": jane() })).await;
            assert_ne!(found["suggestPartyMatches"]["suggestions"]["candidates"], json!([]));
            taken.push(app.hub.database.statements() - before);
            let items: Vec<Value> = (0..300).map(|i| json!({ "displayName": format!("Jane Roe {i}"), "phone": "030 1234567" })).collect();
            let made = "mutation($input: FindOrCreatePartiesInput!) { findOrCreateParties(input: $input) { results { created } } }";
            caller.data(made, json!({ "input": { "items": items } })).await;
        }
        assert_eq!(taken, [1, 1]);
    }

    /// The duplicates of a page of parties take as many statements as those of one, and are the same.
    async fn duplicates_of_a_page_take_no_statement_each(app: TestApp) {
        let caller = app.company("Acme").await;
        let double = |i: usize| json!({ "displayName": format!("Jane{} Roe{}", i / 2, i / 2), "phone": format!("030 {}", 1_234_560 + i / 2) });
        let items: Vec<Value> = (0..40).map(double).collect();
        let made = "mutation($input: FindOrCreatePartiesInput!) { findOrCreateParties(input: $input) { results { created } } }";
        caller.data(made, json!({ "input": { "items": items } })).await;
        let mut taken = Vec::new();
        let mut page = json!(null);
        for first in [1, 40] {
            let query = format!("{{ parties(first: {first}) {{ nodes {{ id possibleDuplicates {{ {SUGGESTIONS} }} }} }} }}");
            caller.data(&query, json!({})).await;
            let before = app.hub.database.statements();
            page = caller.data(&query, json!({})).await["parties"]["nodes"].take();
            taken.push(app.hub.database.statements() - before);
        }
        assert_eq!(taken[0], taken[1], "{taken:?}");
        for party in page.as_array().unwrap() {
            let id = party["id"].as_str().unwrap();
            assert_eq!(party["possibleDuplicates"], duplicates(&caller, id).await);
            assert_eq!(party["possibleDuplicates"]["candidates"].as_array().unwrap().len(), 1, "{party:#}");
        }
    }

    /// 100,000 parties with one phone number and one name neither slow the search nor hide the one that shares more, and nobody is linked by them.
    async fn a_key_that_very_many_share_is_read_no_further_than_its_cap(app: TestApp) {
        let caller = app.company("Acme").await;
        let id = caller.party(jane()).await;
        let crowd = caller.party(json!({ "kind": "PERSON", "givenName": "John", "familyName": "Doe", "phone": "030 1234567" })).await;
        multiply(&app, &caller, &crowd, 100_000).await;
        let found = suggest(&caller, json!({ "givenName": "John", "familyName": "Doe", "phone": "030 1234567" })).await;
        assert_ne!(found["outcome"], "AUTO_LINK", "{found:#}");
        let begun = Instant::now();
        for _ in 0..5 {
            assert_eq!(ids(&suggest(&caller, jane()).await)[0], id);
        }
        assert!(begun.elapsed() < Duration::from_secs(5), "five searches took {:?}", begun.elapsed());
    }

    async fn what_says_nothing_is_refused(app: TestApp) {
        let caller = app.company("Acme").await;
        let query = "query($input: SuggestPartyMatchesInput!, $limit: Int) { suggestPartyMatches(input: $input, limit: $limit) { suggestions { outcome } userErrors { code path } } }";
        for (input, code, path) in [
            (json!({}), "NOT_ENOUGH_EVIDENCE", json!(["input"])),
            (json!({ "displayName": "x".repeat(1_000_000) }), "INVALID_NAME", json!(["input", "displayName"])),
            (json!({ "displayName": "X", "email": "nonsense" }), "INVALID_EMAIL", json!(["input", "email"])),
            (json!({ "displayName": "X", "identifiers": [{ "scheme": "vat", "value": "!" }] }), "INVALID_IDENTIFIER", json!(["input", "identifiers", "0", "value"])),
        ] {
            let payload = caller.data(query, json!({ "input": input })).await["suggestPartyMatches"].take();
            assert_eq!((&payload["suggestions"], &payload["userErrors"]), (&json!(null), &json!([{ "code": code, "path": path }])));
        }
        for limit in [0, -1, 51] {
            assert_eq!(caller.error_code(query, json!({ "input": jane(), "limit": limit })).await, "INVALID_PAGE_SIZE");
        }
        let reader = caller.with_scopes("party:read");
        assert_eq!(reader.error_code(query, json!({ "input": jane() })).await, "FORBIDDEN");
        let id = caller.party(jane()).await;
        assert_eq!(reader.error_code(&format!("{{ party(id: {id:?}) {{ possibleDuplicates {{ outcome }} }} }}"), json!({})).await, "FORBIDDEN");
    }

    /// Of a party with 10,000 contact points those that are asked for are read.
    async fn a_party_with_very_many_contact_points_is_found(app: TestApp) {
        let caller = app.company("Acme").await;
        let id = caller.party(jane()).await;
        let tx = app.hub.database.write(caller.company).await.unwrap();
        let numbers = if tx.get_database_backend() == sea_orm::DbBackend::Postgres { "generate_series(1, 10000) AS n(i)" } else { "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) SELECT i FROM n) AS n" };
        let id_of = if tx.get_database_backend() == sea_orm::DbBackend::Postgres { "gen_random_uuid()" } else { "randomblob(16)" };
        let copy = format!(
            "INSERT INTO contact_point (company_id, id, party_id, kind, value, normalized, purposes, is_primary, shared, valid_from, created_at) \
             SELECT company_id, {id_of}, party_id, 'WEB', 'https://example.com/' || i, 'https://example.com/' || i, purposes, FALSE, FALSE, valid_from, created_at \
             FROM contact_point, {numbers} WHERE kind = 'PHONE'"
        );
        tx.execute_unprepared(&copy).await.unwrap();
        tx.commit().await.unwrap();
        let found = suggest(&caller, jane()).await;
        assert_eq!((ids(&found), &found["outcome"]), (vec![id.as_str()], &json!("AUTO_LINK")), "{found:#}");
    }
}

/// Makes copies of a party with its phone and its keys.
async fn multiply(app: &TestApp, caller: &TestCaller, id: &str, copies: usize) {
    let tx = app.hub.database.write(caller.company).await.unwrap();
    let is_postgres = tx.get_database_backend() == sea_orm::DbBackend::Postgres;
    let hex = id.replace('-', "");
    let (original, numbers, fresh) = if is_postgres {
        (format!("'{id}'::uuid"), format!("generate_series(1, {copies}) AS n(i)"), "gen_random_uuid()")
    } else {
        let numbers = format!("(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {copies}) SELECT i FROM n) AS n");
        (format!("X'{hex}'"), numbers, "randomblob(16)")
    };
    for statement in [
        format!(
            "INSERT INTO party (company_id, id, kind, display_name, name_key, given_name, family_name, primary_phone, status, version, created_at, updated_at) \
             SELECT company_id, {fresh}, kind, display_name, name_key, given_name, family_name, primary_phone, status, version, created_at, updated_at FROM party, {numbers} WHERE id = {original}"
        ),
        format!(
            "INSERT INTO match_key (company_id, match_key, party_id) SELECT k.company_id, k.match_key, p.id FROM match_key k, party p \
             WHERE k.party_id = {original} AND p.id <> {original} AND p.company_id = k.company_id AND p.display_name = 'John Doe'"
        ),
    ] {
        tx.execute_unprepared(&statement).await.unwrap();
    }
    tx.commit().await.unwrap();
}
