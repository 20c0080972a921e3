//! Inserts of many rows. On PostgreSQL they are one statement with an array for each column: the same text for any number of rows, planned
//! once, and no limit of binds is met. On SQLite they are lists of values, as many a statement as it takes.
use super::tenant::TenantTx;
use crate::domain::error::Error;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DbBackend, EntityName, EntityTrait, IdenStatic, Iterable, QueryResult, QueryTrait, Value,
    sea_query::{Alias, Expr, InsertStatement, OnConflict, PostgresQueryBuilder, Query},
};
use sqlx::{Arguments, postgres::PgArguments};
use uuid::Uuid;

/// Fewer rows than this are written as lists of values everywhere: single changes keep the statements that they are known by.
const MANY: usize = 50;

/// Rows of a statement on SQLite, which takes 32,766 binds.
const SQLITE_ROWS: usize = 500;

/// What an insert does beside inserting.
#[derive(Default)]
pub struct Also {
    /// What becomes of rows that are there.
    pub conflict: Option<OnConflict>,
    /// Columns that are told of the rows that were inserted.
    pub returning: Vec<&'static str>,
}

/// Adds rows, all of which have the same columns set.
///
/// # Errors
/// What the first row that is refused breaks.
pub async fn insert<A: ActiveModelTrait>(tx: &TenantTx, rows: Vec<A>) -> Result<(), Error> {
    insert_also(tx, rows, Also::default()).await.map(drop)
}

/// As [`insert`], with what is done beside it.
///
/// # Errors
/// What the first row that is refused breaks.
pub async fn insert_also<A: ActiveModelTrait>(tx: &TenantTx, rows: Vec<A>, also: Also) -> Result<Vec<QueryResult>, Error> {
    if tx.get_database_backend() == DbBackend::Postgres && rows.len() >= MANY {
        return insert_arrays(tx, &rows, &also).await;
    }
    let mut told = Vec::new();
    for chunk in rows.chunks(SQLITE_ROWS) {
        let mut insert = <A::Entity as EntityTrait>::insert_many(chunk.to_vec()).into_query();
        complete(&mut insert, &also);
        if also.returning.is_empty() {
            tx.execute(&insert).await?;
        } else {
            told.extend(tx.query_all(&insert).await?);
        }
    }
    Ok(told)
}

fn complete(insert: &mut InsertStatement, also: &Also) {
    if let Some(conflict) = &also.conflict {
        insert.on_conflict(conflict.clone());
    }
    if !also.returning.is_empty() {
        insert.returning(Query::returning().columns(also.returning.iter().map(|column| Alias::new(*column))));
    }
}

async fn insert_arrays<A: ActiveModelTrait>(tx: &TenantTx, rows: &[A], also: &Also) -> Result<Vec<QueryResult>, Error> {
    let (mut columns, mut arrays) = (Vec::new(), Vec::new());
    for column in <A::Entity as EntityTrait>::Column::iter() {
        let values: Vec<Value> = rows.iter().filter_map(|row| row.get(column).into_value()).collect();
        if values.is_empty() {
            continue;
        }
        if values.len() < rows.len() {
            return Err(Error::internal(format!("some rows have no {}", column.as_str())));
        }
        columns.push(column);
        arrays.push(Array::of(values)?);
    }
    let places = arrays.iter().enumerate().map(|(i, array)| Expr::cust(format!("unnest(${}::{}[])", i + 1, array.kind())));
    let select = Query::select().exprs(places).take();
    let mut insert = Query::insert();
    insert.into_table(A::Entity::default().table_ref()).columns(columns);
    insert.select_from(select).map_err(|error| Error::internal(format!("an insert of arrays: {error}")))?;
    complete(&mut insert, also);
    let sql = insert.to_string(PostgresQueryBuilder);
    run(tx, sql, Vec::new(), arrays).await
}

