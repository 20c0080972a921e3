//! What gateways send: many representations at once, ids that were merged, nulls, and nonsense.
use crate::support::{TestEngine, on_both_databases};
use engines::{crm::Crm, platform::new_id};
use serde_json::{Value, json};
use uuid::Uuid;

const FIELDS: &str = "... on Party { prospects { id } openOpportunityValue { amount currency } }";

/// A lead with an opportunity of 10.00 euros for each of some parties.
async fn leads(engine: &TestEngine<Crm>, caller: &crate::support::TestCaller, parties: &[Uuid]) {
    for (number, party) in parties.iter().enumerate() {
        caller
            .data(&format!(
                "mutation {{ createLead(input: {{ id: \"L-{number}\", leadSource: \"web\", partyId: \"{party}\" }}) {{ id }} \
            createOpportunity(input: {{ leadId: \"L-{number}\", title: \"x\", value: {{ amount: \"10\", currency: \"EUR\" }} }}) {{ id }} }}"
            ))
            .await;
    }
    assert!(engine.statements() > 0);
}

fn party(id: Uuid, all_ids: impl Into<Value>) -> Value {
    json!({ "__typename": "Party", "id": id, "allIds": all_ids.into() })
}

fn ids(ids: &[Uuid]) -> Value {
    json!(ids)
}

on_both_databases! { Crm =>
    /// Four ids of one party: every row is found, whichever of them it was stored under.
    async fn rows_of_merged_ids_are_found(engine: TestEngine<Crm>) {
        let caller = engine.company();
        let all: Vec<Uuid> = (0..4).map(|_| new_id()).collect();
        leads(&engine, &caller, &all).await;
        let answer = caller.entities(json!([party(all[0], ids(&all)), party(all[1], ids(&all[1..2]))]), FIELDS).await;
        assert_eq!(answer["data"]["_entities"], json!([
            { "__typename": "Party", "prospects": [{ "id": "L-0" }, { "id": "L-1" }, { "id": "L-2" }, { "id": "L-3" }], "openOpportunityValue": [{ "amount": "40.00", "currency": "EUR" }] },
            { "__typename": "Party", "prospects": [{ "id": "L-1" }], "openOpportunityValue": [{ "amount": "10.00", "currency": "EUR" }] },
        ]));
    }

    /// A party that the hub does not know comes without ids. A bad representation is null with an error at its own index.
    async fn one_bad_representation_harms_no_other(engine: TestEngine<Crm>) {
        let caller = engine.company();
        let good = new_id();
        leads(&engine, &caller, &[good]).await;
        let answer = caller.entities(json!([
            party(good, ids(&[good])), party(new_id(), Value::Null), { "__typename": "Party", "id": "four" }, { "__typename": "Nobody", "id": good },
            { "__typename": "Opportunity" }, "nonsense", { "__typename": "Lead", "id": "L-7" }, { "__typename": "Party", "id": good, "allIds": [1] }, party(good, ids(&[good])),
        ]), "... on Party { prospects { id } }").await;
        let found = json!({ "__typename": "Party", "prospects": [{ "id": "L-0" }] });
        assert_eq!(answer["data"]["_entities"], json!([found, { "__typename": "Party", "prospects": null }, null, null, null, null, null, null, found]));
        let errors: Vec<(&Value, &Value)> = answer["errors"].as_array().unwrap().iter().map(|error| (&error["path"][1], &error["extensions"]["code"])).collect();
        let code = json!("INVALID_REPRESENTATION");
        assert_eq!(errors, [2, 3, 4, 5, 7].map(json_index).iter().map(|index| (index, &code)).collect::<Vec<_>>());
    }

    /// Five thousand at once are two statements: one for each table.
    async fn thousands_are_read_at_once(engine: TestEngine<Crm>) {
        let caller = engine.company();
        let known: Vec<Uuid> = (0..3).map(|_| new_id()).collect();
        leads(&engine, &caller, &known).await;
        let many: Vec<Value> = (0..5_000).map(|number| known.get(number % 100).copied().unwrap_or_else(new_id)).map(|id| party(id, ids(&[id]))).collect();
        let before = engine.statements();
        let answer = caller.entities(json!(many), FIELDS).await;
        assert_eq!(engine.statements() - before, 2);
        assert!(answer.get("errors").is_none(), "{answer:#}");
        let entities = answer["data"]["_entities"].as_array().unwrap();
        assert_eq!(entities.len(), 5_000);
        assert_eq!(entities.iter().filter(|entity| entity["prospects"] != json!([])).count(), 150);
    }

    /// A caller without the scope gets the entity, but none of the engine's fields.
    async fn fields_need_their_scope(engine: TestEngine<Crm>) {
        let caller = engine.company();
        let id = new_id();
        leads(&engine, &caller, &[id]).await;
        let reader = caller.with_scopes("party:read auction:read");
        let answer = reader.entities(json!([party(id, ids(&[id]))]), "... on Party { id prospects { id } }").await;
        assert_eq!(answer["data"]["_entities"], json!([{ "__typename": "Party", "id": id, "prospects": null }]));
        assert_eq!(answer["errors"][0]["path"], json!(["_entities", 0, "prospects"]));
        assert_eq!(answer["errors"][0]["extensions"]["code"], "FORBIDDEN");
        assert_eq!(reader.refused("{ leads { id } }").await, "FORBIDDEN");
        assert_eq!(caller.with_scopes("crm:read").refused(r#"mutation { createLead(input: { leadSource: "x" }) { id } }"#).await, "FORBIDDEN");
    }

    async fn callers_need_a_token(engine: TestEngine<Crm>) {
        let caller = engine.company();
        for authorization in ["", "Bearer", "Bearer nonsense", "Basic abc"] {
            let (status, answer) = caller.raw(authorization, json!({ "query": "{ leads { id } }" })).await;
            assert_eq!((status, &answer["errors"][0]["extensions"]["code"]), (401, &json!("UNAUTHENTICATED")), "{authorization}");
        }
    }
}

fn json_index(index: i32) -> Value {
    json!(index)
}
