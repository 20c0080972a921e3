//! Facets: the counts beside a list and beside a search, exact, and what another choice would show.
use crate::support::{app::TestApp, caller::TestCaller, on_both_databases, rows};
use party::domain::kind::LinkMethod;
use serde_json::{Value, json};

const FACETS: &str = "query($filter: PartyFilter, $query: String) { partyFacets(filter: $filter, query: $query) { \
    total kinds { kind count } statuses { status count } roles { code count } systems { system count } } }";

/// The counts that are not zero, as `total` and lists of `name count`.
async fn facets(caller: &TestCaller, filter: Value, query: Option<&str>) -> Value {
    let data = caller.data(FACETS, json!({ "filter": filter, "query": query })).await["partyFacets"].take();
    let some = |list: &str, name: &str| -> Vec<String> {
        let counts = data[list].as_array().unwrap().iter().filter(|count| count["count"] != json!(0));
        counts.map(|count| format!("{} {}", count[name].as_str().unwrap(), count["count"])).collect()
    };
    json!([data["total"], some("kinds", "kind"), some("statuses", "status"), some("roles", "code"), some("systems", "system")])
}

/// Ada and Bea, who are linked, the firm Cor, which is deactivated, and Bea's twin, who was merged into her.
async fn four(app: &TestApp) -> TestCaller {
    let caller = app.company("Acme").await;
    let ada = caller.party(json!({ "kind": "PERSON", "displayName": "Ada Smith", "roles": ["prospect", "auction_buyer"] })).await;
    let bea = caller.party(json!({ "kind": "PERSON", "displayName": "Bea Smith", "roles": ["prospect"] })).await;
    let cor = caller.party(json!({ "kind": "ORGANIZATION", "displayName": "Cor Smith", "roles": ["prospect"] })).await;
    let twin = caller.person("Bea Smith").await;
    for (key, party) in [("crm/lead/1", &ada), ("crm/lead/2", &ada), ("crm/lead/3", &bea), ("auction/buyer/1", &bea)] {
        rows::link(app, &caller, key, party, LinkMethod::Manual).await;
    }
    let ended = rows::link(app, &caller, "website/cart/1", &cor, LinkMethod::Manual).await;
    rows::end_link(app, &caller, &ended).await;
    caller.mutate_ok("deactivateParty", json!({ "partyId": cor }), "").await;
    rows::set_merged(app, &caller, &twin, &bea).await;
    caller
}

on_both_databases! {
    /// Every list disregards its own part of the filter and heeds all others; a party with two records of an engine counts once.
    async fn each_part_tells_what_another_choice_would_show(app: TestApp) {
        let caller = four(&app).await;
        for (filter, counts) in [
            (json!(null), json!([3, ["PERSON 2", "ORGANIZATION 1"], ["ACTIVE 2", "INACTIVE 1", "MERGED 1"], ["auction_buyer 1", "prospect 3"], ["auction 1", "crm 2"]])),
            (json!({ "kind": "PERSON" }), json!([2, ["PERSON 2", "ORGANIZATION 1"], ["ACTIVE 2", "MERGED 1"], ["auction_buyer 1", "prospect 2"], ["auction 1", "crm 2"]])),
            (json!({ "roles": ["auction_buyer"] }), json!([1, ["PERSON 1"], ["ACTIVE 1"], ["auction_buyer 1", "prospect 3"], ["crm 1"]])),
            (json!({ "linkedSystems": ["auction"] }), json!([1, ["PERSON 1"], ["ACTIVE 1"], ["prospect 1"], ["auction 1", "crm 2"]])),
            (json!({ "statuses": ["INACTIVE"] }), json!([1, ["ORGANIZATION 1"], ["ACTIVE 2", "INACTIVE 1", "MERGED 1"], ["prospect 1"], []])),
        ] {
            assert_eq!(facets(&caller, filter.clone(), None).await, counts, "{filter}");
        }
        assert_eq!(facets(&app.company("Other").await, json!(null), None).await, json!([0, [], [], [], []]));
    }

    /// Beside a search, those are counted whom it finds; and the search heeds the same filter.
    async fn a_search_is_counted_and_filtered_alike(app: TestApp) {
        let caller = four(&app).await;
        assert_eq!(facets(&caller, json!(null), Some("bea smith")).await, json!([1, ["PERSON 1"], ["ACTIVE 1"], ["prospect 1"], ["auction 1", "crm 1"]]));
        assert_eq!(facets(&caller, json!({ "kind": "ORGANIZATION" }), Some("smith")).await, json!([
            1, ["PERSON 2", "ORGANIZATION 1"], ["INACTIVE 1"], ["prospect 1"], []
        ]));
        let found = "query($filter: PartyFilter) { searchParties(query: \"smith\", filter: $filter) { nodes { displayName } } }";
        for (filter, names) in [
            (json!(null), vec!["Ada Smith", "Bea Smith", "Cor Smith"]),
            (json!({ "kind": "ORGANIZATION" }), vec!["Cor Smith"]),
            (json!({ "roles": ["auction_buyer"], "linkedSystems": ["crm"] }), vec!["Ada Smith"]),
            (json!({ "statuses": ["MERGED"] }), vec![]),
        ] {
            let nodes = caller.data(found, json!({ "filter": filter })).await["searchParties"]["nodes"].take();
            let mut shown: Vec<&str> = nodes.as_array().unwrap().iter().map(|node| node["displayName"].as_str().unwrap()).collect();
            shown.sort_unstable();
            assert_eq!(shown, names, "{filter}");
        }
    }

    /// What no list takes, no count and no search takes either.
    async fn what_is_no_filter_is_refused(app: TestApp) {
        let caller = app.company("Acme").await;
        let search = "query($filter: PartyFilter, $query: String!) { searchParties(filter: $filter, query: $query) { nodes { id } } }";
        for (filter, code, path) in [
            (json!({ "roles": ["astronaut"] }), "ROLE_UNKNOWN", vec!["filter", "roles", "0"]),
            (json!({ "linkedSystems": ["CRM"] }), "INVALID_CODE", vec!["filter", "linkedSystems", "0"]),
        ] {
            for document in [FACETS, search] {
                let answer = caller.send(document, json!({ "filter": filter, "query": "smith" })).await;
                assert_eq!(answer["errors"][0]["extensions"], json!({ "code": code, "argumentPath": path }), "{document}");
            }
        }
        let answer = caller.send(FACETS, json!({ "query": " " })).await;
        assert_eq!(answer["errors"][0]["extensions"], json!({ "code": "INVALID_ARGUMENT", "argumentPath": ["query"] }));
    }
}
