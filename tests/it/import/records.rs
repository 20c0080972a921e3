//! Records of the engines: opportunities, buyer accounts, carts, portal users, projects, old links.
use super::{
    identity::{party_of, roles},
    old::{OldTables, because, ended},
};
use crate::support::on_both_databases;
use serde_json::Value;

const PEOPLE: &str = "INSERT INTO customers (id, company_id, name, email) VALUES (1, '{c}', 'One', 'one@example.com'), (2, '{c}', 'Two', 'two@example.com');
    INSERT INTO leads (id, company_id, lead_name, contact_email) VALUES (1, '{c}', 'One', 'ONE@example.com'), (2, '{c}', 'Three', 'three@example.com');";

on_both_databases! {
    /// A row whose lead and customer are different parties goes to review.
    async fn opportunities_follow_both_ids(app: TestApp) {
        let caller = app.company("Acme").await;
        let old = OldTables::create().await;
        old.run(&caller, &format!("{PEOPLE} INSERT INTO opportunities (id, company_id, lead_id, customer_id) VALUES
            (1, '{{c}}', 1, 1), (2, '{{c}}', 2, 1), (3, '{{c}}', 2, NULL), (4, '{{c}}', 99, 1), (5, '{{c}}', NULL, NULL)")).await;
        let report = old.import(&app, &caller).await;
        assert_eq!(ended(&report, "opportunities"), [1, 2, 2, 0]);
        assert_eq!(["REFERENCES_DISAGREE", "DANGLING_REFERENCE", "UNLINKED"].map(|reason| because(&report, "opportunities", reason)), [1, 1, 1]);
        assert_eq!(party_of(&caller, "opportunity", "1").await["displayName"], "One");
        assert_eq!(party_of(&caller, "opportunity", "2").await, Value::Null);
        assert_eq!(party_of(&caller, "opportunity", "3").await["displayName"], "Three");
    }

    /// A guest's typed address never links, nor does a customer of another company.
    async fn carts_link_only_by_what_is_sure(app: TestApp) {
        let caller = app.company("Acme").await;
        let other = app.company("Other").await;
        let old = OldTables::create().await;
        old.run(&other, "INSERT INTO customers (id, company_id, name, email) VALUES (50, '{c}', 'Stranger', 'stranger@example.com')").await;
        old.run(&caller, &format!("{PEOPLE} INSERT INTO shopping_carts (id, company_id, customer_email, customer_id, email_verified) VALUES
            (1, '{{c}}', 'two@example.com', NULL, NULL), (2, '{{c}}', 'TWO@example.com', NULL, true), (3, NULL, 'x@example.com', 2, false),
            (4, '{{c}}', NULL, 50, false), (5, NULL, 'two@example.com', NULL, true), (6, '{{c}}', 'nobody@example.com', NULL, true), (7, NULL, NULL, 50, NULL)")).await;
        let report = old.import(&app, &caller).await;
        assert_eq!(ended(&report, "shopping_carts"), [2, 2, 1, 1]);
        for (cart, party) in [("1", None), ("2", Some("Two")), ("3", Some("Two")), ("4", None), ("5", None), ("6", None), ("7", None)] {
            assert_eq!(party_of(&caller, "cart", cart).await["displayName"].as_str(), party, "cart {cart}");
        }
        let theirs = old.import(&app, &other).await;
        assert_eq!(ended(&theirs, "shopping_carts"), [0, 1, 0, 1]);
        assert_eq!(party_of(&other, "cart", "7").await["displayName"], "Stranger");
    }

    /// Accounts without a customer are parties of their own; portal users and projects give roles.
    async fn other_records_bring_their_roles(app: TestApp) {
        let caller = app.company("Acme").await;
        let old = OldTables::create().await;
        old.run(&caller, &format!("{PEOPLE} INSERT INTO buyer_accounts (id, company_id, customer_id, name, email) VALUES
            (1, '{{c}}', 2, NULL, 'other@example.com'), (2, '{{c}}', NULL, 'Bidder', 'bidder@example.com'), (3, '{{c}}', NULL, NULL, 'Two@example.com');
            INSERT INTO customer_portal_users (customer_id, portal_email) VALUES (2, 'portal@example.com'), (2, NULL);
            INSERT INTO itad_projects (id, customer_id) VALUES (1, 1)")).await;
        let report = old.import(&app, &caller).await;
        assert_eq!(ended(&report, "buyer_accounts"), [1, 2, 0, 0]);
        assert_eq!(ended(&report, "customer_portal_users"), [0, 1, 0, 1]);
        assert_eq!(roles(&party_of(&caller, "customer", "2").await), ["auction_buyer", "end_user", "sales_customer"]);
        assert_eq!(roles(&party_of(&caller, "customer", "1").await), ["itad_client", "prospect", "sales_customer"]);
        assert_eq!(party_of(&caller, "portal_user", "2/portal@example.com").await["displayName"], "Two");
    }

    /// Old links are kept where they agree with what is known.
    async fn old_links_are_taken_over(app: TestApp) {
        let caller = app.company("Acme").await;
        let old = OldTables::create().await;
        old.run(&caller, &format!("{PEOPLE} INSERT INTO party_links (company_id, source_type, source_id, party_type, party_id) VALUES
            ('{{c}}', 'ticket', 5, 'customer', 1), ('{{c}}', 'leads', 1, 'customers', 1), ('{{c}}', 'lead', 2, 'customer', 2), ('{{c}}', 'ticket', 6, 'customer', 99)")).await;
        let report = old.import(&app, &caller).await;
        assert_eq!(ended(&report, "party_links"), [1, 1, 2, 0]);
        assert_eq!(party_of(&caller, "ticket", "5").await["displayName"], "One");
        assert_eq!(party_of(&caller, "lead", "2").await["displayName"], "Three");
    }
}
