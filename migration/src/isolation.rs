//! Row-level security on PostgreSQL: a connection sees the rows of the company
//! that its setting `app.company_id` names, and without the setting no row.

use sea_orm_migration::prelude::*;

/// The company of the connection; null when the setting is missing or empty.
const CALLER: &str = "nullif(current_setting('app.company_id', true), '')::uuid";
const SYSTEM: &str = "'00000000-0000-0000-0000-000000000000'::uuid";

/// Whose rows a table holds.
#[derive(Clone, Copy)]
pub(crate) enum Holds {
    /// The companies themselves: the key is `id`.
    Companies,
    /// Rows of companies: the key begins with `company_id`.
    CompanyRows,
    /// Rows of companies and, under the nil company, rows of the system that
    /// companies read and cannot change.
    Catalogue,
}

/// Turns row-level security on, for the owner of the table as well.
pub(crate) async fn isolate(manager: &SchemaManager<'_>, table: &str, holds: Holds) -> Result<(), DbErr> {
    let own = match holds {
        Holds::Companies => format!("id = {CALLER}"),
        Holds::CompanyRows => format!("company_id = {CALLER}"),
        // A setting of the nil company must not open the rows of the system for writing.
        Holds::Catalogue => format!("company_id = {CALLER} AND company_id <> {SYSTEM}"),
    };
    let mut sql = format!(
        "CREATE POLICY company_isolation ON {table} USING ({own}) WITH CHECK ({own});
         ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
         ALTER TABLE {table} FORCE ROW LEVEL SECURITY;"
    );
    if matches!(holds, Holds::Catalogue) {
        sql.push_str(&format!(
            "CREATE POLICY system_rows ON {table} FOR SELECT
             USING (company_id = {SYSTEM} AND {CALLER} IS NOT NULL);"
        ));
    }
    execute(manager, &sql).await
}

/// Takes back what [`isolate`] did.
pub(crate) async fn expose(manager: &SchemaManager<'_>, table: &str) -> Result<(), DbErr> {
    let sql = format!(
        "ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
         ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
         DROP POLICY IF EXISTS system_rows ON {table};
         DROP POLICY company_isolation ON {table};"
    );
    execute(manager, &sql).await
}

async fn execute(manager: &SchemaManager<'_>, sql: &str) -> Result<(), DbErr> {
    manager.get_connection().execute_unprepared(sql).await.map(drop)
}
