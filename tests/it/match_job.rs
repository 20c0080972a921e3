//! Jobs that link records by themselves: dry run first, in several hands, after a kill, and taken back.
use crate::support::{
    caller::TestCaller,
    on_both_databases,
    postgres::PostgresDatabase,
    process::{PartyProcess, run_party},
    sqlite::SqliteDatabase,
};
use party::{
    domain::id::{CompanyId, JobId},
    service::{Caller, Request, match_job},
};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};

const JOB: &str = "job { id dryRun status }";

/// People with a phone number each, and records: as many that are clearly theirs, some that only have their name, and some of nobody.
async fn people_and_records(caller: &TestCaller, people: usize) {
    let item = |i: usize| json!({ "givenName": name(i), "familyName": format!("{}berg", name(i + 7)), "phone": phone(i) });
    let items: Vec<Value> = (0..people).map(item).collect();
    let made = "mutation($input: FindOrCreatePartiesInput!) { findOrCreateParties(input: $input) { results { created } } }";
    caller.data(made, json!({ "input": { "items": items } })).await;
    let record = |id: String, presented: Value| json!({ "system": "crm", "type": "lead", "id": id, "presented": presented });
    let mut records: Vec<Value> = (0..people).map(|i| record(format!("clear-{i}"), item(i))).collect();
    records.push(record("doubtful".to_owned(), json!({ "givenName": name(0), "familyName": format!("{}berg", name(7)) })));
    records.push(record("unknown".to_owned(), json!({ "givenName": "Quintus", "familyName": "Xylander", "email": "q@example.com" })));
    records.push(record("empty".to_owned(), json!({})));
    for some in records.chunks(100) {
        caller.mutate_ok("registerSourceRecords", json!({ "records": some }), "").await;
    }
}

/// A name that is like no other of a few hundred.
fn name(i: usize) -> String {
    let syllables = ["ka", "lo", "mi", "ru", "te", "zo", "fa", "ni", "pe", "du", "sha", "gol", "wen", "tri"];
    [i % 14, i / 14 % 14, (i * 5 + 3) % 14, (i * 11 + 1) % 14].map(|at| syllables[at]).concat()
}

fn phone(i: usize) -> String {
    format!("030 {:07}", 2_000_000 + i * 7_919)
}

async fn start(caller: &TestCaller, dry_run: bool) -> String {
    let started = caller.mutate_ok("startAutoLink", json!({ "dryRun": dry_run }), JOB).await;
    started["job"]["id"].as_str().expect("a job").to_owned()
}

