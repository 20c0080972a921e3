//! Filters that every query of the store builds on.
use crate::domain::id::CompanyId;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, Select,
    sea_query::{Expr, ExprTrait, Func, Query, SimpleExpr, extension::postgres::PgFunc},
};
use uuid::Uuid;

use super::tenant::TenantTx;

/// All rows of a table that belong to a company: what every finder begins with, so that none can forget the company.
pub fn of_company<E: EntityTrait>(company: CompanyId, column: E::Column) -> Select<E> {
    E::find().filter(column.eq(company.0))
}

/// A column that is one of several ids: one bind for any number of them, so that the statement stays the same and no limit of binds is met.
pub fn any_id<C: ColumnTrait>(tx: &TenantTx, column: C, ids: impl IntoIterator<Item = impl Into<Uuid>>) -> SimpleExpr {
    let ids = ids.into_iter().map(Into::into);
    match tx.get_database_backend() {
        DbBackend::Postgres => Expr::col(column.as_column_ref()).eq(PgFunc::any(ids.collect::<Vec<Uuid>>())),
        _ => among(column, "unhex(value)", ids.map(|id| id.simple().to_string()).collect()),
    }
}

/// A column that is one of several texts, in one bind.
pub fn any_text<C: ColumnTrait>(tx: &TenantTx, column: C, texts: impl IntoIterator<Item = impl Into<String>>) -> SimpleExpr {
    let texts: Vec<String> = texts.into_iter().map(Into::into).collect();
    match tx.get_database_backend() {
        DbBackend::Postgres => Expr::col(column.as_column_ref()).eq(PgFunc::any(texts)),
        _ => among(column, "value", texts),
    }
}

/// Several ids in one bind, for statements that are written as text: an array, or on SQLite a JSON array of their hexadecimal digits.
pub fn id_list(backend: DbBackend, ids: impl IntoIterator<Item = impl Into<Uuid>>) -> sea_orm::Value {
    let ids = ids.into_iter().map(Into::into);
    match backend {
        DbBackend::Postgres => ids.collect::<Vec<Uuid>>().into(),
        _ => serde_json::json!(ids.map(|id| id.simple().to_string()).collect::<Vec<_>>()).to_string().into(),
    }
}

/// SQLite has no arrays to bind; a JSON array does the same.
fn among<C: ColumnTrait>(column: C, value: &'static str, texts: Vec<String>) -> SimpleExpr {
    let list = Func::cust("json_each").arg(serde_json::json!(texts).to_string());
    let values = Query::select().expr(Expr::cust(value)).from_function(list, "list").take();
    Expr::col(column.as_column_ref()).in_subquery(values)
}
