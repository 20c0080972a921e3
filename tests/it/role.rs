//! Roles: the catalogue, assigning, ending, converting, and which role comes first.
use crate::support::{
    app::TestApp,
    caller::TestCaller,
    on_both_databases,
    state::{absorb, count_events, events_of},
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const ROLES: &str =
    "party { roles(includeEnded: true) { role { code } isPrimary validTo reason endReason assignedBy endedBy } primaryRole { code } }";

/// The codes of the roles that a party holds, the primary one marked with a star, those that it held in brackets.
async fn roles_of(caller: &TestCaller, party: &str) -> Vec<String> {
    let query = "query($id: ID!) { party(id: $id) { primaryRole { code } roles(includeEnded: true) { role { code } isPrimary validTo } } }";
    let party = caller.data(query, json!({ "id": party })).await["party"].take();
    let roles = party["roles"].as_array().unwrap().iter().map(|role| {
        let (code, primary) = (role["role"]["code"].as_str().unwrap(), role["isPrimary"] == json!(true));
        assert_eq!(primary, party["primaryRole"]["code"] == *code && role["validTo"].is_null(), "primaryRole and isPrimary agree: {party:#}");
        match (role["validTo"].is_null(), primary) {
            (true, true) => format!("{code}*"),
            (true, false) => code.to_owned(),
            (false, _) => format!("[{code}]"),
        }
    });
    roles.collect()
}

async fn assign(caller: &TestCaller, party: &str, role: &str) {
    caller.mutate_ok("assignRole", json!({ "partyId": party, "role": role }), "").await;
}

/// The events of a party's roles, oldest first, as `type role`.
async fn role_events(app: &TestApp, caller: &TestCaller, party: &str) -> Vec<String> {
    let events = events_of(app, caller, party).await.into_iter();
    events.filter(|(kind, _)| kind.starts_with("role")).map(|(kind, payload)| format!("{kind} {}", payload["role"].as_str().unwrap())).collect()
}

/// Every mutation that changes the roles of one party, with an input that would succeed for a prospect.
fn role_mutations(party: &Value) -> [(&'static str, Value); 5] {
    [
        ("assignRole", json!({ "partyId": party, "role": "reseller" })),
        ("endRole", json!({ "partyId": party, "role": "prospect" })),
        ("setPrimaryRole", json!({ "partyId": party, "role": "prospect" })),
        ("convertProspectToCustomer", json!({ "partyId": party })),
        ("enrollInItadServices", json!({ "partyId": party })),
    ]
}

on_both_databases! {
    /// The catalogues hold the system's entries; a company's own are added to them and seen by nobody else.
    async fn catalogues_hold_the_systems_entries_and_the_companys_own(app: TestApp) {
        let (acme, other) = (app.company("Acme").await, app.company("Other").await);
        let catalogues = "{ roleTypes { code label side isSystem } channels { code label } }";
        let before = acme.data(catalogues, json!({})).await;
        let codes: Vec<_> = before["roleTypes"].as_array().unwrap().iter().map(|role_type| role_type["code"].as_str().unwrap()).collect();
        assert_eq!(codes, [
            "auction_buyer", "consignment_client", "consignment_vendor", "distributor", "downstream_recycler", "end_user", "itad_client",
            "manufacturer", "prospect", "purchase_vendor", "reseller", "sales_customer", "service_provider", "website_customer",
        ]);
        assert_eq!(before["roleTypes"][4], json!({ "code": "downstream_recycler", "label": "Downstream recycler", "side": "BOTH", "isSystem": true }));
        assert_eq!(before["channels"], json!([
            { "code": "auction", "label": "Auction" }, { "code": "component", "label": "Component sales" }, { "code": "direct", "label": "Direct sales" },
            { "code": "itad", "label": "ITAD" }, { "code": "website", "label": "Website" },
        ]));
        let own = json!({ "code": "broker", "label": " Broker ", "side": "SELLS" });
        let payload = acme.mutate_ok("upsertRoleType", own, "roleType { code label side isSystem }").await;
        assert_eq!(payload["roleType"], json!({ "code": "broker", "label": "Broker", "side": "SELLS", "isSystem": false }));
        assert_eq!(acme.data(catalogues, json!({})).await["roleTypes"][1], payload["roleType"]);
        assert_eq!(other.data(catalogues, json!({})).await, before);
    }

    /// A role type of the company's own can be changed; the same again changes nothing, and the roles that are held stay.
    async fn a_role_type_of_the_companys_own_can_be_changed(app: TestApp) {
        let caller = app.company("Acme").await;
        let input = |label: &str, side: &str| json!({ "code": "broker", "label": label, "side": side });
        caller.mutate_ok("upsertRoleType", input("Broker", "SELLS"), "").await;
        let party = caller.party(json!({ "kind": "PERSON", "displayName": "Jane", "roles": ["broker"] })).await;
        let before = count_events(&app, &caller).await;
        caller.mutate_ok("upsertRoleType", input("Broker", "SELLS"), "").await;
        assert_eq!(count_events(&app, &caller).await, before);
        let payload = caller.mutate_ok("upsertRoleType", input("Agent", "BOTH"), "roleType { label side }").await;
        assert_eq!(payload["roleType"], json!({ "label": "Agent", "side": "BOTH" }));
        assert_eq!(count_events(&app, &caller).await, before + 1);
        let primary = caller.data("query($id: ID!) { party(id: $id) { primaryRole { code label side } } }", json!({ "id": party })).await;
        assert_eq!(primary["party"]["primaryRole"], json!({ "code": "broker", "label": "Agent", "side": "BOTH" }));
    }

    /// The system's role types are nobody's to change, and what is no code or label is refused with its place.
    async fn a_role_type_that_cannot_be_is_refused(app: TestApp) {
        let caller = app.company("Acme").await;
        let upsert = |code: &str, label: &str| caller.refused("upsertRoleType", json!({ "code": code, "label": label, "side": "BUYS" }));
        assert_eq!(upsert("prospect", "Mine").await, ["ROLE_TYPE_RESERVED at input.code"]);
        assert_eq!(upsert("Not A Code", "  ").await, ["INVALID_CODE at input.code", "INVALID_NAME at input.label"]);
        assert_eq!(upsert("broker", &"x".repeat(10_000)).await, ["INVALID_NAME at input.label"]);
        let writer = caller.with_scopes("party:read party:write");
        let document = "mutation { upsertRoleType(input: { code: \"broker\", label: \"Broker\", side: BUYS }) { roleType { code } } }";
        assert_eq!(writer.error_code(document, json!({})).await, "FORBIDDEN");
        assert_eq!(count_events(&app, &caller).await, 0);
        let types = caller.data("{ roleTypes { code isSystem } }", json!({})).await["roleTypes"].take();
        assert!(types.as_array().unwrap().iter().all(|role_type| role_type["isSystem"] == json!(true)));
    }

    /// The first role becomes the primary one; later ones only on request.
    async fn the_first_role_becomes_the_primary_one(app: TestApp) {
        let caller = app.company("Acme").await;
        let party = caller.person("Jane").await;
        let payload = caller.mutate_ok("assignRole", json!({ "partyId": party, "role": "prospect", "reason": "met at a fair" }), ROLES).await;
        assert_eq!(payload["party"], json!({
            "roles": [{
                "role": { "code": "prospect" }, "isPrimary": true, "validTo": null, "reason": "met at a fair", "endReason": null,
                "assignedBy": "tester", "endedBy": null,
            }],
            "primaryRole": { "code": "prospect" },
        }));
        assign(&caller, &party, "reseller").await;
        assert_eq!(roles_of(&caller, &party).await, ["prospect*", "reseller"]);
        caller.mutate_ok("assignRole", json!({ "partyId": party, "role": "auction_buyer", "makePrimary": true }), "").await;
        assert_eq!(roles_of(&caller, &party).await, ["prospect", "reseller", "auction_buyer*"]);
        assert_eq!(role_events(&app, &caller, &party).await, [
            "role.assigned prospect", "role.assigned reseller", "role.assigned auction_buyer", "role.made_primary auction_buyer",
        ]);
    }

    /// A party without roles has no primary one.
    async fn a_party_without_roles_has_no_primary_one(app: TestApp) {
        let caller = app.company("Acme").await;
        let party = caller.person("Jane").await;
        let answer = caller.data("query($id: ID!) { party(id: $id) { primaryRole { code } roles { id } } }", json!({ "id": party })).await;
        assert_eq!(answer["party"], json!({ "primaryRole": null, "roles": [] }));
    }

    /// The end of the primary role makes the oldest of the others primary; the ended one stays in the history.
    async fn the_oldest_remaining_role_takes_the_place_of_the_primary_one(app: TestApp) {
        let caller = app.company("Acme").await;
        let party = caller.party(json!({ "kind": "PERSON", "displayName": "Jane", "roles": ["prospect"] })).await;
        assign(&caller, &party, "reseller").await;
        let since = json!({ "partyId": party, "role": "end_user", "validFrom": "2019-05-01T00:00:00Z" });
        caller.mutate_ok("assignRole", since, "").await;
        let payload = caller.mutate_ok("endRole", json!({ "partyId": party, "role": "prospect", "reason": "lost interest" }), ROLES).await;
        assert_eq!(payload["party"]["primaryRole"], json!({ "code": "end_user" }));
        assert_eq!(roles_of(&caller, &party).await, ["end_user*", "reseller", "[prospect]"]);
        let ended = &payload["party"]["roles"][2];
        assert_eq!((&ended["endReason"], &ended["endedBy"]), (&json!("lost interest"), &json!("tester")));
        let current = caller.data("query($id: ID!) { party(id: $id) { roles { role { code } } } }", json!({ "id": party })).await;
        assert_eq!(current["party"]["roles"], json!([{ "role": { "code": "end_user" } }, { "role": { "code": "reseller" } }]));
        assert_eq!(role_events(&app, &caller, &party).await[3..], ["role.ended prospect", "role.made_primary end_user"]);
        caller.mutate_ok("endRole", json!({ "partyId": party, "role": "reseller" }), "").await;
        assert_eq!(roles_of(&caller, &party).await[0], "end_user*");
        caller.mutate_ok("endRole", json!({ "partyId": party, "role": "end_user" }), "").await;
        assert_eq!(role_events(&app, &caller, &party).await[5..], ["role.ended reseller", "role.ended end_user"]);
        assert!(roles_of(&caller, &party).await.iter().all(|role| role.starts_with('[')));
    }

    /// Another role that is held can be made the primary one; doing it again changes nothing.
    async fn another_role_is_made_the_primary_one(app: TestApp) {
        let caller = app.company("Acme").await;
        let party = caller.party(json!({ "kind": "PERSON", "displayName": "Jane", "roles": ["prospect", "reseller"] })).await;
        let input = json!({ "partyId": party, "role": "reseller" });
        let payload = caller.mutate_ok("setPrimaryRole", input.clone(), "party { primaryRole { code } }").await;
        assert_eq!(payload["party"]["primaryRole"], json!({ "code": "reseller" }));
        let events = events_of(&app, &caller, &party).await;
        assert_eq!(events.last().unwrap(), &("role.made_primary".to_owned(), json!({ "role": "reseller", "before": "prospect" })));
        caller.mutate_ok("setPrimaryRole", input, "").await;
        assert_eq!(events_of(&app, &caller, &party).await, events);
        assert_eq!(roles_of(&caller, &party).await, ["prospect", "reseller*"]);
    }

    /// A role may have begun in the past, but neither in the future nor before an earlier holding of it ended.
    async fn a_role_begins_in_the_past_or_now(app: TestApp) {
        let caller = app.company("Acme").await;
        let party = caller.person("Jane").await;
        let since = |from: &str| json!({ "partyId": party, "role": "prospect", "validFrom": from });
        assert_eq!(caller.refused("assignRole", since("2999-01-01T00:00:00Z")).await, ["INVALID_ARGUMENT at input.validFrom"]);
        assert_eq!(caller.refused("assignRole", since("0000-06-01T00:00:00Z")).await, ["INVALID_ARGUMENT at input.validFrom"]);
        let payload = caller.mutate_ok("assignRole", since("2020-01-01T12:00:00.123456+02:00"), "party { roles { validFrom } }").await;
        assert_eq!(payload["party"]["roles"], json!([{ "validFrom": "2020-01-01T10:00:00.123456+00:00" }]));
        caller.mutate_ok("endRole", json!({ "partyId": party, "role": "prospect" }), "").await;
        assert_eq!(caller.refused("assignRole", since("2021-01-01T00:00:00Z")).await, ["ROLE_ALREADY_HELD at input.validFrom"]);
        assert_eq!(roles_of(&caller, &party).await, ["[prospect]"]);
        assign(&caller, &party, "prospect").await;
        assert_eq!(roles_of(&caller, &party).await, ["prospect*", "[prospect]"]);
    }

    /// A prospect who buys is a sales customer from then on, and first of all; that it was a prospect is kept.
    async fn a_prospect_becomes_a_customer(app: TestApp) {
        let caller = app.company("Acme").await;
        let party = caller.party(json!({ "kind": "PERSON", "displayName": "Jane", "roles": ["prospect", "reseller"] })).await;
        let payload = caller.mutate_ok("convertProspectToCustomer", json!({ "partyId": party, "reason": "first order" }), ROLES).await;
        assert_eq!(payload["party"]["primaryRole"], json!({ "code": "sales_customer" }));
        assert_eq!(roles_of(&caller, &party).await, ["reseller", "sales_customer*", "[prospect]"]);
        let roles = &payload["party"]["roles"];
        assert_eq!((&roles[1]["reason"], &roles[2]["endReason"]), (&json!("first order"), &json!("first order")));
        assert_eq!(role_events(&app, &caller, &party).await[2..], ["role.ended prospect", "role.assigned sales_customer"]);
        assert_eq!(caller.refused("convertProspectToCustomer", json!({ "partyId": party })).await, ["ROLE_NOT_HELD at input.partyId"]);
    }

    /// Who is a customer already only stops being a prospect.
    async fn a_prospect_who_is_a_customer_already_only_stops_being_a_prospect(app: TestApp) {
        let caller = app.company("Acme").await;
        let roles = ["auction_buyer", "prospect", "sales_customer"];
        let party = caller.party(json!({ "kind": "PERSON", "displayName": "Jane", "roles": roles })).await;
        caller.mutate_ok("convertProspectToCustomer", json!({ "partyId": party }), "").await;
        assert_eq!(roles_of(&caller, &party).await, ["auction_buyer", "sales_customer*", "[prospect]"]);
        assert_eq!(role_events(&app, &caller, &party).await[3..], ["role.ended prospect", "role.made_primary sales_customer"]);
    }

    /// A party whose hardware is disposed of is an ITAD client, once.
    async fn a_party_is_enrolled_in_itad_services_once(app: TestApp) {
        let caller = app.company("Acme").await;
        let party = caller.party(json!({ "kind": "ORGANIZATION", "displayName": "Bank", "roles": ["sales_customer"] })).await;
        caller.mutate_ok("enrollInItadServices", json!({ "partyId": party }), "party { id }").await;
        assert_eq!(roles_of(&caller, &party).await, ["sales_customer*", "itad_client"]);
        assert_eq!(caller.refused("enrollInItadServices", json!({ "partyId": party })).await, ["ROLE_ALREADY_HELD at input.partyId"]);
        assert_eq!(role_events(&app, &caller, &party).await, ["role.assigned sales_customer", "role.assigned itad_client"]);
    }

    /// What is unknown, held already or not held is refused, and changes nothing.
    async fn roles_that_do_not_fit_are_refused(app: TestApp) {
        let (caller, other) = (app.company("Acme").await, app.company("Other").await);
        other.mutate_ok("upsertRoleType", json!({ "code": "broker", "label": "Broker", "side": "SELLS" }), "").await;
        let party = caller.party(json!({ "kind": "PERSON", "displayName": "Jane", "roles": ["prospect"] })).await;
        let before = count_events(&app, &caller).await;
        let with = |role: &str| json!({ "partyId": party, "role": role });
        assert_eq!(caller.refused("assignRole", with("king")).await, ["ROLE_UNKNOWN at input.role"]);
        assert_eq!(caller.refused("assignRole", with("broker")).await, ["ROLE_UNKNOWN at input.role"], "another company's role type");
        assert_eq!(caller.refused("assignRole", with("prospect")).await, ["ROLE_ALREADY_HELD at input.role"]);
        assert_eq!(caller.refused("endRole", with("reseller")).await, ["ROLE_NOT_HELD at input.role"]);
        assert_eq!(caller.refused("setPrimaryRole", with("reseller")).await, ["ROLE_NOT_HELD at input.role"]);
        for field in ["assignRole", "endRole", "setPrimaryRole"] {
            assert_eq!(caller.refused(field, with("No Code")).await, ["INVALID_CODE at input.role"], "{field}");
        }
        let long = json!({ "partyId": party, "role": "reseller", "reason": "x".repeat(1_001) });
        assert_eq!(caller.refused("assignRole", long.clone()).await, ["INVALID_ARGUMENT at input.reason"]);
        assert_eq!(caller.refused("endRole", long).await, ["INVALID_ARGUMENT at input.reason"]);
        assert_eq!(roles_of(&caller, &party).await, ["prospect*"]);
        assert_eq!(count_events(&app, &caller).await, before);
    }

    /// Parties that are deactivated, merged, unknown or another company's take no roles and lose none; so do malformed ids.
    async fn parties_that_cannot_change_are_refused(app: TestApp) {
        let (caller, other) = (app.company("Acme").await, app.company("Other").await);
        let prospect = json!({ "kind": "PERSON", "displayName": "Jane", "roles": ["prospect"] });
        let [inactive, absorbed, survivor] = [caller.party(prospect.clone()).await, caller.party(prospect.clone()).await, caller.party(prospect.clone()).await];
        caller.mutate_ok("deactivateParty", json!({ "partyId": inactive }), "").await;
        absorb(&app, &caller, &absorbed, &survivor).await;
        let foreign = other.party(prospect).await;
        let before = (count_events(&app, &caller).await, count_events(&app, &other).await);
        let cases = [
            (json!(inactive), "PARTY_INACTIVE at input.partyId"),
            (json!(absorbed), "PARTY_MERGED at input.partyId"),
            (json!(uuid::Uuid::now_v7()), "PARTY_NOT_FOUND at input.partyId"),
            (json!(foreign), "PARTY_NOT_FOUND at input.partyId"),
            (json!("no uuid"), "INVALID_ID at input.partyId"),
        ];
        for (party, refusal) in cases {
            for (field, input) in role_mutations(&party) {
                assert_eq!(caller.refused(field, input).await, [refusal], "{field} of {party}");
            }
        }
        assert_eq!((count_events(&app, &caller).await, count_events(&app, &other).await), before);
        assert_eq!(roles_of(&other, &foreign).await, ["prospect*"]);
        assert_eq!(roles_of(&caller, &inactive).await, ["prospect*"]);
    }

    /// Every change of roles needs the scope `party:write`.
    async fn roles_are_changed_by_writers_only(app: TestApp) {
        let caller = app.company("Acme").await;
        let party = caller.party(json!({ "kind": "PERSON", "displayName": "Jane", "roles": ["prospect"] })).await;
        let reader = caller.with_scopes("party:read");
        for (field, input) in role_mutations(&json!(party)) {
            let input_type = format!("{}{}Input", field[..1].to_uppercase(), &field[1..]);
            let document = format!("mutation($input: {input_type}!) {{ {field}(input: $input) {{ party {{ id }} }} }}");
            assert_eq!(reader.error_code(&document, json!({ "input": input })).await, "FORBIDDEN", "{field}");
        }
        assert_eq!(roles_of(&reader, &party).await, ["prospect*"]);
        let blind = caller.with_scopes("party:write");
        assert_eq!(blind.error_code("{ roleTypes { code } }", json!({})).await, "FORBIDDEN");
        assert_eq!(blind.error_code("{ channels { code } }", json!({})).await, "FORBIDDEN");
    }

    /// However many parties are shown, they and their roles come with one statement, and the catalogue with another.
    async fn roles_of_many_parties_take_two_statements(app: TestApp) {
        let caller = app.company("Acme").await;
        let mut representations = Vec::new();
        for i in 0..20 {
            let party = json!({ "kind": "PERSON", "displayName": format!("Person {i}"), "roles": ["prospect", "reseller"] });
            representations.push(json!({ "__typename": "Party", "id": caller.party(party).await }));
        }
        let before = app.hub.database.statements();
        let query = "query($r: [_Any!]!) { _entities(representations: $r) { ... on Party { roles { role { label } } primaryRole { code } } } }";
        let answer = caller.data(query, json!({ "r": representations })).await;
        let jane = json!({ "roles": [{ "role": { "label": "Prospect" } }, { "role": { "label": "Reseller" } }], "primaryRole": { "code": "prospect" } });
        assert_eq!(answer["_entities"], json!(vec![jane; 20]));
        assert_eq!(app.hub.database.statements() - before, 2, "parties with their roles, role types");
    }

    /// Eight callers assign four roles at once: each role is held exactly once, and exactly one is the primary one.
    async fn roles_assigned_at_once_are_held_once(app: TestApp) {
        let caller = app.company("Acme").await;
        let party = caller.person("Jane").await;
        let codes = ["prospect", "reseller", "auction_buyer", "itad_client"];
        let tasks: Vec<_> = codes.into_iter().chain(codes).map(|code| {
            let (caller, party) = (caller.clone(), party.clone());
            tokio::spawn(async move {
                let payload = caller.mutate("assignRole", json!({ "partyId": party, "role": code, "makePrimary": true }), "").await;
                payload["userErrors"][0]["code"].as_str().unwrap_or("assigned").to_owned()
            })
        }).collect();
        let mut outcomes = BTreeMap::new();
        for task in tasks {
            *outcomes.entry(task.await.unwrap()).or_insert(0) += 1;
        }
        assert_eq!(outcomes, BTreeMap::from([("ROLE_ALREADY_HELD".to_owned(), 4), ("assigned".to_owned(), 4)]));
        let roles = roles_of(&caller, &party).await;
        assert_eq!(roles.iter().filter(|role| role.ends_with('*')).count(), 1, "{roles:?}");
        let mut held: Vec<_> = roles.iter().map(|role| role.trim_end_matches('*')).collect();
        held.sort_unstable();
        assert_eq!(held, ["auction_buyer", "itad_client", "prospect", "reseller"]);
    }

    /// Callers who assign and end the same role at once leave it held or not, and never fail.
    async fn roles_assigned_and_ended_at_once_stay_in_order(app: TestApp) {
        let caller = app.company("Acme").await;
        let party = caller.party(json!({ "kind": "PERSON", "displayName": "Jane", "roles": ["prospect"] })).await;
        let tasks: Vec<_> = (0..12).map(|i| {
            let (caller, party) = (caller.clone(), party.clone());
            let field = if i % 2 == 0 { "assignRole" } else { "endRole" };
            tokio::spawn(async move { (field, caller.mutate(field, json!({ "partyId": party, "role": "reseller" }), "").await) })
        }).collect();
        let mut balance = 0_isize;
        for task in tasks {
            let (field, payload) = task.await.unwrap();
            match (field, payload["userErrors"][0]["code"].as_str()) {
                ("assignRole", None) => balance += 1,
                ("endRole", None) => balance -= 1,
                ("assignRole", Some("ROLE_ALREADY_HELD")) | ("endRole", Some("ROLE_NOT_HELD")) => {}
                other => panic!("{other:?} {payload:#}"),
            }
        }
        let held = roles_of(&caller, &party).await.iter().filter(|role| *role == "reseller").count();
        assert_eq!(isize::try_from(held).unwrap(), balance);
    }
}
