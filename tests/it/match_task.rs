//! The review queue: what findOrCreateParty asks, whose turn it is, what decisions do, and how they are taken back.
use crate::support::{caller::TestCaller, on_both_databases};
use serde_json::{Value, json};
use std::{collections::HashSet, time::Duration};

const TASK: &str = "task { id status party { id } candidate { id } leasedBy decision decidedBy reason }";

fn somebody(name: &str) -> Value {
    json!({ "givenName": name, "familyName": "Zilinski" })
}

/// Another person of the same company.
fn colleague(caller: &TestCaller, name: &str) -> TestCaller {
    let scope = party::service::Permission::ALL.map(party::service::Permission::as_str).join(" ");
    let exp = chrono::Utc::now().timestamp() + 3_600;
    caller.with_claims(json!({ "company_id": caller.company.to_string(), "sub": name, "scope": scope, "exp": exp }))
}

/// Makes somebody, and somebody with the same name: the two parties, and the task that asks about them.
async fn doubt(caller: &TestCaller, name: &str) -> (String, String, String) {
    let there = caller.mutate_ok("findOrCreateParty", somebody(name), "party { id } reviewTaskId").await;
    let new = caller.mutate_ok("findOrCreateParty", somebody(name), "party { id } created foundBy reviewTaskId").await;
    assert_eq!((&there["reviewTaskId"], &new["created"], &new["foundBy"]), (&json!(null), &json!(true), &json!(null)), "{new}");
    let text = |value: &Value| value.as_str().expect("an id").to_owned();
    (text(&there["party"]["id"]), text(&new["party"]["id"]), text(&new["reviewTaskId"]))
}

async fn claim(caller: &TestCaller, task: &str) -> Value {
    caller.mutate_ok("claimMatchTask", json!({ "taskId": task }), TASK).await["task"].take()
}

async fn decide(caller: &TestCaller, task: &str, decision: &str) -> Value {
    claim(caller, task).await;
    let input = json!({ "taskId": task, "decision": decision, "reason": "Seen" });
    caller.mutate_ok("decideMatchTask", input, TASK).await["task"].take()
}

async fn undo(caller: &TestCaller, task: &str) -> Value {
    caller.mutate_ok("undoMatchDecision", json!({ "taskId": task, "reason": "Wrong" }), TASK).await["task"].take()
}

async fn canonical(caller: &TestCaller, id: &str) -> Value {
    caller.data("query($id: ID!) { party(id: $id) { id } }", json!({ "id": id })).await["party"]["id"].take()
}

async fn task_events(caller: &TestCaller) -> Vec<String> {
    let feed = caller.data("{ partyEvents(first: 100) { nodes { type } } }", json!({})).await;
    let types = feed["partyEvents"]["nodes"].as_array().unwrap().iter().map(|event| event["type"].as_str().unwrap().to_owned());
    types.filter(|event| event.starts_with("match_task.") || event.contains("merged") || event.contains("distinct")).collect()
}

