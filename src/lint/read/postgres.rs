//! A PostgreSQL database: its catalogue, which every role may read, and samples of its values.
use crate::lint::{
    catalogue::{Catalogue, Column, DEFAULT_SCHEMA, Kind, Reference, Table},
    finding::Place,
    tables::{Sample, Samples},
    values,
};
use anyhow::{Context, Result, anyhow, bail};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row, postgres::PgConnectOptions};
use std::{collections::HashSet, str::FromStr, time::Duration};

/// How long the server may take to answer at all.
const CONNECT_SECONDS: u64 = 10;

/// Nothing is changed, nothing is waited for: the lint may run beside an engine at work.
const SESSION: &str = "SET default_transaction_read_only = on; SET statement_timeout = '10s'; SET lock_timeout = '2s'; SET search_path = pg_catalog";

/// Tables and views with their columns: without those of the system, of extensions and of other sessions, and without partitions, which are
/// their table again. An array counts as its elements, a domain as what it is made of.
const COLUMNS: &str = "
    SELECT n.nspname::text AS schema, c.relname::text AS name, c.relkind::text AS kind, a.attname::text AS column_name, e.typname::text AS type_name,
           e.typtype::text AS type_kind, coalesce(b2.typname, b.typname)::text AS base, pg_catalog.row_security_active(c.oid) AS hidden
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
    JOIN pg_catalog.pg_type e ON e.oid = CASE WHEN t.typcategory = 'A' AND t.typelem <> 0 THEN t.typelem ELSE t.oid END
    JOIN pg_catalog.pg_type b ON b.oid = CASE WHEN e.typtype = 'd' THEN e.typbasetype ELSE e.oid END
    LEFT JOIN pg_catalog.pg_type b2 ON b.typtype = 'd' AND b2.oid = b.typbasetype
    WHERE n.nspname::text = ANY($1) AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition AND c.relpersistence <> 't'
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
    ORDER BY n.nspname, c.relname, a.attnum";

const FOREIGN_KEYS: &str = "
    SELECT k.conname::text AS name, n.nspname::text AS schema, c.relname::text AS table_name, fn.nspname::text AS target_schema, fc.relname::text AS target,
           ARRAY(SELECT a.attname::text FROM pg_catalog.unnest(k.conkey) WITH ORDINALITY u(number, place)
                 JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.number ORDER BY u.place) AS columns
    FROM pg_catalog.pg_constraint k
    JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_class fc ON fc.oid = k.confrelid
    JOIN pg_catalog.pg_namespace fn ON fn.oid = fc.relnamespace
    WHERE k.contype = 'f' AND k.conparentid = 0 AND NOT c.relispartition AND n.nspname::text = ANY($1)";

/// A database that is being looked at.
pub struct Postgres {
    connection: PgConnection,
    place: Place,
    /// The tables of which row-level security hides rows from this role.
    hidden: HashSet<String>,
}

impl Postgres {
    /// Connects.
    ///
    /// # Errors
    /// When the address is malformed or nobody answers. The message has no password in it.
    pub async fn open(url: &str) -> Result<Self> {
        let options = PgConnectOptions::from_str(url).map_err(|error| anyhow!("the database's address is malformed: {error}"))?;
        let options = options.application_name("party lint");
        let address = format!("{}:{}/{}", options.get_host(), options.get_port(), options.get_database().unwrap_or(options.get_username()));
        let connected = tokio::time::timeout(Duration::from_secs(CONNECT_SECONDS), PgConnection::connect_with(&options)).await;
        let connected = connected.with_context(|| format!("the database {address} did not answer within {CONNECT_SECONDS} seconds"))?;
        let mut connection = connected.with_context(|| format!("the database {address} cannot be reached"))?;
        connection.execute(SESSION).await.context("the database did not accept the settings of a reading session")?;
        let database: String = sqlx::query_scalar("SELECT pg_catalog.current_database()::text").fetch_one(&mut connection).await?;
        Ok(Self { connection, place: Place::Database(database), hidden: HashSet::new() })
    }

