//! The tables of the time before the hub: every copy is found, in the migrations and in both databases; and the hub itself has none.
use super::{Folder, fixture, lint_json, postgres_engine};
use crate::support::{postgres::PostgresDatabase, sqlite::SqliteDatabase};

/// Everything that is wrong with them, and nothing else.
const FINDINGS: &[&str] = &[
    "PL201 buyer_accounts.customer_id",
    "PL001 buyer_accounts.email",
    "PL003 buyer_accounts.name",
    "PL002 buyer_accounts.phone",
    "PL202 component_sales.buyer_id",
    "PL201 customer_portal_users.customer_id",
    "PL001 customer_portal_users.portal_email",
    "PL004 customers.address",
    "PL001 customers.email",
    "PL003 customers.name",
    "PL002 customers.phone",
    "PL202 itad_projects.customer_id",
    "PL003 leads.company_name",
    "PL001 leads.contact_email",
    "PL002 leads.contact_phone",
    "PL003 leads.lead_name",
    "PL201 opportunities.customer_id",
    "PL201 opportunities.lead_id",
    "PL202 revenue_share_transactions.customer_id",
    "PL201 sales_invoices.customer_id",
    "PL001 shopping_carts.customer_email",
    "PL202 shopping_carts.customer_id",
    "PL004 suppliers.address",
    "PL001 suppliers.email",
    "PL003 suppliers.name",
    "PL002 suppliers.phone",
    "PL004 website_addresses.city",
    "PL202 website_addresses.customer_id",
    "PL004 website_addresses.house_number",
    "PL004 website_addresses.postcode",
    "PL003 website_addresses.recipient_name",
    "PL004 website_addresses.street",
];

fn sql() -> String {
    ["V1__identity.sql", "V2__trade.sql"].map(|file| std::fs::read_to_string(fixture("old_migrations").join(file)).unwrap()).concat()
}

#[tokio::test]
async fn its_migrations_are_seen_through() {
    let outcome = lint_json(&["--migrations", fixture("old_migrations").to_str().unwrap()]).await;
    assert_eq!(outcome.findings(), FINDINGS);
}

#[tokio::test]
async fn every_copy_is_found_on_sqlite() {
    let folder = Folder::with(&[]);
    let url = folder.sqlite(&sql()).await;
    assert_eq!(lint_json(&["--database", &url]).await.findings(), FINDINGS);
}

#[tokio::test]
async fn every_copy_is_found_on_postgres_beside_the_hub() {
    let database = postgres_engine(&sql()).await;
    let expected: Vec<String> = FINDINGS.iter().map(|finding| finding.replacen(' ', " engine.", 1)).collect();
    assert_eq!(lint_json(&["--database", &database.owner_url]).await.findings(), expected);
    assert_eq!(lint_json(&["--database", &database.owner_url, "--schema-name", "engine"]).await.findings(), expected);
}

#[tokio::test]
async fn the_hub_holds_identity_by_right() {
    let nothing: [&str; 0] = [];
    let database = PostgresDatabase::create().await;
    let outcome = lint_json(&["--database", &database.owner_url]).await;
    assert_eq!(outcome.findings(), nothing);
    assert!(outcome.stdout.contains("schema public: the hub's own tables were left out"), "{}", outcome.stdout);
    let file = SqliteDatabase::create();
    assert_eq!(lint_json(&["--database", file.url.split('?').next().unwrap()]).await.findings(), nothing);
}
