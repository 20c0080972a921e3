//! Many dirty rows, a hard stop in the middle, and what is left of it.
use super::{
    old::{OldTables, ended},
    runs::{everything, owner},
};
use crate::support::{
    app::TestApp,
    caller::TestCaller,
    postgres::PostgresDatabase,
    process::{party_command, party_refuses, run_party},
    sqlite::SqliteDatabase,
};
use party::{domain::id::CompanyId, service::import};
use serde_json::Value;
use std::time::{Duration, Instant};

/// Dirty rows of every table, `{n}` customers and in proportion the others: addresses in several cases and twice, empty strings, no
/// tenants, wild phones, bad numbers, names of every script, one huge field in 5,000, ids that lead nowhere and ids that are there twice.
const DIRTY: &str = r#"
    CREATE FUNCTION old.email(n integer) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT CASE n % 11
        WHEN 0 THEN NULL WHEN 1 THEN '' WHEN 2 THEN 'U' || n % 3000 || '@EXAMPLE.com' WHEN 3 THEN ' u' || n % 3000 || '@example.com '
        WHEN 4 THEN 'not an address' WHEN 5 THEN 'a@b' ELSE 'u' || n || '@example.com' END $$;
    CREATE FUNCTION old.phone(n integer) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT CASE n % 7
        WHEN 0 THEN 'call me' WHEN 1 THEN '++49(0)30/' || n WHEN 2 THEN '030 ' || 1000000 + n WHEN 3 THEN '' WHEN 4 THEN repeat('9', 40) END $$;
    CREATE FUNCTION old.name(n integer) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT CASE WHEN n % 5000 = 17 THEN repeat('long ', 200000) ELSE CASE n % 9
        WHEN 0 THEN NULL WHEN 1 THEN '' WHEN 2 THEN '张伟 ' || n WHEN 3 THEN E'Tab\tand\nline ' || n WHEN 4 THEN 'Żółć Łukasz ' || n WHEN 5 THEN 'Firma ' || n || ' GmbH'
        WHEN 6 THEN U&'\202E' || n || ' turned' WHEN 7 THEN '   ' ELSE 'O''Brien ' || n END END $$;
    INSERT INTO old.customers (id, company_id, name, email, phone, entity_type, roles, is_active)
      SELECT CASE WHEN n % 500 = 0 THEN 1 WHEN n % 777 = 0 THEN NULL ELSE n END, CASE WHEN n % 50 = 0 THEN NULL ELSE '{c}'::uuid END, old.name(n), old.email(n), old.phone(n),
        CASE n % 4 WHEN 0 THEN 'company' WHEN 1 THEN 'individual' WHEN 2 THEN '?' END, CASE n % 6 WHEN 0 THEN '[]' WHEN 1 THEN '["reseller", "nonsense", 7]' WHEN 2 THEN '"x"' END::jsonb, n % 13 <> 0
      FROM generate_series(1, {n}) n;
    INSERT INTO old.suppliers (id, company_id, name, email, phone) SELECT n, '{c}', old.name(n + 5), old.email(n * 7), old.phone(n) FROM generate_series(1, {n} / 10) n;
    INSERT INTO old.leads (id, company_id, lead_name, company_name, contact_email, contact_phone, qualification_score)
      SELECT n, '{c}', old.name(n), CASE n % 3 WHEN 0 THEN 'Firm ' || n % 100 WHEN 1 THEN '' END, old.email(n * 3), old.phone(n), 'very good' FROM generate_series(1, {n} / 5) n;
    INSERT INTO old.opportunities (id, company_id, lead_id, customer_id) SELECT n, '{c}', CASE WHEN n % 3 = 0 THEN NULL ELSE n * 2 END, CASE WHEN n % 4 = 0 THEN NULL ELSE n END FROM generate_series(1, {n} / 10) n;
    INSERT INTO old.buyer_accounts (id, company_id, customer_id, name, email) SELECT n, '{c}', CASE WHEN n % 3 > 0 THEN n END, old.name(n), old.email(n * 5) FROM generate_series(1, {n} / 10) n;
    INSERT INTO old.shopping_carts (id, company_id, customer_email, customer_id, email_verified)
      SELECT n, CASE WHEN n % 3 > 0 THEN '{c}'::uuid END, old.email(n), CASE WHEN n % 4 = 0 THEN n * 3 END, n % 5 = 0 FROM generate_series(1, {n} / 5) n;
    INSERT INTO old.sales_invoices (id, customer_id, total_amount, order_type, status) SELECT n, n * 2, n % 100 - 3 + 0.25, CASE n % 3 WHEN 0 THEN 'direct_sale' WHEN 1 THEN 'auction_settlement' END,
        CASE n % 10 WHEN 0 THEN 'DRAFT' END FROM generate_series(1, {n} / 5) n;
    INSERT INTO old.component_sales (id, buyer_id, sale_price, sales_invoice_id) SELECT n, n, n % 50, CASE n % 2 WHEN 0 THEN n END FROM generate_series(1, {n} / 10) n;
    INSERT INTO old.revenue_share_transactions (id, customer_id, settlement_amount) SELECT n, n, n % 20 + 0.5 FROM generate_series(1, {n} / 10) n"#;

const TABLES: [&str; 9] = [
    "customers",
    "suppliers",
    "leads",
    "opportunities",
    "buyer_accounts",
    "shopping_carts",
    "sales_invoices",
    "component_sales",
    "revenue_share_transactions",
];

