//! The feed: the log of a company in the order of its commits, page by page and as it grows.
use crate::support::{
    app::TestApp,
    caller::TestCaller,
    follow::{Follower, follow},
    on_both_databases,
};
use party::{
    domain::event::{EventType, NewEvent},
    startup, store,
};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

/// A page of the feed.
async fn page(caller: &TestCaller, arguments: &str) -> Value {
    let query = format!("{{ partyEvents{arguments} {{ nodes {{ sequence type partyId }} pageInfo {{ hasNextPage endCursor }} }} }}");
    caller.data(&query, json!({})).await["partyEvents"].take()
}

fn numbers(page: &Value) -> Vec<i64> {
    page["nodes"].as_array().unwrap().iter().map(|event| event["sequence"].as_str().unwrap().parse().unwrap()).collect()
}

fn after(page: &Value) -> String {
    format!("(after: {})", page["pageInfo"]["endCursor"])
}

/// Reads the feed from its beginning while it grows, until `done` and until nothing more comes.
async fn read_along(caller: TestCaller, done: Arc<AtomicBool>) -> Vec<i64> {
    let (mut seen, mut from) = (Vec::new(), "(first: 7)".to_owned());
    loop {
        let was_done = done.load(Ordering::SeqCst);
        let page = page(&caller, &from).await;
        let new = numbers(&page);
        if new.is_empty() {
            if was_done {
                return seen;
            }
            continue;
        }
        seen.extend(new);
        from = format!("(first: 7, after: {})", page["pageInfo"]["endCursor"]);
    }
}

