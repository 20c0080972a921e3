//! Money: each business fact once.
use super::old::{OldTables, because, ended};
use crate::support::on_both_databases;
use serde_json::json;

on_both_databases! {
    /// The figures that a join of the three tables gets wrong: 600, 300, 240 and 60.
    async fn the_known_example(app: TestApp) {
        let caller = app.company("Acme").await;
        let old = OldTables::create().await;
        old.run(&caller, "INSERT INTO customers (id, company_id, name, email) VALUES (1, '{c}', 'Both', 'both@example.com'), (2, '{c}', 'Parts', 'parts@example.com');
            INSERT INTO sales_invoices (id, customer_id, total_amount, order_type, status) VALUES (1, 1, 60, 'direct_sale', 'paid'), (2, 1, 40, 'direct_sale', 'paid'),
              (3, 1, 50, 'auction_settlement', 'paid'), (4, 1, 1000, 'direct_sale', 'Draft'), (5, 1, 1000, 'direct_sale', 'cancelled');
            INSERT INTO component_sales (id, buyer_id, sale_price, sales_invoice_id) VALUES (1, 1, 60, NULL), (2, 1, 30, 1), (3, 1, 30, 4), (4, 2, 900, NULL);
            INSERT INTO revenue_share_transactions (id, customer_id, settlement_amount) VALUES (1, 1, 10.0000)").await;
        let report = old.import(&app, &caller).await;
        assert_eq!(ended(&report, "sales_invoices"), [3, 0, 0, 2]);
        assert_eq!(ended(&report, "component_sales"), [2, 1, 1, 0]);
        assert_eq!((because(&report, "component_sales", "INSIDE"), because(&report, "component_sales", "INSIDE_UNCOUNTED")), (1, 1));
        let totals = caller.data(r#"{ resolveParty(source: { system: "legacy", type: "customer", id: "1" }) { revenue { gross { amount } payouts { amount } net { amount } } } }"#, json!({})).await;
        assert_eq!(totals["resolveParty"]["revenue"][0], json!({ "gross": { "amount": "210.00" }, "payouts": { "amount": "10.00" }, "net": { "amount": "200.00" } }));
        let ranked = caller.data("{ topParties { rank party { displayName } amount { amount } } component: topParties(channels: [\"component\"]) { rank party { displayName } amount { amount } } }", json!({})).await;
        let place = |rank: i32, name: &str, amount: &str| json!({ "rank": rank, "party": { "displayName": name }, "amount": { "amount": amount } });
        assert_eq!(ranked["topParties"], json!([place(1, "Parts", "900.00"), place(2, "Both", "210.00")]));
        assert_eq!(ranked["component"], json!([place(1, "Parts", "900.00"), place(2, "Both", "60.00")]));
        let channels = caller.data(r#"{ resolveParty(source: { system: "legacy", type: "customer", id: "2" }) { revenue { gross { amount } payouts { amount } net { amount } } } }"#, json!({})).await;
        assert_eq!(channels["resolveParty"]["revenue"], json!([{ "gross": { "amount": "900.00" }, "payouts": { "amount": "0.00" }, "net": { "amount": "900.00" } }]));
        assert!(old.verify(&app, &caller).await.iter().all(|comparison| comparison.is_equal()));
    }

    /// Amounts that cannot be booked are looked at by somebody; none is lost in silence.
    async fn odd_amounts_are_not_booked(app: TestApp) {
        let caller = app.company("Acme").await;
        let old = OldTables::create().await;
        old.run(&caller, "INSERT INTO customers (id, company_id, name) VALUES (1, '{c}', 'Someone');
            INSERT INTO sales_invoices (id, customer_id, total_amount, currency, order_type) VALUES (1, 1, -5, NULL, 'direct_sale'), (2, 1, 0, NULL, 'direct_sale'),
              (3, 1, NULL, NULL, 'direct_sale'), (4, 1, 5, 'XXX', 'direct_sale'), (5, 1, 5, 'usd', 'barter'), (6, 1, 5, 'usd', NULL), (7, NULL, 5, NULL, NULL), (8, 99, 5, NULL, NULL);
            INSERT INTO revenue_share_transactions (id, customer_id, settlement_amount) VALUES (1, 1, 10.0050)").await;
        let report = old.import(&app, &caller).await;
        assert_eq!(ended(&report, "sales_invoices"), [1, 0, 4, 3]);
        for (reason, rows) in [("NEGATIVE_AMOUNT", 1), ("ZERO_AMOUNT", 1), ("NO_AMOUNT", 1), ("BAD_CURRENCY", 1), ("CHANNEL_UNKNOWN", 1), ("NO_COMPANY", 2)] {
            assert_eq!(because(&report, "sales_invoices", reason), rows, "{reason}");
        }
        assert_eq!(because(&report, "revenue_share_transactions", "BAD_AMOUNT"), 1);
    }
}
