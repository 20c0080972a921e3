//! A transaction that belongs to one company: what every query of this program runs on.
use crate::domain::{error::Error, id::CompanyId};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr, Statement, Value, Values};
use sea_query_sqlx::SqlxValues;
use sqlx::{AssertSqlSafe, Executor, Postgres, Sqlite, Transaction, postgres::PgArguments};
use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU64, Ordering},
};
use tokio::sync::Mutex;

pub(super) enum Tx {
    Postgres(Transaction<'static, Postgres>),
    Sqlite(Transaction<'static, Sqlite>),
}

/// A transaction with a company. On PostgreSQL the company is also what row-level security reads.
///
/// Dropping it rolls back.
pub struct TenantTx {
    company: CompanyId,
    backend: DbBackend,
    tx: Mutex<Tx>,
    statements: Arc<AtomicU64>,
    plans_anew: AtomicBool,
}

impl TenantTx {
    pub(super) fn new(company: CompanyId, tx: Tx, statements: Arc<AtomicU64>) -> Self {
        let backend = match tx {
            Tx::Postgres(_) => DbBackend::Postgres,
            Tx::Sqlite(_) => DbBackend::Sqlite,
        };
        Self { company, backend, tx: Mutex::new(tx), statements, plans_anew: AtomicBool::new(false) }
    }

    /// The company whose rows this transaction sees.
    pub fn company(&self) -> CompanyId {
        self.company
    }

    /// Makes the changes durable and visible.
    ///
    /// # Errors
    /// `Unavailable` when the database went away: then it is unknown whether the changes were kept.
    pub async fn commit(self) -> Result<(), Error> {
        match self.tx.into_inner() {
            Tx::Postgres(tx) => tx.commit().await?,
            Tx::Sqlite(tx) => tx.commit().await?,
        }
        Ok(())
    }

    /// Has look-ups of many values planned each time, and not once for all: while a table grows from nothing, a plan that was kept reads
    /// more and more of it.
    pub(super) fn plan_anew(&self) {
        self.plans_anew.store(true, Ordering::Relaxed);
    }

    /// Whether the plan of a statement is kept with the connection.
    fn keeps_plan(&self, stmt: &Statement) -> bool {
        let is_many = |value: &Value| matches!(value, Value::Array(_, Some(values)) if values.len() >= MANY);
        !self.plans_anew.load(Ordering::Relaxed) || !stmt.values.iter().flat_map(|values| &values.0).any(is_many)
    }

    /// Carries out a statement of PostgreSQL whose values are arrays.
    pub(super) async fn query_arrays(&self, sql: String, arguments: PgArguments) -> Result<Vec<QueryResult>, DbErr> {
        self.count();
        match &mut *self.tx.lock().await {
            Tx::Postgres(tx) => {
                let rows = sqlx::query_with(AssertSqlSafe(sql), arguments).fetch_all(&mut **tx).await.map_err(query_error)?;
                Ok(rows.into_iter().map(QueryResult::from).collect())
            }
            Tx::Sqlite(_) => Err(DbErr::Custom("SQLite has no arrays".to_owned())),
        }
    }

    fn count(&self) {
        self.statements.fetch_add(1, Ordering::Relaxed);
    }
}

/// From how many values on a look-up is one of many.
const MANY: usize = 200;

fn arguments(values: Option<Values>) -> SqlxValues {
    SqlxValues(values.unwrap_or(Values(Vec::new())))
}

fn query_error(error: sqlx::Error) -> DbErr {
    DbErr::Query(RuntimeErr::SqlxError(Arc::new(error)))
}

macro_rules! on_connection {
    ($self:ident, $connection:ident => $run:expr) => {
        match &mut *$self.tx.lock().await {
            Tx::Postgres(tx) => {
                let $connection = &mut **tx;
                $run
            }
            Tx::Sqlite(tx) => {
                let $connection = &mut **tx;
                $run
            }
        }
    };
}

#[async_trait::async_trait]
impl ConnectionTrait for TenantTx {
    fn get_database_backend(&self) -> DbBackend {
        self.backend
    }

    async fn execute_raw(&self, stmt: Statement) -> Result<ExecResult, DbErr> {
        self.count();
        let keep = self.keeps_plan(&stmt);
        on_connection!(self, connection => sqlx::query_with(AssertSqlSafe(stmt.sql), arguments(stmt.values)).persistent(keep)
            .execute(connection).await.map(ExecResult::from).map_err(query_error))
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.count();
        on_connection!(self, connection => connection
            .execute(AssertSqlSafe(sql.to_owned())).await.map(ExecResult::from).map_err(query_error))
    }

    async fn query_one_raw(&self, stmt: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.count();
        on_connection!(self, connection => sqlx::query_with(AssertSqlSafe(stmt.sql), arguments(stmt.values))
            .fetch_optional(connection).await.map(|row| row.map(QueryResult::from)).map_err(query_error))
    }

    async fn query_all_raw(&self, stmt: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.count();
        let keep = self.keeps_plan(&stmt);
        on_connection!(self, connection => sqlx::query_with(AssertSqlSafe(stmt.sql), arguments(stmt.values)).persistent(keep)
            .fetch_all(connection).await.map(|rows| rows.into_iter().map(QueryResult::from).collect()).map_err(query_error))
    }
}
