//! The directory: pages of parties, filtered and in order.
use super::{
    profile::{self, Reader},
    scope::{any_text, of_company},
    tenant::TenantTx,
};
use crate::domain::{
    code::{RoleCode, SystemCode},
    directory::{DirectoryFilter, DirectoryOrder, DirectoryPosition, SortKey, SortValue},
    error::Error,
    id::PartyId,
    kind::PartyStatus,
    profile::{Parts, Profile},
};
use entity::{
    party::{Column, Entity},
    party_link, party_role,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, Order, QueryFilter, QueryOrder, QueryResult, QuerySelect, QueryTrait, Select,
    sea_query::{Expr, ExprTrait, SimpleExpr},
};
use uuid::Uuid;

/// The parties that follow a position in an order, at most `limit` of them, each with its own position. One statement that reads the
/// columns of some parts alone.
pub async fn page(
    tx: &TenantTx,
    filter: &DirectoryFilter,
    (order, after): (DirectoryOrder, Option<&DirectoryPosition>),
    limit: usize,
    parts: Parts,
) -> Result<Vec<(DirectoryPosition, Profile)>, Error> {
    let column = match order.key {
        SortKey::Name => Column::NameKey,
        SortKey::CreatedAt => Column::CreatedAt,
        SortKey::UpdatedAt => Column::UpdatedAt,
    };
    let direction = if order.descending { Order::Desc } else { Order::Asc };
    let mut rows = filtered(tx, filter).order_by(column, direction.clone()).order_by(Column::Id, direction).limit(limit as u64);
    if let Some(after) = after {
        rows = rows.filter(beyond(column, order, after));
    }
    let mut rows = rows.select_only().columns([Column::Id, Column::MergedInto, column]).into_query();
    rows.columns(profile::columns(parts));
    tx.query_all(&rows).await?.iter().map(|row| read(row, order.key, parts)).collect()
}

fn read(row: &QueryResult, key: SortKey, parts: Parts) -> Result<(DirectoryPosition, Profile), Error> {
    let mut row = Reader::new(row);
    let (id, merged_into) = (PartyId(row.next()?), row.next::<Option<Uuid>>()?.map(PartyId));
    let value = match key {
        SortKey::Name => SortValue::Name(row.next()?),
        SortKey::CreatedAt | SortKey::UpdatedAt => SortValue::Time(row.next()?),
    };
    Ok((DirectoryPosition { value, id }, row.columns(id, merged_into, parts & Parts::RECORD)?))
}

/// The parties that meet a filter.
pub(super) fn filtered(tx: &TenantTx, filter: &DirectoryFilter) -> Select<Entity> {
    let mut rows = of_company::<Entity>(tx.company(), Column::CompanyId).filter(any_text(
        tx,
        Column::Status,
        filter.statuses.iter().copied().map(PartyStatus::as_str),
    ));
    if let Some(kind) = filter.kind {
        rows = rows.filter(Column::Kind.eq(kind.as_str()));
    }
    if !filter.roles.is_empty() {
        rows = rows.filter(holds_a_role(tx, &filter.roles));
    }
    if !filter.systems.is_empty() {
        rows = rows.filter(is_linked(tx, &filter.systems));
    }
    if let Some(since) = filter.created_since {
        rows = rows.filter(Column::CreatedAt.gte(since));
    }
    if let Some(since) = filter.updated_since {
        rows = rows.filter(Column::UpdatedAt.gte(since));
    }
    rows
}

fn holds_a_role(tx: &TenantTx, roles: &[RoleCode]) -> SimpleExpr {
    let holdings = of_company::<party_role::Entity>(tx.company(), party_role::Column::CompanyId)
        .filter(Expr::col((party_role::Entity, party_role::Column::PartyId)).eq(Expr::col((Entity, Column::Id))))
        .filter(any_text(tx, party_role::Column::RoleCode, roles.iter().map(RoleCode::as_str)))
        .filter(party_role::Column::ValidTo.is_null())
        .select_only()
        .column(party_role::Column::Id);
    Expr::exists(holdings.into_query())
}

fn is_linked(tx: &TenantTx, systems: &[SystemCode]) -> SimpleExpr {
    let links = of_company::<party_link::Entity>(tx.company(), party_link::Column::CompanyId)
        .filter(Expr::col((party_link::Entity, party_link::Column::PartyId)).eq(Expr::col((Entity, Column::Id))))
        .filter(any_text(tx, party_link::Column::System, systems.iter().map(SystemCode::as_str)))
        .filter(party_link::Column::Status.eq("ACTIVE"))
        .select_only()
        .column(party_link::Column::Id);
    Expr::exists(links.into_query())
}

/// Row values, because both databases walk the index with them; the same condition written with OR reads from the start.
fn beyond(column: Column, order: DirectoryOrder, after: &DirectoryPosition) -> SimpleExpr {
    let row = Expr::tuple([Expr::col((Entity, column)), Expr::col((Entity, Column::Id))]);
    let value = match &after.value {
        SortValue::Name(name) => Expr::val(name.clone()),
        SortValue::Time(time) => Expr::val(*time),
    };
    let end = Expr::tuple([value, Expr::val(after.id.0)]);
    if order.descending { row.lt(end) } else { row.gt(end) }
}
