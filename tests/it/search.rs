//! Search: by parts of names, with typos, by everything else that is known of a party; and who is not found.
use crate::support::{caller::TestCaller, on_both_databases, rows};
use entity::party as party_row;
use party::domain::kind::LinkMethod;
use sea_orm::ActiveValue::Set;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const SEARCH: &str = "query($query: String!, $first: Int, $after: String) { searchParties(query: $query, first: $first, after: $after) { \
    edges { cursor score matchedBy node { id } } nodes { id displayName } pageInfo { hasNextPage endCursor } } }";

async fn search(caller: &TestCaller, query: &str) -> Value {
    caller.data(SEARCH, json!({ "query": query, "first": 100 })).await["searchParties"].take()
}

/// The display names of those who are found, best first.
async fn found(caller: &TestCaller, query: &str) -> Vec<String> {
    search(caller, query).await["nodes"].as_array().unwrap().iter().map(|node| node["displayName"].as_str().unwrap().to_owned()).collect()
}

/// By what each is found, best first.
async fn ways(caller: &TestCaller, query: &str) -> Vec<(String, String)> {
    let page = search(caller, query).await;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    page["edges"].as_array().unwrap().iter().map(|edge| (text(&edge["node"]["id"]), text(&edge["matchedBy"]))).collect()
}

async fn people(caller: &TestCaller, names: &[&str]) {
    for name in names {
        caller.person(name).await;
    }
}

