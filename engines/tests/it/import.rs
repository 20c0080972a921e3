//! The engines' own columns of old tables, taken from a real database in the old shape.
use crate::support::{TestCaller, TestEngine, TestHub, old_database, on_both_databases};
use engines::{
    auction::Auction,
    crm::Crm,
    platform::{
        Engine,
        import::{Imported, Importer, Order},
    },
    website::Website,
};
use serde_json::json;
use std::collections::BTreeMap;

const PARTY: &str = "01930000-0000-7000-8000-00000000aaaa";

/// Imports rows of old tables into an engine, with a hub that knows what is linked.
async fn import<E: Engine>(engine: &TestEngine<E>, caller: &TestCaller, (from, hub): (&str, &TestHub)) -> Vec<Imported> {
    let order = Order { from, source: "legacy", company: caller.company, currency: "EUR" };
    let importer = Importer::open(&order, engine.db.clone(), hub.client(), E::SYSTEM).await.expect("the old tables open");
    E::import(&importer).await.expect("the rows are taken across")
}

fn imported(table: &'static str, (written, known): (u64, u64), left: &[(&'static str, u64)]) -> Imported {
    Imported { table, written, known, left: left.iter().copied().collect::<BTreeMap<_, _>>() }
}

on_both_databases! { Crm =>
    /// Leads keep what sales know of them; an opportunity needs a party. A second import changes nothing.
    async fn leads_and_opportunities(engine: TestEngine<Crm>) {
        let (caller, hub) = (engine.company(), TestHub::start().await);
        hub.link("legacy/lead/1", PARTY);
        hub.link("legacy/opportunity/1", PARTY);
        let old = old_database(&caller, "CREATE TABLE leads (id integer, company_id uuid, lead_source text, status text, qualification_score text, notes text, contact_email text);
            CREATE TABLE opportunities (id integer, company_id uuid, lead_id integer, opportunity_name text, value_estimate numeric, stage text);
            INSERT INTO leads VALUES (1, '{c}', 'fair', 'qualified', '85', 'call', 'a@example.com'), (2, '{c}', '', 'gone', 'very good', NULL, NULL), (3, gen_random_uuid(), NULL, NULL, NULL, NULL, NULL);
            INSERT INTO opportunities VALUES (1, '{c}', 1, 'Laptops', 1250.50, 'open'), (2, '{c}', NULL, 'Nobody', 5, 'open')").await;
        let taken = import(&engine, &caller, (&old, &hub)).await;
        assert_eq!(taken, [imported("leads", (2, 0), &[]), imported("opportunities", (1, 0), &[("its party is not known", 1)])]);
        let seen = caller.data("{ lead(id: \"1\") { leadSource status qualificationScore party { id } } opportunities { title stage value { amount currency } party { id } } }").await;
        assert_eq!(seen["lead"], json!({ "leadSource": "fair", "status": "QUALIFIED", "qualificationScore": 85, "party": { "id": PARTY } }));
        assert_eq!(seen["opportunities"], json!([{ "title": "Laptops", "stage": "OPEN", "value": { "amount": "1250.50", "currency": "EUR" }, "party": { "id": PARTY } }]));
        let again = import(&engine, &caller, (&old, &hub)).await;
        assert_eq!(again, [imported("leads", (0, 2), &[]), imported("opportunities", (0, 1), &[("its party is not known", 1)])]);
        assert_eq!(hub.companies(), [caller.company.to_string()]);
    }
}

on_both_databases! { Auction =>
    async fn buyer_accounts(engine: TestEngine<Auction>) {
        let (caller, hub) = (engine.company(), TestHub::start().await);
        hub.link("legacy/buyer_account/7", PARTY);
        let old = old_database(&caller, "CREATE TABLE buyer_accounts (id integer, company_id uuid, auction_house_id integer, external_buyer_id text, username text, rating_score numeric, email text);
            INSERT INTO buyer_accounts VALUES (7, '{c}', 3, 'X-7', 'bidder', 96.6, 'a@example.com'), (8, '{c}', NULL, NULL, NULL, 1000, NULL)").await;
        assert_eq!(import(&engine, &caller, (&old, &hub)).await, [imported("buyer_accounts", (2, 0), &[])]);
        assert_eq!(import(&engine, &caller, (&old, &hub)).await, [imported("buyer_accounts", (0, 2), &[])]);
        assert!(engine.sql("UPDATE buyer_accounts SET rating = 97 WHERE rating = 97").await.is_ok());
    }
}

on_both_databases! { Website =>
    /// A known customer's cart gets an account; a guest's stays a guest's, whatever address was typed.
    async fn carts(engine: TestEngine<Website>) {
        let (caller, hub) = (engine.company(), TestHub::start().await);
        hub.link("legacy/cart/1", PARTY);
        let old = old_database(&caller, r#"CREATE TABLE shopping_carts (id integer, company_id uuid, session_id text, customer_email text, items jsonb, expires_at timestamptz, customer_id integer);
            INSERT INTO shopping_carts VALUES (1, '{c}', 's1', NULL, '[{"sku": "A", "quantity": 2, "price": "1.50"}, {"no": "price"}]', now(), 17), (2, '{c}', 's2', 'guest@example.com', '"broken"', NULL, NULL)"#).await;
        assert_eq!(import(&engine, &caller, (&old, &hub)).await, [imported("shopping_carts", (2, 0), &[])]);
        assert_eq!(import(&engine, &caller, (&old, &hub)).await, [imported("shopping_carts", (0, 2), &[])]);
    }
}
