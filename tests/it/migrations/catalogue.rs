//! What a database says about its schema, as sorted lines of text to compare.

use sea_orm::{DatabaseConnection, DbBackend};

use super::database::column;

const SQLITE: &[&str] = &["SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_master"];

const POSTGRES: &[&str] = &[
    "SELECT format('column %s.%s: %s %s %s not null %s at %s', c.relname, a.attname,
       format_type(a.atttypid, a.atttypmod), a.attidentity, coalesce(l.collname, ''), a.attnotnull, a.attnum)
     FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
     LEFT JOIN pg_collation l ON l.oid = a.attcollation
     WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0",
    "SELECT format('%s %s: security %s %s, options %s', c.relkind, c.relname,
       c.relrowsecurity, c.relforcerowsecurity, c.reloptions)
     FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace",
    "SELECT format('constraint %s on %s: %s', conname, conrelid::regclass, pg_get_constraintdef(oid))
     FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
    "SELECT format('index %s', indexdef) FROM pg_indexes WHERE schemaname = 'public'",
    "SELECT format('trigger %s', pg_get_triggerdef(oid)) FROM pg_trigger WHERE NOT tgisinternal",
    "SELECT format('function %s', pg_get_functiondef(oid)) FROM pg_proc
     WHERE pronamespace = 'public'::regnamespace",
    "SELECT format('policy %s', p) FROM pg_policies p WHERE schemaname = 'public'",
    "SELECT format('view %s: %s', viewname, definition) FROM pg_views WHERE schemaname = 'public'",
];

/// The rows that the schema brings with it.
const SYSTEM_ROWS: &[&str] = &[
    "SELECT 'role_type ' || code || ' ' || label || ' ' || side || ' ' || created_at FROM role_type",
    "SELECT 'channel ' || code || ' ' || label || ' ' || created_at FROM channel",
    "SELECT 'relationship_type ' || code || ' ' || label || ' ' || inverse_label || ' ' || created_at
     FROM relationship_type",
];

/// The schema and the rows that it brings with it.
pub(super) async fn dump(connection: &DatabaseConnection) -> Vec<String> {
    let mut lines = dump_of_schema(connection).await;
    for query in SYSTEM_ROWS {
        lines.extend(column::<String>(connection, query).await);
    }
    lines.sort();
    lines
}

/// The schema alone.
pub(super) async fn dump_of_schema(connection: &DatabaseConnection) -> Vec<String> {
    let queries = match connection.get_database_backend() {
        DbBackend::Postgres => POSTGRES,
        _ => SQLITE,
    };
    let mut lines = Vec::new();
    for query in queries {
        lines.extend(column::<String>(connection, query).await);
    }
    lines.sort();
    lines
}
