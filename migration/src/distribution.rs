//! Distribution of the tables over the nodes of a Citus cluster, by company.

use sea_orm_migration::sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement, TransactionTrait};

use crate::tables::{CATALOGUE_TABLES, COMPANY_TABLES};

/// Distributes every table and says what was done, one line a table. May be
/// repeated: what is distributed stays as it is, so an interrupted run is
/// finished by the next one.
///
/// Companies spread by `id` and the rows of a company follow it. Catalogues are
/// copied to every node, because each company reads the rows of the system in
/// them. See `docs/scale.md`.
///
/// # Errors
/// `DbErr::Custom` when the database is not PostgreSQL, when the Citus extension
/// is absent, or when the connection is bound by row-level security; else the
/// error of the database.
pub async fn distribute(connection: &DatabaseConnection) -> Result<Vec<String>, DbErr> {
    require_citus(connection).await?;
    require_all_rows(connection).await?;
    let mut report = vec![keep_settings_local(connection).await?];
    report.push(distribute_table(connection, "company", &by_company("company", "id", "none")).await?);
    for table in CATALOGUE_TABLES {
        let call = format!("SELECT create_reference_table('public.{table}')");
        report.push(distribute_table(connection, table, &call).await?);
    }
    for table in COMPANY_TABLES {
        if !CATALOGUE_TABLES.contains(table) {
            let call = by_company(table, "company_id", "public.company");
            report.push(distribute_table(connection, table, &call).await?);
        }
    }
    Ok(report)
}

fn by_company(table: &str, column: &str, beside: &str) -> String {
    format!("SELECT create_distributed_table('public.{table}', '{column}', colocate_with => '{beside}')")
}

async fn require_citus(connection: &DatabaseConnection) -> Result<(), DbErr> {
    let installed = "SELECT EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'citus')";
    if connection.get_database_backend() == DbBackend::Postgres && ask(connection, installed).await? {
        return Ok(());
    }
    Err(DbErr::Custom(
        "This database has no Citus extension, so its tables cannot be distributed. Run \
         `CREATE EXTENSION citus` on the coordinator and on every worker, add the workers with \
         `citus_add_node`, and try again."
            .to_owned(),
    ))
}

/// Citus copies existing rows through the connection; one that sees none of
/// them would distribute empty tables.
async fn require_all_rows(connection: &DatabaseConnection) -> Result<(), DbErr> {
    let unbound = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user";
    if ask(connection, unbound).await? {
        return Ok(());
    }
    Err(DbErr::Custom(
        "Distribution copies the rows of every company, and this role is bound by row-level \
         security. Connect as a superuser, or as the owner of the tables with BYPASSRLS."
            .to_owned(),
    ))
}

/// Without this the workers would not learn the company of a transaction, and
/// would answer with no rows.
async fn keep_settings_local(connection: &DatabaseConnection) -> Result<String, DbErr> {
    connection
        .execute_unprepared(
            "DO $$ BEGIN EXECUTE format(
               'ALTER DATABASE %I SET citus.propagate_set_commands = %L', current_database(), 'local');
             END $$",
        )
        .await?;
    Ok("database: new connections send SET LOCAL to the workers".to_owned())
}

async fn distribute_table(connection: &DatabaseConnection, table: &str, call: &str) -> Result<String, DbErr> {
    let done = format!("SELECT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = 'public.{table}'::regclass)");
    if ask(connection, &done).await? {
        return Ok(format!("{table}: already distributed"));
    }
    let transaction = connection.begin().await?;
    // Citus refuses to distribute a table with triggers unless it is told that
    // somebody knows what they do.
    transaction.execute_unprepared("SET LOCAL citus.enable_unsafe_triggers = on").await?;
    transaction.execute_unprepared(call).await?;
    transaction.commit().await?;
    Ok(if call.contains("create_reference_table") { format!("{table}: copied to every node") } else { format!("{table}: distributed by company") })
}

async fn ask(connection: &DatabaseConnection, sql: &str) -> Result<bool, DbErr> {
    let row =
        connection.query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await?.ok_or_else(|| DbErr::RecordNotFound(sql.to_owned()))?;
    row.try_get_by_index(0)
}
