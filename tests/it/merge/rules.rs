//! Which value goes on, and what a preview tells of it.
use super::{invoice, merge, snapshot, unmerge, wanted};
use crate::support::{app::TestApp, caller::TestCaller, on_both_databases};
use serde_json::{Value, json};

/// Two people and what a merge of the second into the first decides about a field: the rule and whether the second one's value goes on.
async fn decision(app: &TestApp, ours: Value, theirs: Value, field: &str) -> (String, bool) {
    let caller = app.company("Acme").await;
    let (ours, theirs) = (person(&caller, ours).await, person(&caller, theirs).await);
    let (rule, from) = decided(&caller, &ours, &theirs, field).await;
    (rule, from == theirs)
}

async fn person(caller: &TestCaller, mut values: Value) -> String {
    values["kind"] = json!("PERSON");
    if values["displayName"].is_null() && values["givenName"].is_null() {
        values["displayName"] = json!("Jane");
    }
    caller.party(values).await
}

async fn decided(caller: &TestCaller, survivor: &str, absorbed: &str, field: &str) -> (String, String) {
    let query = format!("{{ mergePreview(survivorId: {survivor:?}, absorbedIds: [{absorbed:?}]) {{ fields {{ field rule partyId value }} }} }}");
    let fields = caller.data(&query, json!({})).await["mergePreview"]["fields"].take();
    let decided = fields.as_array().unwrap().iter().find(|one| one["field"] == field).unwrap().clone();
    (decided["rule"].as_str().unwrap().to_owned(), decided["partyId"].as_str().unwrap().to_owned())
}

