//! Where old rows come from: a PostgreSQL database or a folder of CSV files. Rows are streamed in batches; no table is ever held whole.
mod csv;
mod postgres;

use crate::domain::{
    error::Error,
    import::{
        mapping::{Mapping, Table},
        row::Row,
    },
    refusal::{Code, Refusal},
};
use std::{collections::HashMap, path::Path, sync::Arc};
use tokio::sync::mpsc;

/// Rows of one batch at the most.
const BATCH_ROWS: usize = 5_000;

/// Bytes of one batch, about: a few rows with huge fields make one as well.
const BATCH_BYTES: usize = 8 << 20;

/// The old tables.
pub enum Source {
    /// A database.
    Postgres(postgres::PostgresSource),
    /// A folder.
    Csv(csv::CsvSource),
}

/// Batches of rows, or what went wrong while reading.
pub type Batches = mpsc::Receiver<Result<Vec<Row>, Error>>;

/// Which rows of a table are wanted.
pub struct Selection<'s> {
    /// How all tables are mapped.
    pub mapping: &'s Mapping,
    /// The table.
    pub table: &'s Table,
    /// The old tenant: its rows are read, and those that name none.
    pub company: &'s str,
}

impl Source {
    /// Opens a PostgreSQL URL or a folder.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT` when it is neither, `Unavailable` when the database does not answer.
    pub async fn open(from: &str) -> Result<Self, Error> {
        if from.starts_with("postgres:") || from.starts_with("postgresql:") {
            return Ok(Self::Postgres(postgres::PostgresSource::connect(from).await?));
        }
        if Path::new(from).is_dir() {
            return Ok(Self::Csv(csv::CsvSource::new(from)));
        }
        Err(wrong("The source is neither a URL that begins with postgres:// nor a folder of CSV files.").into())
    }

    /// What of a table's mapping the source does not have: columns, or the whole table.
    pub async fn missing(&self, table: &Table) -> Result<Missing, Error> {
        let there = match self {
            Self::Postgres(source) => source.columns(&table.name).await?,
            Self::Csv(source) => source.columns(&table.name)?,
        };
        let Some(there) = there else { return Ok(Missing::Table) };
        Ok(Missing::Columns(table.wanted().into_iter().filter(|column| !there.contains(*column)).map(str::to_owned).collect()))
    }

    /// How many rows the selection has, counted by the source itself.
    pub async fn count(&self, selection: &Selection<'_>) -> Result<i64, Error> {
        match self {
            Self::Postgres(source) => source.count(selection).await,
            Self::Csv(source) => source.count(selection).await,
        }
    }

    /// The rows of the selection, batch by batch.
    pub async fn read(&self, selection: &Selection<'_>) -> Result<Batches, Error> {
        match self {
            Self::Postgres(source) => source.read(selection).await,
            Self::Csv(source) => source.read(selection),
        }
    }

    /// Whether a table has rows of other companies than the selection's.
    pub async fn has_others(&self, selection: &Selection<'_>) -> Result<bool, Error> {
        match self {
            _ if matches!(self.missing(selection.table).await?, Missing::Table) => Ok(false),
            Self::Postgres(source) => source.has_others(selection).await,
            Self::Csv(source) => source.has_others(selection),
        }
    }

    /// Renames tables so that nobody takes them for those in use: `customers` becomes `customers_imported`.
    pub async fn archive(&self, tables: &[&str]) -> Result<(), Error> {
        match self {
            Self::Postgres(source) => source.archive(tables).await,
            Self::Csv(source) => source.archive(tables),
        }
    }
}

/// What of a table's mapping the source does not have.
pub enum Missing {
    /// There is no such table.
    Table,
    /// These columns, perhaps none.
    Columns(Vec<String>),
}

fn wrong(message: impl Into<String>) -> Refusal {
    Refusal::new(Code::InvalidArgument, message)
}

/// Gathers rows and sends them when there are enough.
struct Gatherer {
    sender: mpsc::Sender<Result<Vec<Row>, Error>>,
    rows: Vec<Row>,
    bytes: usize,
}

impl Gatherer {
    /// One batch waits while another one is worked on; more are not read ahead.
    fn new() -> (Self, Batches) {
        let (sender, batches) = mpsc::channel(1);
        (Self { sender, rows: Vec::new(), bytes: 0 }, batches)
    }

    /// Adds a row; tells whether it is time to send.
    fn push(&mut self, row: Row) -> bool {
        self.bytes += row.values.iter().flatten().map(String::len).sum::<usize>();
        self.rows.push(row);
        self.rows.len() >= BATCH_ROWS || self.bytes >= BATCH_BYTES
    }

    /// Sends what was gathered, when there is room; tells whether somebody still wants it.
    async fn send(&mut self) -> bool {
        let rows = self.take();
        self.sender.send(Ok(rows)).await.is_ok()
    }

    /// As [`Self::send`], for threads that may wait.
    fn send_blocking(&mut self) -> bool {
        let rows = self.take();
        self.sender.blocking_send(Ok(rows)).is_ok()
    }

    fn take(&mut self) -> Vec<Row> {
        self.bytes = 0;
        std::mem::take(&mut self.rows)
    }
}

/// The places of columns in rows.
fn places(columns: &[String]) -> Arc<HashMap<String, usize>> {
    Arc::new(columns.iter().enumerate().map(|(place, column)| (column.clone(), place)).collect())
}
