//! The hot path: lists that are written by plans answer the same bytes as the ordinary resolvers, in as few statements as there are sources.
mod generator;
mod same_bytes;
mod statements;

use crate::support::{
    app::TestApp,
    caller::TestCaller,
    rows::{set_merged, set_party},
};
use async_graphql::Variables;
use entity::party as party_row;
use party::{
    graphql::{self, GraphLimits, PartySchema, RequestContext, WrittenAnswer, response_bytes},
    service::{Caller, Request},
};
use sea_orm::ActiveValue::Set;
use serde_json::{Value, json};
use std::sync::Arc;

/// A company with parties of every sort that lists show.
struct World {
    caller: TestCaller,
    /// Representations: parties, a merged and an erased one, records with and without a party, unknown and malformed ones.
    representations: Vec<Value>,
}

impl World {
    async fn create(app: &TestApp) -> Self {
        let caller = app.company("Acme").await;
        let john = caller
            .party(json!({ "kind": "PERSON", "displayName": "John \"J\" Doe\\ ß", "givenName": "John", "familyName": "Doe",
                "email": "john@example.com", "phone": "+49 30 1234567", "address": { "line1": "Main Street 1\\2", "city": "Berlin", "country": "DE" },
                "roles": ["prospect", "sales_customer"] }))
            .await;
        let firm = caller.party(json!({ "kind": "ORGANIZATION", "legalName": "Müller & Söhne GmbH", "roles": ["manufacturer"] })).await;
        let plain = caller.person("Jane Roe").await;
        let merged = caller.person("Jon Do").await;
        let erased = caller.person("Gone").await;
        for (kind, id, party) in [("lead", "1", &john), ("lead", "2", &john), ("account", "x/y \"z\"", &firm)] {
            let source = json!({ "system": "crm", "type": kind, "id": id });
            caller.mutate_ok("linkToParty", json!({ "source": source, "partyId": party, "note": "by hand" }), "").await;
        }
        caller.mutate_ok("unlinkFromParty", json!({ "source": { "system": "crm", "type": "lead", "id": "2" }, "reason": "moved" }), "").await;
        caller.mutate_ok("endRole", json!({ "partyId": john, "role": "prospect" }), "").await;
        let entry = |id: &str, channel: &str, amount: &str, at: &str, party: &str| {
            json!({ "source": { "system": "sales", "type": "invoice", "id": id }, "partyId": party, "channel": channel, "currency": if id == "3" { "JPY" } else { "EUR" },
                    "amount": amount, "occurredAt": at })
        };
        let entries = [
            entry("1", "direct", "100.50", "2026-01-05T10:00:00Z", &john),
            entry("2", "auction", "7", "2026-02-05T10:00:00Z", &john),
            entry("3", "direct", "1200", "2026-02-06T10:00:00Z", &john),
            entry("4", "website", "3.10", "2026-02-07T10:00:00Z", &firm),
        ];
        caller.mutate_ok("recordRevenue", json!({ "entries": entries }), "").await;
        set_merged(app, &caller, &merged, &john).await;
        let gone = party_row::ActiveModel { status: Set("ERASED".to_owned()), ..Default::default() };
        set_party(app, &caller, &erased, gone).await;
        let party = |id: &str| json!({ "__typename": "Party", "id": id });
        let record = |kind: &str, id: &str| json!({ "__typename": "SourceRecord", "system": "crm", "type": kind, "id": id });
        let representations = vec![
            party(&john),
            party(&firm),
            party("00000000-0000-7000-8000-00000000dead"),
            party(&merged),
            record("lead", "1"),
            party(&plain),
            party("no id"),
            record("lead", "2"),
            json!({ "__typename": "Lot", "id": "1" }),
            record("account", "x/y \"z\""),
            record("lead", "unknown"),
            party(&erased),
            json!(7),
        ];
        Self { caller, representations }
    }

    fn variables(&self) -> Variables {
        Variables::from_json(json!({ "r": self.representations, "yes": true, "no": false, "currency": "EUR" }))
    }
}

/// A schema without limits, for documents that no person would write.
fn schema() -> PartySchema {
    graphql::build(&GraphLimits { depth: 100, complexity: 10_000_000, aliases: 10_000, directives: 100, introspection: true })
}

/// The answer of a document as bytes, with lists written by plans or not.
async fn answer(app: &TestApp, schema: &PartySchema, caller: &Caller, (document, variables): (&str, Variables), is_written: bool) -> String {
    let context = RequestContext::new(Request::new(Arc::clone(&app.hub), caller.clone()));
    let mut request = async_graphql::Request::new(document).variables(variables).data(context);
    if is_written {
        request = request.data(WrittenAnswer);
    }
    String::from_utf8(response_bytes(&schema.execute(request).await)).expect("answers are UTF-8")
}
