//! Every field of every object type, tried on a real request with the scope that it needs and without it.
use super::ways::{MERGED, Way, ways};
use crate::support::{app::TestApp, caller::TestCaller, cases::FirstCompany};
use async_graphql::parser::{
    parse_schema,
    types::{BaseType, TypeKind, TypeSystemDefinition},
};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The roots have a suite of their own, with a document for each of their fields.
const ELSEWHERE: [&str; 3] = ["Query", "Mutation", "Subscription"];

/// The fields of the schema's object types, with the names of their types.
fn object_fields() -> BTreeMap<String, BTreeMap<String, String>> {
    let document = parse_schema(party::graphql::sdl()).expect("the SDL is GraphQL");
    let mut types: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for definition in document.definitions {
        let TypeSystemDefinition::Type(definition) = definition else { continue };
        let TypeKind::Object(object) = definition.node.kind else { continue };
        let fields = object.fields.into_iter().map(|field| {
            let mut base = &field.node.ty.node.base;
            while let BaseType::List(inner) = base {
                base = &inner.base;
            }
            let BaseType::Named(name) = base else { unreachable!("lists were unwrapped") };
            (field.node.name.node.to_string(), name.to_string())
        });
        types.entry(definition.node.name.node.to_string()).or_default().extend(fields);
    }
    types.retain(|name, _| !ELSEWHERE.contains(&name.as_str()));
    types
}

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split_whitespace().map(str::to_owned)
}

/// A field without a line fails here, and a line without a field.
#[tokio::test]
async fn every_field_has_a_line() {
    let app = TestApp::on_sqlite().await;
    let first = FirstCompany::new(&app).await;
    let listed: BTreeMap<String, BTreeSet<String>> = ways(&first, "")
        .iter()
        .map(|way| {
            let needing = way.needs.iter().flat_map(|(_, fields)| words(fields));
            (way.of.to_owned(), words(way.with_parent).chain(needing).collect())
        })
        .collect();
    let there: BTreeMap<String, BTreeSet<String>> = object_fields().into_iter().map(|(name, fields)| (name, fields.into_keys().collect())).collect();
    assert_eq!(listed, there, "tests/it/permission/ways.rs says of every field which scope it needs");
}

/// What came out for the field: whether it has an answer, and the codes of the errors.
async fn probe(first: &FirstCompany, way: &Way, scopes: &str, selection: &str) -> (bool, Vec<String>) {
    let (caller, mut document) = (first.caller.with_scopes(scopes), way.document.replace('…', selection));
    if document.contains(MERGED) {
        document = document.replace(MERGED, &merged(&first.caller).await);
    }
    let answer = if document.starts_with("subscription") { first_event(&caller, &document).await } else { caller.send(&document, json!({})).await };
    let codes = answer["errors"].as_array().into_iter().flatten().map(|error| error["extensions"]["code"].as_str().unwrap_or_default().to_owned());
    (has_probe(&answer["data"]), codes.collect())
}

/// The id of a party that was merged into one to which something happened since.
async fn merged(caller: &TestCaller) -> String {
    let (survivor, absorbed) = (caller.person("Zebulon One").await, caller.person("Zebulon Two").await);
    let seen = |id: &str| json!({ "partyId": id, "expectedVersion": 1 });
    caller.mutate_ok("mergeParties", json!({ "survivor": seen(&survivor), "absorbed": [seen(&absorbed)] }), "").await;
    caller.mutate_ok("assignRole", json!({ "partyId": survivor, "role": "prospect" }), "").await;
    absorbed
}

/// The first answer of a subscription.
async fn first_event(caller: &TestCaller, document: &str) -> Value {
    let request = reqwest::Client::new().post(caller.url()).bearer_auth(caller.token()).header("accept", "text/event-stream");
    let mut response = request.json(&json!({ "query": document })).send().await.expect("the server answers");
    let mut text = String::new();
    while !text.ends_with("\n\n") {
        let chunk = response.chunk().await.expect("the stream goes on").expect("an event");
        text += std::str::from_utf8(&chunk).expect("text");
    }
    let data = text.lines().find_map(|line| line.strip_prefix("data: ")).unwrap_or_else(|| panic!("no answer in {text}"));
    serde_json::from_str(data).expect("an answer is JSON")
}

/// Whether there is an error, one for each object perhaps, and all of them say that a scope is missing.
fn is_forbidden(codes: &[String]) -> bool {
    !codes.is_empty() && codes.iter().all(|code| code == "FORBIDDEN")
}

/// Whether the field `probe` is somewhere in the data, null or not.
fn has_probe(data: &Value) -> bool {
    match data {
        Value::Object(fields) => fields.contains_key("probe") || fields.values().any(has_probe),
        Value::Array(items) => items.iter().any(has_probe),
        _ => false,
    }
}

#[tokio::test]
async fn every_field_needs_its_scope() {
    let app = TestApp::on_sqlite().await;
    let first = FirstCompany::new(&app).await;
    let types = object_fields();
    let mut wrong = Vec::new();
    let feed = first.caller.data("{ partyEvents(first: 1) { edges { cursor } } }", json!({})).await;
    let cursor = feed["partyEvents"]["edges"][0]["cursor"].as_str().expect("a cursor");
    for way in ways(&first, cursor) {
        let selection = |field: &str| {
            let is_object = types.contains_key(&types[way.of][field]);
            format!("probe: {field} {}", if is_object { "{ __typename }" } else { "" })
        };
        for field in words(way.with_parent) {
            let seen = probe(&first, &way, way.scopes, &selection(&field)).await;
            let unseen = probe(&first, &way, "", &selection(&field)).await;
            if seen != (true, vec![]) || unseen.0 || !is_forbidden(&unseen.1) {
                wrong.push(format!("{}.{field} with {}: {seen:?}, with nothing: {unseen:?}", way.of, way.scopes));
            }
        }
        for (scope, fields) in way.needs {
            for field in words(fields) {
                let seen = probe(&first, &way, &format!("{} {scope}", way.scopes), &selection(&field)).await;
                let unseen = probe(&first, &way, way.scopes, &selection(&field)).await;
                if seen != (true, vec![]) || !is_forbidden(&unseen.1) {
                    wrong.push(format!("{}.{field} with {scope}: {seen:?}, without: {unseen:?}", way.of));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
