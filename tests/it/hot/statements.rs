//! How many statements each question takes, besides BEGIN and COMMIT: as many for one party as for hundreds.
use super::World;
use crate::support::{app::TestApp, caller::TestCaller, on_both_databases};
use serde_json::{Value, json};

async fn statements(app: &TestApp, caller: &TestCaller, query: &str, variables: Value) -> u64 {
    let before = app.hub.database.statements();
    caller.send(query, variables).await;
    app.hub.database.statements() - before
}

on_both_databases! {
    async fn a_question_takes_one_statement_a_source(app: TestApp) {
        let World { caller, representations } = World::create(&app).await;
        let entities = |selection: &str| format!("query($r: [_Any!]!) {{ _entities(representations: $r) {{ ... on Party {{ {selection} }} }} }}");
        let (john, firm) = (representations[0].clone(), representations[1].clone());
        let (one, many) = (json!({ "r": [john] }), json!({ "r": [john, firm] }));
        let profile = "id displayName primaryEmail roles { role { code } }";
        for variables in [one, many.clone()] {
            assert_eq!(statements(&app, &caller, &entities(profile), variables).await, 1, "parties with their roles");
        }
        let lists = format!("{profile} links {{ sourceRecord {{ system type id }} }}");
        assert_eq!(statements(&app, &caller, &entities(&lists), many.clone()).await, 1, "parties with roles and links");
        assert_eq!(statements(&app, &caller, &entities("id displayName primaryEmail"), many.clone()).await, 1);
        assert_eq!(statements(&app, &caller, &entities("allIds"), many).await, 2, "parties, absorbed ids");
        let page = format!(
            "{{ parties(first: 50) {{ nodes {{ {lists} revenue {{ gross {{ amount }} byChannel {{ channel {{ code }} gross {{ amount }} }} }} }} \
             pageInfo {{ endCursor }} }} }}"
        );
        assert_eq!(statements(&app, &caller, &page, json!({})).await, 3, "the page, roles and links, revenue");
        assert_eq!(statements(&app, &caller, "{ topParties { amount { amount } party { id displayName } } }", json!({})).await, 2);
        let carts = "query($r: [_Any!]!) { _entities(representations: $r) { ... on SourceRecord { party { displayName roles { role { code } } } } } }";
        assert_eq!(statements(&app, &caller, carts, json!({ "r": representations })).await, 2, "links, parties with their roles");
    }
}
