//! The import of old tables: how many rows a second, with how much memory, and where the time went.
use crate::{
    postgres::{APP, OWNER, Postgres, SUPERUSER, connect},
    proc::Pid,
    words,
};
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::{
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use tokio_postgres::Client;

/// The database with the old tables.
const OLD: &str = "import_old";

/// The database that they are imported into.
const NEW: &str = "import_new";

const COMPANY: &str = "c0000000-0000-4000-8000-000000000001";

/// Of a thousand rows so many are in each table, in the order in which tables are read.
const SHARES: [(&str, u64); 11] = [
    ("customers", 150),
    ("suppliers", 20),
    ("leads", 80),
    ("opportunities", 80),
    ("buyer_accounts", 50),
    ("shopping_carts", 150),
    ("customer_portal_users", 50),
    ("itad_projects", 20),
    ("sales_invoices", 250),
    ("component_sales", 120),
    ("revenue_share_transactions", 30),
];

/// The old tables as they stood, and functions for names and addresses. `{…}` are lists of words.
const SHAPE: &str = r#"
    CREATE FUNCTION pick(words text[], n bigint) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT words[1 + abs(hashint8(n)::bigint) % cardinality(words)] $$;
    CREATE FUNCTION family(n bigint) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT CASE WHEN n % 5 < 3 THEN pick('{family}', n * 7)
        ELSE initcap(pick('{syllables}', n * 11) || pick('{syllables}', n * 13) || pick('{syllables}', n * 17 % 97)) END $$;
    CREATE FUNCTION firm(n bigint) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT concat_ws(' ', pick('{brands}', n * 3), pick('{trades}', n * 5), pick('{forms}', n)) $$;
    CREATE FUNCTION name(n bigint) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT CASE WHEN n % 10 < 3 THEN firm(n) ELSE pick('{given}', n) || ' ' || family(n) END $$;
    CREATE FUNCTION email(n bigint) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT lower(replace(pick('{given}', n) || '.' || n, ' ', '')) || '@' || CASE n % 3 WHEN 0 THEN 'Example.com' WHEN 1 THEN 'example.org' ELSE 'mail.example' END $$;
    CREATE TABLE customers (id bigint, company_id uuid, name text, email text, phone text, address text, entity_type text, roles jsonb, is_active boolean, created_at timestamptz);
    CREATE TABLE suppliers (LIKE customers);
    CREATE TABLE leads (id bigint, company_id uuid, lead_name text, company_name text, contact_email text, contact_phone text, lead_source text, status text, qualification_score text, assigned_to text, notes text, created_at timestamptz);
    CREATE TABLE opportunities (id bigint, company_id uuid, lead_id bigint, customer_id bigint, opportunity_name text, value_estimate numeric, stage text);
    CREATE TABLE buyer_accounts (id bigint, company_id uuid, customer_id bigint, auction_house_id bigint, external_buyer_id text, username text, rating_score numeric, name text, email text, phone text);
    CREATE TABLE shopping_carts (id bigint, company_id uuid, session_id text, customer_email text, items jsonb, expires_at timestamptz, customer_id bigint);
    CREATE TABLE customer_portal_users (customer_id bigint, portal_email text, last_login timestamptz);
    CREATE TABLE itad_projects (id bigint, customer_id bigint, project_name text, revenue_share_percent numeric);
    CREATE TABLE sales_invoices (id bigint, customer_id bigint, total_amount numeric(12,2), order_type text, sales_channel text, status text, created_at timestamptz);
    CREATE TABLE component_sales (id bigint, buyer_id bigint, sale_price numeric(12,2), sales_invoice_id bigint, created_at timestamptz);
    CREATE TABLE revenue_share_transactions (id bigint, customer_id bigint, settlement_amount numeric(12,4), created_at timestamptz);
    CREATE TABLE party_links (company_id uuid, source_type text, source_id bigint, party_type text, party_id bigint);
"#;

/// What a row of each table holds; `n` is its number, `{n}` how many rows there are of all tables.
const ROWS: &str = r#"
    INSERT INTO customers SELECT n, '{c}', name(n), CASE WHEN n % 20 > 0 THEN email(n) END, CASE WHEN n % 3 > 0 THEN '+4930' || 10000000 + n % 89999999 END,
        CASE WHEN n % 2 = 0 THEN pick('{streets}', n) || ' Street ' || n % 200 || ', 10115 ' || pick('{towns}', n) END, NULL, NULL, n % 50 > 0, '2020-01-01'::timestamptz + n * interval '7 s' FROM generate_series(1, {customers}) n;
    INSERT INTO suppliers SELECT n, '{c}', firm(n * 31), CASE WHEN n % 4 = 0 THEN upper(email(n * 3)) ELSE 'sales' || n || '@firm.example' END, NULL, NULL, 'company', NULL, true, now() FROM generate_series(1, {suppliers}) n;
    INSERT INTO leads SELECT n, '{c}', name(n * 3 + 1), CASE WHEN n % 3 = 0 THEN firm(n) END, CASE WHEN n % 4 = 0 THEN email(n) WHEN n % 4 < 3 THEN 'lead' || n || '@mail.example' END, CASE WHEN n % 2 = 0 THEN '+4940' || 10000000 + n % 89999999 END,
        'web', 'new', '5', 'someone', NULL, now() FROM generate_series(1, {leads}) n;
    INSERT INTO opportunities SELECT n, '{c}', CASE WHEN n % 2 = 0 THEN 1 + n % {leads} END, CASE WHEN n % 2 = 1 THEN 1 + n % {customers} END, 'Chance ' || n, n, 'open' FROM generate_series(1, {opportunities}) n;
    INSERT INTO buyer_accounts SELECT n, '{c}', CASE WHEN n % 5 > 0 THEN 1 + n * 3 % {customers} END, 1, 'x' || n, 'user' || n, 4.5, name(n), CASE WHEN n % 5 = 0 THEN 'buyer' || n || '@mail.example' END, NULL FROM generate_series(1, {buyer_accounts}) n;
    INSERT INTO shopping_carts SELECT n, '{c}', 's' || n, email(n), '[]', now(), CASE WHEN n % 2 = 0 THEN 1 + n * 7 % {customers} END FROM generate_series(1, {shopping_carts}) n;
    INSERT INTO customer_portal_users SELECT n, email(n), now() FROM generate_series(1, {customer_portal_users}) n;
    INSERT INTO itad_projects SELECT n, 1 + n * 5 % {customers}, 'Project ' || n, 40 FROM generate_series(1, {itad_projects}) n;
    INSERT INTO sales_invoices SELECT n, 1 + n * 11 % {customers}, 1 + n % 5000 + 0.25, CASE WHEN n % 3 = 0 THEN 'auction_settlement' ELSE 'direct_sale' END, NULL, CASE WHEN n % 25 = 0 THEN 'draft' ELSE 'paid' END,
        '2022-01-01'::timestamptz + n % 1000 * interval '1 day' FROM generate_series(1, {sales_invoices}) n;
    INSERT INTO component_sales SELECT n, 1 + n * 13 % {customers}, 1 + n % 300, CASE WHEN n % 3 = 0 THEN 1 + n % {sales_invoices} END, '2022-01-01'::timestamptz + n % 1000 * interval '1 day' FROM generate_series(1, {component_sales}) n;
    INSERT INTO revenue_share_transactions SELECT n, 1 + n * 17 % {customers}, n % 90 + 0.5, '2022-01-01'::timestamptz + n % 1000 * interval '1 day' FROM generate_series(1, {revenue_share_transactions}) n;
"#;

/// Imports so many rows and prints what it took.
///
/// # Errors
/// When a program or the database fails, or rows are unaccounted for.
pub async fn run(postgres: &Postgres, party: &Path, rows: u64) -> Result<()> {
    let maintenance = connect(&postgres.url(SUPERUSER, "postgres")).await?;
    crate::load::roles(&maintenance).await?;
    for (name, owner) in [(OLD, SUPERUSER), (NEW, OWNER)] {
        maintenance.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await?;
        maintenance.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE template0 OWNER {owner}")).await?;
    }
    let old = connect(&postgres.url(SUPERUSER, OLD)).await?;
    old.batch_execute(&filled(SHAPE, rows)).await?;
    old.batch_execute(&filled(ROWS, rows)).await?;
    old.batch_execute("ANALYZE").await?;
    crate::load::migrate(postgres, NEW, party)?;
    let new = connect(&postgres.url(SUPERUSER, NEW)).await?;
    ensure!(command(postgres, party, &["company", "add", "--name", "Import", "--id", COMPANY]).status()?.success(), "no company was added");
    eprintln!("made {rows} old rows");
    let from = postgres.url(SUPERUSER, OLD);
    let mut import =
        command(postgres, party, &["import", "--from", &from, "--company", COMPANY, "--report", "json"]).stdout(Stdio::piped()).spawn()?;
    let used = watch(&mut import, &new).await?;
    let output = import.wait_with_output()?;
    ensure!(output.status.success(), "the import failed");
    let report: Value = serde_json::from_slice(&output.stdout)?;
    print(&report, &used, &new).await
}

fn filled(sql: &str, rows: u64) -> String {
    let lists = [
        ("given", words::GIVEN),
        ("family", words::FAMILY),
        ("syllables", words::SYLLABLES),
        ("brands", words::BRANDS),
        ("trades", words::TRADES),
        ("forms", words::FORMS),
        ("streets", words::STREETS),
        ("towns", words::TOWNS),
    ];
    let array = |words: &str| format!("{{{}}}", words.split_whitespace().collect::<Vec<_>>().join(","));
    let sql =
        lists.iter().fold(sql.replace("{c}", COMPANY), |sql, (name, words)| sql.replace(&format!("'{{{name}}}'"), &format!("'{}'", array(words))));
    SHARES.iter().fold(sql, |sql, (table, share)| sql.replace(&format!("{{{table}}}"), &(rows * share / 1_000).max(1).to_string()))
}

fn command(postgres: &Postgres, party: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(party);
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("PARTY_")) {
        command.env_remove(name);
    }
    command.args(arguments).env("PARTY_DATABASE_URL", postgres.url(APP, NEW)).env("RUST_LOG", "warn");
    command
}

