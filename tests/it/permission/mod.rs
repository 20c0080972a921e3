//! Who may: without a token nothing, without scopes nothing, without `party:pii` no personal data, without `revenue:read` no money.
mod fields;
mod ways;

use crate::support::{
    cases::{FirstCompany, field_lines},
    on_both_databases,
};
use serde_json::json;
use std::{fs, path::Path};

on_both_databases! {
    /// Each root field is tried with a valid token that has no scope. Only the schema itself is open.
    async fn a_token_without_scopes_may_nothing(app: TestApp) {
        let first = FirstCompany::new(&app).await;
        let before = first.everything().await;
        let nobody = first.caller.with_scopes("");
        for case in first.cases().iter().filter(|case| case.field != "_service") {
            let answer = nobody.send(&case.document, json!({})).await;
            let codes: Vec<&str> = answer["errors"].as_array().into_iter().flatten().filter_map(|error| error["extensions"]["code"].as_str()).collect();
            assert!(!codes.is_empty() && codes.iter().all(|code| *code == "FORBIDDEN"), "{}: {answer}", case.field);
        }
        assert_eq!(first.everything().await, before);
    }

    /// A reader may not change anything.
    async fn a_reader_may_not_write(app: TestApp) {
        let first = FirstCompany::new(&app).await;
        let before = first.everything().await;
        let reader = first.caller.with_scopes("party:read party:pii revenue:read");
        for case in first.cases().iter().filter(|case| case.document.starts_with("mutation")) {
            let answer = reader.send(&case.document, json!({})).await;
            assert_eq!(answer["errors"][0]["extensions"]["code"], "FORBIDDEN", "{}: {answer}", case.field);
        }
        assert_eq!(first.everything().await, before);
    }

    /// Every field of a party that is tagged as personal is null with an error of its own, and its neighbours answer.
    async fn personal_data_is_hidden_field_by_field(app: TestApp) {
        let first = FirstCompany::new(&app).await;
        let id = first.everything().await["parties"]["nodes"][0]["id"].as_str().unwrap().to_owned();
        let reader = first.caller.with_scopes("party:read");
        let sdl = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("schema.graphql")).unwrap();
        let tagged: Vec<String> = field_lines(&sdl, "Party").into_iter().filter(|line| line.contains("@tag(name: \"pii\")")).collect();
        assert!(tagged.len() >= 4, "{tagged:?}");
        for line in tagged {
            let field = line.split(['(', ':']).next().unwrap();
            let selection = match field {
                "primaryAddress" => "{ formatted }",
                "contactPoints" => "{ value }",
                _ => "",
            };
            let document = format!("query($id: ID!) {{ party(id: $id) {{ id {field} {selection} }} }}");
            let answer = reader.send(&document, json!({ "id": id })).await;
            assert_eq!(answer["data"]["party"], json!({ "id": id, field: null }), "{field}: {answer}");
            assert_eq!((&answer["errors"][0]["path"], &answer["errors"][0]["extensions"]["code"]), (&json!(["party", field]), &json!("FORBIDDEN")));
        }
        let answer = reader.send("query($id: ID!) { party(id: $id) { id revenue { currency } } }", json!({ "id": id })).await;
        assert_eq!((&answer["data"]["party"]["revenue"], &answer["errors"][0]["extensions"]["code"]), (&json!(null), &json!("FORBIDDEN")));
    }

    /// A gateway hands on the whole token, so scopes of other subgraphs come along. They allow nothing here.
    async fn scopes_of_other_subgraphs_are_left_alone(app: TestApp) {
        let caller = app.company("Acme").await;
        let id = caller.party(json!({ "kind": "PERSON", "displayName": "Ann" })).await;
        let document = format!("{{ party(id: {id:?}) {{ displayName }} }}");
        let reader = caller.with_scopes("crm:read party:read openid auction:write");
        assert_eq!(reader.data(&document, json!({})).await["party"]["displayName"], "Ann");
        assert_eq!(caller.with_scopes("crm:read openid").error_code(&document, json!({})).await, "FORBIDDEN");
        for misspelt in ["party", "party:", "engine:", "engine:CRM!", "revenue:red"] {
            assert_eq!(caller.with_scopes(&format!("party:read {misspelt}")).error_code(&document, json!({})).await, "UNAUTHENTICATED", "{misspelt}");
        }
    }
}
