//! Relationships: what parties are to each other, from either end.
use crate::support::{
    caller::TestCaller,
    on_both_databases,
    state::{absorb, count_events, events_of},
};
use serde_json::{Value, json};

/// The relationships of a party as it sees them, ended ones too: `label other title`, ended ones in brackets.
async fn relationships_of(caller: &TestCaller, party: &str) -> Vec<String> {
    let query = "query($id: ID!) { party(id: $id) { relationships(includeEnded: true) { label title validTo party { displayName } } } }";
    let party = caller.data(query, json!({ "id": party })).await["party"].take();
    let lines = party["relationships"].as_array().unwrap().iter().map(|relationship| {
        let word = |value: &Value| value.as_str().unwrap_or("-").to_owned();
        let line = [&relationship["label"], &relationship["party"]["displayName"], &relationship["title"]].map(word).join(" ");
        if relationship["validTo"].is_null() { line } else { format!("[{line}]") }
    });
    lines.collect()
}

/// Relates two parties and gives the relationship's id.
async fn relate(caller: &TestCaller, from: &str, to: &str, code: &str) -> String {
    let input = json!({ "fromPartyId": from, "toPartyId": to, "type": code });
    let payload = caller.mutate_ok("relateParties", input, "relationship { id }").await;
    payload["relationship"]["id"].as_str().unwrap().to_owned()
}

async fn organization(caller: &TestCaller, name: &str) -> String {
    caller.party(json!({ "kind": "ORGANIZATION", "displayName": name })).await
}

