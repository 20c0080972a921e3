//! Which requests are taken in which form, and in which form they are answered.
use super::{code, get, post};
use crate::support::app::TestApp;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const JSON: (&str, &str) = ("content-type", "application/json");
const NEW: (&str, &str) = ("accept", "application/graphql-response+json");
const TYPENAME: &str = r#"{"query":"{ __typename }"}"#;

#[tokio::test]
async fn failed_requests_have_no_data_and_their_status_depends_on_the_form() {
    let app = TestApp::on_sqlite().await;
    let caller = app.company("Acme").await;
    for body in [json!({ "query": "{" }), json!({ "query": "{ nothing }" })] {
        let (status, form, answer) = post(&caller, &[JSON, NEW], body.to_string()).await;
        assert_eq!((status, form.as_str()), (400, "application/graphql-response+json; charset=utf-8"));
        assert_eq!((code(&answer), answer.get("data")), ("GRAPHQL_VALIDATION_FAILED", None), "{answer}");
        let (status, form, legacy) = post(&caller, &[JSON], body.to_string()).await;
        assert_eq!((status, form.as_str(), &legacy), (200, "application/json; charset=utf-8", &answer));
    }
    // What was executed has data, and is 200 in both forms.
    let body = json!({ "query": "{ partyByEmail(email: \"no address\") { id } }" }).to_string();
    let (status, _, answer) = post(&caller, &[JSON, NEW], body).await;
    assert_eq!((status, code(&answer), &answer["data"]), (200, "INVALID_EMAIL", &json!({ "partyByEmail": null })));
}

