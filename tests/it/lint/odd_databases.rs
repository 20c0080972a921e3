//! Catalogues as they grow over years: quoted names, partitions, views, generated columns, types of their own, thousands of tables.
use super::{Folder, lint_json, postgres_engine};
use std::{fmt::Write, time::Instant};

#[tokio::test]
async fn postgres_with_everything_in_it() {
    let database = postgres_engine(
        r#"
        CREATE DOMAIN email_address AS text CHECK (VALUE LIKE '%@%');
        CREATE DOMAIN login_email AS email_address;
        CREATE DOMAIN colour AS text;
        CREATE TYPE postal_address AS (street text, city text);
        CREATE TYPE phone_kind AS ENUM ('work', 'home');
        CREATE TABLE "Odd ""Table""" ("Kunden-E-Mail" text, "phone kind" phone_kind, phone phone_kind, "where" text);
        CREATE TABLE typed (a email_address, b login_email, c postal_address, d email_address[], e colour, address inet, email boolean);
        CREATE TABLE events (at date NOT NULL, visitor_phone text) PARTITION BY RANGE (at);
        CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
        CREATE TABLE base (id int, login text, email_lower text GENERATED ALWAYS AS (lower(login)) STORED, dropped_email text);
        ALTER TABLE base DROP COLUMN dropped_email;
        CREATE VIEW shown AS SELECT id, login AS contact_email FROM base;
        CREATE MATERIALIZED VIEW kept AS SELECT id, login AS customer_email FROM base;
        CREATE TEMP TABLE passing (email text);
        CREATE TABLE customers (id int PRIMARY KEY, party_id uuid, tier text);
        CREATE TABLE orders (id int, customer_id int REFERENCES customers (id), parent int);
        CREATE TABLE visits (company_id uuid, party_id uuid, FOREIGN KEY (company_id, party_id) REFERENCES public.party (company_id, id));
        CREATE TABLE no_columns ();
        "#,
    )
    .await;
    let outcome = lint_json(&["--database", &database.owner_url, "--schema-name", "engine"]).await;
    let expected = [
        "PL001 engine.Odd \"Table\".Kunden-E-Mail",
        "PL001 engine.base.email_lower",
        "PL002 engine.events.visitor_phone",
        "PL001 engine.kept.customer_email",
        "PL001 engine.shown.contact_email",
        "PL001 engine.typed.a",
        "PL001 engine.typed.b",
        "PL004 engine.typed.c",
        "PL001 engine.typed.d",
        "PL201 engine.visits.company_id,party_id",
    ];
    let mut found = outcome.findings();
    found.sort_by_key(|finding| finding[6..].to_owned());
    let mut expected = expected.map(str::to_owned).to_vec();
    expected.sort_by_key(|finding| finding[6..].to_owned());
    assert_eq!(found, expected);
    // The lookup of values copes with all of these names, too.
    let sampled = lint_json(&["--database", &database.owner_url, "--schema-name", "engine", "--sample", "5"]).await;
    assert_eq!(sampled.findings().len(), expected.len());
}

#[tokio::test]
async fn sqlite_with_everything_in_it() {
    let folder = Folder::with(&[]);
    let url = folder
        .sqlite(
            r#"
            CREATE TABLE "Odd ""Table""" ("Kunden-E-Mail", [phone kind] TEXT, `zip code` INTEGER);
            CREATE TABLE seaorm (at timestamp_with_timezone_text, phone enum_text, customer jsonb_text, address uuid_text);
            CREATE TABLE base (id INTEGER PRIMARY KEY, login, email_lower TEXT GENERATED ALWAYS AS (lower(login)) VIRTUAL);
            CREATE VIEW shown AS SELECT id, login AS contact_email FROM base;
            CREATE VIRTUAL TABLE notes USING fts5(body, author_email);
            CREATE TABLE buyers (company_id TEXT, id TEXT, party_id TEXT, email TEXT, PRIMARY KEY (company_id, id)) WITHOUT ROWID;
            CREATE TABLE bids (company_id TEXT, buyer TEXT, FOREIGN KEY (company_id, buyer) REFERENCES buyers (company_id, id));
            "#,
        )
        .await;
    let expected = [
        "PL001 Odd \"Table\".Kunden-E-Mail",
        "PL004 Odd \"Table\".zip code",
        "PL001 base.email_lower",
        "PL201 bids.company_id,buyer",
        "PL001 buyers.email",
        "PL001 notes.author_email",
        "PL005 seaorm.customer",
        "PL001 shown.contact_email",
    ];
    let mut found = lint_json(&["--database", &url, "--sample", "5"]).await.findings();
    found.sort_by_key(|finding| finding[6..].to_owned());
    assert_eq!(found, expected);
}

#[tokio::test]
async fn five_thousand_tables_are_looked_at_in_seconds() {
    let mut sql = "BEGIN;".to_owned();
    for number in 0..5_000 {
        write!(sql, "CREATE TABLE t{number} (id integer PRIMARY KEY, name text, status text, amount integer, note text, party_id text);").unwrap();
    }
    sql += "CREATE TABLE carts (customer_email text); COMMIT;";
    let folder = Folder::with(&[("migrations/1.sql", &sql)]);
    let url = folder.sqlite(&sql).await;
    for arguments in [["--database", &url], ["--migrations", &folder.path("migrations")]] {
        let begin = Instant::now();
        assert_eq!(lint_json(&arguments).await.findings(), ["PL001 carts.customer_email"]);
        assert!(begin.elapsed().as_secs() < 60, "{} took {:?}", arguments[0], begin.elapsed());
    }
}