    /// What stands in these schemas, or in all that are not the system's when none is named.
    ///
    /// # Errors
    /// When a schema does not exist, or there is no table at all.
    pub async fn catalogue(&mut self, schemas: &[String]) -> Result<Catalogue> {
        let all = "SELECT nspname::text FROM pg_catalog.pg_namespace WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema' ORDER BY 1";
        let existing: Vec<String> = sqlx::query_scalar(all).fetch_all(&mut self.connection).await?;
        if let Some(missing) = schemas.iter().find(|schema| !existing.contains(schema)) {
            bail!("the database has no schema {missing:?}; it has {}", existing.join(", "));
        }
        let schemas = if schemas.is_empty() { &existing } else { schemas };
        let mut catalogue = Catalogue::default();
        for row in sqlx::query(COLUMNS).bind(schemas).fetch_all(&mut self.connection).await.context("the catalogue cannot be read")? {
            self.add_column(&mut catalogue, &row)?;
        }
        let index: std::collections::HashMap<String, usize> = catalogue.tables.iter().enumerate().map(|(at, table)| (table.title(), at)).collect();
        for row in sqlx::query(FOREIGN_KEYS).bind(schemas).fetch_all(&mut self.connection).await.context("the foreign keys cannot be read")? {
            let title = title(row.try_get("schema")?, row.try_get("table_name")?);
            if let Some(at) = index.get(&title) {
                catalogue.tables[*at].references.push(Reference {
                    name: row.try_get("name")?,
                    columns: row.try_get("columns")?,
                    schema: schema_of(row.try_get("target_schema")?),
                    table: row.try_get("target")?,
                    place: self.place.clone(),
                });
            }
        }
        if catalogue.tables.is_empty() {
            bail!("the database has no tables in {}; run the engine's migrations first", schemas.join(", "));
        }
        Ok(catalogue)
    }

    fn add_column(&mut self, catalogue: &mut Catalogue, row: &sqlx::postgres::PgRow) -> Result<()> {
        let (schema, name): (String, String) = (row.try_get("schema")?, row.try_get("name")?);
        let kind: String = row.try_get("kind")?;
        let schema = schema_of(schema);
        if catalogue.tables.last().is_none_or(|last| last.name != name || last.schema != schema) {
            let table =
                Table { schema, name, is_view: kind == "v", is_hubs: false, columns: Vec::new(), references: Vec::new(), place: self.place.clone() };
            if row.try_get("hidden")? {
                self.hidden.insert(table.title());
            }
            catalogue.tables.push(table);
        }
        let (type_name, type_kind, base): (String, String, String) = (row.try_get("type_name")?, row.try_get("type_kind")?, row.try_get("base")?);
        let kind = match type_kind.as_str() {
            "e" => Kind::Choice,
            "c" => Kind::Unknown,
            _ => Kind::of_sql(&base),
        };
        let own_type = matches!(type_kind.as_str(), "c" | "d").then_some(type_name);
        if let Some(table) = catalogue.tables.last_mut() {
            table.columns.push(Column { name: row.try_get("column_name")?, kind, own_type, place: self.place.clone() });
        }
        Ok(())
    }

    /// Looks at some values of every column that can hold text.
    pub async fn sample(&mut self, catalogue: &Catalogue, at_most: u32) -> Samples {
        let mut samples = Samples::new();
        for table in catalogue.tables.iter().filter(|table| !table.is_view && !table.is_hubs) {
            for column in table.columns.iter().filter(|column| matches!(column.kind, Kind::Text | Kind::CaseInsensitive | Kind::Json)) {
                let sample = if self.hidden.contains(&table.title()) {
                    Sample::Refused("row-level security hides rows from this role".to_owned())
                } else {
                    self.sample_column(table, column, at_most).await
                };
                samples.insert((table.title(), column.name.clone()), sample);
            }
        }
        samples
    }

    async fn sample_column(&mut self, table: &Table, column: &Column, at_most: u32) -> Sample {
        let schema = quoted(table.schema.as_deref().unwrap_or(DEFAULT_SCHEMA));
        let (table, column) = (quoted(&table.name), quoted(&column.name));
        let max = values::MAX_CHARS;
        let query = format!("SELECT pg_catalog.left({column}::text, {max}) FROM {schema}.{table} WHERE {column} IS NOT NULL LIMIT {at_most}");
        match sqlx::query_scalar::<_, String>(AssertSqlSafe(query)).fetch_all(&mut self.connection).await {
            Ok(values) => Sample::Seen(values::judge(&values)),
            Err(sqlx::Error::Database(error)) => Sample::Refused(error.message().to_owned()),
            Err(error) => Sample::Refused(error.to_string()),
        }
    }
}

fn schema_of(schema: String) -> Option<String> {
    (schema != DEFAULT_SCHEMA).then_some(schema)
}

fn title(schema: String, name: String) -> String {
    schema_of(schema).map_or_else(|| name.clone(), |schema| format!("{schema}.{name}"))
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
