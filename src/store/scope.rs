//! Filters that every query of the store builds on.
use crate::domain::id::CompanyId;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, Select,
    sea_query::{Expr, ExprTrait, SimpleExpr, extension::postgres::PgFunc},
};
use uuid::Uuid;

use super::tenant::TenantTx;

/// All rows of a table that belong to a company: what every finder begins with, so that none can forget the company.
pub fn of_company<E: EntityTrait>(company: CompanyId, column: E::Column) -> Select<E> {
    E::find().filter(column.eq(company.0))
}

/// A column that is one of several ids, in one bind on PostgreSQL so that the statement is the same for any number of them.
pub fn any_id<C: ColumnTrait>(tx: &TenantTx, column: C, ids: impl IntoIterator<Item = impl Into<Uuid>>) -> SimpleExpr {
    let ids: Vec<Uuid> = ids.into_iter().map(Into::into).collect();
    match tx.get_database_backend() {
        DbBackend::Postgres => Expr::col(column.as_column_ref()).eq(PgFunc::any(ids)),
        _ => Expr::col(column.as_column_ref()).is_in(ids),
    }
}

/// A column that is one of several texts, in one bind on PostgreSQL.
pub fn any_text<C: ColumnTrait>(tx: &TenantTx, column: C, texts: impl IntoIterator<Item = impl Into<String>>) -> SimpleExpr {
    let texts: Vec<String> = texts.into_iter().map(Into::into).collect();
    match tx.get_database_backend() {
        DbBackend::Postgres => Expr::col(column.as_column_ref()).eq(PgFunc::any(texts)),
        _ => Expr::col(column.as_column_ref()).is_in(texts),
    }
}
