//! Facets: how many parties meet a filter, by one of their parts.
use super::{
    directory::filtered,
    scope::{any_id, of_company},
    statistics::counted,
    stored,
    tenant::TenantTx,
};
use crate::domain::{
    code::{RoleCode, SystemCode},
    directory::DirectoryFilter,
    error::Error,
    id::PartyId,
    kind::{PartyKind, PartyStatus},
};
use entity::{party, party_link, party_role};
use sea_orm::{
    ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect, QueryTrait, Select,
    sea_query::{Expr, ExprTrait, SelectStatement},
};
use std::collections::BTreeMap;

/// Which parties are counted.
#[derive(Clone, Copy, Debug)]
pub struct Counted<'a> {
    /// Those that meet a filter.
    pub filter: &'a DirectoryFilter,
    /// Of these alone; of all when absent.
    pub among: Option<&'a [PartyId]>,
}

/// How many there are. One statement.
pub async fn total(tx: &TenantTx, counted: Counted<'_>) -> Result<i64, Error> {
    Ok(i64::try_from(parties(tx, counted).count(tx).await?).unwrap_or(i64::MAX))
}

/// By what they are. One statement.
pub async fn kinds(tx: &TenantTx, by: Counted<'_>) -> Result<BTreeMap<PartyKind, i64>, Error> {
    let rows: Vec<(String, i64)> = counted(parties(tx, by), &[party::Column::Kind]).into_tuple().all(tx).await?;
    rows.into_iter().map(|(kind, count)| Ok((stored("party.kind", &kind, PartyKind::stored)?, count))).collect()
}

/// By where they stand in their life. One statement.
pub async fn statuses(tx: &TenantTx, by: Counted<'_>) -> Result<BTreeMap<PartyStatus, i64>, Error> {
    let rows: Vec<(String, i64)> = counted(parties(tx, by), &[party::Column::Status]).into_tuple().all(tx).await?;
    rows.into_iter().map(|(status, count)| Ok((stored("party.status", &status, PartyStatus::stored)?, count))).collect()
}

/// By the roles that they hold now; a party holds a role once. One statement.
pub async fn roles(tx: &TenantTx, by: Counted<'_>) -> Result<BTreeMap<RoleCode, i64>, Error> {
    use party_role::Column;
    let held = of_company::<party_role::Entity>(tx.company(), Column::CompanyId).filter(Column::ValidTo.is_null());
    let rows: Vec<(String, i64)> = counted(of_parties(held, Column::PartyId, tx, by), &[Column::RoleCode]).into_tuple().all(tx).await?;
    Ok(rows.into_iter().map(|(code, count)| (RoleCode::stored(code), count)).collect())
}

/// By the engines that have records which are linked to them; a party with several records of one engine counts once. One statement.
pub async fn systems(tx: &TenantTx, by: Counted<'_>) -> Result<BTreeMap<SystemCode, i64>, Error> {
    use party_link::Column;
    let active = of_company::<party_link::Entity>(tx.company(), Column::CompanyId).filter(Column::Status.eq("ACTIVE"));
    let linked = of_parties(active, Column::PartyId, tx, by).select_only().column(Column::System).group_by(Column::System);
    let rows: Vec<(String, i64)> = linked.expr(Expr::col(Column::PartyId).count_distinct()).into_tuple().all(tx).await?;
    Ok(rows.into_iter().map(|(system, count)| (SystemCode::stored(system), count)).collect())
}

fn parties(tx: &TenantTx, counted: Counted<'_>) -> Select<party::Entity> {
    let rows = filtered(tx, counted.filter);
    match counted.among {
        Some(ids) => rows.filter(any_id(tx, party::Column::Id, ids.iter().copied())),
        None => rows,
    }
}

fn of_parties<E: EntityTrait>(rows: Select<E>, party: E::Column, tx: &TenantTx, counted: Counted<'_>) -> Select<E> {
    let ids: SelectStatement = parties(tx, counted).select_only().column(party::Column::Id).into_query();
    rows.filter(party.in_subquery(ids))
}
