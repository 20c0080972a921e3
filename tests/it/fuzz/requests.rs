//! What arrives over HTTP: bodies, documents, variables, representations. Every answer is GraphQL, no error is a fault of the
//! server, and it goes on serving.
use super::{Source, cases};
use crate::support::{app::TestApp, caller::TestCaller};
use serde_json::{Value, json};

const BODIES: &[&str] = &[
    r#"{"query":"{ parties(first: 2) { nodes { id displayName roles { role { code } } } pageInfo { hasNextPage } } }"}"#,
    r#"{"query":"query A($id: ID!) { party(id: $id) { id } } query B { roleTypes { code } }","operationName":"B","variables":{"id":"x"}}"#,
    r#"{"query":"mutation($input: CreatePartyInput!) { createParty(input: $input) { party { id } userErrors { code path } } }","variables":{"input":{"kind":"PERSON","displayName":"Jane"}}}"#,
    r#"{"query":"query($r: [_Any!]!) { _entities(representations: $r) { ... on Party { displayName } } }","variables":{"r":[{"__typename":"Party","id":"019300ea-ad00-7001-be5a-069934cc0618"}]}}"#,
    r#"{"query":"{ searchParties(query: \"john\", first: 3, after: \"WzEs\") { nodes { score } } }"}"#,
    r#"{"query":"fragment F on Party { displayName ...G } fragment G on Party { id } { parties { nodes { ...F } } }","extensions":{"persistedQuery":{"version":1,"sha256Hash":"00"}}}"#,
];

/// Whether the answer has errors; fails when one of them is the server's fault or has no code.
fn expect_graphql(sent: &str, status: u16, answer: &str) -> bool {
    assert!((200..500).contains(&status), "{status} {answer} for {sent}");
    let answer: Value = serde_json::from_str(answer).unwrap_or_else(|_| panic!("{answer:?} is no JSON, for {sent}"));
    let errors = answer["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
    for error in errors {
        let code = error["extensions"]["code"].as_str().unwrap_or_else(|| panic!("an error without a code: {error}, for {sent}"));
        assert!(!["INTERNAL", "UNAVAILABLE"].contains(&code), "{error} for {sent}");
    }
    !errors.is_empty()
}

async fn post(app: &TestApp, caller: &TestCaller, client: &reqwest::Client, body: String) -> bool {
    let request = client.post(format!("http://{}/graphql", app.address)).bearer_auth(caller.token());
    let response = request.header("content-type", "application/json").body(body.clone()).send().await.unwrap();
    let (status, answer) = (response.status().as_u16(), response.text().await.unwrap());
    expect_graphql(&body, status, &answer)
}

#[tokio::test]
async fn bodies_are_answered_or_refused() {
    let app = TestApp::on_sqlite().await;
    let caller = app.company("Acme").await;
    let client = reqwest::Client::new();
    let mut source = Source::new(BODIES);
    let mut refused = 0;
    for _ in 0..cases(4_000) {
        refused += usize::from(post(&app, &caller, &client, source.text()).await);
    }
    assert!(refused > 1_000, "only {refused} bodies were refused");
    caller.person("Jane Roe").await;
}

/// A JSON value of any kind, up to a few levels deep.
pub(super) fn value(source: &mut Source, depth: usize) -> Value {
    match source.number(if depth == 0 { 7 } else { 9 }) {
        0 => Value::Null,
        1 => json!(source.number(2) == 0),
        2 => json!(source.number(usize::MAX)),
        3 => json!(-1.5e300),
        4 => json!("019300ea-ad00-7001-be5a-069934cc0618"),
        5 | 6 => json!(source.text()),
        7 => Value::Array((0..source.number(4)).map(|_| value(source, depth - 1)).collect()),
        _ => (0..source.number(4)).map(|_| (source.text(), value(source, depth - 1))).collect::<serde_json::Map<_, _>>().into(),
    }
}

#[tokio::test]
async fn representations_are_answered_one_by_one() {
    let app = TestApp::on_sqlite().await;
    let caller = app.company("Acme").await;
    let known = caller.person("Jane Roe").await;
    let query =
        "query($r: [_Any!]!) { _entities(representations: $r) { __typename ... on Party { displayName } ... on SourceRecord { party { id } } } }";
    let mut source = Source::new(&["Party", "SourceRecord", "id", "system", "type", "__typename", "crm", "Query"]);
    for _ in 0..cases(1_500) {
        let mut representations: Vec<Value> = (0..1 + source.number(4))
            .map(|_| {
                let mut representation = json!({ "__typename": if source.number(2) == 0 { "Party" } else { "SourceRecord" } });
                for name in ["id", "system", "type", "__typename", "extra"] {
                    if source.number(3) == 0 {
                        representation[name] = value(&mut source, 2);
                    }
                }
                if source.number(8) == 0 { value(&mut source, 3) } else { representation }
            })
            .collect();
        representations.push(json!({ "__typename": "Party", "id": known }));
        let sent = json!(representations).to_string();
        let answer = caller.send(query, json!({ "r": representations })).await;
        expect_graphql(&sent, 200, &answer.to_string());
        if let Some(entities) = answer["data"]["_entities"].as_array() {
            assert_eq!(entities.len(), representations.len(), "{sent}");
            assert_eq!(entities.last().unwrap()["displayName"], "Jane Roe", "a bad neighbour harmed it: {sent}");
        }
    }
}
