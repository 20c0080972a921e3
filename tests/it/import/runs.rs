//! Runs: tried, done, done again, taken back.
use super::old::{OldTables, ended, import_from};
use crate::support::{app::TestApp, caller::TestCaller, on_both_databases};
use migration::COMPANY_TABLES;
use party::{
    service::import::{self, RolledBack},
    startup,
};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::json;
use std::collections::BTreeMap;

/// Everything the company has, table by table, but for what only tells of imports and the counter of events, whose numbers are not used again.
pub async fn everything(app: &TestApp, caller: &TestCaller) -> BTreeMap<String, Vec<String>> {
    let tx = app.hub.database.read(caller.company).await.unwrap();
    let mut tables = BTreeMap::new();
    for table in COMPANY_TABLES.iter().filter(|table| !["import_run", "import_row", "import_touched", "event_counter"].contains(table)) {
        let sql = match tx.get_database_backend() {
            sea_orm::DbBackend::Postgres => format!("SELECT t::text FROM {table} t WHERE company_id = $1 ORDER BY 1"),
            backend => {
                let names = Statement::from_string(backend, format!("SELECT name FROM pragma_table_info('{table}')"));
                let names: Vec<String> = tx.query_all_raw(names).await.unwrap().iter().map(|row| row.try_get_by_index(0).unwrap()).collect();
                let columns: Vec<String> = names.iter().map(|name| format!("quote(\"{name}\")")).collect();
                format!("SELECT {} FROM {table} WHERE company_id = $1 ORDER BY 1", columns.join(" || ',' || "))
            }
        };
        let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, [caller.company.0.into()]);
        let rows = tx.query_all_raw(statement).await.unwrap();
        tables.insert((*table).to_owned(), rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect());
    }
    tables
}

