//! Taking merges back: what was there is there again, and what came since has its place.
use super::{Doubles, invoice, merge, snapshot, source, unmerge, verify_revenue, version};
use crate::support::on_both_databases;
use serde_json::{Value, json};

on_both_databases! {
    /// All parties are as they were, to the last contact point, role, link and cent.
    async fn gives_back_exactly_what_was_there(app: TestApp) {
        let caller = app.company("Acme").await;
        let parties = Doubles::new(&caller).await;
        let before = parties.snapshots(&caller).await;
        for (survivor, absorbed) in [(&parties.jane, &parties.double), (&parties.double, &parties.jane)] {
            merge(&caller, survivor, &[absorbed]).await;
            let back = unmerge(&caller, &[absorbed]).await;
            assert_eq!((&back["merges"][0]["state"], &back["cameAfter"]), (&json!("UNMERGED"), &json!([])));
            assert_eq!(parties.snapshots(&caller).await, before);
            verify_revenue(&app, &caller).await;
        }
        let found = caller.data(r#"{ partyByEmail(email: "roe@example.org") { id } searchParties(query: "J. Roe") { nodes { id } } }"#, json!({})).await;
        assert_eq!(found["partyByEmail"]["id"], json!(parties.double));
    }

    /// What came since stays with the survivor, unless it was addressed to the absorbed id or came through one of its records.
    async fn assigns_what_came_since(app: TestApp) {
        let caller = app.company("Acme").await;
        let parties = Doubles::new(&caller).await;
        let (jane, double) = (&parties.jane, &parties.double);
        let before = parties.snapshots(&caller).await;
        merge(&caller, jane, &[double]).await;
        caller.mutate_ok("addContactPoint", json!({ "partyId": jane, "kind": "EMAIL", "value": "new@example.com" }), "").await;
        caller.mutate_ok("assignRole", json!({ "partyId": jane, "role": "reseller" }), "").await;
        caller.mutate_ok("linkToParty", json!({ "source": source("L-4"), "partyId": jane }), "").await;
        caller.mutate_ok("linkToParty", json!({ "source": source("L-3"), "partyId": jane }), "").await;
        invoice(&caller, "I-3", json!({ "partyId": jane }), "1").await;
        invoice(&caller, "I-4", json!({ "partyId": double }), "2").await;
        invoice(&caller, "I-5", json!({ "partySource": source("L-2") }), "3").await;
        verify_revenue(&app, &caller).await;
        let mut came = unmerge(&caller, &[double]).await["cameAfter"].as_array().unwrap().clone();
        came.sort_by_key(Value::to_string);
        let mut expected = vec![
            json!({ "kind": "CONTACT_POINT", "partyId": jane, "count": 1 }), json!({ "kind": "ROLE", "partyId": jane, "count": 1 }),
            json!({ "kind": "LINK", "partyId": jane, "count": 1 }), json!({ "kind": "REVENUE_ENTRY", "partyId": jane, "count": 1 }),
            json!({ "kind": "LINK", "partyId": double, "count": 1 }), json!({ "kind": "REVENUE_ENTRY", "partyId": double, "count": 2 }),
        ];
        expected.sort_by_key(Value::to_string);
        assert_eq!(came, expected);
        let after = parties.snapshots(&caller).await;
        assert_eq!((&after[0]["revenue"][0]["gross"]["amount"], &after[1]["revenue"][0]["gross"]["amount"]), (&json!("101.00"), &json!("25.50")));
        let links = |party: &Value| party["links"].as_array().unwrap().iter().map(|link| link["sourceRecord"]["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
        assert_eq!((links(&after[0]), links(&after[1])), (vec!["L-1".to_owned(), "L-4".to_owned()], vec!["L-2".to_owned(), "L-3".to_owned(), "L-3".to_owned()]));
        for field in ["contactPoints", "identifiers", "relationships", "roles", "primaryEmail", "displayName"] {
            assert_eq!(after[1][field], before[1][field], "{field}");
        }
        assert_eq!(after[0]["primaryEmail"], before[0]["primaryEmail"]);
        verify_revenue(&app, &caller).await;
    }

    /// One of several absorbed parties is taken out: the others stay as if it had never been merged.
    async fn takes_out_one_of_several(app: TestApp) {
        let caller = app.company("Acme").await;
        let mut people = Vec::new();
        for (i, name) in ["Ann", "Anna Bell", "Anna Cole", "Anne"].into_iter().enumerate() {
            let mut input = json!({ "kind": "PERSON", "displayName": name, "email": format!("{i}@example.com"), "phone": "030 1234567", "roles": ["prospect"] });
            if i > 0 {
                (input["givenName"], input["familyName"]) = (json!("Anna"), json!(name));
            }
            let id = caller.party(input).await;
            caller.mutate_ok("addContactPoint", json!({ "partyId": id, "kind": "EMAIL", "value": "shared@example.com" }), "").await;
            caller.mutate_ok("linkToParty", json!({ "source": source(&format!("L-{i}")), "partyId": id }), "").await;
            invoice(&caller, &format!("I-{i}"), json!({ "partyId": id }), "1").await;
            people.push(id);
        }
        let [ann, b, c, d] = [&people[0], &people[1], &people[2], &people[3]].map(String::as_str);
        let before = snapshot(&caller, ann).await;
        let of_c = snapshot(&caller, c).await;
        merge(&caller, ann, &[b, d]).await;
        let without_c = snapshot(&caller, ann).await;
        unmerge(&caller, &[b, d]).await;
        assert_eq!(snapshot(&caller, ann).await, before);
        for order in [[b, c, d], [c, b, d], [d, b, c]] {
            merge(&caller, ann, &order).await;
            unmerge(&caller, &[c]).await;
            assert_eq!(snapshot(&caller, c).await, of_c);
            let mut now = snapshot(&caller, ann).await;
            if order != [b, c, d] && order != [c, b, d] {
                // The order in which they were merged decides between equals.
                for field in ["primaryEmail", "displayName", "givenName", "familyName", "contactPoints", "roles"] {
                    now[field] = without_c[field].clone();
                }
            }
            assert_eq!(now, without_c);
            verify_revenue(&app, &caller).await;
            unmerge(&caller, &[d, b]).await;
            assert_eq!(snapshot(&caller, ann).await, before);
        }
    }

    /// A party that was merged twice over is taken out of the middle, and what somebody chose since stays chosen.
    async fn takes_out_of_the_middle_of_a_chain(app: TestApp) {
        let caller = app.company("Acme").await;
        let mut people = Vec::new();
        for name in ["A", "B", "C"] {
            people.push(caller.party(json!({ "kind": "PERSON", "displayName": name, "email": format!("{name}@example.com") })).await);
        }
        let [a, b, c] = [&people[0], &people[1], &people[2]].map(String::as_str);
        let of_a = snapshot(&caller, a).await;
        merge(&caller, b, &[a]).await;
        merge(&caller, c, &[b]).await;
        let input = json!({ "partyId": c, "expectedVersion": version(&caller, c).await, "displayName": "Chosen", "email": "chosen@example.com" });
        caller.mutate_ok("updateParty", input, "").await;
        unmerge(&caller, &[a]).await;
        assert_eq!(snapshot(&caller, a).await, of_a);
        let now = snapshot(&caller, c).await;
        assert_eq!((&now["displayName"], &now["primaryEmail"], &now["allIds"]), (&json!("Chosen"), &json!("chosen@example.com"), &json!([c, b])));
        unmerge(&caller, &[b]).await;
        let (b, c) = (snapshot(&caller, b).await, snapshot(&caller, c).await);
        assert_eq!((&b["displayName"], &b["primaryEmail"], &c["displayName"]), (&json!("B"), &json!("B@example.com"), &json!("Chosen")));
    }

    /// A deactivated party is deactivated again, with its links.
    async fn restores_a_deactivated_party(app: TestApp) {
        let caller = app.company("Acme").await;
        let parties = Doubles::new(&caller).await;
        caller.mutate_ok("deactivateParty", json!({ "partyId": parties.double }), "").await;
        let before = parties.snapshots(&caller).await;
        merge(&caller, &parties.jane, &[&parties.double]).await;
        unmerge(&caller, &[&parties.double]).await;
        assert_eq!(parties.snapshots(&caller).await, before);
    }

    /// What ended while the parties were one has ended for the one that had it.
    async fn keeps_what_ended_since(app: TestApp) {
        let caller = app.company("Acme").await;
        let parties = Doubles::new(&caller).await;
        merge(&caller, &parties.jane, &[&parties.double]).await;
        caller.mutate_ok("endRole", json!({ "partyId": parties.jane, "role": "auction_buyer", "reason": "Over" }), "").await;
        caller.mutate_ok("unlinkFromParty", json!({ "source": source("L-2") }), "").await;
        unmerge(&caller, &[&parties.double]).await;
        let double = snapshot(&caller, &parties.double).await;
        let ended = double["roles"].as_array().unwrap().iter().find(|role| role["role"]["code"] == "auction_buyer").unwrap();
        assert_eq!(ended["endReason"], "Over");
        assert!(double["links"].as_array().unwrap().iter().all(|link| link["isActive"] == false));
        assert_eq!(double["roles"].as_array().unwrap().iter().filter(|role| role["isPrimary"] == true).count(), 1, "the other role is the primary one");
    }
}
