//! The rights of the role with which the server connects to PostgreSQL: it
//! neither owns the tables nor bypasses row-level security.

use sea_orm_migration::sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, Statement, TransactionTrait};

use crate::tables::{APPEND_ONLY_TABLES, CHANGEABLE_COLUMNS, COMPANY_TABLES, DELETABLE_TABLES, VIEWS};

/// Creates `role` if it does not exist and gives it exactly the rights that the
/// server needs. May be repeated; the tables must exist.
///
/// A new role has no password. The connection must be the owner of the tables,
/// and able to create and alter roles as long as the role is not ready.
///
/// # Errors
/// `DbErr::Custom` when the database is not PostgreSQL, when the name is not an
/// identifier of lower-case letters, digits and underscores, or when the role
/// could see around row-level security; else the error of the database.
pub async fn grant_app_role(connection: &DatabaseConnection, role: &str) -> Result<(), DbErr> {
    if connection.get_database_backend() != DbBackend::Postgres {
        return Err(DbErr::Custom("Only PostgreSQL has roles: there is nothing to grant on this database.".to_owned()));
    }
    if !is_identifier(role) {
        return Err(DbErr::Custom(format!(
            "The role name {role:?} cannot be used: it must begin with a lower-case letter or an \
             underscore and hold at most 63 lower-case letters, digits and underscores."
        )));
    }
    let transaction = connection.begin().await?;
    create_role(&transaction, role).await?;
    if let Some(privilege) = privilege_of(&transaction, role).await? {
        return Err(DbErr::Custom(format!("{privilege} Use another role for the server.")));
    }
    limit_idle_transactions(&transaction, role).await?;
    transaction.execute_unprepared(&grants(role)).await?;
    transaction.commit().await
}

fn is_identifier(name: &str) -> bool {
    let mut letters = name.chars();
    let begins = letters.next().is_some_and(|first| first.is_ascii_lowercase() || first == '_');
    begins && name.len() <= 63 && letters.all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_')
}

async fn create_role(transaction: &DatabaseTransaction, role: &str) -> Result<(), DbErr> {
    let exists = "SELECT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = $1)";
    if !ask(transaction, exists, role).await? {
        transaction.execute_unprepared(&format!(r#"CREATE ROLE "{role}" LOGIN NOSUPERUSER NOBYPASSRLS"#)).await?;
    }
    Ok(())
}

/// What lets `role` see around row-level security, as a sentence; nothing for a role that is fit for the server.
///
/// # Errors
/// The error of the database, for example when there is no such role.
pub async fn privilege_of(connection: &impl ConnectionTrait, role: &str) -> Result<Option<String>, DbErr> {
    let bypasses = "SELECT EXISTS (SELECT 1 FROM pg_roles WHERE (rolsuper OR rolbypassrls)
        AND pg_has_role($1::name, oid, 'MEMBER'))";
    if ask(connection, bypasses, role).await? {
        return Ok(Some(format!(
            "The role {role} is, or belongs to, a superuser or a role that bypasses row-level \
             security, so it would see the rows of every company."
        )));
    }
    let owns = "SELECT EXISTS (SELECT 1 FROM pg_class WHERE relnamespace = 'public'::regnamespace
        AND relkind IN ('r', 'p') AND pg_has_role($1::name, relowner, 'MEMBER'))";
    let owner = ask(connection, owns, role).await?;
    Ok(owner.then(|| {
        format!(
            "The role {role} is, or belongs to, the owner of the tables, so it could switch \
             row-level security off."
        )
    }))
}

/// A transaction that a lost client left open would hold its locks for ever.
async fn limit_idle_transactions(transaction: &DatabaseTransaction, role: &str) -> Result<(), DbErr> {
    let limited = "SELECT EXISTS (SELECT 1 FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole
        WHERE r.rolname = $1 AND s.setdatabase = 0
          AND 'idle_in_transaction_session_timeout=10s' = ANY (s.setconfig))";
    if !ask(transaction, limited, role).await? {
        transaction.execute_unprepared(&format!(r#"ALTER ROLE "{role}" SET idle_in_transaction_session_timeout = '10s'"#)).await?;
    }
    Ok(())
}

fn grants(role: &str) -> String {
    let role = format!(r#""{role}""#);
    let tables = COMPANY_TABLES.iter().chain(&["company"]).copied();
    let changeable = tables.clone().filter(|table| !APPEND_ONLY_TABLES.contains(table));
    let tables = names(tables);
    let views = names(VIEWS.iter().copied());
    format!(
        "GRANT USAGE ON SCHEMA public TO {role};
         REVOKE ALL ON {tables}, {views}, public.seaql_migrations FROM {role};
         GRANT SELECT, INSERT ON {tables} TO {role};
         GRANT UPDATE ON {changeable} TO {role};
         {columns}
         GRANT DELETE ON {deletable} TO {role};
         GRANT SELECT ON {views}, public.seaql_migrations TO {role};",
        changeable = names(changeable),
        columns =
            CHANGEABLE_COLUMNS.iter().map(|(table, columns)| format!("GRANT UPDATE ({columns}) ON public.{table} TO {role};")).collect::<String>(),
        deletable = names(DELETABLE_TABLES.iter().copied()),
    )
}

fn names<'a>(tables: impl Iterator<Item = &'a str>) -> String {
    let qualified: Vec<String> = tables.map(|table| format!("public.{table}")).collect();
    qualified.join(", ")
}

async fn ask(connection: &impl ConnectionTrait, sql: &str, role: &str) -> Result<bool, DbErr> {
    let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, [role.into()]);
    let row = connection.query_one_raw(statement).await?.ok_or_else(|| DbErr::RecordNotFound(sql.to_owned()))?;
    row.try_get_by_index(0)
}