on_both_databases! {
    /// The first rule that tells the two apart decides.
    async fn decide_in_their_order(app: TestApp) {
        for (ours, theirs, field, rule, takes_absorbed) in [
            (json!({}), json!({}), "EMAIL", "SAME_VALUE", false),
            (json!({ "phone": "030 1234567" }), json!({ "phone": "+49 30 1234567" }), "PHONE", "SAME_VALUE", false),
            (json!({}), json!({ "email": "a@example.com" }), "EMAIL", "ONLY_VALUE", true),
            (json!({ "email": "a@example.com" }), json!({}), "EMAIL", "ONLY_VALUE", false),
            (json!({ "email": "a@example.com" }), json!({ "email": "b@example.com" }), "EMAIL", "MOST_RECENT", true),
            (json!({ "displayName": "J" }), json!({ "givenName": "Jane", "familyName": "Roe" }), "NAME", "MOST_COMPLETE", true),
            (json!({ "displayName": "J" }), json!({ "displayName": "Jane" }), "NAME", "SURVIVOR", false),
            (json!({ "displayName": "Jane" }), json!({ "displayName": "Jane" }), "NAME", "SAME_VALUE", false),
        ] {
            assert_eq!(decision(&app, ours.clone(), theirs.clone(), field).await, (rule.to_owned(), takes_absorbed), "{field} of {ours} and {theirs}");
        }
    }

    /// What was verified beats what is newer, and the engine that is trusted most beats both that are not.
    async fn trust_what_is_verified_and_whom_the_company_trusts(app: TestApp) {
        let caller = app.company("Acme").await;
        let old = person(&caller, json!({ "displayName": "Old", "email": "old@example.com" })).await;
        let new = person(&caller, json!({ "displayName": "New", "email": "new@example.com" })).await;
        for (record, party, system) in [("1", &old, "website"), ("2", &new, "crm")] {
            let source = json!({ "system": system, "type": "lead", "id": record });
            caller.mutate_ok("linkToParty", json!({ "source": source, "partyId": party }), "").await;
        }
        assert_eq!(decided(&caller, &old, &new, "EMAIL").await, ("MOST_RECENT".to_owned(), new.clone()));
        caller.mutate_ok("setPartySourcePriority", json!({ "systems": ["website", "crm"] }), "systems").await;
        assert_eq!(decided(&caller, &old, &new, "EMAIL").await, ("SOURCE_PRIORITY".to_owned(), old.clone()));
        assert_eq!(decided(&caller, &new, &old, "NAME").await, ("SOURCE_PRIORITY".to_owned(), old.clone()));
        let point = caller.data("query($id: ID!) { party(id: $id) { contactPoints { id } } }", json!({ "id": new })).await["party"]["contactPoints"][0]["id"].take();
        caller.mutate_ok("verifyContactPoint", json!({ "contactPointId": point, "method": "link" }), "").await;
        assert_eq!(decided(&caller, &old, &new, "EMAIL").await, ("VERIFIED".to_owned(), new));
        let order = caller.data("{ partySourcePriority }", json!({})).await;
        assert_eq!(order["partySourcePriority"], json!(["website", "crm"]));
        assert_eq!(app.refused(&caller, "setPartySourcePriority", json!({ "systems": ["crm", "crm"] })).await, ["INVALID_ARGUMENT at input.systems.1"]);
        assert_eq!(app.refused(&caller, "setPartySourcePriority", json!({ "systems": ["c r m"] })).await, ["INVALID_CODE at input.systems.0"]);
    }

    /// A preview tells what the merge then does, and changes nothing; a steward's choice beats every rule.
    async fn a_preview_is_what_the_merge_does(app: TestApp) {
        let caller = app.company("Acme").await;
        let jane = person(&caller, json!({ "displayName": "Jane", "email": "jane@example.com", "phone": "030 1234567" })).await;
        let other = person(&caller, json!({ "givenName": "Jane", "familyName": "Roe", "email": "roe@example.com" })).await;
        let third = person(&caller, json!({ "displayName": "J.", "phone": "030 7654321" })).await;
        invoice(&caller, "I-1", json!({ "partyId": other }), "5").await;
        invoice(&caller, "I-2", json!({ "partyId": third }), "7").await;
        let choices = format!("[{{ field: PHONE, partyId: {jane:?} }}, {{ field: NAME, partyId: {third:?} }}]");
        let query = format!(
            "{{ mergePreview(survivorId: {jane:?}, absorbedIds: [{other:?}, {third:?}], choices: {choices}) {{ blockers {{ code }} contactPoints links roles
               revenue {{ gross {{ amount currency }} }} fields {{ field rule partyId value isConflict candidates {{ partyId value }} }} }} }}"
        );
        let before = app.footprint(&caller).await;
        let preview = caller.data(&query, json!({})).await["mergePreview"].take();
        assert_eq!(app.footprint(&caller).await, before);
        assert_eq!((&preview["blockers"], &preview["contactPoints"], &preview["revenue"]), (&json!([]), &json!(2), &json!([{ "gross": { "amount": "12.00", "currency": "EUR" } }])));
        assert_eq!(preview["fields"], json!([
            { "field": "NAME", "rule": "STEWARD", "partyId": third, "value": "J.", "isConflict": true, "candidates": [
                { "partyId": jane, "value": "Jane" }, { "partyId": other, "value": "Jane Roe" }, { "partyId": third, "value": "J." } ] },
            { "field": "EMAIL", "rule": "MOST_RECENT", "partyId": other, "value": "roe@example.com", "isConflict": true, "candidates": [
                { "partyId": jane, "value": "jane@example.com" }, { "partyId": other, "value": "roe@example.com" }, { "partyId": third, "value": null } ] },
            { "field": "PHONE", "rule": "STEWARD", "partyId": jane, "value": "+49301234567", "isConflict": true, "candidates": [
                { "partyId": jane, "value": "+49301234567" }, { "partyId": other, "value": null }, { "partyId": third, "value": "+49307654321" } ] },
            { "field": "ADDRESS", "rule": "SAME_VALUE", "partyId": jane, "value": null, "isConflict": false, "candidates": [
                { "partyId": jane, "value": null }, { "partyId": other, "value": null }, { "partyId": third, "value": null } ] },
        ]));
        let mut input = wanted(&caller, &jane, &[&other, &third]).await;
        input["choices"] = json!([{ "field": "PHONE", "partyId": jane }, { "field": "NAME", "partyId": third }]);
        caller.mutate_ok("mergeParties", input, "").await;
        let merged = snapshot(&caller, &jane).await;
        assert_eq!((&merged["displayName"], &merged["primaryEmail"], &merged["primaryPhone"]), (&json!("J."), &json!("roe@example.com"), &json!("+49301234567")));
        let hidden = caller.with_scopes("party:read party:steward").send(&query, json!({})).await;
        assert_eq!(hidden["data"]["mergePreview"]["blockers"][0]["code"], "PARTY_MERGED");
    }

    /// Values of contact points need the scope for personal data in a preview too.
    async fn a_preview_hides_what_is_personal(app: TestApp) {
        let caller = app.company("Acme").await;
        let (jane, double) = (person(&caller, json!({ "email": "a@example.com" })).await, person(&caller, json!({})).await);
        let query = format!("{{ mergePreview(survivorId: {jane:?}, absorbedIds: [{double:?}]) {{ fields {{ value }} revenue {{ gross {{ amount }} }} }} }}");
        let hidden = caller.with_scopes("party:read party:steward").send(&query, json!({})).await;
        assert_eq!(hidden["data"]["mergePreview"], json!({ "fields": [{ "value": "Jane" }, { "value": null }, { "value": null }, { "value": null }], "revenue": null }));
        assert!(hidden["errors"].as_array().unwrap().iter().all(|error| error["extensions"]["code"] == "FORBIDDEN"));
    }

    /// A role that both had is held once, from the earlier beginning on, and each has its own again afterwards.
    async fn roles_keep_their_history(app: TestApp) {
        let caller = app.company("Acme").await;
        let (jane, double) = (caller.person("Jane").await, caller.person("Jane").await);
        for (party, since) in [(&jane, "2024-01-01T00:00:00Z"), (&double, "2023-05-01T00:00:00Z")] {
            caller.mutate_ok("assignRole", json!({ "partyId": party, "role": "prospect", "validFrom": since }), "").await;
        }
        let before = [snapshot(&caller, &jane).await, snapshot(&caller, &double).await];
        merge(&caller, &jane, &[&double]).await;
        let roles = snapshot(&caller, &jane).await["roles"].take();
        assert_eq!((roles.as_array().unwrap().len(), &roles[0]["validFrom"]), (1, &json!("2023-05-01T00:00:00+00:00")));
        unmerge(&caller, &[&double]).await;
        assert_eq!([snapshot(&caller, &jane).await, snapshot(&caller, &double).await], before);
    }
}
