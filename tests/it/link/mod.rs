//! Links: linking, moving and unlinking records of engines, and going from records to parties.
use crate::support::{
    app::TestApp,
    caller::TestCaller,
    on_both_databases,
    state::{absorb, count_events, events_of},
};
use serde_json::{Value, json};

mod races;

const LINK: &str = "link { id method isActive confidence evidence note linkedBy endedBy endedAt endReason party { id } sourceRecord { id state } } ";

fn lead(id: &str) -> Value {
    json!({ "system": "crm", "type": "lead", "id": id })
}

fn wanted(id: &str, party: &str) -> Value {
    json!({ "source": lead(id), "partyId": party })
}

async fn link(caller: &TestCaller, id: &str, party: &str) -> String {
    let payload = caller.mutate_ok("linkToParty", wanted(id, party), "link { id }").await;
    payload["link"]["id"].as_str().unwrap().to_owned()
}

/// The party to which a lead leads.
async fn resolve(caller: &TestCaller, id: &str) -> Value {
    caller.data("query($key: SourceKeyInput!) { resolveParty(source: $key) { id } }", json!({ "key": lead(id) })).await["resolveParty"].take()
}

/// The links of a lead, oldest first: party and whether it is active.
async fn links_of(caller: &TestCaller, id: &str) -> Vec<(String, bool)> {
    let query = "query($key: SourceKeyInput!) { sourceRecord(source: $key) { state link { id } links { id isActive party { id } } } }";
    let record = caller.data(query, json!({ "key": lead(id) })).await["sourceRecord"].take();
    let links: Vec<Value> = record["links"].as_array().cloned().unwrap_or_default();
    let active: Vec<&Value> = links.iter().filter(|link| link["isActive"] == json!(true)).map(|link| &link["id"]).collect();
    assert_eq!(active, Vec::from_iter(record["link"]["id"].is_string().then_some(&record["link"]["id"])), "the active link is `link`: {record:#}");
    assert_eq!(record["state"], if active.is_empty() { json!("UNLINKED") } else { json!("LINKED") }, "the state follows: {record:#}");
    links.iter().map(|link| (link["party"]["id"].as_str().unwrap().to_owned(), link["isActive"] == json!(true))).collect()
}

/// The events of a party that are about records and links, oldest first.
async fn link_events(app: &TestApp, caller: &TestCaller, party: &str) -> Vec<(String, Value)> {
    let mut events = events_of(app, caller, party).await;
    events.retain(|(kind, _)| kind.starts_with("link.") || kind.starts_with("source_record."));
    events
}