async fn dirty(company: CompanyId, customers: usize) -> OldTables {
    let old = OldTables::create().await;
    let caller = TestCaller::new(([127, 0, 0, 1], 1).into(), company);
    old.run(&caller, &DIRTY.replace("{n}", &customers.to_string())).await;
    old
}

/// How many customers the dirty tables have: with all others a little more than twice as many rows. `TEST_IMPORT_CUSTOMERS=50000` makes
/// more than 100,000, which takes minutes in a debug build.
fn customers() -> usize {
    std::env::var("TEST_IMPORT_CUSTOMERS").ok().and_then(|count| count.parse().ok()).unwrap_or(3_000)
}

/// All rows are accounted for, a second run changes nothing, and what was there comes back.
#[tokio::test]
async fn many_dirty_rows() {
    // As the command does: what an operator runs may take as long as it takes.
    let app = TestApp::on_postgres_with(|settings| settings.statement_timeout_milliseconds = 0).await;
    let caller = app.company("Acme").await;
    let old = dirty(caller.company, customers()).await;
    let before = everything(&app, &caller).await;
    let began = Instant::now();
    let report = old.import(&app, &caller).await;
    let took = began.elapsed();
    let mut rows = 0;
    for table in TABLES {
        let counted = old.number(&format!("SELECT count(*) FROM old.{table}")).await;
        assert_eq!(ended(&report, table).into_iter().sum::<i64>(), counted, "{table}");
        rows += counted;
    }
    println!("{rows} dirty rows took {took:?}");
    for comparison in old.verify(&app, &caller).await {
        assert!(comparison.is_equal(), "{comparison:?}");
    }
    let after = everything(&app, &caller).await;
    let again = old.import(&app, &caller).await;
    assert_eq!((again.run, &again.tables), (None, &report.tables));
    assert_eq!(everything(&app, &caller).await, after);
    import::rollback(&*owner(&app).await, caller.company, report.run.expect("a run")).await.expect("the run is taken back");
    assert_eq!(everything(&app, &caller).await, before);
}

/// Parties by what they are known by, whatever their ids and times.
async fn state(url: &str, company: CompanyId) -> Vec<Value> {
    let app = TestApp::on(url).await;
    let caller = TestCaller::new(app.address, company);
    let mut after = Value::Null;
    let mut parties = Vec::new();
    loop {
        let query = "query($after: String) { parties(first: 100, after: $after) { nodes { displayName kind primaryEmail primaryPhone \
            roles { role { code } } links { sourceRecord { type id } } revenue { gross { amount } payouts { amount } } } pageInfo { hasNextPage endCursor } } }";
        let page = caller.data(query, serde_json::json!({ "after": after })).await["parties"].take();
        parties.extend(page["nodes"].as_array().unwrap().iter().cloned());
        if page["pageInfo"]["hasNextPage"] != true {
            break;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
    for party in &mut parties {
        for list in ["links", "roles"] {
            party[list].as_array_mut().unwrap().sort_by_key(Value::to_string);
        }
    }
    parties.sort_by_key(Value::to_string);
    parties
}

async fn killed_and_resumed(url: &str, undisturbed: &str) {
    let company = run_party(url, &["company", "add", "--name", "Acme"]).await.trim().to_owned();
    run_party(undisturbed, &["company", "add", "--name", "Acme", "--id", &company]).await;
    let id = CompanyId::parse(&company).unwrap();
    let old = dirty(id, 2_000).await;
    let arguments = ["import", "--from", &old.url, "--company", &company, "--report", "json"];
    let expected: Value = serde_json::from_str(&run_party(undisturbed, &arguments).await).unwrap();
    let mut killed = 0;
    for delay in [300, 700, 1_200] {
        let mut child = party_command(url, &arguments).stdout(std::process::Stdio::null()).spawn().unwrap();
        tokio::time::sleep(Duration::from_millis(delay)).await;
        killed += i32::from(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
    }
    assert!(killed > 0, "the import was faster than the first kill");
    let report: Value = serde_json::from_str(&run_party(url, &arguments).await).unwrap();
    assert_eq!(report["tables"], expected["tables"]);
    assert_eq!(state(url, id).await, state(undisturbed, id).await);
    let verified = run_party(url, &["import", "verify", "--from", &old.url, "--company", &company]).await;
    assert!(!verified.contains("differs"), "{verified}");
    let refused = party_refuses(url, &["import", "verify", "--from", &old.url, "--company", "00000000-0000-0000-0000-000000000001"]).await;
    assert!(refused.contains("does not exist"), "{refused}");
    let archived = run_party(url, &["import", "verify", "--from", &old.url, "--company", &company, "--archive"]).await;
    assert!(archived.contains("12 table(s) archived."), "{archived}");
    assert_eq!(old.number("SELECT count(*) FROM old.customers_imported").await, 2_000);
}

#[tokio::test]
async fn killed_in_the_middle_and_resumed_on_postgres() {
    let (database, undisturbed) = (PostgresDatabase::create().await, PostgresDatabase::create().await);
    killed_and_resumed(&database.app_url, &undisturbed.app_url).await;
}

#[tokio::test]
async fn killed_in_the_middle_and_resumed_on_sqlite() {
    let (database, undisturbed) = (SqliteDatabase::create(), SqliteDatabase::create());
    killed_and_resumed(&database.url, &undisturbed.url).await;
}
