//! The directory: every party in pages, in each order, filtered; and what is not a page.
use crate::support::{app::TestApp, caller::TestCaller, on_both_databases, rows};
use entity::party as party_row;
use party::domain::kind::LinkMethod;
use sea_orm::ActiveValue::Set;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const ORDERS: [&str; 6] = ["NAME_ASC", "NAME_DESC", "CREATED_AT_ASC", "CREATED_AT_DESC", "UPDATED_AT_ASC", "UPDATED_AT_DESC"];

const PAGE: &str = "query($filter: PartyFilter, $order: PartyOrder! = NAME_ASC, $first: Int, $after: String) { \
    parties(filter: $filter, orderBy: $order, first: $first, after: $after) { \
        edges { cursor } nodes { id displayName } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }";

async fn page(caller: &TestCaller, order: &str, first: i32, after: &Value) -> Value {
    caller.data(PAGE, json!({ "order": order, "first": first, "after": after })).await["parties"].take()
}

/// The ids of all parties, page after page; something may happen between two pages.
async fn walk(caller: &TestCaller, order: &str, first: i32, mut between: impl AsyncFnMut()) -> Vec<String> {
    let (mut ids, mut after) = (Vec::new(), Value::Null);
    loop {
        let page = page(caller, order, first, &after).await;
        ids.extend(page["nodes"].as_array().unwrap().iter().map(|node| node["id"].as_str().unwrap().to_owned()));
        if page["pageInfo"]["hasNextPage"] == json!(false) {
            return ids;
        }
        after = page["pageInfo"]["endCursor"].clone();
        between().await;
    }
}

/// The display names of the parties that a filter lets through, by name.
async fn names(caller: &TestCaller, filter: Value) -> Vec<String> {
    let data = caller.data(PAGE, json!({ "filter": filter, "first": 100 })).await;
    data["parties"]["nodes"].as_array().unwrap().iter().map(|node| node["displayName"].as_str().unwrap().to_owned()).collect()
}

/// Eleven parties, of which several share their name, and several their times down to the microsecond.
async fn eleven(app: &TestApp, caller: &TestCaller) -> Vec<String> {
    let mut ids = Vec::new();
    for (name, at) in [
        ("Anna", "2026-03-01T00:00:00Z"),
        ("anna", "2026-03-01T00:00:00Z"),
        ("Ánna", "2026-03-01T00:00:00.1Z"),
        ("Bob", "2026-03-01T00:00:00.100001Z"),
        ("Bob", "2026-03-01T00:00:00.100001Z"),
        ("Bob", "2026-03-01T00:00:00.100002Z"),
        ("Bobby", "2026-03-01T00:00:00.12Z"),
        ("Çelik", "2026-03-01T00:00:01Z"),
        ("Zoë", "2025-12-31T23:59:59.999999Z"),
        ("Zoe 2", "2026-03-01T00:00:01Z"),
        ("!!!", "2026-03-01T00:00:01Z"),
    ] {
        let id = caller.person(name).await;
        rows::set_times(app, caller, &id, at).await;
        ids.push(id);
    }
    ids
}

