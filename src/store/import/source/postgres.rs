//! Old tables in PostgreSQL: read in one snapshot, through one connection that changes nothing.
use super::{Batches, Gatherer, Selection, places, wrong};
use crate::domain::{
    error::Error,
    import::{
        mapping::Field,
        row::{Row, joined_key},
    },
};
use futures_util::StreamExt;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row as _, postgres::PgRow};
use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};
use tokio::sync::Mutex;

/// A database with old tables.
pub struct PostgresSource {
    url: String,
    connection: Arc<Mutex<PgConnection>>,
}

impl PostgresSource {
    /// Connects and takes the snapshot that all reads share.
    pub async fn connect(url: &str) -> Result<Self, Error> {
        let mut connection = PgConnection::connect(url).await?;
        // Rows that are written while the import runs are left for the next run; counts and rows agree.
        connection.execute("SET idle_in_transaction_session_timeout = 0; SET statement_timeout = 0").await?;
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
        Ok(Self { url: url.to_owned(), connection: Arc::new(Mutex::new(connection)) })
    }

    /// The columns of a table; none when there is no such table.
    pub async fn columns(&self, table: &str) -> Result<Option<BTreeSet<String>>, Error> {
        let sql = "SELECT attname::text FROM pg_attribute WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped";
        let rows = sqlx::query(sql).bind(quoted(table)).fetch_all(&mut *self.connection.lock().await).await?;
        let columns: BTreeSet<String> = rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
        Ok((!columns.is_empty()).then_some(columns))
    }

    /// How many rows a selection has.
    pub async fn count(&self, selection: &Selection<'_>) -> Result<i64, Error> {
        let from = self.rows_of(selection).await?;
        let sql = format!("SELECT count(*) {from}");
        let row = sqlx::query(AssertSqlSafe(sql)).bind(selection.company).fetch_one(&mut *self.connection.lock().await).await?;
        Ok(row.try_get(0)?)
    }

    /// Whether the table has rows beside those of a selection.
    pub async fn has_others(&self, selection: &Selection<'_>) -> Result<bool, Error> {
        let sql = format!("SELECT count(*) FROM {}", quoted(&selection.table.name));
        let row = sqlx::query(AssertSqlSafe(sql)).fetch_one(&mut *self.connection.lock().await).await?;
        let all: i64 = row.try_get(0)?;
        Ok(all != self.count(selection).await?)
    }

    /// The rows of a selection, in the order of their keys.
    pub async fn read(&self, selection: &Selection<'_>) -> Result<Batches, Error> {
        let there = self.columns(&selection.table.name).await?.unwrap_or_default();
        let columns: Vec<String> = selection.table.wanted().into_iter().filter(|column| there.contains(*column)).map(str::to_owned).collect();
        let company = self.company(selection, &there).await?;
        let texts: Vec<String> = columns.iter().map(|column| format!("t.{}::text", quoted(column))).collect();
        let order: Vec<String> = selection.table.key.iter().map(|column| format!("t.{} NULLS LAST", quoted(column))).collect();
        let select = [vec![company], texts].concat().join(", ");
        let sql = format!("SELECT {select} {} ORDER BY {}", self.rows_of(selection).await?, order.join(", "));
        let (key, old_company) = (selection.table.key.clone(), selection.company.to_owned());
        let connection = Arc::clone(&self.connection);
        let (mut gatherer, batches) = Gatherer::new();
        tokio::spawn(async move {
            let mut connection = connection.lock_owned().await;
            let mut rows = sqlx::query(AssertSqlSafe(sql)).bind(old_company).fetch(&mut *connection);
            let mut keyed = Keyed { columns: places(&columns), key, last: String::new(), repeated: 0, number: 0 };
            while let Some(row) = rows.next().await {
                let read = row.and_then(|row| keyed.read(&row));
                let enough = match read {
                    Ok(row) => gatherer.push(row),
                    Err(error) => return drop(gatherer.sender.send(Err(error.into())).await),
                };
                if enough && !gatherer.send().await {
                    return;
                }
            }
            gatherer.send().await;
        });
        Ok(batches)
    }