on_both_databases! {
    /// Pages follow each other from the oldest event on, and a reader goes on where it stopped, whatever types it asks for then.
    async fn is_read_in_order_and_resumed(app: TestApp) {
        let caller = app.company("Acme").await;
        let jane = caller.party(json!({ "kind": "PERSON", "displayName": "Jane", "roles": ["prospect"] })).await;
        let first = page(&caller, "(first: 1)").await;
        assert_eq!(first["nodes"], json!([{ "sequence": "1", "type": "party.created", "partyId": jane }]));
        assert_eq!(first["pageInfo"]["hasNextPage"], true);
        let second = page(&caller, &after(&first)).await;
        assert_eq!(second["nodes"], json!([{ "sequence": "2", "type": "role.assigned", "partyId": jane }]));
        assert_eq!(page(&caller, &after(&second)).await, json!({ "nodes": [], "pageInfo": { "hasNextPage": false, "endCursor": null } }));
        let joe = caller.person("Joe").await;
        caller.mutate_ok("assignRole", json!({ "partyId": joe, "role": "end_user" }), "").await;
        let end = second["pageInfo"]["endCursor"].clone();
        let roles = page(&caller, &format!(r#"(types: ["role.assigned", "role.ended"], after: {end})"#)).await;
        assert_eq!(roles["nodes"], json!([{ "sequence": "4", "type": "role.assigned", "partyId": joe }]));
        assert_eq!(numbers(&page(&caller, "(types: [])").await), [1, 2, 3, 4]);
    }

    /// Each company's log has numbers of its own, which tell nothing of the others.
    async fn counts_each_company_for_itself(app: TestApp) {
        let (acme, other) = (app.company("Acme").await, app.company("Other").await);
        acme.person("A").await;
        other.person("B").await;
        other.person("C").await;
        acme.person("D").await;
        assert_eq!((numbers(&page(&acme, "").await), numbers(&page(&other, "").await)), (vec![1, 2], vec![1, 2]));
    }

    /// What is no page of it is refused, and what is personal is hidden event by event.
    async fn refuses_and_hides(app: TestApp) {
        let caller = app.company("Acme").await;
        let jane = caller.person("Jane").await;
        let history = format!("{{ party(id: {jane:?}) {{ history {{ pageInfo {{ endCursor }} }} }} }}");
        let foreign = caller.data(&history, json!({})).await["party"]["history"]["pageInfo"]["endCursor"].to_string();
        for (arguments, code, place) in [
            ("(first: 0)".to_owned(), "INVALID_PAGE_SIZE", json!(["first"])),
            ("(first: 101)".to_owned(), "INVALID_PAGE_SIZE", json!(["first"])),
            ("(after: \"x\")".to_owned(), "INVALID_CURSOR", json!(["after"])),
            (format!("(after: {foreign})"), "INVALID_CURSOR", json!(["after"])),
            ("(types: [\"party.created\", \"party.exploded\"])".to_owned(), "INVALID_ARGUMENT", json!(["types", "1"])),
        ] {
            let answer = caller.send(&format!("{{ partyEvents{arguments} {{ nodes {{ type }} }} }}"), json!({})).await;
            let error = &answer["errors"][0]["extensions"];
            assert_eq!((&error["code"], &error["argumentPath"], &answer["data"]["partyEvents"]), (&json!(code), &place, &json!(null)), "{arguments}");
        }
        let answer = caller.with_scopes("party:read").send("{ partyEvents { nodes { type payload } } }", json!({})).await;
        assert_eq!(answer["data"]["partyEvents"]["nodes"], json!([{ "type": "party.created", "payload": null }]));
        assert_eq!(answer["errors"][0]["extensions"]["code"], "FORBIDDEN");
    }

    /// Many writers at once, and readers that read along: each sees every event once, and no number is passed over.
    async fn skips_nothing_however_writers_commit(app: TestApp) {
        let caller = app.company("Acme").await;
        let shared = caller.person("Shared").await;
        let done = Arc::new(AtomicBool::new(false));
        let readers: Vec<_> = (0..3).map(|_| tokio::spawn(read_along(caller.clone(), Arc::clone(&done)))).collect();
        let writers: Vec<_> = (0..10).map(|writer| {
            let (caller, shared) = (caller.clone(), shared.clone());
            tokio::spawn(async move {
                for step in 0..12 {
                    match (writer + step) % 3 {
                        0 => drop(caller.person("Jane").await),
                        1 => drop(caller.mutate("assignRole", json!({ "partyId": shared, "role": "prospect" }), "").await),
                        _ => drop(caller.mutate("endRole", json!({ "partyId": shared, "role": "prospect" }), "").await),
                    }
                }
            })
        }).collect();
        for writer in writers {
            writer.await.unwrap();
        }
        done.store(true, Ordering::SeqCst);
        let all = crate::support::state::count_events(&app, &caller).await;
        for reader in readers {
            let seen = reader.await.unwrap();
            assert_eq!(seen, (1..=i64::try_from(all).unwrap()).collect::<Vec<_>>());
        }
        // The order of the feed is that in which the party's role came and went.
        let mut held = false;
        let mut from = "(types: [\"role.assigned\", \"role.ended\"], first: 100)".to_owned();
        loop {
            let page = page(&caller, &from).await;
            for event in page["nodes"].as_array().unwrap() {
                assert_eq!(event["type"] == "role.assigned", !held, "{event}");
                held = !held;
            }
            if page["pageInfo"]["hasNextPage"] == false {
                break;
            }
            from = format!("(types: [\"role.assigned\", \"role.ended\"], first: 100, after: {})", page["pageInfo"]["endCursor"]);
        }
    }

    /// A follower hears what happens from now on, of all types or some, of all parties or some.
    async fn is_followed_as_it_grows(app: TestApp) {
        let caller = app.company("Acme").await;
        let jane = caller.person("Jane").await;
        let joe = caller.person("Joe").await;
        let mut all = follow(&app.hub, &caller, "");
        let mut roles = follow(&app.hub, &caller, r#"(types: ["role.assigned"])"#);
        let mut of_joe = follow(&app.hub, &caller, &format!("(partyIds: [{joe:?}])"));
        for follower in [&mut all, &mut roles, &mut of_joe] {
            assert!(follower.is_silent().await, "what was before is not told");
        }
        for party in [&jane, &joe] {
            caller.mutate_ok("assignRole", json!({ "partyId": party, "role": "prospect" }), "").await;
        }
        caller.mutate_ok("deactivateParty", json!({ "partyId": joe }), "").await;
        let change = |kind: &str, name: &str| (kind.to_owned(), json!(name));
        for expected in [change("role.assigned", "Jane"), change("role.assigned", "Joe"), change("party.deactivated", "Joe")] {
            assert_eq!(all.next_change().await, expected);
        }
        for expected in [change("role.assigned", "Jane"), change("role.assigned", "Joe")] {
            assert_eq!(roles.next_change().await, expected);
        }
        for expected in [change("role.assigned", "Joe"), change("party.deactivated", "Joe")] {
            assert_eq!(of_joe.next_change().await, expected);
        }
        for follower in [&mut all, &mut roles, &mut of_joe] {
            assert!(follower.is_silent().await);
        }
    }

    /// Whoever was away, or read slowly, goes on with the last cursor and gets everything once, as the party is now.
    async fn is_followed_from_where_one_stopped(app: TestApp) {
        let caller = app.company("Acme").await;
        let jane = caller.person("Name 1").await;
        for version in 1..260 {
            let input = json!({ "partyId": jane, "expectedVersion": version, "displayName": format!("Name {}", version + 1) });
            caller.mutate_ok("updateParty", input, "").await;
        }
        let first = page(&caller, "(first: 2)").await;
        let mut follower = follow(&app.hub, &caller, &after(&first));
        for _ in 3..=260 {
            assert_eq!(follower.next_change().await, ("party.updated".to_owned(), json!("Name 260")));
        }
        assert!(follower.is_silent().await);
        caller.mutate_ok("updateParty", json!({ "partyId": jane, "expectedVersion": 260, "displayName": "New" }), "").await;
        let answer = follower.next().await;
        assert_eq!(answer["data"]["partyChanged"]["party"]["displayName"], "New");
        let mut again = follow(&app.hub, &caller, &format!("(after: {})", answer["data"]["partyChanged"]["cursor"]));
        assert!(again.is_silent().await);
    }

    /// A follower needs the scope, hears of its own company alone, and what it may not see is null with an error.
    async fn is_followed_by_those_who_may(app: TestApp) {
        let (acme, other) = (app.company("Acme").await, app.company("Other").await);
        let document = "subscription { partyChanged { event { type payload } } }";
        let mut stranger = follow(&app.hub, &other, "");
        let mut reader = Follower::new(&app.hub, &acme, "party:read", document, json!({}));
        let mut steward = Follower::new(&app.hub, &acme, "party:read party:pii", document, json!({}));
        assert!(stranger.is_silent().await && reader.is_silent().await && steward.is_silent().await);
        acme.person("Jane").await;
        let hidden = reader.next().await;
        assert_eq!(hidden["data"]["partyChanged"]["event"], json!({ "type": "party.created", "payload": null }));
        assert_eq!(hidden["errors"][0]["extensions"]["code"], "FORBIDDEN", "{hidden}");
        assert_eq!(steward.next().await["data"]["partyChanged"]["event"]["payload"]["displayName"], "Jane");
        assert!(stranger.is_silent().await);
        for (scopes, document, code) in [
            ("party:write", document, "FORBIDDEN"),
            ("party:read", "subscription { partyChanged(types: [\"x\"]) { cursor } }", "INVALID_ARGUMENT"),
            ("party:read", "subscription { partyChanged(partyIds: [\"x\"]) { cursor } }", "INVALID_ID"),
            ("party:read", "subscription { partyChanged(after: \"x\") { cursor } }", "INVALID_CURSOR"),
        ] {
            let mut refused = Follower::new(&app.hub, &acme, scopes, document, json!({}));
            assert_eq!(refused.next().await["errors"][0]["extensions"]["code"], code);
            assert!(refused.ends().await);
        }
    }
}

/// A change that is not committed holds back the numbers behind it, so that no reader passes it over.
#[tokio::test]
async fn a_number_is_not_seen_before_all_smaller_ones() {
    let app = TestApp::on_postgres().await;
    let caller = app.company("Acme").await;
    let slow = app.hub.database.write(caller.company).await.unwrap();
    let event = NewEvent { event_type: EventType::PartyUpdated, party: None, payload: json!({}) };
    store::event::append(&slow, "slow", app.hub.clock.now(), vec![event]).await.unwrap();
    let fast = tokio::spawn({
        let caller = caller.clone();
        async move { caller.person("Jane").await }
    });
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(numbers(&page(&caller, "").await), Vec::<i64>::new());
    assert!(!fast.is_finished());
    slow.commit().await.unwrap();
    fast.await.unwrap();
    let page = page(&caller, "").await;
    let types: Vec<&Value> = page["nodes"].as_array().unwrap().iter().map(|event| &event["type"]).collect();
    assert_eq!((numbers(&page), types), (vec![1, 2], vec![&json!("party.updated"), &json!("party.created")]));
}

/// A second server on the same database hears of the first one's changes at once, also after its listening connection was cut, and
/// followers that wait hold no transaction.
#[tokio::test]
async fn several_processes_hear_of_each_other() {
    let app = TestApp::on_postgres().await;
    let caller = app.company("Acme").await;
    let other = startup::hub(&app.settings).await.unwrap();
    let mut follower = follow(&other, &caller, "");
    assert!(follower.is_silent().await);
    caller.person("Jane").await;
    assert_eq!(follower.next_change().await, ("party.created".to_owned(), json!("Jane")));
    assert!(follower.is_silent().await);

    let everything = app.postgres.as_ref().unwrap().everything().await;
    let count = async |condition: &str| {
        let sql = format!("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND {condition}");
        let row = everything.query_one_raw(sea_orm::Statement::from_string(sea_orm::DbBackend::Postgres, sql)).await.unwrap().unwrap();
        row.try_get_by_index::<i64>(0).unwrap()
    };
    assert_eq!(count("state LIKE 'idle in transaction%'").await, 0);
    assert_eq!(count("query LIKE 'LISTEN%'").await, 1, "one connection listens, however many follow");
    assert_eq!(count("query LIKE 'LISTEN%' AND pg_terminate_backend(pid)").await, 1);
    while count("query LIKE 'LISTEN%'").await == 0 {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    caller.person("Joe").await;
    assert_eq!(follower.next_change().await, ("party.created".to_owned(), json!("Joe")));
    let seen: BTreeSet<i64> = numbers(&page(&caller, "").await).into_iter().collect();
    assert_eq!(seen.len(), 2);
}