/// Carries out a statement of PostgreSQL whose values are single ones, and then arrays.
///
/// # Errors
/// What the statement breaks.
pub async fn run(tx: &TenantTx, sql: String, single: Vec<Value>, arrays: Vec<Array>) -> Result<Vec<QueryResult>, Error> {
    let mut arguments = PgArguments::default();
    for value in single {
        bind(value, &mut arguments)?;
    }
    for array in arrays {
        array.bind(&mut arguments).map_err(unbound)?;
    }
    Ok(tx.query_arrays(sql, arguments).await?)
}

fn bind(value: Value, arguments: &mut PgArguments) -> Result<(), Error> {
    let bound = match value {
        Value::Uuid(value) => arguments.add(value),
        Value::String(value) => arguments.add(value),
        Value::BigInt(value) => arguments.add(value),
        Value::ChronoDateTimeUtc(value) => arguments.add(value),
        other => return Err(Error::internal(format!("{other:?} is bound nowhere"))),
    };
    bound.map_err(unbound)
}

fn unbound(error: sqlx::error::BoxDynError) -> Error {
    Error::internal(format!("a value cannot be bound: {error}"))
}

/// The values of one column.
pub enum Array {
    /// Ids.
    Uuid(Vec<Option<Uuid>>),
    /// Texts.
    Text(Vec<Option<String>>),
    /// Whole numbers.
    Integer(Vec<Option<i64>>),
    /// Numbers.
    Float(Vec<Option<f64>>),
    /// Yes or no.
    Bool(Vec<Option<bool>>),
    /// Times.
    Time(Vec<Option<DateTime<Utc>>>),
    /// Days.
    Date(Vec<Option<NaiveDate>>),
    /// JSON.
    Json(Vec<Option<serde_json::Value>>),
}

impl Array {
    /// The name of PostgreSQL for the type of the values.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Uuid(_) => "uuid",
            Self::Text(_) => "text",
            Self::Integer(_) => "bigint",
            Self::Float(_) => "float8",
            Self::Bool(_) => "boolean",
            Self::Time(_) => "timestamptz",
            Self::Date(_) => "date",
            Self::Json(_) => "jsonb",
        }
    }

    fn of(values: Vec<Value>) -> Result<Self, Error> {
        let all = values.into_iter();
        macro_rules! all {
            ($array:ident, $value:ident => $take:expr, $variant:ident) => {
                Self::$array(
                    all.map(|value| match value {
                        Value::$variant($value) => Ok($take),
                        other => Err(mixed(&other)),
                    })
                    .collect::<Result<_, Error>>()?,
                )
            };
        }
        Ok(match all.as_slice().first() {
            Some(Value::Uuid(_)) => all!(Uuid, value => value, Uuid),
            Some(Value::String(_)) => all!(Text, value => value, String),
            Some(Value::BigInt(_)) => all!(Integer, value => value, BigInt),
            Some(Value::Int(_)) => all!(Integer, value => value.map(i64::from), Int),
            Some(Value::Double(_)) => all!(Float, value => value, Double),
            Some(Value::Bool(_)) => all!(Bool, value => value, Bool),
            Some(Value::ChronoDateTimeUtc(_)) => all!(Time, value => value, ChronoDateTimeUtc),
            Some(Value::ChronoDate(_)) => all!(Date, value => value, ChronoDate),
            Some(Value::Json(_)) => all!(Json, value => value.map(|json| *json), Json),
            other => return Err(Error::internal(format!("no array is made of {other:?}"))),
        })
    }

    fn bind(self, arguments: &mut PgArguments) -> Result<(), sqlx::error::BoxDynError> {
        match self {
            Self::Uuid(values) => arguments.add(values),
            Self::Text(values) => arguments.add(values),
            Self::Integer(values) => arguments.add(values),
            Self::Float(values) => arguments.add(values),
            Self::Bool(values) => arguments.add(values),
            Self::Time(values) => arguments.add(values),
            Self::Date(values) => arguments.add(values),
            Self::Json(values) => arguments.add(values),
        }
    }
}

fn mixed(value: &Value) -> Error {
    Error::internal(format!("a column has values of several types: {value:?}"))
}