/// What an import used.
#[derive(Default)]
struct Used {
    took: Duration,
    peak: f64,
    program: Duration,
    database: Duration,
}

/// Looks at the import ten times a second until it ends.
async fn watch(import: &mut Child, new: &Client) -> Result<Used> {
    let (pid, began) = (Pid::from(&*import), Instant::now());
    let backends = "SELECT pid FROM pg_stat_activity WHERE datname IN ('import_old', 'import_new') AND pid <> pg_backend_pid()";
    let (mut used, mut seen) = (Used::default(), std::collections::BTreeMap::<i32, Duration>::new());
    while import.try_wait()?.is_none() {
        used.peak = used.peak.max(pid.memory());
        used.program = used.program.max(pid.cpu());
        for row in new.query(backends, &[]).await? {
            let backend: i32 = row.get(0);
            let cpu = Pid(u32::try_from(backend)?).cpu();
            let most = seen.entry(backend).or_default();
            *most = cpu.max(*most);
        }
        used.took = began.elapsed();
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    used.database = seen.values().sum();
    Ok(used)
}

async fn print(report: &Value, used: &Used, new: &Client) -> Result<()> {
    ensure!(report["unaccounted"] == 0, "rows are unaccounted for: {report}");
    let tables = report["tables"].as_array().context("a report without tables")?;
    let rows: u64 = tables.iter().filter_map(|table| table["rows"].as_u64()).sum();
    println!("| table | rows | created | matched | review | rejected |\n|---|---|---|---|---|---|");
    for table in tables {
        println!(
            "| {} | {} | {} | {} | {} | {} |",
            table["table"].as_str().unwrap_or_default(),
            table["rows"],
            table["created"],
            table["matched"],
            table["review"],
            table["rejected"]
        );
    }
    // When the first row of each kind was written: the next kind begins when one is done.
    let starts = new
        .query(
            "SELECT record_type, extract(epoch FROM min(at) - min(min(at)) OVER ())::float8 FROM (
               SELECT record_type, received_at AS at FROM source_record UNION ALL SELECT record_type, recorded_at FROM revenue_entry) w GROUP BY 1 ORDER BY 2",
            &[],
        )
        .await?;
    let starts: Vec<String> = starts.iter().map(|row| format!("{} {:.1}", row.get::<_, String>(0), row.get::<_, f64>(1))).collect();
    println!("\nSeconds at which each kind began: {}", starts.join(", "));
    let each = |time: Duration| time.as_secs_f64() * 1e6 / rows as f64;
    println!(
        "\n{rows} rows in {:.1} s: {:.0} rows/s; memory at most {:.0} MiB; CPU per row {:.0} µs in the program and {:.0} µs in PostgreSQL",
        used.took.as_secs_f64(),
        rows as f64 / used.took.as_secs_f64(),
        used.peak,
        each(used.program),
        each(used.database)
    );
    Ok(())
}
