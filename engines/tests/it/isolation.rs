//! One company's rows never reach another: every root field and every entity is tried.
use crate::support::{TestCaller, TestEngine, on_both_databases};
use engines::{auction::Auction, crm::Crm, platform::Engine, website::Website};
use serde_json::{Value, json};
use std::{fs, path::Path};

const PARTY: &str = "01930000-0000-7000-8000-00000000aaaa";

/// The names of the root fields of the committed schema.
fn root_fields(system: &str) -> Vec<String> {
    let sdl = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("schemas/{system}.graphql"))).unwrap();
    let schema = async_graphql::parser::parse_schema(sdl).unwrap();
    let mut fields = Vec::new();
    for definition in &schema.definitions {
        if let async_graphql::parser::types::TypeSystemDefinition::Type(node) = definition
            && ["Query", "Mutation"].contains(&node.node.name.node.as_str())
            && let async_graphql::parser::types::TypeKind::Object(object) = &node.node.kind
        {
            fields.extend(object.fields.iter().map(|field| field.node.name.node.to_string()));
        }
    }
    fields
}

/// What the first company has is neither seen nor changed by the second: reads are empty, changes are refused.
async fn nothing_reaches<E: Engine>(engine: &TestEngine<E>, first: &TestCaller, (everything, cases, entities): (&str, &[(&str, &str)], Value)) {
    let mut tried: Vec<String> = cases.iter().map(|(document, _)| document.split(['(', ' ']).next().unwrap().to_owned()).collect();
    let mut all = root_fields(E::SYSTEM);
    tried.sort();
    all.sort();
    assert_eq!(tried, all, "a root field without a case, or the other way round");

    let before = first.data(everything).await;
    let second = engine.company();
    for (document, outcome) in cases {
        if outcome.chars().all(|letter| letter.is_ascii_uppercase() || letter == '_') {
            assert_eq!(second.refused(&format!("mutation {{ {document} }}")).await, *outcome, "{document}");
        } else if let Some(made) = outcome.strip_prefix("made ") {
            let answer = second.data(&format!("mutation {{ {document} }}")).await;
            assert!(answer.to_string().contains(made), "{document} {answer}");
        } else {
            let answer = second.data(&format!("{{ {document} }}")).await;
            let value = answer.as_object().unwrap().values().next().unwrap();
            assert!(*value == Value::Null || *value == json!([]), "{document} answers {value}");
        }
    }
    let (representations, selection) = (entities["of"].clone(), entities["selection"].as_str().unwrap());
    let seen = first.entities(representations.clone(), selection).await;
    assert!(!seen.to_string().contains("null") && !seen.to_string().contains("[]"), "the first company sees what it has: {seen:#}");
    let answer = second.entities(representations, selection).await["data"]["_entities"].take();
    let leaked: Vec<&Value> = answer.as_array().unwrap().iter().filter(|entity| !is_empty(entity)).collect();
    assert!(leaked.is_empty(), "{leaked:#?}");
    assert_eq!(first.data(everything).await, before);
}

/// Whether an entity is null, or has nothing in its fields besides its key.
fn is_empty(entity: &Value) -> bool {
    let fields = entity.as_object().into_iter().flatten();
    fields.filter(|(name, _)| *name != "__typename").all(|(_, value)| *value == Value::Null || *value == json!([]))
}

