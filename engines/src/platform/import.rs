//! Old tables: an engine takes its own columns across and asks the hub for the party of each old record, never for an e-mail address.
use super::{Error, hub::Failure, hub::Hub};
use anyhow::{Context, Result, bail};
use chrono::{DateTime, Utc};
use futures_util::{StreamExt, TryStreamExt};
use sea_orm::{
    ActiveModelTrait, ConnectOptions, Database, DatabaseConnection, DbBackend, EntityTrait, IntoActiveModel, QueryResult, Statement, StreamTrait,
    TransactionTrait, sea_query::OnConflict,
};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Rows of one transaction; the hub resolves as many records in a call.
const CHUNK: usize = 1_000;

/// The old tables, and what is needed to place their rows.
pub struct Importer {
    old: DatabaseConnection,
    /// The engine's own database.
    pub db: DatabaseConnection,
    hub: Hub,
    engine: &'static str,
    /// The system under which the hub knows the old records.
    source: String,
    /// The company.
    pub company: Uuid,
    /// The currency of amounts that name none.
    pub currency: String,
}

/// What an importer is told.
pub struct Order<'o> {
    /// The old database.
    pub from: &'o str,
    /// The system under which the hub knows the old records.
    pub source: &'o str,
    /// The company.
    pub company: Uuid,
    /// The currency of amounts that name none.
    pub currency: &'o str,
}

/// What became of the rows of one table: each was written, was there before, or was left for a reason.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// The old table.
    pub table: &'static str,
    /// How many rows were written.
    pub written: u64,
    /// How many were there before.
    pub known: u64,
    /// How many were left, by reason.
    pub left: BTreeMap<&'static str, u64>,
}

/// One old row, every column as text.
pub struct Old(serde_json::Value);

impl Old {
    /// A column: absent when it is NULL, empty, or not there.
    pub fn text(&self, column: &str) -> Option<String> {
        let text = match self.0.get(column)? {
            serde_json::Value::Null => return None,
            serde_json::Value::String(text) => text.trim().to_owned(),
            other => other.to_string(),
        };
        (!text.is_empty()).then_some(text)
    }

    /// A whole number within bounds; others are none.
    pub fn score(&self, column: &str) -> Option<i32> {
        self.text(column)?.parse::<f64>().ok().filter(|score| (0.0..=100.0).contains(score)).map(|score| score.round() as i32)
    }

    /// A JSON value.
    pub fn json(&self, column: &str) -> Option<&serde_json::Value> {
        self.0.get(column)
    }

    /// A time.
    pub fn time(&self, column: &str) -> Option<DateTime<Utc>> {
        DateTime::parse_from_rfc3339(&self.text(column)?).ok().map(|at| at.to_utc())
    }

    /// An old word as one of those that the engine knows; the first of them when it is another.
    pub fn word(&self, column: &str, words: &[&str]) -> String {
        let word = self.text(column).unwrap_or_default().to_uppercase();
        words.iter().find(|known| **known == word).or(words.first()).map(|word| (*word).to_owned()).unwrap_or_default()
    }
}

/// An old row with its id and the party of its record.
pub struct Placed {
    /// The old id.
    pub id: String,
    /// The party, if the old record is linked to one.
    pub party: Option<Uuid>,
    /// The row.
    pub row: Old,
}

impl Importer {
    /// Connects to the old tables.
    ///
    /// # Errors
    /// When they are not in a PostgreSQL database that answers.
    pub async fn open(order: &Order<'_>, db: DatabaseConnection, hub: Hub, engine: &'static str) -> Result<Self> {
        if !order.from.starts_with("postgres://") && !order.from.starts_with("postgresql://") {
            bail!("the old tables must be in a database whose URL begins with postgres://");
        }
        let mut options = ConnectOptions::new(order.from);
        options.max_connections(1).sqlx_logging(false);
        let old = Database::connect(options).await.context("the old database could not be reached")?;
        let (source, currency) = (order.source.to_owned(), order.currency.to_owned());
        Ok(Self { old, db, hub, engine, source, company: order.company, currency })
    }

