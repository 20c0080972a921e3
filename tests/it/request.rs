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

    /// Lists in lists multiply, so a short document that asks for very much is refused; what people ask for is far from the limit.
    async fn a_request_has_limits(app: TestApp) {
        let caller = app.company("Acme").await;
        let nested = |levels: usize| format!("{{ parties {{ nodes {{ {} id {} }} }} }}", "sourceRecords { party { ".repeat(levels), "} }".repeat(levels));
        let candidates = "mutation { createParty(input: { kind: PERSON }) { userErrors { candidates { roles { role { code } } links { party { links { party { links { id } } } } } } } } }";
        let deep = format!("{{ roleTypes {{ code }} __type(name: \"Party\") {{ {} name {} }} }}", "ofType { ".repeat(25), "}".repeat(25));
        let aliases: String = (0..201).map(|i| format!("a{i}: channels {{ code }} ")).collect();
        let directives = format!("{{ channels {{ code {} }} }}", "@include(if: true) ".repeat(60));
        for (document, message) in [
            (nested(3), "Query is too complex."),
            (nested(7), "Query is too complex."),
            (candidates.replace("links { id }", "links { party { links { id } } }"), "Query is too complex."),
            (deep, "Query is nested too deep."),
            (format!("{{ {aliases} }}"), "The amount of aliases of the query cannot be greater than `200`"),
            (directives, "The number of directives on the field `code` cannot be greater than `20`"),
        ] {
            let answer = caller.send(&document, json!({})).await;
            assert_eq!(answer["data"], json!(null));
            assert_eq!(answer["errors"][0]["message"], message, "{answer}");
            assert_eq!(answer["errors"][0]["extensions"]["code"], "QUERY_TOO_LARGE");
        }
        assert_eq!(caller.data(&nested(2), json!({})).await["parties"]["nodes"], json!([]));
        caller.data(candidates, json!({})).await;
        let profile = "displayName primaryEmail primaryRole { label } roles { role { code } } links { sourceRecord { system type id } } \
             revenue { gross { amount } payouts { amount } net { amount } byChannel { channel { code } gross { amount } } }";
        let hundred = format!("{{ parties(first: 100) {{ nodes {{ {profile} }} }} }}");
        assert_eq!(caller.data(&hundred, json!({})).await["parties"]["nodes"], json!([]));
        let id = caller.person("Jane Roe").await;
        let representations = vec![json!({ "__typename": "Party", "id": id }); 10_000];
        let entities = format!("query($r: [_Any!]!) {{ _entities(representations: $r) {{ ... on Party {{ {profile} }} }} }}");
        let answer = caller.data(&entities, json!({ "r": representations })).await;
        assert_eq!(answer["_entities"].as_array().unwrap().len(), 10_000);
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