on_both_databases! { Crm =>
    async fn the_crm_keeps_companies_apart(engine: TestEngine<Crm>) {
        let first = engine.company();
        let made = first.data(&format!(r#"mutation {{ createLead(input: {{ id: "L-1", leadSource: "web", partyId: "{PARTY}" }}) {{ id }}
            createOpportunity(input: {{ leadId: "L-1", title: "x", value: {{ amount: "1", currency: "EUR" }} }}) {{ id }} }}"#)).await;
        let opportunity = made["createOpportunity"]["id"].as_str().unwrap();
        let (read, moved) = (format!("opportunity(id: {opportunity:?}) {{ id }}"), format!("moveOpportunity(id: {opportunity:?}, stage: WON) {{ id }}"));
        nothing_reaches(&engine, &first, ("{ leads { id status party { id } opportunities { id stage } } }", &[
            (r#"lead(id: "L-1") { id }"#, "nothing"), ("leads { id }", "nothing"), (&read, "nothing"), ("opportunities { id }", "nothing"),
            (r#"contactLead(id: "L-1") { id }"#, "LEAD_NOT_FOUND"), (r#"qualifyLead(id: "L-1", score: 1) { id }"#, "LEAD_NOT_FOUND"),
            (r#"loseLead(id: "L-1", reason: "x") { id }"#, "LEAD_NOT_FOUND"),
            (r#"createOpportunity(input: { leadId: "L-1", title: "x", value: { amount: "1", currency: "EUR" } }) { id }"#, "LEAD_NOT_FOUND"),
            (&moved, "OPPORTUNITY_NOT_FOUND"),
            // The same id is free in another company. Its own lead has nothing of the first one's.
            (r#"createLead(input: { id: "L-2", leadSource: "mine" }) { id opportunities { id } }"#, "made {\"id\":\"L-2\",\"opportunities\":[]}"),
        ], json!({
            "of": [{ "__typename": "Party", "id": PARTY, "allIds": [PARTY] }, { "__typename": "Lead", "id": "L-1" }, { "__typename": "Opportunity", "id": opportunity }],
            "selection": "... on Party { prospects { id } opportunities { id } openOpportunityValue { amount } } ... on Lead { leadSource } ... on Opportunity { title }",
        }))).await;
    }
}

on_both_databases! { Auction =>
    async fn the_auction_keeps_companies_apart(engine: TestEngine<Auction>) {
        let first = engine.company();
        first.data(&format!(r#"mutation {{
            registerBuyerAccount(input: {{ id: "A-1", auctionHouse: "Netbid", externalBuyerId: "X-1", username: "u", partyId: "{PARTY}" }}) {{ id }}
            openLot(input: {{ id: "LOT-1", title: "x", currency: "EUR" }}) {{ id }}
            placeBid(input: {{ lotId: "LOT-1", accountId: "A-1", amount: {{ amount: "1", currency: "EUR" }} }}) {{ id }}
            closeLot(id: "LOT-1") {{ id }} }}"#)).await;
        nothing_reaches(&engine, &first, ("{ lots { id status bids { id isWinning account { id party { id } } } } }", &[
            (r#"buyerAccount(id: "A-1") { id }"#, "nothing"), (r#"lot(id: "LOT-1") { id }"#, "nothing"), ("lots { id }", "nothing"),
            (r#"placeBid(input: { lotId: "LOT-1", accountId: "A-1", amount: { amount: "9", currency: "EUR" } }) { id }"#, "LOT_NOT_FOUND"),
            (r#"closeLot(id: "LOT-1") { id }"#, "LOT_NOT_FOUND"), (r#"settleLot(id: "LOT-1") { id }"#, "LOT_NOT_FOUND"),
            (r#"openLot(input: { id: "LOT-2", title: "mine", currency: "EUR" }) { id bids { id } }"#, "made {\"bids\":[],\"id\":\"LOT-2\"}"),
            (r#"registerBuyerAccount(input: { id: "A-2", auctionHouse: "Netbid", externalBuyerId: "X-1", username: "u" }) { id party { id } }"#, "made {\"id\":\"A-2\",\"party\":null}"),
        ], json!({
            "of": [{ "__typename": "Party", "id": PARTY, "allIds": [PARTY] }, { "__typename": "BuyerAccount", "id": "A-1" }, { "__typename": "Lot", "id": "LOT-1" }],
            "selection": "... on Party { buyerAccounts { id } wonBids { id } } ... on BuyerAccount { username } ... on Lot { title }",
        }))).await;
    }
}

on_both_databases! { Website =>
    async fn the_website_keeps_companies_apart(engine: TestEngine<Website>) {
        let first = engine.company();
        let made = first.data(r#"mutation { createWebsiteCustomer(input: { id: "web-1", preferredPayment: "card" }) { id } createCart(input: { sessionId: "s", accountId: "web-1" }) { id } }"#).await;
        let cart = made["createCart"]["id"].as_str().unwrap();
        engine.identified(&first, "web-1", PARTY).await;
        let read = format!("cart(id: {cart:?}) {{ id }}");
        let add = format!(r#"addCartItem(input: {{ cartId: {cart:?}, sku: "x", unitPrice: {{ amount: "1", currency: "EUR" }} }}) {{ id }}"#);
        let (sign_in, check_out) = (format!("signInCart(id: {cart:?}, accountId: \"web-1\") {{ id }}"), format!("checkOutCart(id: {cart:?}) {{ id }}"));
        nothing_reaches(&engine, &first, ("{ carts { id status account { id } items { sku } } }", &[
            (&read, "nothing"), ("carts { id }", "nothing"), (&add, "CART_NOT_FOUND"), (&sign_in, "CART_NOT_FOUND"), (&check_out, "CART_NOT_FOUND"),
            (r#"createCart(input: { sessionId: "s", accountId: "web-1" }) { id }"#, "ACCOUNT_NOT_FOUND"),
            (r#"createWebsiteCustomer(input: { id: "web-1" }) { id carts { id } }"#, "made {\"carts\":[],\"id\":\"web-1\"}"),
        ], json!({
            "of": [{ "__typename": "Party", "id": PARTY, "allIds": [PARTY] }, { "__typename": "SourceRecord", "system": "website", "type": "customer", "id": "web-1" }, { "__typename": "Cart", "id": cart }],
            "selection": "... on Party { websiteProfile { tier } } ... on SourceRecord { carts { id } } ... on Cart { sessionId }",
        }))).await;
    }
}
