//! The HTTP front door: forms of requests and answers, limits, streams, and what operators see.
mod limits;
mod observability;
mod requests;
mod shutdown;
mod websocket;

use crate::support::caller::TestCaller;
use serde_json::Value;

/// A POST of bytes with some headers, as a caller: the status, the form of the answer, and the answer.
async fn post(caller: &TestCaller, headers: &[(&str, &str)], body: impl Into<reqwest::Body>) -> (u16, String, Value) {
    let request = reqwest::Client::new().post(caller.url()).bearer_auth(caller.token()).body(body);
    send(headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))).await
}

/// A GET with a query string and some headers, as a caller.
async fn get(caller: &TestCaller, headers: &[(&str, &str)], query: &[(&str, &str)]) -> (u16, String, Value) {
    let mut url: reqwest::Url = caller.url().parse().expect("a URL");
    url.query_pairs_mut().extend_pairs(query);
    let request = reqwest::Client::new().get(url).bearer_auth(caller.token());
    send(headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))).await
}

async fn send(request: reqwest::RequestBuilder) -> (u16, String, Value) {
    let response = request.send().await.expect("the server answers");
    let form = response.headers().get("content-type").map_or("", |form| form.to_str().expect("text")).to_owned();
    (response.status().as_u16(), form, response.json().await.unwrap_or_default())
}

/// The code of an answer's first error.
fn code(answer: &Value) -> &str {
    answer["errors"][0]["extensions"]["code"].as_str().unwrap_or_default()
}