async fn full(caller: &TestCaller) -> OldTables {
    let old = OldTables::create().await;
    old.run(caller, "INSERT INTO customers (id, company_id, name, email, phone) SELECT n, '{c}', 'Customer ' || n, 'c' || n || '@example.com', NULL FROM generate_series(1, 60) n;
        INSERT INTO suppliers (id, company_id, name, email) VALUES (1, '{c}', 'Known Supplier', 'known@example.com'), (2, '{c}', 'Customer 5', 'C5@example.com');
        INSERT INTO leads (id, company_id, lead_name, company_name, contact_email) VALUES (1, '{c}', 'Carl Core', 'Core Ltd', 'carl@core.example');
        INSERT INTO opportunities (id, company_id, lead_id, customer_id) VALUES (1, '{c}', 1, NULL), (2, '{c}', 1, 3);
        INSERT INTO sales_invoices (id, customer_id, total_amount, order_type) SELECT n, n, n, 'direct_sale' FROM generate_series(1, 60) n;
        INSERT INTO shopping_carts (id, company_id, customer_email) VALUES (1, '{c}', 'guest@example.com')").await;
    old
}

/// A company that has something before the import, which the import changes in part.
async fn with_past(app: &TestApp) -> TestCaller {
    let caller = app.company("Acme").await;
    let known = caller
        .party(json!({ "kind": "ORGANIZATION", "displayName": "Known Customer Ltd", "email": "known@example.com", "roles": ["sales_customer"] }))
        .await;
    let entry = json!({ "source": { "system": "sales", "type": "invoice", "id": "I-1" }, "partyId": known, "channel": "direct", "amount": "47.11", "currency": "EUR", "occurredAt": "2026-01-15T12:00:00Z" });
    caller.mutate_ok("recordRevenue", json!({ "entries": [entry] }), "").await;
    caller
}

on_both_databases! {
    /// A dry run says what the real one says and keeps nothing; the second real run changes nothing.
    async fn tried_done_and_done_again(app: TestApp) {
        let caller = with_past(&app).await;
        let old = full(&caller).await;
        let before = everything(&app, &caller).await;
        let tried = old.try_out(&app, &caller).await;
        assert_eq!(everything(&app, &caller).await, before);
        let done = old.import(&app, &caller).await;
        assert_eq!(tried.tables, done.tables);
        assert_eq!(ended(&done, "suppliers"), [0, 2, 0, 0]);
        let after = everything(&app, &caller).await;
        assert_ne!(after, before);
        let again = old.import(&app, &caller).await;
        assert_eq!((again.run, &again.tables), (None, &done.tables));
        assert_eq!(everything(&app, &caller).await, after);
        for comparison in old.verify(&app, &caller).await {
            assert!(comparison.is_equal(), "{comparison:?}");
        }
    }

    /// What a run made goes, what it changed is as it was; and the rows can be imported again.
    async fn taken_back(app: TestApp) {
        let caller = with_past(&app).await;
        let old = full(&caller).await;
        let before = everything(&app, &caller).await;
        let done = old.import(&app, &caller).await;
        let run = done.run.expect("a run");
        let owner = owner(&app).await;
        assert_eq!(import::rollback(&owner, caller.company, run).await.unwrap(), RolledBack::Done);
        let after = everything(&app, &caller).await;
        for (table, rows) in &before {
            assert_eq!(&after[table], rows, "{table}");
        }
        assert_eq!(import::rollback(&owner, caller.company, run).await.unwrap(), RolledBack::Before);
        let again = old.import(&app, &caller).await;
        assert_eq!(again.tables, done.tables);
        assert_ne!(again.run, done.run);
    }

    /// Whoever follows the log learns of a record that came with its link from one event; of one without a party from its registration.
    async fn one_event_tells_of_a_record_and_its_link(app: TestApp) {
        let caller = app.company("Acme").await;
        let old = full(&caller).await;
        let done = old.import(&app, &caller).await;
        let sql = "SELECT count(*) FROM party_event WHERE company_id = $1 AND \"type\" = ";
        let tx = app.hub.database.read(caller.company).await.unwrap();
        let mut counts = Vec::new();
        for rest in ["'link.created' AND CAST(payload ->> 'created' AS text) IN ('true', '1')", "'source_record.registered'"] {
            let statement = Statement::from_sql_and_values(tx.get_database_backend(), format!("{sql}{rest}"), [caller.company.0.into()]);
            counts.push(tx.query_one_raw(statement).await.unwrap().unwrap().try_get_by_index::<i64>(0).unwrap());
        }
        // 60 customers, 2 suppliers, a lead and its organisation, an opportunity; one more that disagrees with itself, and a guest's cart.
        assert_eq!(counts, [65, 2]);
        assert_eq!(ended(&done, "opportunities"), [0, 1, 1, 0]);
    }

    /// Nobody's later work is thrown away.
    async fn not_taken_back_once_somebody_built_upon_it(app: TestApp) {
        let caller = app.company("Acme").await;
        let old = full(&caller).await;
        let run = old.import(&app, &caller).await.run.expect("a run");
        let party = crate::import::identity::party_of(&caller, "customer", "1").await;
        caller.mutate_ok("assignRole", json!({ "partyId": party["id"], "role": "reseller" }), "").await;
        let before = everything(&app, &caller).await;
        let refused = import::rollback(&*owner(&app).await, caller.company, run).await.unwrap_err();
        assert!(refused.to_string().contains("1 change(s) of parties that it made"), "{refused}");
        assert_eq!(everything(&app, &caller).await, before);
    }

    /// A source that stops being there stops the import; the next one goes on and ends the same run.
    async fn a_stopped_run_goes_on(app: TestApp) {
        let caller = app.company("Acme").await;
        let old = full(&caller).await;
        old.run(&caller, "ALTER TABLE suppliers RENAME COLUMN id TO old_id").await;
        let stopped = import_from(&old.url, &app, &caller, false).await.unwrap_err();
        assert!(stopped.to_string().contains("suppliers has no column id"), "{stopped}");
        old.run(&caller, "ALTER TABLE suppliers RENAME COLUMN old_id TO id").await;
        let report = old.import(&app, &caller).await;
        assert_eq!((ended(&report, "customers"), ended(&report, "suppliers")), ([60, 0, 0, 0], [1, 1, 0, 0]));
        let run = report.run.expect("a run");
        assert_eq!(import::rollback(&*owner(&app).await, caller.company, run).await.unwrap(), RolledBack::Done);
        let left = everything(&app, &caller).await;
        assert!(left["party"].is_empty() && left["source_record"].is_empty() && left["party_event"].is_empty(), "{left:?}");
    }
}

/// The application, connected as the owner of the tables.
pub async fn owner(app: &TestApp) -> std::sync::Arc<party::service::Hub> {
    let mut settings = app.settings.clone();
    settings.owner_database_url = app.postgres.as_ref().map(|postgres| postgres.owner_url.clone().into());
    startup::owner_hub(&settings).await.expect("the owner connects")
}
