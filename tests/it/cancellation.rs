//! Requests that are dropped at any moment, of several companies on one small pool: nobody ever sees a row of another, no
//! transaction is left behind, and the pool recovers.
use crate::support::{app::TestApp, caller::TestCaller};
use async_graphql::{Request, Variables};
use party::{
    graphql::{self, GraphLimits, RequestContext},
    service::{Caller, Permission, Request as PartyRequest},
};
use rand::{Rng, RngExt, SeedableRng, rngs::StdRng};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};

const COMPANIES: [&str; 4] = ["Alpha", "Bravo", "Charlie", "Delta"];
const CONNECTIONS: u32 = 3;
const REQUESTS: usize = 3_000;
const AT_ONCE: usize = 12;
const SEED: u64 = 4_711;

const READ: &str = "{ parties(first: 30) { nodes { displayName contactPoints { value } roles { role { code } } } } }";
const CREATE: &str = "mutation($input: CreatePartyInput!) { createParty(input: $input) { party { displayName } userErrors { code } } }";
const BULK: &str = "mutation($input: FindOrCreatePartiesInput!) { findOrCreateParties(input: $input) { results { party { displayName } } } }";
const RENAME: &str = "mutation($input: UpdatePartyInput!) { updateParty(input: $input) { party { displayName } userErrors { code } } }";

/// One company: its caller, and a party that requests rename.
struct Company {
    name: &'static str,
    caller: TestCaller,
    party: String,
}

impl Company {
    /// A company of which every row says whose it is.
    async fn new(app: &TestApp, name: &'static str) -> Self {
        let caller = app.company(name).await;
        let mut party = String::new();
        for number in 0..25 {
            let email = format!("{number}@{name}.example");
            party = caller.party(json!({ "kind": "PERSON", "displayName": format!("{name} {number}"), "email": email, "roles": ["prospect"] })).await;
        }
        Self { name, caller, party }
    }

    /// A document that reads or writes, with what it needs.
    fn document(&self, noise: &mut StdRng) -> (&'static str, Value) {
        let (name, number) = (self.name, noise.next_u32());
        match noise.random_range(0..6) {
            0 => (CREATE, json!({ "input": { "kind": "PERSON", "displayName": format!("{name} {number}") } })),
            1 => {
                let item = |i| json!({ "source": { "system": "crm", "type": "lead", "id": format!("{number}-{i}") }, "displayName": format!("{name} {i}"), "role": "prospect" });
                (BULK, json!({ "input": { "items": (0..10).map(item).collect::<Vec<_>>() } }))
            }
            2 => (RENAME, json!({ "input": { "partyId": self.party, "expectedVersion": number % 9 + 1, "displayName": format!("{name} renamed") } })),
            _ => (READ, json!({})),
        }
    }

    /// Fails when an answer tells anything of another company.
    fn expect_own(&self, answer: &str) {
        for other in COMPANIES.iter().filter(|other| **other != self.name) {
            assert!(!answer.contains(other), "{} saw {other}, seed {SEED}: {answer}", self.name);
        }
    }
}

async fn four_companies() -> (TestApp, Vec<Arc<Company>>) {
    let app = TestApp::on_postgres_with(|settings| settings.pool_connections = CONNECTIONS).await;
    let mut companies = Vec::new();
    for name in COMPANIES {
        companies.push(Arc::new(Company::new(&app, name).await));
    }
    (app, companies)
}

async fn number(database: &DatabaseConnection, sql: &str) -> i64 {
    let row = database.query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await.unwrap().unwrap();
    row.try_get_by_index(0).unwrap()
}