/// Waits until a job is over.
async fn ended(caller: &TestCaller, id: &str) -> Value {
    for _ in 0..600 {
        let jobs = caller.data("{ matchJobs { id dryRun status lookedAt autoLink review noMatch } }", json!({})).await["matchJobs"].take();
        let job = jobs.as_array().unwrap().iter().find(|job| job["id"] == id).cloned().expect("the job is listed");
        if job["status"] != "RUNNING" {
            return job;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the job does not end");
}

/// The records with a party, with how the link was made, and the states of the others.
async fn links(caller: &TestCaller) -> Vec<(String, String)> {
    let (mut found, mut after) = (Vec::new(), json!(null));
    loop {
        let query = "query($after: String) { sourceRecords(first: 100, after: $after) { nodes { id state link { method } } pageInfo { hasNextPage endCursor } } }";
        let page = caller.data(query, json!({ "after": after })).await["sourceRecords"].take();
        for record in page["nodes"].as_array().unwrap() {
            let how = record["link"]["method"].as_str().or(record["state"].as_str()).unwrap();
            found.push((record["id"].as_str().unwrap().to_owned(), how.to_owned()));
        }
        after = page["pageInfo"]["endCursor"].clone();
        if page["pageInfo"]["hasNextPage"] == false {
            return found;
        }
    }
}

fn count(links: &[(String, String)], how: &str) -> usize {
    links.iter().filter(|(_, found)| found == how).count()
}

on_both_databases! {
    /// A dry run comes first and changes nothing; a job links what it said, leaves links by people alone, and is taken back exactly.
    async fn links_what_is_clear_and_can_be_taken_back(app: TestApp) {
        let caller = app.company("Acme").await;
        people_and_records(&caller, 12).await;
        let somebody = caller.person("Somebody").await;
        let source = |id: &str| json!({ "system": "crm", "type": "lead", "id": id });
        caller.mutate_ok("linkToParty", json!({ "source": source("clear-0"), "partyId": somebody }), "").await;
        assert_eq!(app.refused(&caller, "startAutoLink", json!({ "dryRun": false })).await, ["DRY_RUN_FIRST at input.dryRun"]);
        let dry = start(&caller, true).await;
        let told = ended(&caller, &dry).await;
        let expected = |id: &str, dry_run: bool| json!({ "id": id, "dryRun": dry_run, "status": "DONE", "lookedAt": 14, "autoLink": 11, "review": 1, "noMatch": 2 });
        assert_eq!(told, expected(&dry, true));
        let before = links(&caller).await;
        assert_eq!((count(&before, "UNLINKED"), count(&before, "MANUAL")), (14, 1));
        let job = start(&caller, false).await;
        assert_eq!(ended(&caller, &job).await, expected(&job, false));
        let after = links(&caller).await;
        assert_eq!(["AUTO", "MANUAL", "IN_REVIEW", "UNLINKED"].map(|how| count(&after, how)), [11, 1, 1, 2]);
        let evidence = caller.data("{ sourceRecord(source: { system: \"crm\", type: \"lead\", id: \"clear-3\" }) { link { evidence } } }", json!({})).await;
        let evidence = &evidence["sourceRecord"]["link"]["evidence"];
        assert_eq!((&evidence["jobId"], &evidence["model"]), (&json!(job), &json!("shipped-1/1024")));
        // What people decide afterwards stays.
        caller.mutate_ok("linkToParty", json!({ "source": source("clear-1"), "partyId": somebody, "moveExisting": true }), "").await;
        caller.mutate_ok("unlinkFromParty", json!({ "source": source("clear-2") }), "").await;
        let undone = caller.mutate_ok("undoAutoLink", json!({ "jobId": job, "reason": "Wrong" }), "job { status undoneBy } endedLinks").await;
        assert_eq!((&undone["job"], &undone["endedLinks"]), (&json!({ "status": "UNDONE", "undoneBy": "tester" }), &json!(9)));
        let back = links(&caller).await;
        assert_eq!(["AUTO", "MANUAL", "IN_REVIEW", "UNLINKED"].map(|how| count(&back, how)), [0, 2, 1, 12]);
        assert_eq!(caller.mutate_ok("undoAutoLink", json!({ "jobId": job }), "endedLinks").await["endedLinks"], 0);
        assert_eq!(app.refused(&caller, "undoAutoLink", json!({ "jobId": dry })).await, ["INVALID_ARGUMENT at input.jobId"]);
        assert_eq!(app.refused(&caller, "undoAutoLink", json!({ "jobId": "x" })).await, ["INVALID_ID at input.jobId"]);
        let unknown = uuid::Uuid::now_v7().to_string();
        assert_eq!(app.refused(&caller, "undoAutoLink", json!({ "jobId": unknown })).await, ["MATCH_JOB_NOT_FOUND at input.jobId"]);
    }

    /// A steward decides what the job asked: each answer does what it says, and is taken back.
    async fn doubtful_records_are_decided(app: TestApp) {
        let caller = app.company("Acme").await;
        people_and_records(&caller, 3).await;
        for dry_run in [true, false] {
            let job = start(&caller, dry_run).await;
            ended(&caller, &job).await;
        }
        let record = "{ sourceRecord(source: { system: \"crm\", type: \"lead\", id: \"doubtful\" }) { state link { method } party { id } suggestions { outcome candidates { blockers } } } }";
        let seen = async || caller.data(record, json!({})).await["sourceRecord"].take();
        let waiting = caller.data("{ matchTasks { nodes { id sourceRecord { id } candidate { id } party { id } } } }", json!({})).await;
        let task = &waiting["matchTasks"]["nodes"][0];
        assert_eq!((&task["sourceRecord"]["id"], &task["party"]), (&json!("doubtful"), &json!(null)));
        let decide = async |decision: &str| {
            caller.mutate_ok("claimMatchTask", json!({ "taskId": task["id"] }), "").await;
            caller.mutate_ok("decideMatchTask", json!({ "taskId": task["id"], "decision": decision }), "").await;
            let after = seen().await;
            caller.mutate_ok("undoMatchDecision", json!({ "taskId": task["id"] }), "").await;
            let undone = seen().await;
            assert_eq!((&undone["state"], &undone["link"], &undone["suggestions"]["outcome"]), (&json!("IN_REVIEW"), &json!(null), &json!("REVIEW")), "{decision}");
            after
        };
        let same = decide("SAME").await;
        assert_eq!((&same["link"]["method"], &same["party"]["id"]), (&json!("SUGGESTED"), &task["candidate"]["id"]));
        let different = decide("DIFFERENT").await;
        assert_eq!((&different["state"], &different["suggestions"]["outcome"]), (&json!("UNLINKED"), &json!("NO_MATCH")));
        assert_eq!(different["suggestions"]["candidates"][0]["blockers"], json!(["ASSERTED_DIFFERENT"]));
        assert_eq!(decide("UNSURE").await["state"], "IN_REVIEW");
        let new = decide("NEW_PARTY").await;
        assert_eq!((&new["state"], new["party"]["id"] == task["candidate"]["id"]), (&json!("LINKED"), false));
    }

    /// A batch of records is weighed in one statement, however many they are.
    async fn a_dry_run_takes_no_statement_for_each_record(app: TestApp) {
        let mut taken = Vec::new();
        for people in [2, 40] {
            let caller = app.company(&format!("Company {people}")).await;
            people_and_records(&caller, people).await;
            let request = Request::new(Arc::clone(&app.hub), Caller::unrestricted(caller.company, "worker"));
            let job = match_job::start(&request, true).await.unwrap();
            let before = app.hub.database.statements();
            match_job::work(&request, job.id).await.unwrap();
            taken.push(app.hub.database.statements() - before);
        }
        assert_eq!(taken[0], taken[1], "{taken:?}");
    }

    /// Four workers share a job: each record is looked at once, and the job ends once.
    async fn workers_share_a_job(app: TestApp) {
        let caller = app.company("Acme").await;
        people_and_records(&caller, 160).await;
        for dry_run in [true, false] {
            let request = |_| Request::new(Arc::clone(&app.hub), Caller::unrestricted(caller.company, "worker"));
            let job = match_job::start(&request(0), dry_run).await.unwrap();
            let workers: Vec<Request> = (0..4).map(request).collect();
            futures_util::future::try_join_all(workers.iter().map(|worker| match_job::work(worker, job.id))).await.unwrap();
            let told = ended(&caller, &job.id.to_string()).await;
            assert_eq!((&told["lookedAt"], &told["status"]), (&json!(163), &json!("DONE")));
            assert_eq!(told["autoLink"], json!(160), "{told}");
        }
        assert_eq!(count(&links(&caller).await, "AUTO"), 160);
        let feed = caller.data("{ partyEvents(types: [\"match_job.ended\"]) { nodes { type } } }", json!({})).await;
        assert_eq!(feed["partyEvents"]["nodes"].as_array().unwrap().len(), 2);
    }
}

/// A server is killed while it works on a job. The next one goes on where it stopped, and does nothing twice.
async fn go_on_after_a_kill(url: &str) {
    let company = run_party(url, &["company", "add", "--name", "Acme"]).await;
    let company = CompanyId::parse(company.trim()).expect("the command prints the company's id");
    let mut server = PartyProcess::start(url).await;
    let mut caller = TestCaller::new(server.address, company);
    people_and_records(&caller, 150).await;
    let said = run_party(url, &["match", "run", "--company", &company.to_string()]).await;
    assert!(said.contains("153 records: 150 would be linked, 1 for stewards, 2 like no party."), "{said}");
    let job = start(&caller, false).await;
    for delay in [40, 80, 120] {
        tokio::time::sleep(Duration::from_millis(delay)).await;
        server.kill();
        server = PartyProcess::start(url).await;
        caller = TestCaller::new(server.address, company);
        let jobs = caller.data("{ matchJobs { id status } }", json!({})).await["matchJobs"].take();
        if jobs[0]["status"] == "RUNNING" {
            assert_eq!(start(&caller, false).await, job, "the same job goes on");
        }
    }
    let told = ended(&caller, &job).await;
    assert_eq!(told, json!({ "id": job, "dryRun": false, "status": "DONE", "lookedAt": 153, "autoLink": 150, "review": 1, "noMatch": 2 }));
    let after = links(&caller).await;
    assert_eq!((after.len(), count(&after, "AUTO"), count(&after, "IN_REVIEW")), (153, 150, 1));
    assert!(JobId::parse(&job).is_ok());
}

#[tokio::test]
async fn on_sqlite_a_killed_job_goes_on() {
    let database = SqliteDatabase::create();
    go_on_after_a_kill(&database.url).await;
}

#[tokio::test]
async fn on_postgres_a_killed_job_goes_on() {
    let database = PostgresDatabase::create().await;
    go_on_after_a_kill(&database.app_url).await;
}
