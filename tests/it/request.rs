//! Whole requests: what is refused before anything is done, and what fails in one field alone.
use crate::support::on_both_databases;
use serde_json::json;

on_both_databases! {
    /// A value that no scalar takes is refused with the whole request: the mutation before it was not run either.
    async fn malformed_values_are_refused_before_anything_is_done(app: TestApp) {
        let caller = app.company("Acme").await;
        let id = caller.person("Jane Roe").await;
        let before = app.footprint(&caller).await;
        let create = r#"createParty(input: { kind: PERSON, displayName: "Too early" }) { party { id } }"#;
        for (type_name, field, value, form) in [
            ("DateTime", "assignRole(input: { partyId: $id, role: \"prospect\", validFrom: $value }) { party { id } }", json!("yesterday"), "RFC 3339 with an offset"),
            ("DateTime", "assignRole(input: { partyId: $id, role: \"prospect\", validFrom: $value }) { party { id } }", json!("2026-11-22T10:00:00"), "RFC 3339 with an offset"),
            ("DateTime", "assignRole(input: { partyId: $id, role: \"prospect\", validFrom: $value }) { party { id } }", json!(5), "RFC 3339 with an offset"),
            (
                "Decimal",
                "recordRevenue(input: { entries: [{ source: { system: \"s\", type: \"t\", id: \"1\" }, partyId: $id, occurredAt: \"2026-01-01T00:00:00Z\", amount: $value }] }) { recorded }",
                json!(12.5),
                "a string, such as",
            ),
            ("Date", "createParty(input: { kind: PERSON, displayName: $id }) { party { revenue(period: { from: $value }) { currency } } }", json!("2026-02-30"), "a day of the calendar"),
        ] {
            let id_type = if type_name == "Date" { "String" } else { "ID" };
            let by_variable = format!("mutation($id: {id_type}!, $value: {type_name}!) {{ {create} second: {field} }}");
            let literal = by_variable.replace(&format!(", $value: {type_name}!"), "").replace("$value", &value.to_string());
            for (document, variables) in [(by_variable, json!({ "id": id, "value": value })), (literal, json!({ "id": id }))] {
                let answer = caller.send(&document, variables).await;
                assert_eq!(answer["data"], json!(null), "{answer}");
                assert_eq!(answer["errors"][0]["extensions"]["code"], "GRAPHQL_VALIDATION_FAILED", "{answer}");
                let message = answer["errors"][0]["message"].as_str().unwrap();
                assert!(message.contains(&format!("expected type \"{type_name}\": {form}")), "{message}");
            }
        }
        assert_eq!(app.footprint(&caller).await, before);
    }

    /// An argument that is found wrong only when its field is run makes that field null, and the mutation before it still answers.
    async fn a_field_with_an_unreadable_argument_is_null_alone(app: TestApp) {
        let caller = app.company("Acme").await;
        let document = "mutation($input: AssignRoleInput!) { \
             createParty(input: { kind: PERSON, displayName: \"Jane Roe\" }) { party { displayName } } assignRole(input: $input) { party { id } } }";
        let answer = caller.send(document, json!({ "input": "no object" })).await;
        assert_eq!(answer["data"], json!({ "createParty": { "party": { "displayName": "Jane Roe" } }, "assignRole": null }));
        assert_eq!(
            (answer["errors"].as_array().unwrap().len(), &answer["errors"][0]["path"], &answer["errors"][0]["extensions"]["code"]),
            (1, &json!(["assignRole"]), &json!("GRAPHQL_VALIDATION_FAILED")),
            "{answer}",
        );
    }
}