on_both_databases! {
    /// Whatever the order and the size of the pages, each party comes once, and one statement fetches a page.
    async fn every_order_reaches_everybody_once(app: TestApp) {
        let caller = app.company("Acme").await;
        let everybody: BTreeSet<String> = eleven(&app, &caller).await.into_iter().collect();
        for order in ORDERS {
            let whole = walk(&caller, order, 100, async || ()).await;
            assert_eq!((whole.len(), whole.iter().cloned().collect()), (11, everybody.clone()), "{order}");
            for first in 1..=4 {
                let before = app.hub.database.statements();
                assert_eq!(walk(&caller, order, first, async || ()).await, whole, "{order} in pages of {first}");
                assert_eq!(app.hub.database.statements() - before, 11_u64.div_ceil(first.unsigned_abs().into()), "{order} in pages of {first}");
            }
            let mut backwards = walk(&caller, &opposite(order), 3, async || ()).await;
            backwards.reverse();
            assert_eq!(backwards, whole, "{order} against its opposite");
        }
    }

    /// Names are in the order of people, not of bytes; times to the microsecond; ids break ties.
    async fn the_order_is_the_one_asked_for(app: TestApp) {
        let caller = app.company("Acme").await;
        let ids = eleven(&app, &caller).await;
        let expected = |order: &[usize]| order.iter().map(|i| ids[*i].clone()).collect::<Vec<_>>();
        assert_eq!(walk(&caller, "NAME_ASC", 3, async || ()).await, expected(&[10, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9]));
        assert_eq!(walk(&caller, "CREATED_AT_ASC", 3, async || ()).await, expected(&[8, 0, 1, 2, 3, 4, 5, 6, 7, 9, 10]));
        assert_eq!(walk(&caller, "UPDATED_AT_DESC", 3, async || ()).await, expected(&[10, 9, 7, 6, 5, 4, 3, 2, 1, 0, 8]));
    }

    /// Parties that are made, and renamed elsewhere in the list, while somebody pages: the others still come once each.
    async fn paging_goes_on_while_parties_are_made(app: TestApp) {
        let caller = app.company("Acme").await;
        let everybody = eleven(&app, &caller).await;
        for order in ORDERS {
            let mut rounds = 0;
            let seen = walk(&caller, order, 2, async || {
                rounds += 1;
                if rounds <= 3 {
                    for name in ["Aaron", "Bob", "Zz"] {
                        caller.person(name).await;
                    }
                }
            }).await;
            let distinct: BTreeSet<&String> = seen.iter().collect();
            assert_eq!(distinct.len(), seen.len(), "{order} repeats");
            assert!(everybody.iter().all(|id| distinct.contains(id)), "{order} leaves out");
            assert!(distinct.len() > everybody.len() || order.ends_with("AT_DESC"), "{order} met no new party");
            // The new ones go, so that the next order begins with the eleven.
            for id in seen.iter().chain(&walk(&caller, order, 100, async || ()).await).filter(|id| !everybody.contains(id)) {
                rows::set_party(&app, &caller, id, party_row::ActiveModel { status: Set("ERASED".to_owned()), ..Default::default() }).await;
            }
        }
    }

    /// A page tells where it stands.
    async fn a_page_says_whether_there_is_more(app: TestApp) {
        let caller = app.company("Acme").await;
        let none = page(&caller, "NAME_ASC", 5, &Value::Null).await;
        assert_eq!(none, json!({ "edges": [], "nodes": [], "pageInfo": { "hasNextPage": false, "hasPreviousPage": false, "startCursor": null, "endCursor": null } }));
        for name in ["A", "B", "C"] {
            caller.person(name).await;
        }
        let first = page(&caller, "NAME_ASC", 2, &Value::Null).await;
        assert_eq!(first["pageInfo"], json!({
            "hasNextPage": true, "hasPreviousPage": false, "startCursor": first["edges"][0]["cursor"], "endCursor": first["edges"][1]["cursor"],
        }));
        let last = page(&caller, "NAME_ASC", 2, &first["pageInfo"]["endCursor"]).await;
        assert_eq!(last["nodes"][0]["displayName"], "C");
        assert_eq!((&last["pageInfo"]["hasNextPage"], &last["pageInfo"]["hasPreviousPage"]), (&json!(false), &json!(true)));
        let exact = page(&caller, "NAME_ASC", 3, &Value::Null).await;
        assert_eq!(exact["pageInfo"]["hasNextPage"], false);
    }

    /// Each filter lets through what it says, and several at once what all of them say.
    async fn filters_let_through_what_they_say(app: TestApp) {
        let caller = app.company("Acme").await;
        let ada = caller.party(json!({ "kind": "PERSON", "displayName": "Ada", "roles": ["prospect"] })).await;
        let bea = caller.party(json!({ "kind": "PERSON", "displayName": "Bea", "roles": ["auction_buyer", "prospect"] })).await;
        let cor = caller.party(json!({ "kind": "ORGANIZATION", "displayName": "Cor", "roles": ["manufacturer"] })).await;
        let dot = caller.person("Dot").await;
        for (id, at) in [(&ada, "2026-01-01T00:00:00Z"), (&bea, "2026-01-02T00:00:00.000001Z"), (&cor, "2026-01-03T00:00:00Z"), (&dot, "2026-01-04T00:00:00Z")] {
            rows::set_times(&app, &caller, id, at).await;
        }
        rows::link(&app, &caller, "crm/lead/1", &ada, LinkMethod::Manual).await;
        rows::link(&app, &caller, "crm/lead/2", &bea, LinkMethod::Auto).await;
        rows::link(&app, &caller, "auction/buyer/1", &bea, LinkMethod::Auto).await;
        let ended = rows::link(&app, &caller, "website/cart/1", &cor, LinkMethod::Import).await;
        rows::end_link(&app, &caller, &ended).await;
        for (filter, expected) in [
            (json!(null), vec!["Ada", "Bea", "Cor", "Dot"]),
            (json!({}), vec!["Ada", "Bea", "Cor", "Dot"]),
            (json!({ "statuses": [], "roles": [], "linkedSystems": null }), vec!["Ada", "Bea", "Cor", "Dot"]),
            (json!({ "kind": "PERSON" }), vec!["Ada", "Bea", "Dot"]),
            (json!({ "kind": "ORGANIZATION" }), vec!["Cor"]),
            (json!({ "roles": ["prospect"] }), vec!["Ada", "Bea"]),
            (json!({ "roles": ["auction_buyer", "manufacturer", "auction_buyer"] }), vec!["Bea", "Cor"]),
            (json!({ "roles": ["reseller"] }), vec![]),
            (json!({ "linkedSystems": ["crm"] }), vec!["Ada", "Bea"]),
            (json!({ "linkedSystems": ["auction", "crm"] }), vec!["Ada", "Bea"]),
            (json!({ "linkedSystems": ["website"] }), vec![]),
            (json!({ "createdSince": "2026-01-02T00:00:00.000001Z" }), vec!["Bea", "Cor", "Dot"]),
            (json!({ "createdSince": "2026-01-02T00:00:00.000002Z" }), vec!["Cor", "Dot"]),
            (json!({ "createdSince": "2026-01-03T01:00:00+01:00" }), vec!["Cor", "Dot"]),
            (json!({ "updatedSince": "2026-01-04T00:00:00Z" }), vec!["Dot"]),
            (json!({ "kind": "PERSON", "roles": ["prospect"], "linkedSystems": ["auction"], "createdSince": "2026-01-01T00:00:00Z" }), vec!["Bea"]),
        ] {
            assert_eq!(names(&caller, filter.clone()).await, expected, "{filter}");
        }
    }

    /// Merged and erased parties are listed only by who asks for them; ended roles do not count.
    async fn those_who_are_gone_are_listed_only_when_named(app: TestApp) {
        let caller = app.company("Acme").await;
        let ada = caller.party(json!({ "kind": "PERSON", "displayName": "Ada", "roles": ["prospect"] })).await;
        let bea = caller.person("Bea").await;
        let cor = caller.person("Cor").await;
        let dot = caller.person("Dot").await;
        rows::set_merged(&app, &caller, &bea, &ada).await;
        rows::set_party(&app, &caller, &cor, party_row::ActiveModel { status: Set("ERASED".to_owned()), ..Default::default() }).await;
        caller.mutate_ok("deactivateParty", json!({ "partyId": dot }), "").await;
        assert_eq!(names(&caller, json!(null)).await, ["Ada", "Dot"]);
        assert_eq!(names(&caller, json!({ "statuses": ["INACTIVE"] })).await, ["Dot"]);
        assert_eq!(names(&caller, json!({ "statuses": ["MERGED", "ERASED"] })).await, ["Bea", "Cor"]);
        end_roles(&app, &caller).await;
        assert_eq!(names(&caller, json!({ "roles": ["prospect"] })).await, [""; 0]);
    }

    /// A cursor leads on in its own list only.
    async fn a_cursor_of_another_list_is_refused(app: TestApp) {
        let caller = app.company("Acme").await;
        for name in ["A", "B", "C"] {
            caller.person(name).await;
        }
        let cursor = page(&caller, "NAME_ASC", 1, &Value::Null).await["pageInfo"]["endCursor"].clone();
        for variables in [
            json!({ "order": "NAME_DESC", "after": cursor }),
            json!({ "order": "CREATED_AT_ASC", "after": cursor }),
            json!({ "filter": { "kind": "PERSON" }, "after": cursor }),
            json!({ "filter": { "createdSince": "2026-01-01T00:00:00Z" }, "after": cursor }),
            json!({ "after": "" }),
            json!({ "after": "WzEsImI1YzcyOTZjMjg2ZTBlNmYiLFsiYSJdXQ" }),
            json!({ "after": format!("{}x", cursor.as_str().unwrap()) }),
            json!({ "after": "x".repeat(100_000) }),
        ] {
            let answer = caller.send(PAGE, variables.clone()).await;
            assert_eq!(answer["data"], json!({ "parties": null }), "{answer}");
            assert_eq!(answer["errors"][0]["extensions"], json!({ "code": "INVALID_CURSOR", "argumentPath": ["after"] }), "{variables}");
        }
        let same = json!({ "filter": { "statuses": ["INACTIVE", "ACTIVE"], "roles": [] }, "after": cursor });
        assert_eq!(caller.data(PAGE, same).await["parties"]["nodes"][0]["displayName"], "B");
    }

    /// What a page cannot be is refused at its place, and nothing is listed.
    async fn what_is_not_a_page_is_refused(app: TestApp) {
        let caller = app.company("Acme").await;
        caller.person("Anna").await;
        for (variables, code, path) in [
            (json!({ "first": 0 }), "INVALID_PAGE_SIZE", vec!["first"]),
            (json!({ "first": 101 }), "INVALID_PAGE_SIZE", vec!["first"]),
            (json!({ "first": -1 }), "INVALID_PAGE_SIZE", vec!["first"]),
            (json!({ "filter": { "roles": ["prospect", "Prospect"] } }), "INVALID_CODE", vec!["filter", "roles", "1"]),
            (json!({ "filter": { "roles": ["prospect", "astronaut"] } }), "ROLE_UNKNOWN", vec!["filter", "roles", "1"]),
            (json!({ "filter": { "linkedSystems": ["CRM"] } }), "INVALID_CODE", vec!["filter", "linkedSystems", "0"]),
            (json!({ "filter": { "createdSince": "0000-12-31T23:00:00Z" } }), "INVALID_ARGUMENT", vec!["filter", "createdSince"]),
            (json!({ "filter": { "updatedSince": "9999-12-31T23:00:00-02:00" } }), "INVALID_ARGUMENT", vec!["filter", "updatedSince"]),
            (json!({ "filter": { "roles": vec!["prospect"; 51] } }), "TOO_MANY_ITEMS", vec!["filter", "roles"]),
        ] {
            let answer = caller.send(PAGE, variables.clone()).await;
            assert_eq!(answer["data"], json!({ "parties": null }), "{answer}");
            assert_eq!(answer["errors"][0]["extensions"], json!({ "code": code, "argumentPath": path }), "{variables}");
        }
    }

    /// Another company's parties are in no list, whatever the filter and the cursor.
    async fn lists_end_at_the_company(app: TestApp) {
        let caller = app.company("Acme").await;
        for name in ["A", "B", "C"] {
            caller.person(name).await;
        }
        let cursor = page(&caller, "NAME_ASC", 1, &Value::Null).await["pageInfo"]["endCursor"].clone();
        let other = app.company("Other").await;
        assert_eq!(names(&other, json!({ "statuses": ["ACTIVE", "INACTIVE", "MERGED", "ERASED"] })).await, [""; 0]);
        assert_eq!(page(&other, "NAME_ASC", 10, &cursor).await["nodes"], json!([]));
        let stranger = caller.with_scopes("revenue:read");
        assert_eq!(stranger.error_code(PAGE, json!({})).await, "FORBIDDEN");
    }
}

fn opposite(order: &str) -> String {
    match order.strip_suffix("_ASC") {
        Some(key) => format!("{key}_DESC"),
        None => order.replace("_DESC", "_ASC"),
    }
}

async fn end_roles(app: &TestApp, caller: &TestCaller) {
    use entity::party_role::{ActiveModel, Column, Entity};
    use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
    let tx = app.hub.database.write(caller.company).await.unwrap();
    let ended = ActiveModel { valid_to: Set(Some(app.hub.clock.now())), ..Default::default() };
    Entity::update_many().set(ended).filter(Column::CompanyId.eq(caller.company.0)).exec(&tx).await.unwrap();
    tx.commit().await.unwrap();
}
