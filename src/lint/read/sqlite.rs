//! An SQLite database: its catalogue, and samples of its values.
use crate::lint::{
    catalogue::{Catalogue, Column, Kind, Reference, Table},
    finding::Place,
    tables::{Sample, Samples},
    values,
};
use anyhow::{Context, Result, anyhow, bail};
use sqlx::{AssertSqlSafe, Connection, Row, SqliteConnection, sqlite::SqliteConnectOptions};
use std::str::FromStr;

/// A database that is being looked at.
pub struct Sqlite {
    connection: SqliteConnection,
    place: Place,
}

impl Sqlite {
    /// Opens the file to read it.
    ///
    /// # Errors
    /// When it does not exist or is no SQLite database.
    pub async fn open(url: &str) -> Result<Self> {
        let options = SqliteConnectOptions::from_str(url).map_err(|error| anyhow!("the database's address is malformed: {error}"))?;
        let file = options.get_filename().display().to_string();
        if !options.get_filename().is_file() {
            bail!("the database {file} does not exist");
        }
        let options = options.read_only(true).create_if_missing(false);
        let connection = SqliteConnection::connect_with(&options).await;
        let connection = connection.map_err(|error| anyhow!("the database {file} cannot be opened: {}", plain(&error)))?;
        Ok(Self { connection, place: Place::Database(file) })
    }

    /// What stands in the file.
    ///
    /// # Errors
    /// When the file is no database, or there is no table at all.
    pub async fn catalogue(&mut self) -> Result<Catalogue> {
        // Rows of `shadow` tables belong to virtual ones, which are listed themselves.
        let list = "SELECT name, type FROM pragma_table_list
                    WHERE schema = 'main' AND type IN ('table', 'view', 'virtual') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name";
        let rows = sqlx::query(list).fetch_all(&mut self.connection).await;
        let rows = rows.map_err(|error| anyhow!("the database {} cannot be read: {}", self.place, plain(&error)))?;
        let mut catalogue = Catalogue::default();
        for row in rows {
            let name: String = row.try_get("name")?;
            let is_view = row.try_get::<String, _>("type")? == "view";
            let columns = self.columns(&name).await;
            let columns = columns.with_context(|| format!("the columns of {name} cannot be read from {}", self.place))?;
            let references = self.references(&name).await?;
            catalogue.tables.push(Table { schema: None, name, is_view, is_hubs: false, columns, references, place: self.place.clone() });
        }
        if catalogue.tables.is_empty() {
            bail!("the database {} has no tables; run the engine's migrations first", self.place);
        }
        Ok(catalogue)
    }

    async fn columns(&mut self, table: &str) -> Result<Vec<Column>> {
        // Hidden columns (1) are arguments of virtual tables; generated ones (2, 3) hold values like any other.
        let query = "SELECT name, type FROM pragma_table_xinfo(?) WHERE hidden <> 1 ORDER BY cid";
        let rows = sqlx::query(query).bind(table).fetch_all(&mut self.connection).await?;
        let columns = rows.into_iter().map(|row| {
            let declared: String = row.try_get("type")?;
            let kind = Kind::of_sql(&declared);
            let own_type = (kind == Kind::Unknown && !declared.is_empty()).then_some(declared);
            Ok(Column { name: row.try_get("name")?, kind, own_type, place: self.place.clone() })
        });
        columns.collect()
    }

    async fn references(&mut self, table: &str) -> Result<Vec<Reference>> {
        let query = "SELECT id, \"table\" AS target, \"from\" AS own FROM pragma_foreign_key_list(?) ORDER BY id, seq";
        let mut references: Vec<(i64, Reference)> = Vec::new();
        for row in sqlx::query(query).bind(table).fetch_all(&mut self.connection).await? {
            let (id, own): (i64, String) = (row.try_get("id")?, row.try_get("own")?);
            match references.last_mut() {
                Some((last, reference)) if *last == id => reference.columns.push(own),
                _ => {
                    let target = row.try_get("target")?;
                    references.push((id, Reference { name: None, columns: vec![own], schema: None, table: target, place: self.place.clone() }));
                }
            }
        }
        Ok(references.into_iter().map(|(_, reference)| reference).collect())
    }

    /// Looks at some values of every column that can hold text, which in SQLite is any that is not declared otherwise.
    pub async fn sample(&mut self, catalogue: &Catalogue, at_most: u32) -> Samples {
        let mut samples = Samples::new();
        for table in catalogue.tables.iter().filter(|table| !table.is_view && !table.is_hubs) {
            let can_hold_text = |column: &&Column| matches!(column.kind, Kind::Text | Kind::CaseInsensitive | Kind::Json | Kind::Unknown);
            for column in table.columns.iter().filter(can_hold_text) {
                let sample = self.sample_column(&table.name, &column.name, at_most).await;
                samples.insert((table.title(), column.name.clone()), sample);
            }
        }
        samples
    }

    async fn sample_column(&mut self, table: &str, column: &str, at_most: u32) -> Sample {
        let (table, column, max) = (quoted(table), quoted(column), values::MAX_CHARS);
        let query = format!("SELECT substr({column}, 1, {max}) AS value FROM {table} WHERE typeof({column}) = 'text' LIMIT {at_most}");
        match sqlx::query(AssertSqlSafe(query)).fetch_all(&mut self.connection).await {
            // Text that is not UTF-8 cannot be judged, and says nothing about the rest.
            Ok(rows) => Sample::Seen(values::judge(&rows.iter().filter_map(|row| row.try_get("value").ok()).collect::<Vec<String>>())),
            Err(error) => Sample::Refused(plain(&error)),
        }
    }
}

/// What the database said, without the driver's wrapping.
fn plain(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(error) => error.message().to_owned(),
        other => other.to_string(),
    }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
