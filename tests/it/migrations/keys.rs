//! The company leads every key, index and foreign key of every company table.

use std::collections::BTreeSet;

use migration::COMPANY_TABLES;
use sea_orm::{DatabaseConnection, DbBackend};

use super::database::{TestDatabase, column, on_both_backends};

const SQLITE_TABLES: &str = "SELECT t.name FROM sqlite_master t JOIN pragma_table_info(t.name) c
    WHERE t.type = 'table' AND c.name = 'company_id'";
const POSTGRES_TABLES: &str = "SELECT c.relname::text FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'company_id'
    WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace";

/// Tables whose first column is not the company.
const SQLITE_FIRST_COLUMNS: &str = "SELECT t.name FROM sqlite_master t JOIN pragma_table_info(t.name) c
    WHERE t.type = 'table' AND t.name NOT IN ('company', 'seaql_migrations') AND c.cid = 0 AND c.name <> 'company_id'";
const POSTGRES_FIRST_COLUMNS: &str = "SELECT c.relname::text FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = 1
    WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
      AND c.relname NOT IN ('company', 'seaql_migrations') AND a.attname <> 'company_id'";

/// Indexes, those of primary keys included, that another column leads.
const SQLITE_INDEXES: &str = "SELECT i.name FROM sqlite_master t JOIN pragma_index_list(t.name) i
    JOIN pragma_index_info(i.name) c
    WHERE t.type = 'table' AND t.name NOT IN ('company', 'seaql_migrations') AND c.seqno = 0 AND c.name <> 'company_id'";
const POSTGRES_INDEXES: &str = "SELECT x.indexrelid::regclass::text FROM pg_index x
    JOIN pg_class c ON c.oid = x.indrelid
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = x.indkey[0]
    WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
      AND c.relname NOT IN ('company', 'seaql_migrations') AND a.attname <> 'company_id'";

/// Foreign keys that another column leads, or that lead to another column.
const SQLITE_FOREIGN_KEYS: &str = "SELECT t.name || '.' || f.\"from\" FROM sqlite_master t
    JOIN pragma_foreign_key_list(t.name) f
    WHERE t.type = 'table' AND f.seq = 0 AND (f.\"from\" <> 'company_id'
      OR f.\"to\" <> CASE f.\"table\" WHEN 'company' THEN 'id' ELSE 'company_id' END)";
const POSTGRES_FOREIGN_KEYS: &str = "SELECT k.conname::text FROM pg_constraint k
    JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
    JOIN pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = k.confkey[1]
    WHERE k.contype = 'f' AND k.connamespace = 'public'::regnamespace AND (a.attname <> 'company_id'
      OR b.attname <> CASE k.confrelid WHEN 'company'::regclass THEN 'id' ELSE 'company_id' END)";

/// Tables that do not refer to the company that owns the row.
const SQLITE_OWNED: &str = "SELECT DISTINCT t.name FROM sqlite_master t
    JOIN pragma_foreign_key_list(t.name) f WHERE t.type = 'table' AND f.\"table\" = 'company'";
/// On PostgreSQL a row may also refer to its company by way of another row of it, in a column that is never empty.
const POSTGRES_OWNED: &str = "WITH RECURSIVE owned (relation) AS (
      SELECT 'company'::regclass::oid
      UNION SELECT c.conrelid FROM pg_constraint c JOIN owned ON c.confrelid = owned.relation
        WHERE c.contype = 'f' AND NOT EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.conrelid AND a.attnum = ANY(c.conkey) AND NOT a.attnotnull))
    SELECT relation::regclass::text FROM owned WHERE relation <> 'company'::regclass";

async fn names(connection: &DatabaseConnection, sqlite: &str, postgres: &str) -> BTreeSet<String> {
    let sql = match connection.get_database_backend() {
        DbBackend::Postgres => postgres,
        _ => sqlite,
    };
    column(connection, sql).await.into_iter().collect()
}

async fn no_company_table_is_missing_from_the_list(database: &TestDatabase) {
    let connection = database.everything().await;
    let listed: BTreeSet<String> = COMPANY_TABLES.iter().map(|&name| name.to_owned()).collect();
    assert_eq!(listed.len(), COMPANY_TABLES.len(), "a table is listed twice");
    let found = names(&connection, SQLITE_TABLES, POSTGRES_TABLES).await;
    assert_eq!(found, listed);
}

async fn the_company_leads_every_table_and_key(database: &TestDatabase) {
    let connection = database.everything().await;
    let checks = [
        ("tables", SQLITE_FIRST_COLUMNS, POSTGRES_FIRST_COLUMNS),
        ("indexes", SQLITE_INDEXES, POSTGRES_INDEXES),
        ("foreign keys", SQLITE_FOREIGN_KEYS, POSTGRES_FOREIGN_KEYS),
    ];
    for (what, sqlite, postgres) in checks {
        let others = names(&connection, sqlite, postgres).await;
        assert!(others.is_empty(), "{what} led by another column: {others:?}");
    }
}

async fn every_row_of_a_company_refers_to_it(database: &TestDatabase) {
    let connection = database.everything().await;
    let mut expected: BTreeSet<String> = COMPANY_TABLES.iter().map(|&name| name.to_owned()).collect();
    for catalogue in migration::CATALOGUE_TABLES {
        expected.remove(*catalogue);
    }
    assert_eq!(names(&connection, SQLITE_OWNED, POSTGRES_OWNED).await, expected);
}

on_both_backends!(no_company_table_is_missing_from_the_list, the_company_leads_every_table_and_key, every_row_of_a_company_refers_to_it,);
