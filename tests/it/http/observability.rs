//! What operators see: figures, ids of requests, lines of the log, traces. And what they must not see.
use crate::support::{app::TestApp, caller::TestCaller, process::PartyProcess, sqlite::SqliteDatabase};
use axum::{Router, body::Bytes, extract::State, routing::post};
use opentelemetry_proto::tonic::{collector::trace::v1::ExportTraceServiceRequest, trace::v1::Span};
use party::domain::id::CompanyId;
use prost::Message;
use serde_json::{Value, json};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

async fn figures(app: &TestApp) -> String {
    let address = app.metrics_address.expect("the figures have a port");
    reqwest::get(format!("http://{address}/metrics")).await.unwrap().text().await.unwrap()
}

#[tokio::test]
async fn figures_tell_what_was_done() {
    let app = TestApp::on_sqlite_with(|settings| settings.metrics_listen = Some(([127, 0, 0, 1], 0).into())).await;
    let caller = app.company("Acme").await;
    caller.person("Jane Roe").await;
    caller.send("{ nothing }", json!({})).await;
    caller.raw(None, "{ __typename }").await;
    reqwest::get(format!("http://{}/health/ready", app.address)).await.unwrap();
    reqwest::get(format!("http://{}/nothing/{}", app.address, uuid::Uuid::now_v7())).await.unwrap();
    let text = figures(&app).await;
    for line in [
        "party_build_info{version=\"0.1.0\"} 1",
        "party_http_requests_total{route=\"/graphql\",status=\"200\"} 2",
        "party_http_requests_total{route=\"/graphql\",status=\"401\"} 1",
        "party_http_requests_total{route=\"/health\",status=\"200\"} 1",
        "party_http_requests_total{route=\"other\",status=\"404\"} 1",
        "party_http_request_duration_seconds_count{route=\"/graphql\"} 3",
        "party_graphql_errors_total{code=\"GRAPHQL_VALIDATION_FAILED\"} 1",
        "party_websockets_open 0",
        "party_database_connections_max 8",
        "# EOF",
    ] {
        assert!(text.lines().any(|found| found == line || found == format!("{line}.0")), "{line} is not in\n{text}");
    }
    for name in [
        "party_database_transactions_total",
        "party_database_wait_seconds_total",
        "party_database_statements_total",
        "party_database_connections_idle",
        "process_cpu_seconds_total",
        "process_resident_memory_bytes",
        "process_open_fds",
    ] {
        let value = text.lines().find_map(|line| line.strip_prefix(name)?.trim().parse::<f64>().ok());
        assert!(value.is_some_and(|value| value > 0.0), "{name} is {value:?} in\n{text}");
    }
    assert_eq!(reqwest::get(format!("http://{}/metrics", app.address)).await.unwrap().status(), 404, "strangers do not see them");
}

#[tokio::test]
async fn a_request_has_an_id() {
    let app = TestApp::on_sqlite().await;
    let id = async |given: Option<&str>| {
        let request = reqwest::Client::new().get(format!("http://{}/health/live", app.address));
        let response = given.into_iter().fold(request, |request, id| request.header("x-request-id", id)).send().await.unwrap();
        response.headers()["x-request-id"].to_str().unwrap().to_owned()
    };
    assert_eq!(id(Some("abc-1.2_3")).await, "abc-1.2_3");
    for given in [None, Some(""), Some("a b"), Some("a\"b"), Some(&*"x".repeat(129))] {
        let made = id(given).await;
        assert!(uuid::Uuid::parse_str(&made).is_ok(), "{given:?}: {made}");
    }
}

