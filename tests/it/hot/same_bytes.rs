//! Both ways answer the same bytes: on generated documents, for callers who may see everything, no personal data, or no money.
use super::{World, answer, generator::Generator, schema};
use crate::support::on_both_databases;
use async_graphql::Variables;
use party::service::Caller;
use serde::Deserialize;
use serde_json::value::RawValue;

/// Documents for each caller.
const DOCUMENTS: usize = 120;

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    data: &'a RawValue,
    #[serde(borrow, default)]
    errors: Vec<&'a RawValue>,
}

/// The bytes of the data, and those of each error. The order of errors is that in which fields happen to end.
fn parts(answer: &str) -> (&str, Vec<&str>) {
    let answer: Answer<'_> = serde_json::from_str(answer).expect("an answer is JSON");
    let mut errors: Vec<&str> = answer.errors.into_iter().map(RawValue::get).collect();
    errors.sort_unstable();
    (answer.data.get(), errors)
}

on_both_databases! {
    async fn written_lists_are_the_bytes_of_the_resolvers(app: TestApp) {
        let world = World::create(&app).await;
        let schema = schema();
        let company = world.caller.company;
        let callers = [
            Caller::unrestricted(company, "everything"),
            Caller::new(company, "no personal data", "party:read revenue:read").unwrap(),
            Caller::new(company, "no money", "party:read party:pii").unwrap(),
            Caller::new(company, "nothing", "revenue:read").unwrap(),
        ];
        let mut generator = Generator::new(20_261_124);
        let (mut answered, mut failed_fields) = (0, 0);
        for round in 0..DOCUMENTS {
            let document = generator.document();
            for caller in &callers {
                let plain = answer(&app, &schema, caller, (&document, world.variables()), false).await;
                let written = answer(&app, &schema, caller, (&document, world.variables()), true).await;
                assert_eq!(parts(&written), parts(&plain), "round {round}, caller {:?}:\n{document}", caller.subject);
                answered += usize::from(plain.contains("\"data\":{"));
                failed_fields += usize::from(plain.contains("FORBIDDEN"));
            }
        }
        assert!(answered > DOCUMENTS * 7 / 2, "only {answered} documents were valid");
        assert!(failed_fields > DOCUMENTS / 4, "only {failed_fields} answers had a field that the caller may not see");
    }

    /// The cases that people write, with the answer spelt out.
    async fn a_written_list_merges_selections_and_keeps_places(app: TestApp) {
        let world = World::create(&app).await;
        let (schema, caller) = (schema(), Caller::new(world.caller.company, "crm", "party:read").unwrap());
        let document = "query($r: [_Any!]!) { _entities(representations: $r) { __typename ... on Party { name: displayName roles { isPrimary } } \
                        ... on Party { roles { role { code } } } ... on SourceRecord { party { name: displayName primaryEmail } } } }";
        let variables = Variables::from_json(serde_json::json!({ "r": &world.representations[1..5] }));
        let written = answer(&app, &schema, &caller, (document, variables), true).await;
        assert_eq!(written, concat!(
            r#"{"errors":["#,
            r#"{"message":"There is no party with the id 00000000-0000-7000-8000-00000000dead.","locations":[{"line":1,"column":23}],"#,
            r#""path":["_entities",1],"extensions":{"code":"PARTY_NOT_FOUND"}},"#,
            r#"{"message":"This needs the scope party:pii, which your token does not have.","locations":[{"line":1,"column":211}],"#,
            r#""path":["_entities",3,"party","primaryEmail"],"extensions":{"code":"FORBIDDEN"}}],"#,
            r#""data":{"_entities":["#,
            r#"{"__typename":"Party","name":"Müller & Söhne GmbH","roles":[{"isPrimary":true,"role":{"code":"manufacturer"}}]},"#,
            r#"null,"#,
            r#"{"__typename":"Party","name":"John \"J\" Doe\\ ß","roles":[{"isPrimary":true,"role":{"code":"sales_customer"}}]},"#,
            r#"{"__typename":"SourceRecord","party":{"name":"John \"J\" Doe\\ ß","primaryEmail":null}}]}}"#,
        ));
    }
}
