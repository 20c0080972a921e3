//! Random parties, merges, writes and unmerges: in the end every fact is at its party again and nothing is lost.
use super::{invoice, snapshot, source, verify_revenue, wanted};
use crate::support::{app::TestApp, caller::TestCaller, on_both_databases};
use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const PEOPLE: usize = 6;
const ROLES: [&str; 4] = ["prospect", "reseller", "end_user", "sales_customer"];

/// A number from nothing up to a limit.
fn number(rng: &mut StdRng, limit: usize) -> usize {
    usize::try_from(rng.next_u64() % limit as u64).unwrap()
}

/// People who share phones, addresses, roles and firms, so that merges have much to unite.
async fn people(caller: &TestCaller, rng: &mut StdRng) -> Vec<String> {
    let firm = caller.party(json!({ "kind": "ORGANIZATION", "displayName": "Firm" })).await;
    let mut people: Vec<String> = Vec::new();
    for i in 0..PEOPLE {
        let mut values = json!({ "kind": "PERSON", "displayName": format!("P{i}"), "roles": [ROLES.choose(rng).unwrap()] });
        if number(rng, 3) > 0 {
            values["email"] = json!(format!("p{i}@example.com"));
        }
        if number(rng, 2) > 0 {
            values["phone"] = json!(format!("030 123456{}", number(rng, 3)));
        }
        if number(rng, 3) > 1 {
            values["givenName"] = json!("Given");
        }
        values["identifiers"] = json!([{ "scheme": "duns", "value": format!("{}", 10_000 + i) }]);
        let id = caller.party(values).await;
        for role in ROLES {
            if number(rng, 3) == 0 {
                let input = json!({ "partyId": id, "role": role, "validFrom": format!("202{}-01-01T00:00:00Z", number(rng, 6)) });
                caller.mutate("assignRole", input, "").await;
            }
            if number(rng, 4) == 0 {
                caller.mutate("endRole", json!({ "partyId": id, "role": role }), "").await;
            }
        }
        let email = format!("common{}@example.com", number(rng, 2));
        caller
            .mutate_ok(
                "addContactPoint",
                json!({ "partyId": id, "kind": "EMAIL", "value": email, "purposes": [ROLES.choose(rng).unwrap().to_uppercase()] }),
                "",
            )
            .await;
        caller.mutate_ok("linkToParty", json!({ "source": source(&format!("R-{i}")), "partyId": id }), "").await;
        caller.mutate("relateParties", json!({ "fromPartyId": id, "toPartyId": firm, "type": "WORKS_FOR" }), "").await;
        if let Some(other) = people.choose(rng) {
            caller.mutate("relateParties", json!({ "fromPartyId": id, "toPartyId": other, "type": "REFERRED_BY" }), "").await;
        }
        for n in 0..number(rng, 3) {
            invoice(caller, &format!("B-{i}-{n}"), json!({ "partyId": id }), "10.01").await;
        }
        people.push(id);
    }
    people
}

/// A write that adds something, and where it must be in the end.
async fn write(caller: &TestCaller, rng: &mut StdRng, people: &[String], step: usize, came: &mut BTreeMap<String, i64>) {
    let named = people.choose(rng).unwrap();
    match number(rng, 3) {
        // What is addressed to an id is that id's in the end, whoever it was merged into.
        0 => {
            invoice(caller, &format!("W-{step}"), json!({ "partyId": named }), "1").await;
            *came.entry(named.clone()).or_default() += 100;
        }
        1 => {
            let i = number(rng, PEOPLE);
            invoice(caller, &format!("W-{step}"), json!({ "partySource": source(&format!("R-{i}")) }), "1").await;
            *came.entry(people[i].clone()).or_default() += 100;
        }
        _ => drop(caller.mutate("addContactPoint", json!({ "partyId": named, "kind": "WEB", "value": format!("https://{step}.example") }), "").await),
    }
}

fn cents(party: &Value) -> i64 {
    let amount = party["revenue"][0]["gross"]["amount"].as_str().unwrap_or("0.00");
    amount.replace('.', "").parse().unwrap()
}

/// What a party has, without what writes may have added: web addresses and revenue.
fn lasting(mut party: Value) -> Value {
    party.as_object_mut().unwrap().remove("revenue");
    party["contactPoints"].as_array_mut().unwrap().retain(|point| point["kind"] != "WEB");
    party
}

async fn run(app: &TestApp, seed: u64) {
    let caller = app.company("Acme").await;
    let mut rng = StdRng::seed_from_u64(seed);
    let people = people(&caller, &mut rng).await;
    let mut before = Vec::new();
    for id in &people {
        before.push(snapshot(&caller, id).await);
    }
    let (mut came, mut made) = (BTreeMap::new(), 0);
    for step in 0..16 {
        match number(&mut rng, 4) {
            0 | 1 => {
                let (one, other) = (people.choose(&mut rng).unwrap(), people.choose(&mut rng).unwrap());
                let (one, other) = (canonical(&caller, one).await, canonical(&caller, other).await);
                if one != other {
                    let input = wanted(&caller, &one, &[&other]).await;
                    caller.mutate_ok("mergeParties", input, "").await;
                    made += 1;
                }
            }
            2 => drop(caller.mutate("unmergeParties", json!({ "absorbedIds": [people.choose(&mut rng).unwrap()] }), "").await),
            _ => write(&caller, &mut rng, &people, step, &mut came).await,
        }
        verify_revenue(app, &caller).await;
    }
    assert!(made > 2, "seed {seed} merges too little");
    let mut order = people.clone();
    while !order.is_empty() {
        let id = order.swap_remove(number(&mut rng, order.len()));
        caller.mutate("unmergeParties", json!({ "absorbedIds": [id] }), "").await;
    }
    for (id, before) in people.iter().zip(before) {
        let after = snapshot(&caller, id).await;
        assert_eq!(cents(&after), cents(&before) + came.get(id).copied().unwrap_or(0), "seed {seed}");
        let (after, before) = (lasting(after), lasting(before));
        for (field, value) in before.as_object().unwrap() {
            assert_eq!(&after[field], value, "{field} of seed {seed}");
        }
    }
    verify_revenue(app, &caller).await;
}

async fn canonical(caller: &TestCaller, id: &str) -> String {
    snapshot(caller, id).await["allIds"][0].as_str().unwrap().to_owned()
}

on_both_databases! {
    async fn every_fact_finds_its_way_back(app: TestApp) {
        for seed in 1..=6 {
            run(&app, seed).await;
        }
    }
}
