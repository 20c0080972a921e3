//! The demo data: always the same, taken up again when it was cut short, and the README tells the truth about it.
use crate::support::{caller::TestCaller, on_both_databases};
use party::{service, startup::demo};
use serde_json::{Value, json};
use std::{fs, path::Path};

/// The first fenced block of a language in the README.
fn readme_block(language: &str) -> String {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let after = readme.split(&format!("```{language}\n")).nth(1).unwrap_or_else(|| panic!("the README has no {language} block"));
    after.split("```").next().unwrap().to_owned()
}

on_both_databases! {
    /// One test, because loading takes a few seconds: the README's query and answer, the figures, the second company, the second load.
    async fn tells_the_story_of_john_doe(app: TestApp) {
        assert!(demo::seed(&app.hub).await.unwrap());
        let caller = TestCaller::new(app.address, demo::COMPANY);
        let answer = caller.send(&readme_block("graphql"), json!({})).await;
        let told: Value = serde_json::from_str(&readme_block("json")).expect("the README's answer is JSON");
        assert_eq!(answer, told, "the README's answer should read:\n{answer:#}");

        let figures = caller.data(
            "{ partyStatistics { total byStatus { status count } linksByMethod { method count } unlinkedSourceRecords { total bySystem { system } } } \
             partyByEmail(email: \"john.doe@example.com\") { id \
             links { sourceRecord { system } } relationships { label party { displayName } } } }",
            json!({}),
        ).await;
        let systems: Vec<Value> =
            ["auction", "crm", "itad", "portal", "purchasing", "sales", "website"].iter().map(|system| json!({ "system": system })).collect();
        assert_eq!(figures["partyStatistics"], json!({
            "total": 2_000, "byStatus": [
                { "status": "ACTIVE", "count": 1_991 }, { "status": "INACTIVE", "count": 9 }, { "status": "MERGED", "count": 0 }, { "status": "ERASED", "count": 0 },
            ],
            "linksByMethod": [
                { "method": "MANUAL", "count": 24 }, { "method": "AUTO", "count": 2_676 }, { "method": "IMPORT", "count": 0 }, { "method": "SUGGESTED", "count": 0 },
            ], "unlinkedSourceRecords": { "total": 192, "bySystem": systems },
        }));
        // Each engine recorded its own business.
        let document = "query($id: ID!) { revenueEntries(partyId: $id) { nodes { source { system } recordedBy } } }";
        let entries = caller.data(document, json!({ "id": figures["partyByEmail"]["id"] })).await["revenueEntries"]["nodes"].take();
        assert_eq!(entries.as_array().unwrap().len(), 8);
        for entry in entries.as_array().unwrap() {
            assert_eq!(entry["recordedBy"], json!(format!("engine:{}", entry["source"]["system"].as_str().unwrap())));
        }
        let systems: Vec<&Value> = figures["partyByEmail"]["links"].as_array().unwrap().iter().map(|link| &link["sourceRecord"]["system"]).collect();
        assert_eq!(systems, ["crm", "sales", "itad", "auction", "website"]);
        assert!(service::revenue::verify(&app.hub, demo::COMPANY).await.unwrap().is_empty());

        // The second company has its own people and nothing of John.
        let other = TestCaller::new(app.address, demo::OTHER_COMPANY);
        let seen = other.data(
            "{ partyStatistics { total unlinkedSourceRecords { total } } partyByEmail(email: \"john.doe@example.com\") { id } \
             revenueReport(groupBy: []) { currency entryCount } }",
            json!({}),
        ).await;
        assert_eq!(seen, json!({
            "partyStatistics": { "total": 150, "unlinkedSourceRecords": { "total": 24 } }, "partyByEmail": null,
            "revenueReport": [{ "currency": "GBP", "entryCount": 311 }],
        }));

        assert!(!demo::seed(&app.hub).await.unwrap());
        assert_eq!(caller.data("{ partyStatistics { total } }", json!({})).await["partyStatistics"]["total"], 2_000);
    }
}