#[tokio::test]
async fn what_is_no_request_is_refused() {
    let app = TestApp::on_sqlite().await;
    let caller = app.company("Acme").await;
    for (headers, body, status, message) in [
        (vec![JSON], "", 400, "it is not JSON"),
        (vec![JSON], "{", 400, "it is not JSON, line 1, column 1"),
        (vec![JSON], r#"{"query":7}"#, 400, "a value has another type"),
        (vec![JSON], r#"{"query":"{ __typename }","variables":[1]}"#, 400, "a value has another type"),
        (vec![JSON], r#"{"variables":{}}"#, 400, "The request has no `query`."),
        (vec![JSON], r#" [{"query":"{ __typename }"}]"#, 400, "Send one request at a time"),
        (vec![], TYPENAME, 415, "Send the request as application/json."),
        (vec![("content-type", "text/plain")], TYPENAME, 415, "Send the request as application/json."),
        (vec![("content-type", "multipart/form-data; boundary=x")], TYPENAME, 415, "Send the request as application/json."),
        (vec![JSON, ("accept", "text/html")], TYPENAME, 406, "This server answers with application/graphql-response+json"),
    ] {
        let (found, _, answer) = post(&caller, &headers, body).await;
        assert_eq!((found, code(&answer)), (status, "INVALID_ARGUMENT"), "{body}: {answer}");
        assert!(answer["errors"][0]["message"].as_str().unwrap().contains(message), "{body}: {answer}");
    }
}

#[tokio::test]
async fn get_runs_queries_and_nothing_else() {
    let app = TestApp::on_sqlite().await;
    let caller = app.company("Acme").await;
    let before = app.footprint(&caller).await;
    let two =
        "query A { __typename } query B { b: __typename } mutation C { createParty(input: { kind: PERSON, displayName: \"X\" }) { party { id } } }";
    for (query, status, expected) in [
        (vec![("query", two), ("operationName", "B")], 200, json!({ "b": "Query" })),
        (vec![("query", "query($id: ID!) { party(id: $id) { id } }"), ("variables", "{\"id\":\"x\"}")], 200, json!({ "party": null })),
        (vec![("query", two), ("operationName", "C")], 405, Value::Null),
        (vec![("query", two), ("operationName", "D")], 400, Value::Null),
        (vec![("query", two)], 400, Value::Null),
        (vec![("query", "{ __typename }"), ("variables", "7")], 400, Value::Null),
        (vec![("query", "{ __typename }"), ("variables", "{")], 400, Value::Null),
        (vec![], 400, Value::Null),
    ] {
        let (found, _, answer) = get(&caller, &[NEW], &query).await;
        assert_eq!((found, &answer["data"]), (status, &expected), "{query:?}: {answer}");
    }
    assert_eq!(app.footprint(&caller).await, before);
}

/// A browser says for which site it asks; what it asks for another one is not answered.
#[tokio::test]
async fn other_sites_cannot_ask_by_a_browser() {
    let app = TestApp::on_sqlite().await;
    let caller = app.company("Acme").await;
    let query = [("query", "{ __typename }")];
    for (site, status) in [("cross-site", 403), ("same-site", 403), ("same-origin", 200), ("none", 200)] {
        assert_eq!(get(&caller, &[("sec-fetch-site", site)], &query).await.0, status, "{site}");
    }
    assert_eq!(get(&caller, &[("sec-fetch-site", "cross-site"), JSON], &query).await.0, 200, "a browser asks before it sends this type");
}

/// Without tokens a page of another site could open a WebSocket, or lead its own name to this machine.
#[tokio::test]
async fn demo_mode_answers_its_own_pages_alone() {
    let app = TestApp::on_sqlite_with(|settings| settings.jwt_secret = None).await;
    let ask = async |headers: &[(&str, &str)]| {
        let request = reqwest::Client::new().get(format!("http://{}/graphql?query={{__typename}}", app.address));
        headers.iter().fold(request, |request, (name, value)| request.header(*name, *value)).send().await.unwrap().status().as_u16()
    };
    let own = format!("http://{}", app.address);
    assert_eq!(ask(&[]).await, 200);
    assert_eq!(ask(&[("origin", &own)]).await, 200);
    assert_eq!(ask(&[("origin", "http://evil.example")]).await, 403);
    assert_eq!(ask(&[("host", "evil.example")]).await, 403);
    let socket = [
        ("connection", "upgrade"),
        ("upgrade", "websocket"),
        ("sec-websocket-version", "13"),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ("sec-websocket-protocol", "graphql-transport-ws"),
    ];
    assert_eq!(ask(&socket).await, 101);
    assert_eq!(ask(&[&socket[..], &[("origin", "http://evil.example")]].concat()).await, 403);
}

#[tokio::test]
async fn documents_can_be_named_by_their_hash() {
    let app = TestApp::on_sqlite().await;
    let caller = app.company("Acme").await;
    let query = "{ channels { code } }";
    let hash: String = Sha256::digest(query).iter().map(|byte| format!("{byte:02x}")).collect();
    let extensions = |hash: &str| json!({ "persistedQuery": { "version": 1, "sha256Hash": hash } });
    let by_hash = json!({ "extensions": extensions(&hash) }).to_string();
    let (status, _, answer) = post(&caller, &[JSON], by_hash.clone()).await;
    assert_eq!(answer, json!({ "errors": [{ "message": "PersistedQueryNotFound", "extensions": { "code": "PERSISTED_QUERY_NOT_FOUND" } }] }));
    assert_eq!(status, 200);

    let other = json!({ "query": "{ __typename }", "extensions": extensions(&hash) }).to_string();
    assert_eq!(code(&post(&caller, &[JSON], other).await.2), "INVALID_ARGUMENT", "another document's hash");
    let bad = json!({ "query": query, "extensions": { "persistedQuery": { "version": 2, "sha256Hash": hash } } }).to_string();
    assert_eq!(code(&post(&caller, &[JSON], bad).await.2), "INVALID_ARGUMENT", "another version");

    let both = json!({ "query": query, "extensions": extensions(&hash) }).to_string();
    let (_, _, first) = post(&caller, &[JSON], both).await;
    assert!(first["data"]["channels"].as_array().unwrap().len() >= 5, "{first}");
    assert_eq!(post(&caller, &[JSON], by_hash).await.2, first);
    assert_eq!(get(&caller, &[], &[("extensions", &extensions(&hash).to_string())]).await.2, first);

    let off = TestApp::on_sqlite_with(|settings| settings.persisted_queries_bytes = 0).await;
    let caller = off.company("Acme").await;
    let (_, _, answer) = post(&caller, &[JSON], json!({ "extensions": extensions(&hash) }).to_string()).await;
    assert_eq!(code(&answer), "PERSISTED_QUERY_NOT_SUPPORTED");
}

#[tokio::test]
async fn an_event_stream_has_an_event_for_each_answer() {
    let app = TestApp::on_sqlite().await;
    let caller = app.company("Acme").await;
    for (query, data) in [
        ("{ __typename }", r#"{"data":{"__typename":"Query"}}"#),
        (
            "mutation { createParty(input: { kind: PERSON, displayName: \"X\" }) { party { displayName } } }",
            r#"{"data":{"createParty":{"party":{"displayName":"X"}}}}"#,
        ),
    ] {
        let request = reqwest::Client::new().post(caller.url()).bearer_auth(caller.token()).header("accept", "text/event-stream");
        let response = request.json(&json!({ "query": query })).send().await.unwrap();
        assert_eq!((response.status().as_u16(), &response.headers()["content-type"]), (200, &"text/event-stream".parse().unwrap()));
        assert_eq!(response.text().await.unwrap(), format!("event: next\ndata: {data}\n\nevent: complete\n\n"));
    }
    let response = reqwest::Client::new().post(caller.url()).header("accept", "text/event-stream").json(&json!({ "query": "{ __typename }" })).send();
    assert_eq!(response.await.unwrap().status(), 401);
}

/// With the schema switched off neither introspection nor `_service` tells it; the name of a type is no secret.
#[tokio::test]
async fn the_schema_can_be_kept() {
    let app = TestApp::on_sqlite_with(|settings| settings.introspection = false).await;
    let caller = app.company("Acme").await;
    for query in ["{ __schema { types { name } } }", "{ __type(name: \"Party\") { name } }", "{ _service { sdl } }"] {
        let answer = caller.send(query, json!({})).await;
        assert!(!answer.to_string().contains("Party") || code(&answer) == "FORBIDDEN", "{query}: {answer}");
        assert!(answer["data"].is_null() || answer["data"]["__schema"].is_null(), "{query}: {answer}");
    }
    assert_eq!(caller.data("{ __typename }", json!({})).await, json!({ "__typename": "Query" }));
}