on_both_databases! {
    /// SAME merges the new party into the one that was there, and taking it back makes them two again.
    async fn same_merges_and_can_be_taken_back(app: TestApp) {
        let caller = app.company("Acme").await;
        let (there, new, task) = doubt(&caller, "Jane").await;
        let waiting = caller.data("{ matchTasks { nodes { id priority evidence openedBy party { id } candidate { id } } } }", json!({})).await;
        let seen = &waiting["matchTasks"]["nodes"][0];
        assert_eq!((&seen["id"], &seen["party"]["id"], &seen["candidate"]["id"]), (&json!(task), &json!(new), &json!(there)));
        assert_eq!((&seen["evidence"]["weight"], &seen["evidence"]["model"]), (&seen["priority"], &json!("shipped-1/1024")));
        let decided = decide(&caller, &task, "SAME").await;
        assert_eq!((&decided["status"], &decided["decision"], &decided["decidedBy"], &decided["reason"]), (&json!("DECIDED"), &json!("SAME"), &json!("tester"), &json!("Seen")));
        assert_eq!(canonical(&caller, &new).await, json!(there));
        assert_eq!(app.refused(&caller, "claimMatchTask", json!({ "taskId": task })).await, ["MATCH_TASK_DECIDED at input.taskId"]);
        let again = undo(&caller, &task).await;
        assert_eq!((&again["status"], &again["decision"], canonical(&caller, &new).await), (&json!("OPEN"), &json!(null), json!(new)));
        assert_eq!(task_events(&caller).await, [
            "match_task.opened", "match_task.claimed", "party.merged", "match_task.decided", "party.unmerged", "match_task.undone",
        ]);
    }

    /// DIFFERENT is an assertion with author and reason, that blocks what the evidence says, until it is taken back.
    async fn different_is_remembered_for_ever(app: TestApp) {
        let caller = app.company("Acme").await;
        let (there, new, task) = doubt(&caller, "Jane").await;
        decide(&caller, &task, "DIFFERENT").await;
        let query = "query($id: ID!) { party(id: $id) { distinctAssertions { author reason } possibleDuplicates { outcome candidates { party { id } blockers } } } }";
        let party = caller.data(query, json!({ "id": new })).await["party"].take();
        assert_eq!(party["distinctAssertions"], json!([{ "author": "tester", "reason": "Seen" }]));
        assert_eq!(party["possibleDuplicates"], json!({ "outcome": "NO_MATCH", "candidates": [{ "party": { "id": there }, "blockers": ["ASSERTED_DIFFERENT"] }] }));
        undo(&caller, &task).await;
        let party = caller.data(query, json!({ "id": new })).await["party"].take();
        assert_eq!((&party["distinctAssertions"], &party["possibleDuplicates"]["outcome"]), (&json!([]), &json!("REVIEW")));
        // What somebody else had asserted is not taken back with a decision.
        caller.mutate_ok("assertPartiesDistinct", json!({ "partyId": there, "otherPartyId": new, "reason": "Known" }), "").await;
        decide(&caller, &task, "DIFFERENT").await;
        undo(&caller, &task).await;
        assert_eq!(caller.data(query, json!({ "id": new })).await["party"]["distinctAssertions"], json!([{ "author": "tester", "reason": "Known" }]));
        decide(&caller, &task, "UNSURE").await;
        let decided = caller.data("{ matchTasks(status: DECIDED) { nodes { decision } } }", json!({})).await;
        assert_eq!(decided["matchTasks"]["nodes"], json!([{ "decision": "UNSURE" }]));
    }

    /// Evidence that is clear finds the party and says so; what is only similar makes somebody new.
    async fn clear_evidence_finds(app: TestApp) {
        let caller = app.company("Acme").await;
        let jane = json!({ "givenName": "Jane", "familyName": "Zilinski", "phone": "030 1234567" });
        let made = caller.mutate_ok("findOrCreateParty", jane.clone(), "party { id } created").await;
        let mut record = jane.clone();
        record["source"] = json!({ "system": "crm", "type": "lead", "id": "L-1" });
        let found = caller.mutate_ok("findOrCreateParty", record, "party { id links { method confidence evidence } } created foundBy reviewTaskId").await;
        assert_eq!((&found["party"]["id"], &found["created"], &found["foundBy"], &found["reviewTaskId"]), (&made["party"]["id"], &json!(false), &json!("MATCH"), &json!(null)));
        let link = &found["party"]["links"][0];
        assert_eq!((&link["method"], &link["evidence"]["match"]["model"]), (&json!("AUTO"), &json!("shipped-1/1024")));
        assert_eq!(link["confidence"], link["evidence"]["match"]["probability"]);
        // Two who are equally like it: nobody can tell, so a steward is asked.
        caller.party(json!({ "kind": "PERSON", "givenName": "Jane", "familyName": "Zilinski", "phone": "030 1234567" })).await;
        let doubtful = caller.mutate_ok("findOrCreateParty", jane, "created foundBy reviewTaskId").await;
        assert_eq!((&doubtful["created"], &doubtful["foundBy"]), (&json!(true), &json!(null)));
        assert!(doubtful["reviewTaskId"].is_string(), "{doubtful}");
    }

    /// A task belongs to one steward for a time; then to whoever is next, and the former one is refused.
    async fn a_lease_ends(app: TestApp) {
        let caller = app.company("Acme").await;
        let other = colleague(&caller, "colleague");
        let (_, new, task) = doubt(&caller, "Jane").await;
        let input = |decision: &str| json!({ "taskId": task, "decision": decision });
        assert_eq!(app.refused(&caller, "decideMatchTask", input("SAME")).await, ["LEASE_EXPIRED at input.taskId"]);
        caller.mutate_ok("claimMatchTask", json!({ "taskId": task, "leaseSeconds": 1 }), TASK).await;
        assert_eq!(app.refused(&other, "claimMatchTask", json!({ "taskId": task })).await, ["MATCH_TASK_LEASED at input.taskId"]);
        assert_eq!(app.refused(&other, "decideMatchTask", input("SAME")).await, ["LEASE_EXPIRED at input.taskId"]);
        assert_eq!(other.mutate_ok("claimMatchTask", json!({}), TASK).await["task"], json!(null), "nothing else waits");
        tokio::time::sleep(Duration::from_millis(1_100)).await;
        assert_eq!(app.refused(&caller, "decideMatchTask", input("SAME")).await, ["LEASE_EXPIRED at input.taskId"]);
        let taken = other.mutate_ok("claimMatchTask", json!({}), TASK).await;
        assert_eq!((&taken["task"]["id"], &taken["task"]["leasedBy"]), (&json!(task), &json!("colleague")));
        assert_eq!(app.refused(&caller, "decideMatchTask", input("SAME")).await, ["LEASE_EXPIRED at input.taskId"]);
        assert_eq!(canonical(&caller, &new).await, json!(new));
        other.mutate_ok("decideMatchTask", input("SAME"), "").await;
        assert_eq!(app.refused(&other, "decideMatchTask", input("DIFFERENT")).await, ["MATCH_TASK_DECIDED at input.taskId"]);
    }

    /// Stewards who ask at the same moment for the next task get different ones, the queue is read page by page, and nothing is twice in it.
    async fn the_queue_is_shared(app: TestApp) {
        let caller = app.company("Acme").await;
        for name in ["Anna", "Bela", "Cara", "Dora", "Elsa", "Fina"] {
            doubt(&caller, name).await;
        }
        let (mut listed, mut after) = (Vec::new(), json!(null));
        loop {
            let query = "query($after: String) { matchTasks(first: 4, after: $after) { nodes { id priority } pageInfo { hasNextPage endCursor } } }";
            let page = caller.data(query, json!({ "after": after })).await["matchTasks"].take();
            listed.extend(page["nodes"].as_array().unwrap().clone());
            after = page["pageInfo"]["endCursor"].clone();
            if page["pageInfo"]["hasNextPage"] == false {
                break;
            }
        }
        assert_eq!(listed.len(), 6);
        assert!(listed.is_sorted_by(|one, next| one["priority"].as_f64() >= next["priority"].as_f64()), "{listed:?}");
        let workers: Vec<_> = (0..6).map(|i| {
            let steward = colleague(&caller, &format!("steward{i}"));
            tokio::spawn(async move { steward.mutate_ok("claimMatchTask", json!({}), TASK).await["task"]["id"].take() })
        }).collect();
        let mut claimed = HashSet::new();
        for worker in workers {
            if let Some(id) = worker.await.unwrap().as_str() {
                claimed.insert(id.to_owned());
            }
        }
        // A worker passes over what another one is just taking, so that one may come away empty, but never two with one task.
        let left = caller.data("{ matchTasks(status: OPEN) { nodes { id } } }", json!({})).await["matchTasks"]["nodes"].as_array().unwrap().len();
        assert_eq!((claimed.len() + left, claimed.len() >= 3), (6, true), "{claimed:?}");
    }

    /// The tasks of one party are found by either of the two that they ask about, also by an id that was merged since; those of a record by its key.
    async fn the_queue_of_a_party_or_record(app: TestApp) {
        let caller = app.company("Acme").await;
        let (there, new, task) = doubt(&caller, "Jane").await;
        let (.., of_others) = doubt(&caller, "Zoe").await;
        let query = "query($filter: PartyMatchTaskFilter) { matchTasks(filter: $filter) { nodes { id } } }";
        let found = async |filter: Value| caller.data(query, json!({ "filter": filter })).await["matchTasks"]["nodes"].take();
        for party in [&there, &new] {
            assert_eq!(found(json!({ "partyId": party })).await, json!([{ "id": task }]));
        }
        let heir = caller.party(json!({ "kind": "PERSON", "displayName": "Heir" })).await;
        let merge = json!({ "survivor": { "partyId": heir, "expectedVersion": 1 }, "absorbed": [{ "partyId": there, "expectedVersion": 1 }] });
        caller.mutate_ok("mergeParties", merge, "").await;
        for party in [&there, &heir, &new] {
            assert_eq!(found(json!({ "partyId": party })).await, json!([{ "id": task }]), "{party}");
        }
        let source = json!({ "system": "crm", "type": "lead", "id": "L-1" });
        assert_eq!(found(json!({ "source": source })).await, json!([]));
        assert_eq!(found(json!({})).await.as_array().unwrap().len(), 2);
        assert_eq!(found(json!({ "partyId": uuid::Uuid::now_v7() })).await, json!([]), "not those of others: {of_others}");
        assert_eq!(caller.error_code(query, json!({ "filter": { "partyId": "x" } })).await, "INVALID_ID");
        let stranger = app.company("Other").await;
        assert_eq!(stranger.data(query, json!({ "filter": { "partyId": there } })).await["matchTasks"]["nodes"], json!([]));
    }

    async fn bad_input_is_refused(app: TestApp) {
        let caller = app.company("Acme").await;
        let (there, new, task) = doubt(&caller, "Jane").await;
        claim(&caller, &task).await;
        let unknown = uuid::Uuid::now_v7().to_string();
        for (field, input, refusal) in [
            ("claimMatchTask", json!({ "taskId": unknown }), "MATCH_TASK_NOT_FOUND at input.taskId"),
            ("claimMatchTask", json!({ "taskId": "x" }), "INVALID_ID at input.taskId"),
            ("claimMatchTask", json!({ "leaseSeconds": 0 }), "INVALID_ARGUMENT at input.leaseSeconds"),
            ("claimMatchTask", json!({ "leaseSeconds": 86_401 }), "INVALID_ARGUMENT at input.leaseSeconds"),
            ("decideMatchTask", json!({ "taskId": unknown, "decision": "SAME" }), "MATCH_TASK_NOT_FOUND at input.taskId"),
            ("decideMatchTask", json!({ "taskId": task, "decision": "NEW_PARTY" }), "INVALID_ARGUMENT at input.decision"),
            ("decideMatchTask", json!({ "taskId": task, "decision": "SAME", "survivorId": unknown }), "INVALID_ARGUMENT at input.survivorId"),
            ("decideMatchTask", json!({ "taskId": task, "decision": "SAME", "reason": "x".repeat(1_001) }), "INVALID_ARGUMENT at input.reason"),
            ("undoMatchDecision", json!({ "taskId": task }), "MATCH_TASK_OPEN at input.taskId"),
        ] {
            assert_eq!(app.refused(&caller, field, input.clone()).await, [refusal], "{field} {input}");
        }
        assert_eq!(caller.error_code("{ matchTasks(after: \"x\") { nodes { id } } }", json!({})).await, "INVALID_CURSOR");
        assert_eq!(caller.with_scopes("party:read party:write").error_code("{ matchTasks { nodes { id } } }", json!({})).await, "FORBIDDEN");
        // What was asserted in the meantime stands in the way of SAME, what was merged in the meantime in that of DIFFERENT.
        let asserted = caller.mutate_ok("assertPartiesDistinct", json!({ "partyId": there, "otherPartyId": new }), "assertion { id }").await;
        assert_eq!(app.refused(&caller, "decideMatchTask", json!({ "taskId": task, "decision": "SAME" })).await, ["PARTIES_DISTINCT at input.taskId"]);
        caller.mutate_ok("withdrawPartiesDistinct", json!({ "assertionId": asserted["assertion"]["id"] }), "").await;
        let seen = |id: &str| json!({ "partyId": id, "expectedVersion": 1 });
        caller.mutate_ok("mergeParties", json!({ "survivor": seen(&there), "absorbed": [seen(&new)] }), "").await;
        assert_eq!(app.refused(&caller, "decideMatchTask", json!({ "taskId": task, "decision": "DIFFERENT" })).await, ["PARTY_MERGED at input.taskId"]);
        caller.mutate_ok("decideMatchTask", json!({ "taskId": task, "decision": "SAME" }), "").await;
        undo(&caller, &task).await;
        assert_eq!(canonical(&caller, &new).await, json!(there), "a merge that the decision did not make stays");
    }
}