/// What must hold after a storm, as the database itself sees it.
async fn expect_calm(app: &TestApp, companies: &[Arc<Company>]) {
    let superuser = Database::connect(&app.postgres.as_ref().unwrap().superuser_url).await.unwrap();
    let open = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'party' AND state <> 'idle'";
    for attempt in 0.. {
        let open = number(&superuser, open).await;
        if open == 0 {
            break;
        }
        assert!(attempt < 60, "{open} transactions are still open");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // A transaction that was left behind earlier would have been ended by the role's timeout, fatally for its session.
    assert_eq!(number(&superuser, "SELECT sessions_fatal + sessions_killed FROM pg_stat_database WHERE datname = current_database()").await, 0);
    for company in companies {
        let strangers = format!(
            "SELECT count(*) FROM party WHERE company_id = '{}' AND display_name NOT LIKE '{} %' OR company_id <> '{0}' AND display_name LIKE '{1} %'",
            company.caller.company, company.name
        );
        assert_eq!(number(&superuser, &strangers).await, 0, "rows of {} and of others are mixed", company.name);
    }
    // Every connection is there to be borrowed again, all of them at the same time.
    let borrowed = (0..CONNECTIONS).map(|_| app.hub.database.read(companies[0].caller.company));
    let borrowed = futures_util::future::join_all(borrowed).await;
    assert!(borrowed.iter().all(Result::is_ok), "the pool has lost connections");
    drop(borrowed);
    for company in companies {
        let seen = company.caller.data(READ, json!({})).await.to_string();
        assert!(seen.contains(company.name));
        company.expect_own(&seen);
    }
}

/// Sends `REQUESTS` requests, a few from each company at a time, and drops most of them at random moments.
async fn storm<F: Future<Output = String> + Send + 'static>(companies: &[Arc<Company>], send: impl Fn(&Company, &'static str, Value) -> F) {
    let mut noise = StdRng::seed_from_u64(SEED);
    let (mut answered, mut longest) = (0, Duration::from_millis(20));
    for _ in 0..REQUESTS / AT_ONCE {
        let round = (0..AT_ONCE).map(|i| {
            let company = Arc::clone(&companies[i % companies.len()]);
            let (document, variables) = company.document(&mut noise);
            let answer = tokio::time::timeout(longest.mul_f64(noise.random()), send(&company, document, variables));
            tokio::spawn(async move {
                answer.await.is_ok_and(|answer| {
                    company.expect_own(&answer);
                    true
                })
            })
        });
        let round = futures_util::future::join_all(round.collect::<Vec<_>>()).await;
        let whole = round.into_iter().filter(|answered| *answered.as_ref().unwrap()).count();
        answered += whole;
        // However fast this machine is, a quarter is answered and the rest is dropped in all stages of its work.
        longest = longest.mul_f64(if whole * 4 > AT_ONCE { 0.9 } else { 1.1 });
    }
    println!("{answered} of {REQUESTS} requests were answered, {} were dropped", REQUESTS - answered);
    assert!((REQUESTS / 10..REQUESTS / 2).contains(&answered), "{answered} of {REQUESTS} requests were answered");
}

/// The client closes its socket while the server works.
#[tokio::test]
async fn of_the_client_leak_nothing() {
    let (app, companies) = four_companies().await;
    storm(&companies, |company, document, variables| {
        let caller = company.caller.clone();
        async move { caller.try_send(document, variables).await.unwrap().text().await.unwrap() }
    })
    .await;
    expect_calm(&app, &companies).await;
}

/// The server drops its own work, between any two of its steps.
#[tokio::test]
async fn of_the_server_leak_nothing() {
    let (app, companies) = four_companies().await;
    let schema = graphql::build(&GraphLimits { depth: 20, complexity: 20_000, aliases: 200, directives: 20, introspection: true });
    let scopes = Permission::ALL.map(Permission::as_str).join(" ");
    storm(&companies, |company, document, variables| {
        let caller = Caller::new(company.caller.company, "tester", &scopes).unwrap();
        let context = RequestContext::new(PartyRequest::new(Arc::clone(&app.hub), caller));
        let request = Request::new(document).variables(Variables::from_json(variables)).data(context);
        let schema = schema.clone();
        async move { serde_json::to_string(&schema.execute(request).await).unwrap() }
    })
    .await;
    expect_calm(&app, &companies).await;
}
