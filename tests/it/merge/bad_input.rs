//! Merges that cannot be: each is refused with its code, and nothing changes.
use super::{merge, unmerge, wanted};
use crate::support::on_both_databases;
use serde_json::json;

on_both_databases! {
    async fn is_refused(app: TestApp) {
        let caller = app.company("Acme").await;
        let stranger = app.company("Other").await.person("Jane").await;
        let (jane, double, gone) = (caller.person("Jane").await, caller.person("Jane").await, caller.person("Gone").await);
        let firm = caller.party(json!({ "kind": "ORGANIZATION", "displayName": "Firm" })).await;
        merge(&caller, &double, &[&gone]).await;
        let unknown = uuid::Uuid::now_v7().to_string();
        let seen = |id: &str, version: i64| json!({ "partyId": id, "expectedVersion": version });
        let input = |survivor: serde_json::Value, absorbed: Vec<serde_json::Value>| json!({ "survivor": survivor, "absorbed": absorbed });
        for (input, refusals) in [
            (input(seen(&jane, 1), vec![]), vec!["INVALID_ARGUMENT at input.absorbed"]),
            (input(seen(&jane, 1), vec![seen(&jane, 1)]), vec!["INVALID_ARGUMENT at input.absorbed.0.partyId"]),
            (input(seen(&jane, 1), vec![seen(&double, 2), seen(&double, 2)]), vec!["INVALID_ARGUMENT at input.absorbed.1.partyId"]),
            (input(seen(&jane, 1), vec![seen(&gone, 2)]), vec!["PARTY_MERGED at input.absorbed.0.partyId"]),
            (input(seen(&gone, 2), vec![seen(&jane, 1)]), vec!["PARTY_MERGED at input.survivor.partyId"]),
            (input(seen(&jane, 1), vec![seen(&unknown, 1), seen(&stranger, 1)]), vec![
                "PARTY_NOT_FOUND at input.absorbed.0.partyId", "PARTY_NOT_FOUND at input.absorbed.1.partyId",
            ]),
            (input(seen(&stranger, 1), vec![seen(&jane, 1)]), vec!["PARTY_NOT_FOUND at input.survivor.partyId"]),
            (input(seen(&jane, 1), vec![seen(&firm, 1)]), vec!["KINDS_DIFFER at input.absorbed.0.partyId"]),
            (input(seen(&jane, 7), vec![seen(&double, 1)]), vec![
                "STALE_VERSION at input.survivor.expectedVersion", "STALE_VERSION at input.absorbed.0.expectedVersion",
            ]),
            (input(seen("x", 1), vec![seen(&jane, 1), seen("y", 1)]), vec!["INVALID_ID at input.survivor.partyId", "INVALID_ID at input.absorbed.1.partyId"]),
        ] {
            assert_eq!(app.refused(&caller, "mergeParties", input.clone()).await, refusals, "{input}");
        }
        let mut chosen = wanted(&caller, &jane, &[&double]).await;
        chosen["choices"] = json!([{ "field": "NAME", "partyId": firm }]);
        assert_eq!(app.refused(&caller, "mergeParties", chosen.clone()).await, ["INVALID_ARGUMENT at input.choices"]);
        chosen["choices"] = json!([{ "field": "NAME", "partyId": jane }, { "field": "NAME", "partyId": double }]);
        assert_eq!(app.refused(&caller, "mergeParties", chosen).await, ["INVALID_ARGUMENT at input.choices.1.field"]);
        caller.mutate_ok("deactivateParty", json!({ "partyId": jane }), "").await;
        let input = wanted(&caller, &jane, &[&double]).await;
        assert_eq!(app.refused(&caller, "mergeParties", input).await, ["PARTY_INACTIVE at input.survivor.partyId"]);
        let mutation = "mutation($input: MergePartiesInput!) { mergeParties(input: $input) { merges { id } } }";
        let many: Vec<_> = (0..100).map(|_| seen(&unknown, 1)).collect();
        assert_eq!(caller.error_code(mutation, json!({ "input": { "survivor": seen(&jane, 2), "absorbed": many } })).await, "TOO_MANY_ITEMS");
        let writer = caller.with_scopes("party:read party:write party:link party:admin");
        assert_eq!(writer.error_code(mutation, json!({ "input": { "survivor": seen(&double, 2), "absorbed": [seen(&jane, 2)] } })).await, "FORBIDDEN");
    }

    async fn is_not_taken_back(app: TestApp) {
        let caller = app.company("Acme").await;
        let (jane, double) = (caller.person("Jane").await, caller.person("Jane").await);
        let unknown = uuid::Uuid::now_v7().to_string();
        for (ids, refusals) in [
            (json!([]), vec!["INVALID_ARGUMENT at input.absorbedIds"]),
            (json!([jane, unknown]), vec!["NOT_MERGED at input.absorbedIds.0", "PARTY_NOT_FOUND at input.absorbedIds.1"]),
            (json!([jane, jane]), vec!["INVALID_ARGUMENT at input.absorbedIds.1"]),
            (json!(["x"]), vec!["INVALID_ID at input.absorbedIds.0"]),
        ] {
            assert_eq!(app.refused(&caller, "unmergeParties", json!({ "absorbedIds": ids })).await, refusals);
        }
        merge(&caller, &jane, &[&double]).await;
        unmerge(&caller, &[&double]).await;
        assert_eq!(app.refused(&caller, "unmergeParties", json!({ "absorbedIds": [double] })).await, ["NOT_MERGED at input.absorbedIds.0"]);
        assert_eq!(caller.data("query($id: ID!) { partyMerge(id: $id) { id } }", json!({ "id": unknown })).await, json!({ "partyMerge": null }));
    }

    /// Ten thousand contact points, half of them twins, are handed over and given back in a moment.
    async fn holds_very_much(app: TestApp) {
        let caller = app.company("Acme").await;
        let (jane, double) = (caller.person("Jane").await, caller.person("Jane").await);
        for (party, from) in [(&jane, 0), (&double, 5_000)] {
            let tx = app.hub.database.write(caller.company).await.unwrap();
            let now = app.hub.clock.now();
            let points: Vec<_> = (from..from + 10_000).map(|i| party::domain::contact_point::ContactPoint {
                id: party::domain::id::ContactPointId(uuid::Uuid::now_v7()), party: crate::support::rows::party_id(party),
                kind: party::domain::kind::ContactKind::Web, value: format!("https://{i}.example"), key: format!("https://{i}.example"), address: None,
                purposes: vec![], is_primary: false, is_shared: false, verified_at: None, verified_by: None, valid_from: now, valid_to: None,
            }).collect();
            party::store::contact_point::insert_many(&tx, &points).await.unwrap();
            tx.commit().await.unwrap();
        }
        let count = async |id: &str| caller.data("query($id: ID!) { party(id: $id) { contactPoints { id } } }", json!({ "id": id })).await["party"]["contactPoints"].as_array().unwrap().len();
        let began = std::time::Instant::now();
        merge(&caller, &jane, &[&double]).await;
        assert_eq!(count(&jane).await, 15_000);
        unmerge(&caller, &[&double]).await;
        assert_eq!((count(&jane).await, count(&double).await), (10_000, 10_000));
        assert!(began.elapsed() < std::time::Duration::from_secs(60), "{:?}", began.elapsed());
    }
}