    /// Renames tables, through a connection of its own: the other one may change nothing.
    pub async fn archive(&self, tables: &[&str]) -> Result<(), Error> {
        self.connection.lock().await.execute("COMMIT").await?;
        let mut connection = PgConnection::connect(&self.url).await?;
        let mut sql = String::from("BEGIN;");
        for table in tables {
            let name = table.rsplit('.').next().unwrap_or(table);
            sql.push_str(&format!("ALTER TABLE {} RENAME TO {};", quoted(table), quoted_name(&format!("{name}_imported"))));
        }
        sql.push_str("COMMIT");
        connection.execute(AssertSqlSafe(sql)).await?;
        Ok(())
    }

    /// FROM and WHERE of the rows that belong to the company or to none.
    async fn rows_of(&self, selection: &Selection<'_>) -> Result<String, Error> {
        let there = self.columns(&selection.table.name).await?.ok_or_else(|| wrong(format!("There is no table {}.", selection.table.name)))?;
        let company = self.company(selection, &there).await?;
        let join = self.owner(selection, &there).await?.map(|(join, _)| join).unwrap_or_default();
        Ok(format!("FROM {} t {join} WHERE coalesce({company}, $1) = $1", quoted(&selection.table.name)))
    }

    /// The old tenant of a row: its own, or that of the record that it refers to.
    async fn company(&self, selection: &Selection<'_>, there: &BTreeSet<String>) -> Result<String, Error> {
        let own = selection.table.column(Field::Company).filter(|column| there.contains(*column)).map(|column| text_of("t", column));
        let owner = self.owner(selection, there).await?.map(|(_, company)| company);
        let parts: Vec<String> = own.into_iter().chain(owner).collect();
        Ok(if parts.is_empty() { "NULL::text".to_owned() } else { format!("coalesce({})", parts.join(", ")) })
    }

    /// The join that leads from a row to the tenant of what it refers to, and the column that has it.
    async fn owner(&self, selection: &Selection<'_>, there: &BTreeSet<String>) -> Result<Option<(String, String)>, Error> {
        let Some(reference) = selection.table.references.iter().find(|reference| there.contains(&reference.column)) else { return Ok(None) };
        let Some(owner) = selection.mapping.table_of(&reference.record_type) else { return Ok(None) };
        let (Some(company), [key]) = (owner.column(Field::Company), owner.key.as_slice()) else { return Ok(None) };
        let has = self.columns(&owner.name).await?.unwrap_or_default();
        if !has.contains(company) || !has.contains(key) {
            return Ok(None);
        }
        let owners =
            format!("SELECT {}::text AS id, min({}) AS company FROM {} o GROUP BY 1", quoted(key), text_of("o", company), quoted(&owner.name));
        Ok(Some((format!("LEFT JOIN ({owners}) owner ON owner.id = t.{}::text", quoted(&reference.column)), "owner.company".to_owned())))
    }
}

/// Reads rows and tells those apart that have the same key: they come one after the other.
struct Keyed {
    columns: Arc<HashMap<String, usize>>,
    key: Vec<String>,
    last: String,
    repeated: i64,
    number: i64,
}

impl Keyed {
    fn read(&mut self, row: &PgRow) -> Result<Row, sqlx::Error> {
        let company: Option<String> = row.try_get(0)?;
        let values = (1..=self.columns.len()).map(|place| row.try_get(place)).collect::<Result<Vec<Option<String>>, _>>()?;
        self.number += 1;
        let parts: Vec<Option<&str>> = self.key.iter().map(|column| values.get(*self.columns.get(column)?)?.as_deref()).collect();
        let Some(key) = joined_key(&parts) else {
            return Ok(Row { columns: Arc::clone(&self.columns), values, company, key: String::new(), position: self.number, has_key: false });
        };
        self.repeated = if key == self.last { self.repeated + 1 } else { 0 };
        self.last.clone_from(&key);
        Ok(Row { columns: Arc::clone(&self.columns), values, company, key, position: self.repeated, has_key: self.repeated == 0 })
    }
}

fn text_of(table: &str, column: &str) -> String {
    format!("nullif(btrim({table}.{}::text), '')", quoted(column))
}

fn quoted(name: &str) -> String {
    name.split('.').map(quoted_name).collect::<Vec<_>>().join(".")
}

/// The mapping refuses names with quotes and NULs, so there is nothing to escape.
fn quoted_name(name: &str) -> String {
    format!("\"{name}\"")
}
