//! "Never the same": what was asserted holds through all merges until it is withdrawn.
use super::{merge, unmerge, wanted};
use crate::support::on_both_databases;
use serde_json::json;

on_both_databases! {
    /// The survivor inherits the assertion, on whichever side and however far on.
    async fn parties_are_never_put_together(app: TestApp) {
        let caller = app.company("Acme").await;
        let mut people = Vec::new();
        for name in ["A", "B", "C", "D"] {
            people.push(caller.person(name).await);
        }
        let [a, b, c, d] = [&people[0], &people[1], &people[2], &people[3]].map(String::as_str);
        let asserted = caller.mutate_ok("assertPartiesDistinct", json!({ "partyId": b, "otherPartyId": a, "reason": "Twins" }), "assertion { id partyIds author reason }").await;
        assert_eq!(asserted["assertion"]["author"], "tester");
        let again = caller.mutate_ok("assertPartiesDistinct", json!({ "partyId": a, "otherPartyId": b }), "assertion { id }").await;
        assert_eq!(again["assertion"]["id"], asserted["assertion"]["id"]);
        let input = wanted(&caller, a, &[b]).await;
        assert_eq!(app.refused(&caller, "mergeParties", input).await, ["PARTIES_DISTINCT at input.absorbed"]);
        merge(&caller, c, &[a]).await;
        merge(&caller, d, &[b]).await;
        for (survivor, absorbed) in [(c, d), (d, c)] {
            let input = wanted(&caller, survivor, &[absorbed]).await;
            assert_eq!(app.refused(&caller, "mergeParties", input).await, ["PARTIES_DISTINCT at input.absorbed"]);
            let preview = format!("{{ mergePreview(survivorId: {survivor:?}, absorbedIds: [{absorbed:?}]) {{ blockers {{ code message candidateIds }} fields {{ field }} }} }}");
            let preview = caller.data(&preview, json!({})).await["mergePreview"].take();
            assert_eq!((&preview["blockers"][0]["code"], &preview["fields"]), (&json!("PARTIES_DISTINCT"), &json!([])));
            assert!(preview["blockers"][0]["message"].as_str().unwrap().contains("Twins"), "{preview}");
        }
        let seen = caller.data("query($id: ID!) { party(id: $id) { distinctAssertions { reason } } }", json!({ "id": c })).await;
        assert_eq!(seen["party"]["distinctAssertions"], json!([{ "reason": "Twins" }]));
        let id = &asserted["assertion"]["id"];
        caller.mutate_ok("withdrawPartiesDistinct", json!({ "assertionId": id, "reason": "One after all" }), "assertion { withdrawnBy withdrawReason }").await;
        merge(&caller, c, &[d]).await;
        unmerge(&caller, &[a, b]).await;
        assert_eq!(app.refused(&caller, "withdrawPartiesDistinct", json!({ "assertionId": id })).await, ["ASSERTION_NOT_FOUND at input.assertionId"]);
    }

    async fn assertions_are_refused(app: TestApp) {
        let caller = app.company("Acme").await;
        let (jane, joe, gone) = (caller.person("Jane").await, caller.person("Joe").await, caller.person("Gone").await);
        merge(&caller, &joe, &[&gone]).await;
        let unknown = uuid::Uuid::now_v7().to_string();
        for (one, other, refusal) in [
            (&jane, &jane, "INVALID_ARGUMENT at input.otherPartyId"), (&jane, &unknown, "PARTY_NOT_FOUND at input.otherPartyId"),
            (&gone, &jane, "PARTY_MERGED at input.partyId"),
        ] {
            assert_eq!(app.refused(&caller, "assertPartiesDistinct", json!({ "partyId": one, "otherPartyId": other })).await, [refusal]);
        }
    }

    /// Of a merge and an assertion at the same time one comes first, and the other one is refused.
    async fn a_merge_and_an_assertion_exclude_each_other(app: TestApp) {
        let caller = app.company("Acme").await;
        for _ in 0..10 {
            let (jane, double) = (caller.person("Jane").await, caller.person("Jane").await);
            let input = wanted(&caller, &jane, &[&double]).await;
            let asserting = { let (caller, input) = (caller.clone(), json!({ "partyId": jane, "otherPartyId": double })); tokio::spawn(async move { caller.mutate("assertPartiesDistinct", input, "").await }) };
            let merging = { let caller = caller.clone(); tokio::spawn(async move { caller.mutate("mergeParties", input, "").await }) };
            let (asserted, merged) = (asserting.await.unwrap(), merging.await.unwrap());
            let refused = [&asserted, &merged].into_iter().filter(|payload| payload["userErrors"] != json!([])).count();
            assert_eq!(refused, 1, "{asserted} {merged}");
        }
    }
}
