//! Source records: registering, reading, and the entity by which engines reach parties.
use crate::support::{
    caller::TestCaller,
    on_both_databases,
    state::{count_events, events_of},
};
use serde_json::{Value, json};

const RESULTS: &str = "results { sourceRecord { system type id state displayName email phone } created changed userErrors { code path } }";

fn lead(id: &str) -> Value {
    json!({ "system": "crm", "type": "lead", "id": id })
}

fn presented(id: &str, presented: Value) -> Value {
    json!({ "system": "crm", "type": "lead", "id": id, "presented": presented })
}

async fn register(caller: &TestCaller, records: &[Value]) -> Vec<Value> {
    let payload = caller.mutate_ok("registerSourceRecords", json!({ "records": records }), RESULTS).await;
    payload["results"].as_array().unwrap().clone()
}

async fn link(caller: &TestCaller, source: Value, party: &str) {
    caller.mutate_ok("linkToParty", json!({ "source": source, "partyId": party }), "").await;
}

/// The ids of the records that a list shows, page by page.
async fn pages(caller: &TestCaller, filter: Value, first: usize) -> Vec<Vec<String>> {
    let query = "query($filter: SourceRecordFilter, $first: Int, $after: String) \
         { sourceRecords(filter: $filter, first: $first, after: $after) { nodes { id } edges { cursor node { id } } pageInfo { hasNextPage endCursor } } }";
    let (mut pages, mut after) = (Vec::new(), Value::Null);
    loop {
        let page = caller.data(query, json!({ "filter": filter, "first": first, "after": after })).await["sourceRecords"].take();
        let ids = |items: &Value, at: &str| -> Vec<String> {
            items.as_array().unwrap().iter().map(|item| item.pointer(at).unwrap().as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(ids(&page["nodes"], "/id"), ids(&page["edges"], "/node/id"));
        pages.push(ids(&page["nodes"], "/id"));
        if page["pageInfo"]["hasNextPage"] == json!(false) {
            return pages;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
}

on_both_databases! {
    /// A record is registered with what its engine presents, kept as it came, and read back normalised beside it.
    async fn is_registered_and_read_back(app: TestApp) {
        let caller = app.company("Acme").await;
        let john = json!({ "givenName": " John ", "familyName": "Doe", "email": "John.Doe@EXAMPLE.com", "phone": "030 1234567", "address": "Main St 1, Berlin" });
        let results = register(&caller, &[presented("4711", john), presented("4712", json!({ "email": "no address", "phone": "?" }))]).await;
        assert_eq!(results, [
            json!({
                "sourceRecord": {
                    "system": "crm", "type": "lead", "id": "4711", "state": "UNLINKED", "displayName": "John Doe", "email": "john.doe@example.com",
                    "phone": "+49301234567",
                },
                "created": true, "changed": true, "userErrors": [],
            }),
            json!({
                "sourceRecord": { "system": "crm", "type": "lead", "id": "4712", "state": "UNLINKED", "displayName": null, "email": null, "phone": null },
                "created": true, "changed": true, "userErrors": [],
            }),
        ]);
        let query = "query($key: SourceKeyInput!) { sourceRecord(source: $key) { system type id state receivedAt updatedAt party { id } link { id } links { id } \
             presented { displayName givenName familyName organizationName email phone address } } }";
        let mut record = caller.data(query, json!({ "key": lead("4711") })).await["sourceRecord"].take();
        let (received, updated) = (record["receivedAt"].take(), record["updatedAt"].take());
        assert!(received.is_string() && received == updated);
        assert_eq!(record, json!({
            "system": "crm", "type": "lead", "id": "4711", "state": "UNLINKED", "receivedAt": null, "updatedAt": null, "party": null, "link": null, "links": [],
            "presented": {
                "displayName": null, "givenName": " John ", "familyName": "Doe", "organizationName": null, "email": "John.Doe@EXAMPLE.com",
                "phone": "030 1234567", "address": "Main St 1, Berlin",
            },
        }));
        assert_eq!(caller.data(query, json!({ "key": lead("unknown") })).await, json!({ "sourceRecord": null }));
    }

    /// Sending the same again changes nothing and is no event; other values replace all that was presented, and the linked party's log tells which.
    async fn is_registered_as_often_as_its_engine_likes(app: TestApp) {
        let caller = app.company("Acme").await;
        let (john, jane) = (presented("1", json!({ "displayName": "John", "email": "john@example.com" })), presented("2", json!({ "displayName": "Jane" })));
        register(&caller, &[john.clone(), jane.clone()]).await;
        let party = caller.person("John Doe").await;
        link(&caller, lead("1"), &party).await;
        let before = count_events(&app, &caller).await;
        for result in register(&caller, &[john.clone(), jane.clone(), john]).await {
            assert_eq!((&result["created"], &result["changed"]), (&json!(false), &json!(false)), "{result:#}");
        }
        assert_eq!(count_events(&app, &caller).await, before);
        let johnny = presented("1", json!({ "displayName": "Johnny", "phone": "+49 30 1234567" }));
        let results = register(&caller, &[jane, johnny]).await;
        assert_eq!(results[0]["changed"], json!(false));
        assert_eq!(results[1], json!({
            "sourceRecord": { "system": "crm", "type": "lead", "id": "1", "state": "LINKED", "displayName": "Johnny", "email": null, "phone": "+49301234567" },
            "created": false, "changed": true, "userErrors": [],
        }));
        assert_eq!(count_events(&app, &caller).await, before + 1);
        let payload = json!({ "source": "crm/lead/1", "created": false, "fields": ["displayName", "email", "phone"] });
        assert_eq!(events_of(&app, &caller, &party).await.last().unwrap(), &("source_record.registered".to_owned(), payload));
        let times = caller.data("query($key: SourceKeyInput!) { sourceRecord(source: $key) { receivedAt updatedAt } }", json!({ "key": lead("1") })).await;
        assert!(times["sourceRecord"]["receivedAt"].as_str() < times["sourceRecord"]["updatedAt"].as_str(), "{times:#}");
    }

    /// A thousand records take a handful of statements, and one that is refused does not harm the others.
    async fn a_thousand_are_registered_in_one_call(app: TestApp) {
        let caller = app.company("Acme").await;
        let mut records: Vec<Value> = (0..1_000).map(|i| presented(&format!("{i:04}"), json!({ "displayName": format!("Person {i}") }))).collect();
        records[7] = presented("", json!({}));
        let before = app.hub.database.statements();
        let results = register(&caller, &records).await;
        let taken = app.hub.database.statements() - before;
        assert!(taken <= 8, "{taken} statements: two inserts, two for the events, and looking up the company and the last event");
        assert_eq!(results.len(), 1_000);
        assert_eq!(results[7], json!({
            "sourceRecord": null, "created": false, "changed": false, "userErrors": [{ "code": "INVALID_CODE", "path": ["input", "records", "7", "id"] }],
        }));
        assert!(results.iter().enumerate().all(|(i, result)| (result["created"] == json!(true)) != (i == 7)));
        assert!(results.iter().enumerate().all(|(i, result)| i == 7 || result["sourceRecord"]["id"] == json!(format!("{i:04}"))));
        assert_eq!(count_events(&app, &caller).await, 999);
        let again = app.hub.database.statements();
        assert!(register(&caller, &records).await.iter().all(|result| result["changed"] == json!(false)));
        let taken = app.hub.database.statements() - again;
        assert!(taken <= 4, "{taken} statements: two inserts and one look");
        records.push(presented("one too many", json!({})));
        let document = "mutation($input: RegisterSourceRecordsInput!) { registerSourceRecords(input: $input) { results { created } } }";
        assert_eq!(caller.error_code(document, json!({ "input": { "records": records } })).await, "TOO_MANY_ITEMS");
        assert_eq!(count_events(&app, &caller).await, 999);
    }

    /// Each record that cannot be is refused with its place, and nothing of it is kept.
    async fn records_that_cannot_be_are_refused(app: TestApp) {
        let caller = app.company("Acme").await;
        let record = |system: &str, kind: &str, id: &str| json!({ "system": system, "type": kind, "id": id, "presented": {} });
        let results = register(&caller, &[
            record("CRM", "lead", "1"), record("crm", "", "1"), record("crm", "lead", ""), record("crm", "lead", " 1"), record("crm", "lead", &"x".repeat(201)),
            presented("long", json!({ "displayName": "x".repeat(10_000) })), presented("nul", json!({ "address": "Main\u{0}Street" })),
            presented("twice", json!({ "displayName": "Jane" })), presented("twice", json!({ "displayName": "Joan" })),
        ]).await;
        let refused: Vec<String> = results.iter().map(|result| {
            let error = &result["userErrors"][0];
            format!("{} {}", error["code"].as_str().unwrap_or("fine"), error["path"].as_array().map_or(String::new(), |path| json!(path).to_string()))
        }).collect();
        assert_eq!(refused, [
            r#"INVALID_CODE ["input","records","0","system"]"#,
            r#"INVALID_CODE ["input","records","1","type"]"#,
            r#"INVALID_CODE ["input","records","2","id"]"#,
            r#"INVALID_CODE ["input","records","3","id"]"#,
            r#"INVALID_CODE ["input","records","4","id"]"#,
            r#"INVALID_ARGUMENT ["input","records","5","presented","displayName"]"#,
            r#"INVALID_ARGUMENT ["input","records","6","presented","address"]"#,
            "fine ",
            r#"INVALID_ARGUMENT ["input","records","8"]"#,
        ]);
        assert_eq!(pages(&caller, json!(null), 100).await, [["twice"]]);
        assert_eq!(count_events(&app, &caller).await, 1);
    }

    /// The list goes page by page through all records that fit its filter, in the order of system, type and id.
    async fn are_listed_page_by_page(app: TestApp) {
        let caller = app.company("Acme").await;
        let other = app.company("Other").await;
        let record = |system: &str, kind: &str, id: &str| json!({ "system": system, "type": kind, "id": id, "presented": {} });
        register(&caller, &[
            record("web", "cart", "a"), record("crm", "lead", "c"), record("crm", "lead", "B"), record("crm", "account", "d"), record("auction", "buyer", "z"),
            record("crm", "lead", &"𝄞".repeat(200)),
        ]).await;
        register(&other, &[record("crm", "lead", "theirs")]).await;
        let party = caller.person("Jane").await;
        link(&caller, lead("c"), &party).await;
        let longest = "𝄞".repeat(200);
        assert_eq!(pages(&caller, json!(null), 2).await, [vec!["z", "d"], vec!["B", "c"], vec![&longest, "a"]]);
        assert_eq!(pages(&caller, json!({ "system": "crm" }), 1).await, [["d"], ["B"], ["c"], [&longest]]);
        assert_eq!(pages(&caller, json!({ "type": "lead" }), 5).await, [["B", "c", &longest]]);
        assert_eq!(pages(&caller, json!({ "state": "UNLINKED", "type": "lead" }), 1).await, [["B"], [&longest]]);
        assert_eq!(pages(&caller, json!({ "state": "LINKED" }), 5).await, [["c"]]);
        assert_eq!(pages(&caller, json!({ "system": "nobody" }), 5).await, [Vec::<String>::new()]);
    }

    /// A list that cannot be is refused, with the place in its arguments.
    async fn lists_that_cannot_be_are_refused(app: TestApp) {
        let caller = app.company("Acme").await;
        register(&caller, &[presented("1", json!({})), presented("2", json!({}))]).await;
        let page = caller.data("{ sourceRecords(first: 1) { pageInfo { endCursor } } }", json!({})).await;
        let cursor = page["sourceRecords"]["pageInfo"]["endCursor"].as_str().unwrap();
        let cases = [
            ("first: 101".to_owned(), "INVALID_PAGE_SIZE", json!(["first"])),
            ("first: 0".to_owned(), "INVALID_PAGE_SIZE", json!(["first"])),
            ("after: \"no cursor\"".to_owned(), "INVALID_CURSOR", json!(["after"])),
            (format!("after: \"{cursor}\", filter: {{ system: \"crm\" }}"), "INVALID_CURSOR", json!(["after"])),
            ("filter: { system: \"CRM\" }".to_owned(), "INVALID_CODE", json!(["filter", "system"])),
            ("filter: { type: \"\" }".to_owned(), "INVALID_CODE", json!(["filter", "type"])),
            ("filter: { state: UNREGISTERED }".to_owned(), "INVALID_ARGUMENT", json!(["filter", "state"])),
        ];
        for (arguments, code, path) in cases {
            let answer = caller.send(&format!("{{ sourceRecords({arguments}) {{ nodes {{ id }} }} }}"), json!({})).await;
            assert_eq!(answer["data"], json!({ "sourceRecords": null }), "{arguments}");
            assert_eq!((&answer["errors"][0]["extensions"]["code"], &answer["errors"][0]["extensions"]["argumentPath"]), (&json!(code), &path), "{arguments}");
        }
        let query = "query($key: SourceKeyInput!) { sourceRecord(source: $key) { id } }";
        assert_eq!(caller.error_code(query, json!({ "key": lead("") })).await, "INVALID_CODE");
    }

    /// A gateway gets the party through the record of an engine that stores no party id. A record that nobody registered answers all the same, so that
    /// the engine's row is not lost; a malformed key harms no neighbour; and the whole batch takes two statements.
    async fn leads_a_gateway_to_the_party(app: TestApp) {
        let caller = app.company("Acme").await;
        let jane = caller.person("Jane Roe").await;
        register(&caller, &[presented("free", json!({}))]).await;
        link(&caller, lead("hers"), &jane).await;
        let representation = |mut key: Value| { key["__typename"] = json!("SourceRecord"); key };
        let representations: Vec<Value> = [
            lead("hers"), lead("free"), lead("never seen"), json!({ "system": "CRM", "type": "lead", "id": "1" }), json!({ "system": "crm", "id": "1" }),
            json!({ "system": "crm", "type": "lead", "id": 1 }), lead("hers"),
        ].map(representation).into();
        let query = "query($r: [_Any!]!) { _entities(representations: $r) { __typename ... on SourceRecord { system type id party { displayName } } } }";
        let before = app.hub.database.statements();
        let answer = caller.send(query, json!({ "r": representations })).await;
        assert_eq!(app.hub.database.statements() - before, 2, "links and parties");
        let record = |id: &str, party: Value| json!({ "__typename": "SourceRecord", "system": "crm", "type": "lead", "id": id, "party": party });
        let hers = record("hers", json!({ "displayName": "Jane Roe" }));
        assert_eq!(answer["data"]["_entities"], json!([hers, record("free", json!(null)), record("never seen", json!(null)), null, null, null, hers]));
        let errors: Vec<_> = answer["errors"].as_array().unwrap().iter().map(|error| format!("{} {}", error["path"], error["extensions"]["code"])).collect();
        assert_eq!(errors, [
            r#"["_entities",3] "INVALID_CODE""#,
            r#"["_entities",4] "INVALID_REPRESENTATION""#,
            r#"["_entities",5] "INVALID_REPRESENTATION""#,
        ]);
        let query = "query($r: [_Any!]!) { _entities(representations: $r) { ... on SourceRecord { state presented { email } receivedAt updatedAt link { id } links { id } } } }";
        let unknown = caller.data(query, json!({ "r": [representation(lead("never seen"))] })).await;
        assert_eq!(unknown["_entities"], json!([{ "state": "UNREGISTERED", "presented": null, "receivedAt": null, "updatedAt": null, "link": null, "links": [] }]));
    }

    /// A thousand references take as many statements as one.
    async fn a_thousand_references_are_one_batch(app: TestApp) {
        let caller = app.company("Acme").await;
        let records: Vec<Value> = (0..1_000).map(|i| presented(&format!("{i:04}"), json!({ "displayName": format!("Person {i}") }))).collect();
        register(&caller, &records).await;
        let representations: Vec<Value> = (0..1_000).map(|i| json!({ "__typename": "SourceRecord", "system": "crm", "type": "lead", "id": format!("{i:04}") })).collect();
        let before = app.hub.database.statements();
        let query = "query($r: [_Any!]!) { _entities(representations: $r) { ... on SourceRecord { displayName state party { id } } } }";
        let answer = caller.data(query, json!({ "r": representations })).await;
        assert_eq!(app.hub.database.statements() - before, 2, "records and links");
        assert_eq!(answer["_entities"][999], json!({ "displayName": "Person 999", "state": "UNLINKED", "party": null }));
    }

    /// What an engine presented is personal: without `party:pii` it is hidden, and its neighbours still answer.
    async fn hides_personal_data(app: TestApp) {
        let caller = app.company("Acme").await;
        register(&caller, &[presented("1", json!({ "displayName": "Jane", "email": "jane@example.com" }))]).await;
        let reader = caller.with_scopes("party:read");
        let query = "query($key: SourceKeyInput!) { sourceRecord(source: $key) { id state displayName email phone presented { email } } }";
        let answer = reader.send(query, json!({ "key": lead("1") })).await;
        assert_eq!(answer["data"]["sourceRecord"], json!({ "id": "1", "state": "UNLINKED", "displayName": null, "email": null, "phone": null, "presented": null }));
        let errors: Vec<_> = answer["errors"].as_array().unwrap().iter().map(|error| format!("{} {}", error["path"], error["extensions"]["code"])).collect();
        assert_eq!(errors, ["displayName", "email", "phone", "presented"].map(|field| format!(r#"["sourceRecord","{field}"] "FORBIDDEN""#)));
        assert_eq!(caller.with_scopes("party:link").error_code(query, json!({ "key": lead("1") })).await, "FORBIDDEN");
    }

    /// An engine's own token registers its own records and no others; nobody else does without `party:link`.
    async fn are_registered_by_their_own_engine(app: TestApp) {
        let caller = app.company("Acme").await;
        let document = "mutation($input: RegisterSourceRecordsInput!) { registerSourceRecords(input: $input) { results { created sourceRecord { id } } } }";
        let cart = json!({ "system": "website", "type": "cart", "id": "1", "presented": {} });
        let crm = caller.with_scopes("engine:crm");
        let payload = crm.data(document, json!({ "input": { "records": [presented("1", json!({}))] } })).await;
        assert_eq!(payload["registerSourceRecords"]["results"], json!([{ "created": true, "sourceRecord": { "id": "1" } }]));
        let foreign = json!({ "input": { "records": [presented("2", json!({})), cart] } });
        assert_eq!(crm.error_code(document, foreign.clone()).await, "FORBIDDEN");
        assert_eq!(caller.with_scopes("engine:crm party:link").error_code(document, foreign.clone()).await, "FORBIDDEN");
        assert_eq!(caller.with_scopes("party:read party:write").error_code(document, foreign).await, "FORBIDDEN");
        let malformed = json!({ "input": { "records": [{ "system": "?", "type": "lead", "id": "1", "presented": {} }] } });
        assert_eq!(caller.with_scopes("party:read").error_code(document, malformed).await, "FORBIDDEN");
        assert_eq!(pages(&caller, json!(null), 100).await, [["1"]]);
    }

    /// The same key is another record in another company.
    async fn belong_to_one_company(app: TestApp) {
        let (acme, other) = (app.company("Acme").await, app.company("Other").await);
        register(&acme, &[presented("1", json!({ "displayName": "Jane" }))]).await;
        let party = acme.person("Jane").await;
        link(&acme, lead("1"), &party).await;
        let query = "query($key: SourceKeyInput!, $r: [_Any!]!) { sourceRecord(source: $key) { id } sourceRecords { nodes { id } } \
             _entities(representations: $r) { ... on SourceRecord { state displayName party { id } links { id } } } }";
        let reference = json!({ "__typename": "SourceRecord", "system": "crm", "type": "lead", "id": "1" });
        let seen = other.data(query, json!({ "key": lead("1"), "r": [reference] })).await;
        assert_eq!(seen, json!({
            "sourceRecord": null, "sourceRecords": { "nodes": [] },
            "_entities": [{ "state": "UNREGISTERED", "displayName": null, "party": null, "links": [] }],
        }));
        let results = register(&other, &[presented("1", json!({ "displayName": "Joan" }))]).await;
        assert_eq!((&results[0]["created"], &results[0]["sourceRecord"]["state"]), (&json!(true), &json!("UNLINKED")));
        let hers = acme.data("query($key: SourceKeyInput!) { sourceRecord(source: $key) { displayName party { id } } }", json!({ "key": lead("1") })).await;
        assert_eq!(hers["sourceRecord"], json!({ "displayName": "Jane", "party": { "id": party } }));
    }

    /// Eight callers who register the same records at once, in any order, make each of them once, with one event.
    async fn are_registered_once_by_callers_at_once(app: TestApp) {
        let caller = app.company("Acme").await;
        let tasks: Vec<_> = (0..8).map(|task| {
            let caller = caller.clone();
            tokio::spawn(async move {
                let mut records: Vec<Value> = (0..40).map(|i| presented(&format!("{i:02}"), json!({ "displayName": format!("Person {i}") }))).collect();
                records.rotate_left(task * 5);
                if task % 2 == 1 {
                    records.reverse();
                }
                register(&caller, &records).await.iter().filter(|result| result["created"] == json!(true)).count()
            })
        }).collect();
        let mut created = 0;
        for task in tasks {
            created += task.await.unwrap();
        }
        assert_eq!(created, 40);
        assert_eq!(count_events(&app, &caller).await, 40);
        assert_eq!(pages(&caller, json!(null), 100).await[0].len(), 40);
    }
}
