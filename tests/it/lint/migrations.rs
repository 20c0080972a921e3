//! Migrations are read as they would run: what is dropped, renamed or undone again is not reported.
use super::{Folder, lint, lint_json};

async fn findings(files: &[(&str, &str)]) -> Vec<String> {
    let folder = Folder::with(files);
    lint_json(&["--migrations", &folder.path("")]).await.findings()
}

#[tokio::test]
async fn what_is_gone_at_the_end_is_not_reported() {
    let files = [
        ("0001_make.sql", "CREATE TABLE carts (id uuid, email text, phone text, \"Street\" text, zip text); CREATE TABLE gone (email text);"),
        ("0002_change.sql", "ALTER TABLE carts DROP COLUMN email, ADD COLUMN note text; DROP TABLE IF EXISTS gone;"),
        (
            "0003_rename.sql",
            "ALTER TABLE carts RENAME COLUMN phone TO reference; ALTER TABLE carts RENAME COLUMN note TO customer_email; ALTER TABLE carts RENAME TO baskets;",
        ),
        ("0010_last.sql", "ALTER TABLE baskets DROP COLUMN zip;"),
    ];
    assert_eq!(findings(&files).await, ["PL004 baskets.Street", "PL001 baskets.customer_email"]);
}

#[tokio::test]
async fn numbers_order_files_by_their_value_and_undoing_is_left_out() {
    let files = [
        ("V2__make.sql", "CREATE TABLE carts (id int, email text);"),
        ("V10__drop.sql", "ALTER TABLE carts DROP COLUMN email;"),
        ("U10__undo.sql", "ALTER TABLE carts ADD COLUMN email text;"),
        ("V11__x.down.sql", "ALTER TABLE carts ADD COLUMN email text;"),
        ("V12__dbmate.sql", "-- migrate:up\nALTER TABLE carts ADD COLUMN sku text;\n-- migrate:down\nALTER TABLE carts ADD COLUMN email text;"),
        ("V13__goose.sql", "-- +goose Up\nALTER TABLE carts ADD COLUMN phone text;\n-- +goose Down\nALTER TABLE carts DROP COLUMN phone;"),
        ("V14/up.sql", "ALTER TABLE carts ADD COLUMN city text;"),
        ("V14/down.sql", "ALTER TABLE carts DROP COLUMN city;"),
    ];
    assert_eq!(findings(&files).await, ["PL004 carts.city", "PL002 carts.phone"]);
}

#[tokio::test]
async fn foreign_keys_come_and_go() {
    let files = [(
        "1.sql",
        "CREATE TABLE customers (id uuid PRIMARY KEY, email text);
         CREATE TABLE tiers (id uuid PRIMARY KEY, party_id uuid);
         CREATE TABLE orders (id uuid, customer_id uuid REFERENCES customers (id), tier_id uuid REFERENCES tiers);
         CREATE TABLE notes (customer uuid, CONSTRAINT about FOREIGN KEY (customer) REFERENCES customers);
         ALTER TABLE notes DROP CONSTRAINT about;
         ALTER TABLE orders DROP CONSTRAINT orders_customer_id_fkey;
         CREATE TABLE visits (id int, party uuid REFERENCES public.party (id), owner_ref uuid);
         ALTER TABLE visits ADD CONSTRAINT of_owner FOREIGN KEY (owner_ref) REFERENCES users (id);",
    )];
    let expected = ["PL001 customers.email", "PL202 orders.customer_id", "PL201 visits.owner_ref", "PL201 visits.party"];
    assert_eq!(findings(&files).await, expected);
}