on_both_databases! {
    /// The catalogue holds the system's relationship types.
    async fn the_catalogue_holds_the_systems_types(app: TestApp) {
        let caller = app.company("Acme").await;
        let types = caller.data("{ relationshipTypes { code label inverseLabel } }", json!({})).await;
        assert_eq!(types["relationshipTypes"], json!([
            { "code": "CONTACT_FOR", "label": "contact for", "inverseLabel": "has contact" },
            { "code": "HOUSEHOLD", "label": "same household as", "inverseLabel": "same household as" },
            { "code": "PART_OF", "label": "part of", "inverseLabel": "has part" },
            { "code": "REFERRED_BY", "label": "referred by", "inverseLabel": "referred" },
            { "code": "SUBSIDIARY_OF", "label": "subsidiary of", "inverseLabel": "has subsidiary" },
            { "code": "WORKS_FOR", "label": "works for", "inverseLabel": "employs" },
        ]));
    }

    /// A relationship is seen from both ends, each with its own label and direction.
    async fn a_relationship_is_seen_from_both_ends(app: TestApp) {
        let caller = app.company("Acme").await;
        let (jane, bank) = (caller.person("Jane").await, organization(&caller, "Bank").await);
        let input = json!({
            "fromPartyId": jane, "toPartyId": bank, "type": "WORKS_FOR", "title": " Head of  IT ", "validFrom": "2020-01-01T00:00:00Z",
        });
        let fields = "id type { code } label direction title validFrom validTo statedBy endedBy endReason party { id }";
        let payload = caller.mutate_ok("relateParties", input, &format!("relationship {{ {fields} }}")).await;
        let id = payload["relationship"]["id"].clone();
        let from_jane = json!({
            "id": id, "type": { "code": "WORKS_FOR" }, "label": "works for", "direction": "OUTGOING", "title": "Head of IT",
            "validFrom": "2020-01-01T00:00:00+00:00", "validTo": null, "statedBy": "tester", "endedBy": null, "endReason": null, "party": { "id": bank },
        });
        assert_eq!(payload["relationship"], from_jane);
        let query = format!("query($jane: ID!, $bank: ID!) {{
            jane: party(id: $jane) {{ relationships {{ {fields} }} }} bank: party(id: $bank) {{ relationships {{ {fields} }} }} }}");
        let answer = caller.data(&query, json!({ "jane": jane, "bank": bank })).await;
        let mut from_bank = from_jane.clone();
        from_bank["label"] = json!("employs");
        from_bank["direction"] = json!("INCOMING");
        from_bank["party"] = json!({ "id": jane });
        assert_eq!(answer, json!({ "jane": { "relationships": [from_jane] }, "bank": { "relationships": [from_bank] } }));
        let event = ("relationship.created".to_owned(), json!({
            "relationshipId": id, "type": "WORKS_FOR", "fromPartyId": jane, "toPartyId": bank, "title": "Head of IT", "reason": null,
        }));
        assert_eq!(events_of(&app, &caller, &jane).await.last(), Some(&event));
        assert_eq!(events_of(&app, &caller, &bank).await.last(), Some(&event));
    }

    /// A relationship that ended is history, and the parties may be related anew.
    async fn a_relationship_ends_and_begins_anew(app: TestApp) {
        let caller = app.company("Acme").await;
        let (jane, bank) = (caller.person("Jane").await, organization(&caller, "Bank").await);
        let id = relate(&caller, &jane, &bank, "WORKS_FOR").await;
        let ended = caller.mutate_ok("endRelationship", json!({ "relationshipId": id, "reason": "left" }), "relationship { id endedBy endReason }").await;
        assert_eq!(ended["relationship"], json!({ "id": id, "endedBy": "tester", "endReason": "left" }));
        assert_eq!(relationships_of(&caller, &bank).await, ["[employs Jane -]"]);
        let current = caller.data("query($id: ID!) { party(id: $id) { relationships { id } } }", json!({ "id": jane })).await;
        assert_eq!(current["party"]["relationships"], json!([]));
        let (kind, payload) = events_of(&app, &caller, &bank).await.pop().unwrap();
        assert_eq!((kind.as_str(), &payload["reason"]), ("relationship.ended", &json!("left")));
        assert_eq!(caller.refused("endRelationship", json!({ "relationshipId": id })).await, ["RELATIONSHIP_NOT_FOUND at input.relationshipId"]);
        relate(&caller, &jane, &bank, "WORKS_FOR").await;
        assert_eq!(relationships_of(&caller, &bank).await, ["employs Jane -", "[employs Jane -]"]);
    }

    /// Two parties are related once in each way; a type that reads the same from both ends has no direction.
    async fn a_relationship_exists_once(app: TestApp) {
        let caller = app.company("Acme").await;
        let (jane, john) = (caller.person("Jane").await, caller.person("John").await);
        relate(&caller, &jane, &john, "REFERRED_BY").await;
        relate(&caller, &john, &jane, "REFERRED_BY").await;
        relate(&caller, &jane, &john, "HOUSEHOLD").await;
        let before = count_events(&app, &caller).await;
        for (from, to, code) in [(&jane, &john, "REFERRED_BY"), (&jane, &john, "HOUSEHOLD"), (&john, &jane, "HOUSEHOLD")] {
            let input = json!({ "fromPartyId": from, "toPartyId": to, "type": code });
            assert_eq!(caller.refused("relateParties", input).await, ["RELATIONSHIP_EXISTS at input.type"]);
        }
        assert_eq!(count_events(&app, &caller).await, before);
        assert_eq!(relationships_of(&caller, &john).await, ["referred Jane -", "referred by Jane -", "same household as Jane -"]);
    }

    /// What is no type, title or start is refused, all of it at once; and so is a party with itself.
    async fn relationships_that_cannot_be_are_refused(app: TestApp) {
        let caller = app.company("Acme").await;
        let (jane, bank) = (caller.person("Jane").await, organization(&caller, "Bank").await);
        let before = count_events(&app, &caller).await;
        let input = |to: &str, code: &str| json!({ "fromPartyId": jane, "toPartyId": to, "type": code });
        assert_eq!(caller.refused("relateParties", input(&bank, "ADMIRES")).await, ["RELATIONSHIP_TYPE_UNKNOWN at input.type"]);
        assert_eq!(caller.refused("relateParties", input(&bank, "works for")).await, ["INVALID_CODE at input.type"]);
        assert_eq!(caller.refused("relateParties", input(&jane, "WORKS_FOR")).await, ["INVALID_ARGUMENT at input.toPartyId"]);
        let mut wrong = input(&bank, "WORKS_FOR");
        wrong["title"] = json!("   ");
        wrong["validFrom"] = json!("2999-01-01T00:00:00Z");
        assert_eq!(caller.refused("relateParties", wrong).await, ["INVALID_NAME at input.title", "INVALID_ARGUMENT at input.validFrom"]);
        let both = json!({ "fromPartyId": "x", "toPartyId": "y", "type": "WORKS_FOR" });
        assert_eq!(caller.refused("relateParties", both).await, ["INVALID_ID at input.fromPartyId", "INVALID_ID at input.toPartyId"]);
        assert_eq!(caller.refused("endRelationship", json!({ "relationshipId": "x" })).await, ["INVALID_ID at input.relationshipId"]);
        let unknown = json!({ "relationshipId": uuid::Uuid::now_v7() });
        assert_eq!(caller.refused("endRelationship", unknown).await, ["RELATIONSHIP_NOT_FOUND at input.relationshipId"]);
        assert_eq!(count_events(&app, &caller).await, before);
        assert_eq!(relationships_of(&caller, &jane).await, Vec::<String>::new());
    }

    /// Parties that are deactivated, merged, unknown or another company's are not related, whichever end they are.
    async fn parties_that_cannot_change_are_not_related(app: TestApp) {
        let (caller, other) = (app.company("Acme").await, app.company("Other").await);
        let [jane, inactive, absorbed] = [caller.person("Jane").await, caller.person("Old").await, caller.person("Jane D.").await];
        caller.mutate_ok("deactivateParty", json!({ "partyId": inactive }), "").await;
        absorb(&app, &caller, &absorbed, &jane).await;
        let foreign = other.person("Foreign").await;
        let before = count_events(&app, &caller).await;
        let unknown = uuid::Uuid::now_v7().to_string();
        let cases = [
            (&inactive, "PARTY_INACTIVE"), (&absorbed, "PARTY_MERGED"), (&unknown, "PARTY_NOT_FOUND"), (&foreign, "PARTY_NOT_FOUND"),
        ];
        for (party, code) in cases {
            let outgoing = json!({ "fromPartyId": party, "toPartyId": jane, "type": "HOUSEHOLD" });
            assert_eq!(caller.refused("relateParties", outgoing).await, [format!("{code} at input.fromPartyId")]);
            let incoming = json!({ "fromPartyId": jane, "toPartyId": party, "type": "HOUSEHOLD" });
            assert_eq!(caller.refused("relateParties", incoming).await, [format!("{code} at input.toPartyId")]);
        }
        assert_eq!(count_events(&app, &caller).await, before);
        assert_eq!(relationships_of(&other, &foreign).await, Vec::<String>::new());
    }

    /// A relationship with a party that was deactivated can still end.
    async fn a_relationship_with_a_deactivated_party_can_end(app: TestApp) {
        let caller = app.company("Acme").await;
        let (jane, bank) = (caller.person("Jane").await, organization(&caller, "Bank").await);
        let id = relate(&caller, &jane, &bank, "WORKS_FOR").await;
        caller.mutate_ok("deactivateParty", json!({ "partyId": bank }), "").await;
        caller.mutate_ok("endRelationship", json!({ "relationshipId": id }), "").await;
        assert_eq!(relationships_of(&caller, &jane).await, ["[works for Bank -]"]);
    }

    /// Another company's relationship is as unknown as one that does not exist, and readers change nothing.
    async fn a_relationship_is_its_companys_alone(app: TestApp) {
        let (caller, other) = (app.company("Acme").await, app.company("Other").await);
        let (jane, bank) = (caller.person("Jane").await, organization(&caller, "Bank").await);
        let id = relate(&caller, &jane, &bank, "WORKS_FOR").await;
        assert_eq!(other.refused("endRelationship", json!({ "relationshipId": id })).await, ["RELATIONSHIP_NOT_FOUND at input.relationshipId"]);
        let reader = caller.with_scopes("party:read");
        let end = "mutation($id: ID!) { endRelationship(input: { relationshipId: $id }) { relationship { id } } }";
        assert_eq!(reader.error_code(end, json!({ "id": id })).await, "FORBIDDEN");
        let relate = "mutation($a: ID!, $b: ID!) { relateParties(input: { fromPartyId: $a, toPartyId: $b, type: \"PART_OF\" }) { relationship { id } } }";
        assert_eq!(reader.error_code(relate, json!({ "a": jane, "b": bank })).await, "FORBIDDEN");
        assert_eq!(relationships_of(&reader, &jane).await, ["works for Bank -"]);
        assert_eq!(caller.with_scopes("party:write").error_code("{ relationshipTypes { code } }", json!({})).await, "FORBIDDEN");
    }

    /// However many parties are shown, their relationships take one statement, the other parties one and the catalogue one.
    async fn relationships_of_many_parties_take_three_statements(app: TestApp) {
        let caller = app.company("Acme").await;
        let bank = organization(&caller, "Bank").await;
        let mut representations = Vec::new();
        for i in 0..10 {
            let person = caller.person(&format!("Person {i}")).await;
            relate(&caller, &person, &bank, "WORKS_FOR").await;
            representations.push(json!({ "__typename": "Party", "id": person }));
        }
        let before = app.hub.database.statements();
        let query = "query($r: [_Any!]!) { _entities(representations: $r) { ... on Party { relationships { label party { displayName } } } } }";
        let answer = caller.data(query, json!({ "r": representations })).await;
        let employed = json!({ "relationships": [{ "label": "works for", "party": { "displayName": "Bank" } }] });
        assert_eq!(answer["_entities"], json!(vec![employed; 10]));
        assert_eq!(app.hub.database.statements() - before, 4, "parties, relationships, other parties, types");
    }

    /// Callers who relate the same two parties at once, from either end, make one relationship and wait for each other without a deadlock.
    async fn parties_related_at_once_are_related_once(app: TestApp) {
        let caller = app.company("Acme").await;
        let (jane, john) = (caller.person("Jane").await, caller.person("John").await);
        let tasks: Vec<_> = (0..8).map(|i| {
            let (caller, jane, john) = (caller.clone(), jane.clone(), john.clone());
            let (from, to) = if i % 2 == 0 { (jane, john) } else { (john, jane) };
            tokio::spawn(async move {
                let payload = caller.mutate("relateParties", json!({ "fromPartyId": from, "toPartyId": to, "type": "HOUSEHOLD" }), "").await;
                payload["userErrors"][0]["code"].as_str().unwrap_or("related").to_owned()
            })
        }).collect();
        let mut outcomes = Vec::new();
        for task in tasks {
            outcomes.push(task.await.unwrap());
        }
        outcomes.sort();
        assert_eq!(outcomes, [vec!["RELATIONSHIP_EXISTS"; 7], vec!["related"]].concat());
        assert_eq!(relationships_of(&caller, &jane).await, ["same household as John -"]);
    }
}
