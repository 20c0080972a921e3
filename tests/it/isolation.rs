//! Two companies on one server: the second one tries every query, mutation and entity on what the first one has, and finds nothing.
use crate::support::{
    cases::{Aim, FirstCompany, MARKER, root_fields},
    on_both_databases,
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

on_both_databases! {
    /// A root field without a case fails here: nothing is added to the graph without being tried by a stranger.
    async fn every_root_field_has_a_case(app: TestApp) {
        let first = FirstCompany::new(&app).await;
        let cases: BTreeSet<String> = first.cases().iter().map(|case| case.field.to_owned()).collect();
        assert_eq!(cases, root_fields().into_iter().collect());
    }

    /// What the first company reads of its own by these documents, the second one does not.
    async fn a_second_company_reads_nothing_of_the_first(app: TestApp) {
        let first = FirstCompany::new(&app).await;
        let second = app.company("Second").await;
        for case in first.cases().iter().filter(|case| case.aim == Aim::Read) {
            let own = first.caller.send(&case.document, json!({})).await.to_string();
            assert!(own.contains(MARKER), "{}: the first company does not find its own: {own}", case.field);
            let foreign = second.send(&case.document, json!({})).await.to_string();
            assert!(!foreign.contains(MARKER) && !foreign.contains("4711.99"), "{}: {foreign}", case.field);
        }
    }

    /// Every change aimed at the first company is refused, and afterwards the first company is as it was, to the last event.
    async fn a_second_company_changes_nothing_of_the_first(app: TestApp) {
        let first = FirstCompany::new(&app).await;
        let second = app.company("Second").await;
        let before = first.everything().await;
        for case in first.cases().iter().filter(|case| matches!(case.aim, Aim::Change | Aim::Make)) {
            let answer = second.send(&case.document, json!({})).await;
            assert!(!answer.to_string().contains(MARKER), "{}: {answer}", case.field);
            assert!(answer.get("errors").is_none(), "{}: {answer}", case.field);
            let errors = answer["data"][case.field]["userErrors"].as_array().map_or(0, Vec::len);
            match case.aim {
                Aim::Change => assert!(errors > 0, "{} was not refused: {answer}", case.field),
                _ => assert_eq!(errors, 0, "{}: {answer}", case.field),
            }
        }
        assert_eq!(first.everything().await, before);
    }

    /// The same ids as unknown ones: an answer does not tell whether another company has the id.
    async fn foreign_and_unknown_ids_look_alike(app: TestApp) {
        let first = FirstCompany::new(&app).await;
        let second = app.company("Second").await;
        let id = first.everything().await["parties"]["nodes"][0]["id"].as_str().unwrap().to_owned();
        let unknown = uuid::Uuid::now_v7().to_string();
        let ask = |id: &str| second.send("query($id: ID!) { party(id: $id) { displayName } }", json!({ "id": id }));
        let hide = |answer: Value, id: &str| answer.to_string().replace(id, "ID");
        assert_eq!(hide(ask(&id).await, &id), hide(ask(&unknown).await, &unknown));
    }
}
