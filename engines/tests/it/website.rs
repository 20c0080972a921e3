//! The website's rules.
use crate::support::{TestCaller, TestEngine, on_both_databases};
use engines::website::Website;
use serde_json::json;

async fn cart(shop: &TestCaller, account: &str) -> String {
    let made = shop.data(&format!("mutation {{ createCart(input: {{ sessionId: \"s-1\", accountId: {account} }}) {{ id }} }}")).await;
    made["createCart"]["id"].as_str().unwrap().to_owned()
}

fn add(cart: &str, sku: &str, quantity: u32, price: &str) -> String {
    let input = format!("cartId: {cart:?}, sku: {sku:?}, quantity: {quantity}, unitPrice: {{ amount: {price:?}, currency: \"EUR\" }}");
    format!("mutation {{ addCartItem(input: {{ {input} }}) {{ total {{ amount }} }} }}")
}

on_both_databases! { Website =>
    /// A guest fills a cart, signs in, and buys: the account gets its points.
    async fn a_guest_signs_in_and_buys(engine: TestEngine<Website>) {
        let shop = engine.company();
        shop.data(r#"mutation { createWebsiteCustomer(input: { id: "web-1", preferredPayment: "invoice" }) { id } }"#).await;
        let cart = cart(&shop, "null").await;
        shop.data(&add(&cart, "DOCK-14", 3, "199.90")).await;
        let filled = shop.data(&add(&cart, "MOUSE-01", 1, "12.50")).await;
        assert_eq!(filled["addCartItem"]["total"]["amount"], "612.20");
        let check_out = format!("mutation {{ checkOutCart(id: {cart:?}) {{ status }} }}");
        assert_eq!(shop.refused(&check_out).await, "CART_OF_GUEST");

        let signed_in = shop.data(&format!("mutation {{ signInCart(id: {cart:?}, accountId: \"web-1\") {{ kind account {{ system type id }} }} }}")).await;
        assert_eq!(signed_in["signInCart"], json!({ "kind": "AUTHENTICATED", "account": { "system": "website", "type": "customer", "id": "web-1" } }));
        assert_eq!(shop.data(&check_out).await["checkOutCart"]["status"], "CHECKED_OUT");
        assert_eq!(shop.refused(&check_out).await, "CART_CLOSED");

        let party = "01930000-0000-7000-8000-00000000aaaa";
        engine.identified(&shop, "web-1", party).await;
        let profile = shop.entities(json!([{ "__typename": "Party", "id": party, "allIds": [party] }]), "... on Party { websiteProfile { tier loyaltyPoints preferredPayment accountIds } }").await;
        assert_eq!(profile["data"]["_entities"][0]["websiteProfile"], json!({
            "tier": "SILVER", "loyaltyPoints": 612, "preferredPayment": "invoice", "accountIds": ["web-1"],
        }));
    }

    async fn what_is_wrong_is_refused_and_changes_nothing(engine: TestEngine<Website>) {
        let shop = engine.company();
        shop.data(r#"mutation { createWebsiteCustomer(input: { id: "web-1" }) { id } }"#).await;
        let cart = cart(&shop, "\"web-1\"").await;
        let before = shop.data("{ carts { id status items { sku } } }").await;
        for (mutation, code) in [
            (r#"createWebsiteCustomer(input: { id: "web-1" }) { id }"#.to_owned(), "ACCOUNT_EXISTS"),
            (r#"createCart(input: { sessionId: "s", accountId: "web-2" }) { id }"#.to_owned(), "ACCOUNT_NOT_FOUND"),
            (r#"checkOutCart(id: "none") { id }"#.to_owned(), "CART_NOT_FOUND"),
            (format!("checkOutCart(id: {cart:?}) {{ id }}"), "CART_EMPTY"),
            (format!("signInCart(id: {cart:?}, accountId: \"web-1\") {{ id }}"), "CART_TAKEN"),
            (format!(r#"addCartItem(input: {{ cartId: {cart:?}, sku: "x", quantity: 0, unitPrice: {{ amount: "1", currency: "EUR" }} }}) {{ id }}"#), "INVALID_QUANTITY"),
            (format!(r#"addCartItem(input: {{ cartId: {cart:?}, sku: "x", unitPrice: {{ amount: "1", currency: "USD" }} }}) {{ id }}"#), "WRONG_CURRENCY"),
        ] {
            assert_eq!(shop.refused(&format!("mutation {{ {mutation} }}")).await, code, "{mutation}");
        }
        assert_eq!(shop.data("{ carts { id status items { sku } } }").await, before);
        engine.sql("UPDATE shopping_carts SET expires_at = '2020-01-01 00:00:00+00:00'").await.unwrap();
        assert_eq!(shop.refused(&add(&cart, "x", 1, "1")).await, "CART_EXPIRED");
    }

    /// A guest's cart has no account, any other one must have one: the database itself says so.
    async fn the_database_knows_guests(engine: TestEngine<Website>) {
        let shop = engine.company();
        shop.data(r#"mutation { createWebsiteCustomer(input: { id: "web-1" }) { id } }"#).await;
        cart(&shop, "null").await;
        assert!(engine.sql("UPDATE shopping_carts SET account_id = 'web-1'").await.is_err());
        assert!(engine.sql("UPDATE shopping_carts SET kind = 'AUTHENTICATED'").await.is_err());
        assert!(engine.sql("UPDATE shopping_carts SET status = 'CHECKED_OUT'").await.is_err());
        assert!(engine.sql("UPDATE shopping_carts SET kind = 'AUTHENTICATED', account_id = 'web-2'").await.is_err());
        assert!(engine.sql("UPDATE shopping_carts SET kind = 'AUTHENTICATED', account_id = 'web-1'").await.is_ok());
    }

    /// A cart knows its account, never its party: the account's record leads there.
    async fn carts_belong_to_records(engine: TestEngine<Website>) {
        let shop = engine.company();
        shop.data(r#"mutation { createWebsiteCustomer(input: { id: "web-1" }) { id } }"#).await;
        let cart = cart(&shop, "\"web-1\"").await;
        let record = |system: &str, record_type: &str, id: &str| json!({ "__typename": "SourceRecord", "system": system, "type": record_type, "id": id });
        let representations = json!([record("website", "customer", "web-1"), record("website", "customer", "web-2"), record("crm", "lead", "web-1")]);
        let found = shop.entities(representations, "... on SourceRecord { id carts { id } }").await;
        assert_eq!(found["data"]["_entities"], json!([
            { "__typename": "SourceRecord", "id": "web-1", "carts": [{ "id": cart }] },
            { "__typename": "SourceRecord", "id": "web-2", "carts": [] },
            { "__typename": "SourceRecord", "id": "web-1", "carts": null },
        ]));
        assert!(engine.columns().await.iter().all(|(table, column)| table != "shopping_carts" || !column.contains("party")));
    }
}
