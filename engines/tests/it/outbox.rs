//! Reports to the hub: written with the change that they are about, delivered when the hub is there, and never lost.
use crate::support::{TestEngine, TestHub, on_both_databases};
use engines::{auction::Auction, crm::Crm, website::Website};
use serde_json::json;

const PARTY: &str = "01930000-0000-7000-8000-00000000aaaa";

on_both_databases! { Crm =>
    /// While the hub is down, work goes on; when it is back, it gets everything once, from each company with its own token.
    async fn a_hub_that_is_down_loses_nothing(engine: TestEngine<Crm>) {
        let hub = TestHub::start().await;
        hub.set_down(true);
        let (acme, globex) = (engine.company(), engine.company());
        acme.data(r#"mutation { createLead(input: { id: "L-1", leadSource: "web", presented: { displayName: "Ann", email: "ann@example.com" } }) { id } }"#).await;
        globex.data(r#"mutation { createLead(input: { id: "L-1", leadSource: "fair", presented: { phone: "030 1" } }) { id } }"#).await;
        assert_eq!(engine.deliver(&hub).await, 0);
        assert_eq!(hub.calls(), 2);
        assert_eq!(engine.waiting().await, 2);
        // What failed waits a moment before it is tried again.
        assert_eq!((engine.deliver(&hub).await, hub.calls()), (0, 2));

        hub.set_down(false);
        engine.sql("UPDATE outbox SET next_attempt_at = '2020-01-01 00:00:00+00:00'").await.unwrap();
        assert_eq!(engine.deliver(&hub).await, 2);
        assert_eq!(engine.deliver(&hub).await, 0);
        assert_eq!(engine.waiting().await, 0, "what was presented is not kept");
        let mut records = hub.records();
        records.sort_by_key(|record| record["presented"]["email"].is_null());
        assert_eq!(records, [
            json!({ "system": "crm", "type": "lead", "id": "L-1", "presented": { "displayName": "Ann", "email": "ann@example.com" } }),
            json!({ "system": "crm", "type": "lead", "id": "L-1", "presented": { "phone": "030 1" } }),
        ]);
        let mut companies = [acme.company.to_string(), globex.company.to_string()];
        companies.sort();
        let mut seen = hub.companies();
        seen.sort();
        assert_eq!(seen, companies);
    }

    /// A change that is refused leaves no report.
    async fn what_was_not_done_is_not_reported(engine: TestEngine<Crm>) {
        let hub = TestHub::start().await;
        let sales = engine.company();
        sales.data(r#"mutation { createLead(input: { id: "L-1", leadSource: "web" }) { id } }"#).await;
        assert_eq!(engine.deliver(&hub).await, 1);
        assert_eq!(sales.refused(r#"mutation { createLead(input: { id: "L-1", leadSource: "web", presented: { email: "other@example.com" } }) { id } }"#).await, "LEAD_EXISTS");
        assert_eq!(engine.waiting().await, 0);
    }

    /// The hub is asked for the parties of leads that have none; what it does not know stays unknown.
    async fn parties_become_known(engine: TestEngine<Crm>) {
        let hub = TestHub::start().await;
        let sales = engine.company();
        for id in ["L-1", "L-2", "L-3"] {
            sales.data(&format!("mutation {{ createLead(input: {{ id: {id:?}, leadSource: \"web\" }}) {{ id }} }}")).await;
        }
        sales.data(r#"mutation { loseLead(id: "L-3", reason: "x") { id } }"#).await;
        assert_eq!(engine.identify(&hub).await, 0);
        hub.link("crm/lead/L-1", PARTY);
        hub.link("crm/lead/L-3", PARTY);
        assert_eq!(engine.identify(&hub).await, 1);
        assert_eq!(engine.identify(&hub).await, 0);
        assert_eq!(sales.data("{ leads { id party { id } } }").await["leads"], json!([
            { "id": "L-1", "party": { "id": PARTY } }, { "id": "L-2", "party": null }, { "id": "L-3", "party": null },
        ]));
    }
}

on_both_databases! { Auction =>
    async fn a_settled_lot_is_money(engine: TestEngine<Auction>) {
        let hub = TestHub::start().await;
        let auctioneer = engine.company();
        auctioneer.data(&format!(r#"mutation {{
            registerBuyerAccount(input: {{ id: "A-1", auctionHouse: "Netbid", externalBuyerId: "X-1", username: "u", partyId: "{PARTY}" }}) {{ id }}
            openLot(input: {{ id: "LOT-1", title: "x", currency: "EUR" }}) {{ id }}
            placeBid(input: {{ lotId: "LOT-1", accountId: "A-1", amount: {{ amount: "12.5", currency: "EUR" }} }}) {{ id }}
            closeLot(id: "LOT-1") {{ id }} settleLot(id: "LOT-1") {{ id }} }}"#)).await;
        assert_eq!(engine.deliver(&hub).await, 2);
        let entries = hub.entries();
        assert_eq!(entries.len(), 1);
        let (key, entry) = &entries[0];
        assert_eq!(key, "auction/invoice/LOT-1");
        assert_eq!((&entry["partyId"], &entry["channel"], &entry["amount"], &entry["currency"]), (&json!(PARTY), &json!("auction"), &json!("12.50"), &json!("EUR")));
    }
}

on_both_databases! { Website =>
    /// Money of an account that is not linked yet waits for the link, and holds up nothing else.
    async fn money_waits_for_the_link_alone(engine: TestEngine<Website>) {
        let hub = TestHub::start().await;
        let shop = engine.company();
        for id in ["web-1", "web-2"] {
            let made = shop.data(&format!("mutation {{ createWebsiteCustomer(input: {{ id: {id:?} }}) {{ id }} createCart(input: {{ sessionId: \"s\", accountId: {id:?} }}) {{ id }} }}")).await;
            let cart = made["createCart"]["id"].as_str().unwrap();
            shop.data(&format!(r#"mutation {{ addCartItem(input: {{ cartId: {cart:?}, sku: "x", unitPrice: {{ amount: "5", currency: "EUR" }} }}) {{ id }} checkOutCart(id: {cart:?}) {{ id }} }}"#)).await;
        }
        hub.link("website/customer/web-2", PARTY);
        assert_eq!(engine.deliver(&hub).await, 3);
        let customers = |hub: &TestHub| -> Vec<String> { hub.entries().iter().map(|(_, entry)| entry["partySource"]["id"].as_str().unwrap().to_owned()).collect() };
        assert_eq!((customers(&hub), engine.waiting().await), (vec!["web-2".to_owned()], 1));

        hub.link("website/customer/web-1", PARTY);
        engine.sql("UPDATE outbox SET next_attempt_at = '2020-01-01 00:00:00+00:00'").await.unwrap();
        assert_eq!(engine.deliver(&hub).await, 1);
        let mut both = customers(&hub);
        both.sort();
        assert_eq!((both, engine.waiting().await), (vec!["web-1".to_owned(), "web-2".to_owned()], 0));
    }
}