on_both_databases! {
    /// A record that nobody registered is registered and linked, with all that is said of the link, and both sides show it.
    async fn is_made_with_what_spoke_for_it(app: TestApp) {
        let caller = app.company("Acme").await;
        let party = caller.person("John Doe").await;
        let input = json!({
            "source": lead("4711"), "partyId": party, "method": "IMPORT", "confidence": 0.75, "evidence": { "rule": "same phone", "score": [1, 2.5] },
            "note": " From the old system. ",
        });
        let mut payload = caller.mutate_ok("linkToParty", input, &format!("{LINK} endedLink {{ id }}")).await;
        let id = payload["link"]["id"].take();
        assert_eq!(payload, json!({
            "link": {
                "id": null, "method": "IMPORT", "isActive": true, "confidence": 0.75, "evidence": { "rule": "same phone", "score": [1, 2.5] },
                "note": "From the old system.", "linkedBy": "tester", "endedBy": null, "endedAt": null, "endReason": null,
                "party": { "id": party }, "sourceRecord": { "id": "4711", "state": "LINKED" },
            },
            "endedLink": null, "userErrors": [],
        }));
        let query = "query($id: ID!) { party(id: $id) { links { id linkedAt } sourceRecords { system type id party { displayName } link { id } } updatedAt createdAt } }";
        let shown = caller.data(query, json!({ "id": party })).await["party"].take();
        assert_eq!(shown["links"][0]["id"], id);
        assert_eq!(shown["sourceRecords"], json!([{ "system": "crm", "type": "lead", "id": "4711", "party": { "displayName": "John Doe" }, "link": { "id": id } }]));
        assert_eq!(shown["updatedAt"], shown["links"][0]["linkedAt"], "linking touches the party");
        assert_eq!(link_events(&app, &caller, &party).await, [
            ("source_record.registered".to_owned(), json!({ "source": "crm/lead/4711", "created": true, "fields": [] })),
            ("link.created".to_owned(), json!({ "source": "crm/lead/4711", "linkId": id, "method": "IMPORT", "movedFrom": null, "evidence": { "rule": "same phone", "score": [1, 2.5] } })),
        ]);
    }

    /// Linking a record to its own party again answers with the link that it has, and is no event.
    async fn is_made_once(app: TestApp) {
        let caller = app.company("Acme").await;
        let party = caller.person("Jane").await;
        let first = link(&caller, "1", &party).await;
        let before = count_events(&app, &caller).await;
        let again = json!({ "source": lead("1"), "partyId": party, "note": "again", "moveExisting": true });
        let payload = caller.mutate_ok("linkToParty", again, "link { id note method } endedLink { id }").await;
        assert_eq!(payload["link"], json!({ "id": first, "note": null, "method": "MANUAL" }));
        assert_eq!(payload["endedLink"], json!(null));
        assert_eq!(count_events(&app, &caller).await, before);
    }

    /// A record of another party is not taken away by mistake: the refusal shows the link that stands in the way.
    async fn of_another_party_stands_in_the_way(app: TestApp) {
        let caller = app.company("Acme").await;
        let (jane, john) = (caller.person("Jane").await, caller.person("John").await);
        let id = link(&caller, "1", &jane).await;
        let before = count_events(&app, &caller).await;
        let document = "mutation($input: LinkToPartyInput!) { linkToParty(input: $input) { link { id } userErrors { code path linkId link { id party { displayName } } } } }";
        let answer = caller.data(document, json!({ "input": wanted("1", &john) })).await;
        assert_eq!(answer["linkToParty"], json!({
            "link": null,
            "userErrors": [{
                "code": "ALREADY_LINKED", "path": ["input", "source"], "linkId": id, "link": { "id": id, "party": { "displayName": "Jane" } },
            }],
        }));
        assert_eq!(links_of(&caller, "1").await, [(jane, true)]);
        assert_eq!(count_events(&app, &caller).await, before);
    }

    /// A record is moved in one step: the old link ends, the new one begins, and both parties' logs tell it.
    async fn is_moved_to_another_party(app: TestApp) {
        let caller = app.company("Acme").await;
        let (jane, john) = (caller.person("Jane").await, caller.person("John").await);
        let first = link(&caller, "1", &jane).await;
        caller.mutate_ok("deactivateParty", json!({ "partyId": jane }), "").await;
        let input = json!({ "source": lead("1"), "partyId": john, "moveExisting": true });
        let payload = caller.mutate_ok("linkToParty", input, "link { id party { id } } endedLink { id isActive endedBy endReason party { id } }").await;
        let second = payload["link"]["id"].clone();
        assert_ne!(second, json!(first));
        assert_eq!(payload["link"]["party"]["id"], json!(john));
        let reason = format!("Moved to the party {john}.");
        assert_eq!(payload["endedLink"], json!({ "id": first, "isActive": false, "endedBy": "tester", "endReason": reason, "party": { "id": jane } }));
        assert_eq!(resolve(&caller, "1").await, json!({ "id": john }));
        assert_eq!(links_of(&caller, "1").await, [(jane.clone(), false), (john.clone(), true)]);
        let query = "query($id: ID!) { party(id: $id) { current: links { id } all: links(includeEnded: true) { id } sourceRecords { id } } }";
        assert_eq!(caller.data(query, json!({ "id": jane })).await["party"], json!({ "current": [], "all": [{ "id": first }], "sourceRecords": [] }));
        let payload = json!({ "source": "crm/lead/1", "linkId": first, "reason": reason });
        assert_eq!(link_events(&app, &caller, &jane).await.last().unwrap(), &("link.ended".to_owned(), payload));
        let payload = json!({ "source": "crm/lead/1", "linkId": second, "method": "MANUAL", "movedFrom": jane, "evidence": null });
        assert_eq!(link_events(&app, &caller, &john).await, [("link.created".to_owned(), payload)]);
    }

    /// A link ends, the record stays without a party, and can be linked again.
    async fn ends_and_can_be_made_again(app: TestApp) {
        let caller = app.company("Acme").await;
        let party = caller.person("Jane").await;
        let first = link(&caller, "1", &party).await;
        let input = json!({ "source": lead("1"), "reason": "It was her brother." });
        let mut payload = caller.mutate_ok("unlinkFromParty", input.clone(), LINK).await;
        assert!(payload["link"]["endedAt"].take().is_string());
        assert_eq!(payload["link"], json!({
            "id": first, "method": "MANUAL", "isActive": false, "confidence": null, "evidence": null, "note": null, "linkedBy": "tester", "endedBy": "tester",
            "endedAt": null, "endReason": "It was her brother.", "party": { "id": party }, "sourceRecord": { "id": "1", "state": "UNLINKED" },
        }));
        let ended = json!({ "source": "crm/lead/1", "linkId": first, "reason": "It was her brother." });
        assert_eq!(link_events(&app, &caller, &party).await.last().unwrap(), &("link.ended".to_owned(), ended));
        assert_eq!(resolve(&caller, "1").await, json!(null));
        assert_eq!(links_of(&caller, "1").await, [(party.clone(), false)]);
        let before = count_events(&app, &caller).await;
        assert_eq!(caller.refused("unlinkFromParty", input).await, ["NOT_LINKED at input.source"]);
        assert_eq!(caller.refused("unlinkFromParty", json!({ "source": lead("2") })).await, ["SOURCE_RECORD_NOT_FOUND at input.source"]);
        assert_eq!(caller.refused("unlinkFromParty", json!({ "source": lead("") })).await, ["INVALID_CODE at input.source.id"]);
        let long = json!({ "source": lead("1"), "reason": "x".repeat(1_001) });
        assert_eq!(caller.refused("unlinkFromParty", long).await, ["INVALID_ARGUMENT at input.reason"]);
        assert_eq!(count_events(&app, &caller).await, before);
        link(&caller, "1", &party).await;
        assert_eq!(links_of(&caller, "1").await, [(party.clone(), false), (party, true)]);
    }

    /// Parties that are unknown, another company's, merged or deactivated take no links, and the record is not even registered.
    async fn to_a_party_that_cannot_have_it_is_refused(app: TestApp) {
        let (caller, other) = (app.company("Acme").await, app.company("Other").await);
        let [inactive, absorbed, survivor] = [caller.person("A").await, caller.person("B").await, caller.person("C").await];
        caller.mutate_ok("deactivateParty", json!({ "partyId": inactive }), "").await;
        absorb(&app, &caller, &absorbed, &survivor).await;
        let foreign = other.person("D").await;
        let before = (count_events(&app, &caller).await, count_events(&app, &other).await);
        let unknown = uuid::Uuid::now_v7().to_string();
        let cases = [
            (&inactive, "PARTY_INACTIVE"), (&absorbed, "PARTY_MERGED"), (&unknown, "PARTY_NOT_FOUND"), (&foreign, "PARTY_NOT_FOUND"),
            (&"no uuid".to_owned(), "INVALID_ID"),
        ];
        for (party, code) in cases {
            assert_eq!(caller.refused("linkToParty", wanted("1", party)).await, [format!("{code} at input.partyId")]);
        }
        let document = "mutation($input: LinkToPartyInput!) { linkToParty(input: $input) { userErrors { candidateIds } } }";
        let answer = caller.data(document, json!({ "input": wanted("1", &absorbed) })).await;
        assert_eq!(answer["linkToParty"]["userErrors"], json!([{ "candidateIds": [survivor] }]));
        let both = json!({ "source": { "system": "crm", "type": "lead", "id": "" }, "partyId": "?" });
        assert_eq!(caller.refused("linkToParty", both).await, ["INVALID_CODE at input.source.id", "INVALID_ID at input.partyId"]);
        assert_eq!((count_events(&app, &caller).await, count_events(&app, &other).await), before);
        assert_eq!(caller.data("{ sourceRecords { nodes { id } } }", json!({})).await, json!({ "sourceRecords": { "nodes": [] } }));
    }

    /// What is said of a link is checked, all of it at once.
    async fn with_values_that_cannot_be_is_refused(app: TestApp) {
        let caller = app.company("Acme").await;
        let party = caller.person("Jane").await;
        let before = count_events(&app, &caller).await;
        let cases = [
            (json!({ "method": "AUTO" }), "INVALID_ARGUMENT at input.method"),
            (json!({ "method": "SUGGESTED" }), "INVALID_ARGUMENT at input.method"),
            (json!({ "confidence": 1.01 }), "INVALID_ARGUMENT at input.confidence"),
            (json!({ "confidence": -0.1 }), "INVALID_ARGUMENT at input.confidence"),
            (json!({ "note": "x".repeat(1_001) }), "INVALID_ARGUMENT at input.note"),
            (json!({ "note": "a\u{0}b" }), "INVALID_ARGUMENT at input.note"),
            (json!({ "evidence": "x".repeat(10_000) }), "INVALID_ARGUMENT at input.evidence"),
            (json!({ "evidence": { "deep": [{ "a\u{0}b": 1 }] } }), "INVALID_ARGUMENT at input.evidence"),
            (json!({ "evidence": ["a\u{0}b"] }), "INVALID_ARGUMENT at input.evidence"),
        ];
        for (values, refusal) in cases {
            let mut input = wanted("1", &party);
            input.as_object_mut().unwrap().extend(values.as_object().unwrap().clone());
            assert_eq!(caller.refused("linkToParty", input).await, [refusal], "{values}");
        }
        let all = json!({ "source": lead("1"), "partyId": party, "method": "AUTO", "confidence": 2, "note": "x".repeat(1_001) });
        assert_eq!(caller.refused("linkToParty", all).await, [
            "INVALID_ARGUMENT at input.method", "INVALID_ARGUMENT at input.confidence", "INVALID_ARGUMENT at input.note",
        ]);
        assert_eq!(count_events(&app, &caller).await, before);
    }

    /// Many records are resolved in one call, in the order asked for; a malformed key harms no neighbour, and absorbed parties lead to their survivor.
    async fn lead_to_parties_in_one_call(app: TestApp) {
        let caller = app.company("Acme").await;
        let (jane, john, joan) = (caller.person("Jane").await, caller.person("John").await, caller.person("Joan").await);
        for (id, party) in [("1", &jane), ("2", &john), ("3", &joan)] {
            link(&caller, id, party).await;
        }
        caller.mutate_ok("registerSourceRecords", json!({ "records": [{ "system": "crm", "type": "lead", "id": "free", "presented": {} }] }), "").await;
        absorb(&app, &caller, &joan, &john).await;
        let sources = [lead("2"), lead("unknown"), lead(""), lead("1"), lead("free"), lead("2"), lead("3"), json!({ "system": "CRM", "type": "lead", "id": "1" })];
        let query = "query($sources: [SourceKeyInput!]!) { resolveParties(sources: $sources) { displayName } }";
        let before = app.hub.database.statements();
        let answer = caller.send(query, json!({ "sources": sources })).await;
        assert_eq!(app.hub.database.statements() - before, 3, "links, parties, survivors");
        let (jane, john) = (json!({ "displayName": "Jane" }), json!({ "displayName": "John" }));
        assert_eq!(answer["data"]["resolveParties"], json!([john, null, null, jane, null, john, john, null]));
        let errors: Vec<_> = answer["errors"].as_array().unwrap().iter()
            .map(|error| format!("{} {} {}", error["path"], error["extensions"]["code"], error["extensions"]["argumentPath"]))
            .collect();
        assert_eq!(errors, [
            r#"["resolveParties",2] "INVALID_CODE" ["sources","2","id"]"#, r#"["resolveParties",7] "INVALID_CODE" ["sources","7","system"]"#,
        ]);
        assert_eq!(resolve(&caller, "3").await["id"], resolve(&caller, "2").await["id"]);
        let one = "query($key: SourceKeyInput!) { resolveParty(source: $key) { id } }";
        assert_eq!(caller.error_code(one, json!({ "key": lead("") })).await, "INVALID_CODE");
        assert_eq!(caller.data(query, json!({ "sources": vec![lead("1"); 1_000] })).await["resolveParties"], json!(vec![jane; 1_000]));
        let beside = query.replace("{ resolveParties", "{ channels { code } resolveParties");
        let answer = caller.send(&beside, json!({ "sources": vec![lead("1"); 1_001] })).await;
        assert_eq!((&answer["data"]["resolveParties"], &answer["errors"][0]["extensions"]["code"]), (&json!(null), &json!("TOO_MANY_ITEMS")));
        assert!(!answer["data"]["channels"].as_array().unwrap().is_empty(), "a neighbour answers all the same: {answer}");
    }

    /// What people write beside a link may name somebody: it needs `party:pii`, field by field.
    async fn hide_what_people_wrote(app: TestApp) {
        let caller = app.company("Acme").await;
        let party = caller.person("Jane").await;
        let noted = json!({ "source": lead("1"), "partyId": party, "note": "Jane's husband called", "evidence": { "email": "jane@example.com" } });
        caller.mutate_ok("linkToParty", noted, "").await;
        caller.mutate_ok("unlinkFromParty", json!({ "source": lead("1"), "reason": "It was her sister" }), "").await;
        let query = "query($id: ID!) { party(id: $id) { links(includeEnded: true) { isActive evidence note endReason } } }";
        let seen = json!([{ "isActive": false, "evidence": { "email": "jane@example.com" }, "note": "Jane's husband called", "endReason": "It was her sister" }]);
        assert_eq!(caller.with_scopes("party:read party:pii").data(query, json!({ "id": party })).await["party"]["links"], seen);
        let answer = caller.with_scopes("party:read").send(query, json!({ "id": party })).await;
        assert_eq!(answer["data"]["party"]["links"], json!([{ "isActive": false, "evidence": null, "note": null, "endReason": null }]));
        let mut errors: Vec<_> = answer["errors"].as_array().unwrap().iter().map(|error| format!("{} {}", error["path"][3], error["extensions"]["code"])).collect();
        errors.sort();
        assert_eq!(errors, [r#""endReason" "FORBIDDEN""#, r#""evidence" "FORBIDDEN""#, r#""note" "FORBIDDEN""#]);
    }

    /// However many parties are shown, their links and records come with two statements; records are shown by system and type.
    async fn of_many_parties_take_two_statements(app: TestApp) {
        let caller = app.company("Acme").await;
        let mut representations = Vec::new();
        for i in 0..10 {
            let party = caller.person("Jane").await;
            for (system, kind) in [("crm", "lead"), ("crm", "account"), ("website", "cart")] {
                let source = json!({ "system": system, "type": kind, "id": format!("{i}") });
                caller.mutate_ok("linkToParty", json!({ "source": source, "partyId": party }), "").await;
            }
            representations.push(json!({ "__typename": "Party", "id": party }));
        }
        let query = "query($r: [_Any!]!) { _entities(representations: $r) { ... on Party { links { sourceRecord { id state } party { displayName } } \
             sourceRecords { type } crm: sourceRecords(system: \"crm\") { type } leads: sourceRecords(type: \"lead\") { system } none: sourceRecords(system: \"x\") { id } } } }";
        let before = app.hub.database.statements();
        let answer = caller.data(query, json!({ "r": representations })).await;
        assert_eq!(app.hub.database.statements() - before, 3, "parties, links, records");
        for (i, party) in answer["_entities"].as_array().unwrap().iter().enumerate() {
            let link = json!({ "sourceRecord": { "id": i.to_string(), "state": "LINKED" }, "party": { "displayName": "Jane" } });
            assert_eq!(*party, json!({
                "links": [link, link, link], "sourceRecords": [{ "type": "lead" }, { "type": "account" }, { "type": "cart" }],
                "crm": [{ "type": "lead" }, { "type": "account" }], "leads": [{ "system": "crm" }], "none": [],
            }));
        }
    }

    /// An engine's own token links its own records and no others; nobody else does without `party:link`.
    async fn are_made_by_their_own_engine(app: TestApp) {
        let caller = app.company("Acme").await;
        let party = caller.person("Jane").await;
        let to = |system: &str| json!({ "input": { "source": { "system": system, "type": "lead", "id": "1" }, "partyId": party } });
        let from = |system: &str| json!({ "input": { "source": { "system": system, "type": "lead", "id": "1" } } });
        let linking = "mutation($input: LinkToPartyInput!) { linkToParty(input: $input) { link { isActive } } }";
        let unlinking = "mutation($input: UnlinkFromPartyInput!) { unlinkFromParty(input: $input) { link { isActive } } }";
        let crm = caller.with_scopes("engine:crm");
        for scopes in ["engine:auction", "engine:auction party:link", "party:read party:write party:steward"] {
            let stranger = caller.with_scopes(scopes);
            assert_eq!(stranger.error_code(linking, to("crm")).await, "FORBIDDEN", "{scopes}");
        }
        assert_eq!(crm.data(linking, to("crm")).await["linkToParty"]["link"], json!({ "isActive": true }));
        for scopes in ["engine:auction", "engine:auction party:link", "party:read party:write party:steward"] {
            let stranger = caller.with_scopes(scopes);
            assert_eq!(stranger.error_code(unlinking, from("crm")).await, "FORBIDDEN", "{scopes}");
        }
        assert_eq!(crm.data(unlinking, from("crm")).await["unlinkFromParty"]["link"], json!({ "isActive": false }));
        let linker = caller.with_scopes("party:link");
        assert_eq!(linker.data(linking, to("website")).await["linkToParty"]["link"], json!({ "isActive": true }));
        let reading = "query($key: SourceKeyInput!) { resolveParty(source: $key) { id } }";
        assert_eq!(linker.error_code(reading, json!({ "key": lead("1") })).await, "FORBIDDEN");
    }

    /// Another company sees and touches no link of the first, though the keys are the same.
    async fn belong_to_one_company(app: TestApp) {
        let (acme, other) = (app.company("Acme").await, app.company("Other").await);
        let (jane, stranger) = (acme.person("Jane").await, other.person("Stranger").await);
        link(&acme, "1", &jane).await;
        let before = count_events(&app, &acme).await;
        assert_eq!(resolve(&other, "1").await, json!(null));
        assert_eq!(other.refused("unlinkFromParty", json!({ "source": lead("1") })).await, ["SOURCE_RECORD_NOT_FOUND at input.source"]);
        let steal = json!({ "source": lead("1"), "partyId": jane, "moveExisting": true });
        assert_eq!(other.refused("linkToParty", steal).await, ["PARTY_NOT_FOUND at input.partyId"]);
        link(&other, "1", &stranger).await;
        assert_eq!(links_of(&other, "1").await, [(stranger, true)]);
        assert_eq!(links_of(&acme, "1").await, [(jane, true)]);
        assert_eq!(count_events(&app, &acme).await, before);
    }
}
