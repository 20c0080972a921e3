//! Reports of imports: each run with how its rows ended, and the rows.
use crate::support::{imports::import_csv, on_both_databases};
use serde_json::json;

const RUNS: &str = "{ partyImports { id status finishedAt counts { system table outcome reason count } } }";
const ROWS: &str = "query($id: ID!, $outcome: PartyImportOutcome, $first: Int, $after: String) { partyImportRows(importId: $id, outcome: $outcome, first: $first, after: $after) { nodes { table key outcome reason party { displayName } } pageInfo { hasNextPage endCursor } } }";

on_both_databases! {
    /// A run says how many rows ended how, and which; the rows are read page by page, and of one way to end alone.
    async fn a_run_is_reported(app: TestApp) {
        let caller = app.company("Acme").await;
        assert_eq!(caller.data(RUNS, json!({})).await, json!({ "partyImports": [] }));
        let company = caller.company;
        let rows = format!("id,company_id,name,email,phone\n1,{company},Anna Schmidt,anna@example.com,\n2,{company},Bert Braun,bert@example.com,\n3,,Nobody,,\n");
        let id = import_csv(&app, &caller, &[("customers.csv", &rows)]).await;
        let run = caller.data(RUNS, json!({})).await["partyImports"][0].take();
        assert_eq!((&run["id"], &run["status"], run["finishedAt"].is_string()), (&json!(id), &json!("DONE"), true));
        let counts = run["counts"].as_array().unwrap();
        let brief: Vec<_> = counts.iter().map(|one| json!([one["table"], one["outcome"], one["reason"], one["count"]])).collect();
        assert_eq!(json!(brief), json!([["customers", "CREATED", null, 2], ["customers", "REJECTED", "NO_COMPANY", 1]]));

        let page = caller.data(ROWS, json!({ "id": id, "first": 2 })).await["partyImportRows"].take();
        assert_eq!(page["nodes"], json!([
            { "table": "customers", "key": "1", "outcome": "CREATED", "reason": null, "party": { "displayName": "Anna Schmidt" } },
            { "table": "customers", "key": "2", "outcome": "CREATED", "reason": null, "party": { "displayName": "Bert Braun" } },
        ]));
        let next = caller.data(ROWS, json!({ "id": id, "first": 2, "after": page["pageInfo"]["endCursor"] })).await["partyImportRows"].take();
        let rejected = json!([{ "table": "customers", "key": "3", "outcome": "REJECTED", "reason": "NO_COMPANY", "party": null }]);
        assert_eq!((&next["nodes"], &next["pageInfo"]["hasNextPage"]), (&rejected, &json!(false)));
        let only = caller.data(ROWS, json!({ "id": id, "outcome": "REJECTED" })).await["partyImportRows"].take();
        assert_eq!(only["nodes"], rejected);
    }

    async fn bad_questions_are_refused(app: TestApp) {
        let caller = app.company("Acme").await;
        let id = uuid::Uuid::now_v7().to_string();
        assert_eq!(caller.data(ROWS, json!({ "id": id })).await["partyImportRows"]["nodes"], json!([]));
        assert_eq!(caller.error_code(ROWS, json!({ "id": "x" })).await, "INVALID_ID");
        assert_eq!(caller.error_code(ROWS, json!({ "id": id, "after": "x" })).await, "INVALID_CURSOR");
        assert_eq!(caller.error_code(ROWS, json!({ "id": id, "first": 0 })).await, "INVALID_PAGE_SIZE");
        let steward = caller.with_scopes("party:read party:steward");
        assert_eq!(steward.error_code(RUNS, json!({})).await, "FORBIDDEN");
        assert_eq!(steward.error_code(ROWS, json!({ "id": id })).await, "FORBIDDEN");
    }
}