on_both_databases! {
    /// The beginning of a name is enough, and the whole name comes before those that merely begin with it.
    async fn finds_beginnings_of_names(app: TestApp) {
        let caller = app.company("Acme").await;
        people(&caller, &["Johanna", "John", "Johnson Ltd", "Jo Hn", "Jack", "Zoe"]).await;
        assert_eq!(found(&caller, "joh").await, ["John", "Johanna", "Johnson Ltd"]);
        assert_eq!(found(&caller, "JOHN").await, ["John", "Johnson Ltd"]);
        assert_eq!(found(&caller, "j").await, ["Jo Hn", "Jack", "John", "Johanna", "Johnson Ltd"]);
        assert_eq!(found(&caller, "oe").await, [""; 0]);
        assert_eq!(found(&caller, "xy").await, [""; 0]);
    }

    /// A letter left out, one too many, two swapped, one for another: the name is found, after those that are spelt so.
    async fn forgives_one_typo(app: TestApp) {
        let caller = app.company("Acme").await;
        people(&caller, &["Schmidt", "Meier"]).await;
        for typo in ["schmdt", "schmitdt", "shcmidt", "schmxdt", "chmidt", "Schmidtt"] {
            assert_eq!(found(&caller, typo).await, ["Schmidt"], "{typo}");
        }
        for other in ["smidtt", "hcsmidt", "mei3r2", "xeer"] {
            assert_eq!(found(&caller, other).await, [""; 0], "{other}");
        }
        people(&caller, &["Schmitt", "Schmidtke"]).await;
        assert_eq!(found(&caller, "schmidt").await, ["Schmidt", "Schmidtke", "Schmitt"]);
        let scores: Vec<f64> = search(&caller, "schmidt").await["edges"].as_array().unwrap().iter().map(|edge| edge["score"].as_f64().unwrap()).collect();
        assert!(scores[0] == 1.0 && scores.is_sorted_by(|better, worse| better > worse) && scores[2] > 0.0, "{scores:?}");
    }

    /// Three letters are enough for a letter left out; such names come after those that begin so, and are found beside them.
    async fn forgives_a_letter_left_out_of_a_short_name(app: TestApp) {
        let caller = app.company("Acme").await;
        people(&caller, &["John Doe", "Jan Smith", "Jo Brown"]).await;
        assert_eq!(found(&caller, "jon doe").await, ["John Doe"]);
        assert_eq!(found(&caller, "jon").await, ["John Doe"]);
        people(&caller, &["Jonas Doe", "Jon Doe", "Jonathan"]).await;
        assert_eq!(found(&caller, "jon").await, ["Jon Doe", "Jonathan", "Jonas Doe", "John Doe"]);
        assert_eq!(found(&caller, "jon doe").await, ["Jon Doe", "Jonas Doe", "John Doe"]);
        assert_eq!(found(&caller, "john").await, ["John Doe", "Jon Doe"]);
        assert_eq!(found(&caller, "jo").await, ["Jo Brown", "Jon Doe", "John Doe", "Jonathan", "Jonas Doe"]);
    }

    /// All words must be in a name, in whatever order and with a typo each; words that no name has do not hide it.
    async fn finds_several_words(app: TestApp) {
        let caller = app.company("Acme").await;
        people(&caller, &["John Doe", "John Smith", "Doe, John Paul", "Jane Doe", "Berlin GmbH"]).await;
        assert_eq!(found(&caller, "john doe").await, ["John Doe", "Doe, John Paul"]);
        assert_eq!(found(&caller, "doe john").await, ["John Doe", "Doe, John Paul"]);
        assert_eq!(found(&caller, "jonh smiht").await, ["John Smith"]);
        assert_eq!(found(&caller, "jo sm").await, ["John Smith"]);
        assert_eq!(found(&caller, "john doe qqqq 77").await, ["Doe, John Paul", "John Doe"]);
        assert_eq!(found(&caller, "john berlin").await, [""; 0]);
        assert_eq!(found(&caller, "qqqq zzzz").await, [""; 0]);
        caller.party(json!({ "kind": "PERSON", "displayName": "The Boss", "givenName": "Rita", "familyName": "Gold" })).await;
        caller.party(json!({ "kind": "ORGANIZATION", "displayName": "ACME", "legalName": "Acme Holding Limited" })).await;
        assert_eq!(found(&caller, "rita gold").await, ["The Boss"]);
        assert_eq!(found(&caller, "holding").await, ["ACME"]);
        assert_eq!(search(&caller, "rita gold").await["edges"][0]["score"], json!(1.0));
    }

    /// A space that was left out or stands one letter off, and one short word of many that nobody spells so: the name is found.
    async fn forgives_what_happens_to_spaces_and_short_words(app: TestApp) {
        let caller = app.company("Acme").await;
        people(&caller, &["James Smith", "Acme River Logistics Co", "Acme River Logistics Inc", "Nicole Jones"]).await;
        for query in ["jamessmith", "jame ssmith", "jamess mith", "james  smith"] {
            assert_eq!(found(&caller, query).await, ["James Smith"], "{query}");
        }
        assert_eq!(found(&caller, "acmeriver logistics co").await, ["Acme River Logistics Co"]);
        assert_eq!(found(&caller, "acme river logistics nic").await, ["Acme River Logistics Inc", "Acme River Logistics Co"]);
        assert_eq!(found(&caller, "james nicole").await, [""; 0]);
    }

    /// Whoever has all the words is found among very many who have each two of them.
    async fn finds_the_one_who_has_three_common_words(app: TestApp) {
        let caller = app.company("Acme").await;
        let names: Vec<String> = (0..210).flat_map(|i| [format!("Red Iron {i}"), format!("Iron Gold {i}"), format!("Gold Red {i}")]).collect();
        let items: Vec<Value> = names.iter().map(|name| json!({ "kind": "ORGANIZATION", "displayName": name, "email": format!("{}@example.com", name.replace(' ', ".")) })).collect();
        let query = "mutation($input: FindOrCreatePartiesInput!) { findOrCreateParties(input: $input) { results { created } } }";
        caller.data(query, json!({ "input": { "items": items } })).await;
        people(&caller, &["Gold Iron Red"]).await;
        assert_eq!(found(&caller, "red iron gold").await, ["Gold Iron Red"]);
        assert_eq!(found(&caller, "iron gold 7").await[0], "Iron Gold 7");
    }

    /// Accents, umlauts and other scripts are found by their plain letters, and the other way round.
    async fn finds_names_without_their_accents(app: TestApp) {
        let caller = app.company("Acme").await;
        people(&caller, &["Jörg Müller", "Łukasz Żółć", "Борис", "山田 太郎", "O’Brien", "!!!"]).await;
        for (query, name) in [
            ("muller", "Jörg Müller"), ("MÜLLER", "Jörg Müller"), ("jorg muler", "Jörg Müller"), ("zolc", "Łukasz Żółć"), ("boris", "Борис"),
            ("борис", "Борис"), ("山田", "山田 太郎"), ("obrien", "O’Brien"), ("o'brien", "O’Brien"), ("!!!", "!!!"),
        ] {
            assert_eq!(found(&caller, query).await, [name], "{query}");
        }
    }

    /// E-mail addresses, phone numbers in national spelling, identifiers, ids of linked records and of parties lead to their party.
    async fn finds_by_what_else_is_known(app: TestApp) {
        let caller = app.company("Acme").await;
        people(&caller, &["Jane Other", "30 30", "Example Ltd"]).await;
        let id = caller.party(json!({
            "kind": "PERSON", "displayName": "Jane Roe", "email": "Jane.Roe@Example.com", "phone": "+49 30 1234567",
            "identifiers": [{ "scheme": "vat", "value": "DE 123.456.789" }],
        })).await;
        rows::link(&app, &caller, "crm/lead/L-4711/a", &id, LinkMethod::Manual).await;
        let ended = rows::link(&app, &caller, "crm/lead/L-4712", &id, LinkMethod::Manual).await;
        rows::end_link(&app, &caller, &ended).await;
        let absorbed = caller.person("Absorbed").await;
        rows::set_merged(&app, &caller, &absorbed, &id).await;
        let upper = id.to_uppercase();
        for (query, way) in [
            ("jane.roe@example.com", "EMAIL"), (" JANE.ROE@EXAMPLE.COM ", "EMAIL"), ("030 1234567", "PHONE"), ("0049 (30) 123-4567", "PHONE"),
            ("+49301234567", "PHONE"), ("de123456789", "IDENTIFIER"), ("DE-123-456-789", "IDENTIFIER"), ("L-4711/a", "SOURCE_ID"),
            (&id, "PARTY_ID"), (&upper, "PARTY_ID"), (&absorbed, "PARTY_ID"), ("jane roe", "NAME"),
        ] {
            assert_eq!(ways(&caller, query).await, [(id.clone(), way.to_owned())], "{query}");
            assert_eq!(search(&caller, query).await["edges"][0]["score"], json!(1.0), "{query}");
        }
        for nobody in ["joe.roe@example.org", "030 1234568", "de123456788", "l-4711/a", "L-4712", "4711", "00000000-0000-0000-0000-000000000001"] {
            assert_eq!(ways(&caller, nobody).await, [], "{nobody}");
        }
    }

    /// Whoever may not see e-mail addresses and phone numbers cannot find out whose they are, but still finds names.
    async fn tells_no_addresses_to_who_may_not_see_them(app: TestApp) {
        let caller = app.company("Acme").await;
        let id = caller.party(json!({ "kind": "PERSON", "displayName": "Jane Roe", "email": "boss@firm.org", "phone": "030 1234567",
            "identifiers": [{ "scheme": "vat", "value": "DE1" }] })).await;
        let reader = caller.with_scopes("party:read");
        for hidden in ["boss@firm.org", "030 1234567", "+49301234567"] {
            assert_eq!(ways(&caller, hidden).await.len(), 1, "{hidden}");
            assert_eq!(ways(&reader, hidden).await, [], "{hidden}");
        }
        assert_eq!(ways(&reader, "jane").await, [(id.clone(), "NAME".to_owned())]);
        assert_eq!(ways(&reader, "de1").await, [(id, "IDENTIFIER".to_owned())]);
        assert_eq!(caller.with_scopes("party:pii").error_code(SEARCH, json!({ "query": "jane" })).await, "FORBIDDEN");
    }

    /// Merged and erased parties are not found even while their keys are there; deactivated ones are; a new name replaces the old,
    /// but the names of those that were merged into a party lead to it.
    async fn finds_those_who_are_there(app: TestApp) {
        let caller = app.company("Acme").await;
        let ada = caller.party(json!({ "kind": "PERSON", "displayName": "Ada Stone", "email": "ada@example.com" })).await;
        let bea = caller.party(json!({ "kind": "PERSON", "displayName": "Bea Stone", "email": "bea@example.com" })).await;
        let cor = caller.person("Cor Stone").await;
        caller.mutate_ok("deactivateParty", json!({ "partyId": cor }), "").await;
        rows::set_merged(&app, &caller, &bea, &ada).await;
        assert_eq!(found(&caller, "stone").await, ["Ada Stone", "Cor Stone"]);
        assert_eq!(found(&caller, "bea@example.com").await, [""; 0]);
        caller.mutate_ok("updateParty", json!({ "partyId": ada, "expectedVersion": 1, "displayName": "Ada Rock" }), "").await;
        assert_eq!((found(&caller, "rock").await, found(&caller, "stone").await), (vec!["Ada Rock".to_owned()], vec!["Cor Stone".to_owned(), "Ada Rock".to_owned()]));
        rows::set_party(&app, &caller, &cor, party_row::ActiveModel { status: Set("ERASED".to_owned()), ..Default::default() }).await;
        assert_eq!(found(&caller, "stone").await, ["Ada Rock"]);
    }

    /// Page after page brings everybody once in the same order, though many have the same name.
    async fn is_read_page_by_page(app: TestApp) {
        let caller = app.company("Acme").await;
        for i in 0..9 {
            people(&caller, &["Max Stone", if i % 2 == 0 { "Maxi Stone" } else { "Stone Max" }]).await;
        }
        let whole: Vec<Value> = search(&caller, "max stone").await["nodes"].as_array().unwrap().clone();
        assert_eq!(whole.len(), 18);
        let (mut seen, mut after) = (Vec::new(), Value::Null);
        loop {
            let page = caller.data(SEARCH, json!({ "query": "max stone", "first": 4, "after": after })).await["searchParties"].take();
            seen.extend(page["nodes"].as_array().unwrap().iter().cloned());
            assert_eq!(page["pageInfo"]["hasNextPage"], json!(seen.len() < 18));
            if seen.len() >= 18 {
                break;
            }
            after = page["pageInfo"]["endCursor"].clone();
        }
        assert_eq!(seen, whole);
        assert_eq!(seen.iter().map(|node| node["id"].as_str().unwrap()).collect::<BTreeSet<_>>().len(), 18);
        let other = caller.send(SEARCH, json!({ "query": "max", "after": after })).await;
        assert_eq!(other["errors"][0]["extensions"], json!({ "code": "INVALID_CURSOR", "argumentPath": ["after"] }));
    }

    /// A text that cannot be searched for is refused at its place.
    async fn refuses_what_says_nothing(app: TestApp) {
        let caller = app.company("Acme").await;
        caller.person("Anna").await;
        for (variables, code, path) in [
            (json!({ "query": "" }), "INVALID_ARGUMENT", "query"),
            (json!({ "query": " \t " }), "INVALID_ARGUMENT", "query"),
            (json!({ "query": "a\u{0}b" }), "INVALID_ARGUMENT", "query"),
            (json!({ "query": "x".repeat(201) }), "INVALID_ARGUMENT", "query"),
            (json!({ "query": "anna", "first": 0 }), "INVALID_PAGE_SIZE", "first"),
            (json!({ "query": "anna", "first": 101 }), "INVALID_PAGE_SIZE", "first"),
            (json!({ "query": "anna", "after": "no cursor" }), "INVALID_CURSOR", "after"),
        ] {
            let answer = caller.send(SEARCH, variables.clone()).await;
            assert_eq!(answer["data"], json!({ "searchParties": null }), "{variables}");
            assert_eq!(answer["errors"][0]["extensions"], json!({ "code": code, "argumentPath": [path] }), "{variables}");
        }
        assert_eq!(found(&caller, &"x".repeat(200)).await, [""; 0]);
        assert_eq!(found(&caller, "% _ \\ ' \" ; -- \u{10FFFF} 🙂").await, [""; 0]);
    }

    /// Nothing leads to another company's parties.
    async fn ends_at_the_company(app: TestApp) {
        let caller = app.company("Acme").await;
        let id = caller.party(json!({ "kind": "PERSON", "displayName": "Jane Roe", "email": "jane@example.com", "phone": "030 1234567",
            "identifiers": [{ "scheme": "vat", "value": "DE1" }] })).await;
        rows::link(&app, &caller, "crm/lead/4711", &id, LinkMethod::Manual).await;
        let other = app.company("Other").await;
        let own = other.person("Jane Rowe").await;
        for query in ["jane@example.com", "030 1234567", "de1", "4711", &id, "roe", "rœ"] {
            assert_eq!(ways(&caller, query).await.len(), 1, "{query}");
            assert!(ways(&other, query).await.iter().all(|(found, _)| *found == own), "{query}");
        }
        assert_eq!(ways(&other, "jane roe").await, [(own, "NAME".to_owned())]);
    }

    /// However long the text and however many parties it finds: at most four statements.
    async fn costs_few_statements(app: TestApp) {
        let caller = app.company("Acme").await;
        for i in 0..30 {
            people(&caller, &[&format!("John Doe {i}")]).await;
        }
        for (query, statements) in [("doe", 3), ("john", 3), ("john doe", 3), ("john doe mr x y z 1 q w e r t", 3), ("+49 30 1234567", 2), ("qqqq", 2), ("john@doe.com", 2)] {
            let before = app.hub.database.statements();
            search(&caller, query).await;
            assert_eq!(app.hub.database.statements() - before, statements, "{query}");
        }
    }
}