    /// Takes the rows of a table across, in transactions of a thousand. `make` gives the row to write and, if it needs one, a row that it
    /// refers to; or the reason why the old row is left.
    ///
    /// # Errors
    /// When one of the databases or the hub does not answer. What was written stays, and the next import goes on behind it.
    pub async fn take<A, B>(
        &self,
        table: &'static str,
        record_type: &str,
        make: impl Fn(Placed) -> Result<(A, Option<B>), &'static str>,
    ) -> Result<Imported, Error>
    where
        A: ActiveModelTrait + Send,
        B: ActiveModelTrait + Send,
        <A::Entity as EntityTrait>::Model: IntoActiveModel<A>,
        <B::Entity as EntityTrait>::Model: IntoActiveModel<B>,
    {
        let mut imported = Imported { table, ..Imported::default() };
        // Rows that name no company are left to the hub's ledger, which has them as rejected.
        let sql = format!("SELECT to_jsonb(t) FROM {table} t WHERE t.company_id::text = $1 AND t.id IS NOT NULL ORDER BY t.id");
        let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, [self.company.to_string().into()]);
        let mut chunks = self.old.stream_raw(statement).await?.try_chunks(CHUNK);
        while let Some(chunk) = chunks.next().await {
            let rows = chunk.map_err(|error| Error::from(error.1))?;
            self.take_chunk(rows, record_type, &make, &mut imported).await?;
        }
        Ok(imported)
    }

    async fn take_chunk<A, B>(
        &self,
        rows: Vec<QueryResult>,
        record_type: &str,
        make: &impl Fn(Placed) -> Result<(A, Option<B>), &'static str>,
        imported: &mut Imported,
    ) -> Result<(), Error>
    where
        A: ActiveModelTrait + Send,
        B: ActiveModelTrait + Send,
        <A::Entity as EntityTrait>::Model: IntoActiveModel<A>,
        <B::Entity as EntityTrait>::Model: IntoActiveModel<B>,
    {
        let rows = rows.iter().map(|row| row.try_get_by_index(0).map(Old)).collect::<Result<Vec<_>, _>>()?;
        let ids: Vec<String> = rows.iter().map(|row| row.text("id").unwrap_or_default()).collect();
        let asked: Vec<&str> = ids.iter().map(String::as_str).collect();
        let parties = self.hub.resolve_from(self.engine, self.company, (&self.source, record_type), &asked).await.map_err(|failure| {
            let (Failure::Unreachable(text) | Failure::Refused(text)) = failure;
            Error::Unavailable(format!("the hub was asked for the parties of old records: {text}"))
        })?;
        let (mut made, mut needed) = (Vec::new(), Vec::new());
        for ((row, id), party) in rows.into_iter().zip(ids).zip(parties) {
            match make(Placed { id, party, row }) {
                Ok((row, need)) => {
                    made.push(row);
                    needed.extend(need);
                }
                Err(reason) => *imported.left.entry(reason).or_default() += 1,
            }
        }
        let tx = self.db.begin().await?;
        insert_missing(&tx, needed).await?;
        let count = made.len() as u64;
        let written = insert_missing(&tx, made).await?;
        tx.commit().await?;
        imported.written += written;
        imported.known += count - written;
        Ok(())
    }

    /// An id for an old row that has none of the kind that the engine uses: the same for every import.
    pub fn id_of(&self, table: &str, id: &str) -> Uuid {
        // FNV-1a; old ids are few and far apart, and the company is in the key beside it.
        let mix = |hash: u128, byte: u8| (hash ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b);
        let hash = table.bytes().chain([b'/']).chain(id.bytes()).fold(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d, mix);
        uuid::Builder::from_custom_bytes(hash.to_be_bytes()).into_uuid()
    }
}

/// Inserts the rows that are not there, 500 a statement, and tells how many those were.
async fn insert_missing<A>(tx: &sea_orm::DatabaseTransaction, rows: Vec<A>) -> Result<u64, Error>
where
    A: ActiveModelTrait + Send,
    <A::Entity as EntityTrait>::Model: IntoActiveModel<A>,
{
    let (mut rows, mut written) = (rows.into_iter().peekable(), 0);
    while rows.peek().is_some() {
        let chunk: Vec<A> = rows.by_ref().take(500).collect();
        let insert = A::Entity::insert_many(chunk).on_conflict(OnConflict::new().do_nothing().to_owned());
        written += insert.exec_without_returning(tx).await?;
    }
    Ok(written)
}