#[tokio::test]
async fn what_no_parser_understands_is_passed_over_unless_it_makes_a_table() {
    let files = [(
        "1.sql",
        r#"\restrict abc
        CREATE EXTENSION citext;
        CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN CREATE TABLE x (email text); RETURN new; END $$;
        CREATE POLICY p ON carts USING (company_id = current_setting('x')::uuid) WITH CHECK (true);
        DO $$ BEGIN RAISE NOTICE 'x'; END $$;
        CREATE TYPE phone_kind AS ENUM ('work', 'home');
        CREATE DOMAIN mail_box AS citext;
        CREATE TABLE carts (
            id uuid PRIMARY KEY, -- a comment; with a semicolon
            login citext,
            kind_of_phone phone_kind,
            phone phone_kind,
            tags text[],
            emails text[] DEFAULT '{}',
            total numeric(12, 2) CHECK (total >= 0),
            email_lower text GENERATED ALWAYS AS (lower(login)) STORED,
            reach email_address,
            at timestamptz DEFAULT now(),
            EXCLUDE USING gist (id WITH =)
        ) PARTITION BY RANGE (at) WITH (fillfactor = 70);
        CREATE TABLE carts_2026 PARTITION OF carts FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
        ALTER TABLE carts ENABLE ROW LEVEL SECURITY;
        ALTER TABLE carts SET (autovacuum_enabled = false);
        CREATE UNIQUE INDEX ON carts (lower(login)) WHERE at IS NOT NULL;
        CREATE OR REPLACE VIEW open_carts AS SELECT c.id, c.login AS contact_email FROM carts c;
        CREATE MATERIALIZED VIEW cart_phones AS SELECT phone FROM carts;
        CREATE VIEW reached AS SELECT login AS customer_phone FROM carts UNION SELECT 'x';
        CREATE TABLE old_carts (LIKE carts INCLUDING ALL, street text) TABLESPACE slow;
        CREATE FOREIGN TABLE elsewhere (email text) SERVER other;
        ALTER TABLE ONLY carts ADD CONSTRAINT u UNIQUE USING INDEX x;
        COPY carts (id, login) FROM stdin;
1	'; CREATE TABLE leads (email text);
\.
        INSERT INTO carts VALUES ('; CREATE TABLE y (email text);');
        "#,
    )];
    let expected = [
        "PL002 cart_phones.phone",
        "PL001 carts.email_lower",
        "PL001 carts.emails",
        "PL001 carts.login",
        "PL001 carts.reach",
        "PL001 elsewhere.email",
        "PL001 old_carts.email_lower",
        "PL001 old_carts.emails",
        "PL001 old_carts.login",
        "PL001 old_carts.reach",
        "PL004 old_carts.street",
        "PL001 open_carts.contact_email",
        "PL002 reached.customer_phone",
    ];
    assert_eq!(findings(&files).await, expected);
}

#[tokio::test]
async fn dialects_of_other_databases_are_read_too() {
    let files = [
        ("1.sql", "CREATE TABLE `carts` (`id` INTEGER PRIMARY KEY AUTOINCREMENT, `customerEmail` TEXT, [zip code] TEXT, note) WITHOUT ROWID;"),
        ("2.sql", "CREATE TRIGGER t AFTER INSERT ON carts BEGIN UPDATE carts SET note = 1; DELETE FROM carts; END; ALTER TABLE carts ADD phone;"),
    ];
    assert_eq!(findings(&files).await, ["PL001 carts.customerEmail", "PL002 carts.phone", "PL004 carts.zip code"]);
}

#[tokio::test]
async fn schemas_are_told_apart_and_go_with_their_tables() {
    let files = [(
        "1.sql",
        "CREATE TABLE crm.carts (email text); CREATE TABLE shop.carts (email text); CREATE TABLE public.carts (email text); DROP SCHEMA shop CASCADE;",
    )];
    assert_eq!(findings(&files).await, ["PL001 carts.email", "PL001 crm.carts.email"]);
}

#[tokio::test]
async fn a_table_that_is_not_understood_stops_the_run_with_its_place() {
    let folder = Folder::with(&[("1.sql", "CREATE TABLE ok (id int);\n\nCREATE TABLE broken (\n  id int,\n  email text text text,\n);\n")]);
    let outcome = lint(&["--migrations", &folder.path("")]).await;
    let place = format!("party lint: {}:5:14: this statement about a table was not understood: Expected: ',' or ')'", folder.path("1.sql"));
    assert!(outcome.refusal().starts_with(&place), "{}", outcome.stderr);
}