/// The lines of a server that has answered a request which must not show in them.
#[tokio::test]
async fn lines_are_json_with_the_id_and_without_tokens_and_personal_data() {
    let database = SqliteDatabase::create();
    let settings = [("PARTY_LOG", "debug"), ("PARTY_LOG_FORMAT", "json")];
    let mut server = PartyProcess::start_with(&database.url, &settings).await;
    let caller = TestCaller::new(server.address, CompanyId(uuid::Uuid::now_v7()));
    let document = "mutation($input: CreatePartyInput!) { createParty(input: $input) { party { id } } }";
    let token = caller.token();
    let body = json!({ "query": document, "variables": { "input": { "kind": "PERSON", "displayName": "Zebulon", "email": "zebulon@example.com" } } });
    let response =
        reqwest::Client::new().post(caller.url()).bearer_auth(&token).header("x-request-id", "my-request").json(&body).send().await.unwrap();
    assert_eq!(response.status(), 200);
    server.kill();
    let lines = server.log();
    let line: Value = lines
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("a line is JSON"))
        .find(|line| line["target"] == "party::access")
        .expect("an access line");
    assert_eq!((&line["span"]["id"], &line["route"], &line["status"]), (&json!("my-request"), &json!("/graphql"), &json!(200)));
    for secret in ["Zebulon", "zebulon", &token, token.rsplit('.').next().unwrap(), crate::support::app::SECRET] {
        assert!(!lines.contains(secret), "{secret} is in the log:\n{lines}");
    }
}

type Received = Arc<Mutex<Vec<Span>>>;

async fn collector() -> (String, Received) {
    let received = Received::default();
    let take = async |State(received): State<Received>, body: Bytes| {
        let request = ExportTraceServiceRequest::decode(body).expect("spans in protobuf");
        let spans = request.resource_spans.into_iter().flat_map(|resource| resource.scope_spans).flat_map(|scope| scope.spans);
        received.lock().expect("no panic").extend(spans);
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().route("/v1/traces", post(take)).with_state(Arc::clone(&received));
    tokio::spawn(async move { axum::serve(listener, router).await });
    (format!("http://{address}"), received)
}

#[tokio::test]
async fn traces_are_exported_and_continue_the_callers() {
    let (endpoint, received) = collector().await;
    let database = SqliteDatabase::create();
    let mut server = PartyProcess::start_with(&database.url, &[("PARTY_OTLP_ENDPOINT", &endpoint)]).await;
    let caller = TestCaller::new(server.address, CompanyId(uuid::Uuid::now_v7()));
    let traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let body = json!({ "query": "query Names { channels { code } }" });
    let response =
        reqwest::Client::new().post(caller.url()).bearer_auth(caller.token()).header("traceparent", traceparent).json(&body).send().await.unwrap();
    assert_eq!(response.status(), 200);
    server.terminate().await;
    let spans = received.lock().unwrap().clone();
    let span = spans.iter().find(|span| span.name == "query Names").unwrap_or_else(|| panic!("no span of the operation in {spans:#?}"));
    let hexadecimal = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    assert_eq!(hexadecimal(&span.trace_id), "4bf92f3577b34da6a3ce929d0e0e4736");
    assert_eq!(hexadecimal(&span.parent_span_id), "00f067aa0ba902b7");
    let attribute = |name: &str| span.attributes.iter().find(|attribute| attribute.key == name).map(|attribute| format!("{:?}", attribute.value));
    assert!(attribute("http.response.status_code").is_some_and(|value| value.contains("200")), "{span:#?}");
    assert!(attribute("graphql.operation.name").is_some_and(|value| value.contains("Names")), "{span:#?}");
}

/// A collector that does not answer disturbs nobody.
#[tokio::test]
async fn without_a_collector_requests_are_answered() {
    let database = SqliteDatabase::create();
    let mut server = PartyProcess::start_with(&database.url, &[("PARTY_OTLP_ENDPOINT", "http://127.0.0.1:1")]).await;
    let caller = TestCaller::new(server.address, CompanyId(uuid::Uuid::now_v7()));
    assert_eq!(caller.raw(Some(&format!("Bearer {}", caller.token())), "{ __typename }").await.status(), 200);
    let ended = tokio::time::timeout(Duration::from_secs(20), server.terminate()).await;
    assert!(ended.is_ok());
}
