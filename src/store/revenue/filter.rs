//! Which entries are added up, and from where: whole months from the monthly sums, other periods from the entries themselves.
use crate::{
    domain::{
        code::{ChannelCode, RoleCode},
        id::PartyId,
        kind::Direction,
        revenue::RevenueFilter,
    },
    store::{
        scope::{any_id, any_text},
        tenant::TenantTx,
    },
};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use entity::{party_role, revenue_entry, revenue_total};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend,
    sea_query::{Expr, ExprTrait, Func, Query, SelectStatement},
};

/// A statement that adds entries up: its source with all conditions, to which the caller adds what is selected and grouped.
pub(super) struct Sums {
    /// `SELECT FROM … WHERE …`; its rows have a `party_id`, `currency`, `channel`, `direction` and `amount_minor`.
    pub select: SelectStatement,
    /// The number of entries in a group.
    pub entries: Expr,
    /// The month of a row, as `2026-03`.
    pub month: Expr,
}

/// The entries that a filter admits, of some parties or of all.
pub(super) fn sums(tx: &TenantTx, filter: &RevenueFilter, parties: Option<&[PartyId]>) -> Sums {
    if filter.period.whole_months() { of_months(tx, filter, parties) } else { of_entries(tx, filter, parties) }
}

fn of_months(tx: &TenantTx, filter: &RevenueFilter, parties: Option<&[PartyId]>) -> Sums {
    use revenue_total::Column;
    let mut select = Query::select().from(revenue_total::Entity).and_where(Column::CompanyId.eq(tx.company().0)).to_owned();
    select.and_where_option(filter.period.from().map(|day| Column::Month.gte(day)));
    select.and_where_option(filter.period.to().map(|day| Column::Month.lt(day)));
    restrict(tx, &mut select, filter, [Column::Channel, Column::Currency, Column::Direction]);
    restrict_parties(tx, &mut select, Column::PartyId, parties, filter.roles.as_deref());
    let month = match tx.get_database_backend() {
        DbBackend::Postgres => "to_char(month, 'YYYY-MM')",
        _ => "substr(month, 1, 7)",
    };
    Sums { select, entries: whole(Func::sum(Expr::col(Column::Entries))), month: Expr::cust(month) }
}

fn of_entries(tx: &TenantTx, filter: &RevenueFilter, parties: Option<&[PartyId]>) -> Sums {
    use revenue_entry::Column;
    let mut select = Query::select().from(revenue_entry::Entity).and_where(Column::CompanyId.eq(tx.company().0)).to_owned();
    select.and_where_option(filter.period.from().map(|day| Column::OccurredAt.gte(midnight(day))));
    select.and_where_option(filter.period.to().map(|day| Column::OccurredAt.lt(midnight(day))));
    restrict(tx, &mut select, filter, [Column::Channel, Column::Currency, Column::Direction]);
    restrict_parties(tx, &mut select, Column::PartyId, parties, filter.roles.as_deref());
    let month = match tx.get_database_backend() {
        DbBackend::Postgres => "to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM')",
        // Times are written as RFC 3339 in UTC, so the month is their beginning.
        _ => "substr(occurred_at, 1, 7)",
    };
    Sums { select, entries: whole(Func::count(Expr::col(Column::RecordId))), month: Expr::cust(month) }
}

fn restrict<C: ColumnTrait>(tx: &TenantTx, select: &mut SelectStatement, filter: &RevenueFilter, [channel, currency, direction]: [C; 3]) {
    select.and_where_option(filter.channels.as_ref().map(|codes| any_text(tx, channel, codes.iter().map(ChannelCode::as_str))));
    select.and_where_option(filter.currency.map(|code| currency.eq(code.as_str())));
    select.and_where_option(filter.direction.map(|word| direction.eq(word.as_str())));
}

fn restrict_parties<C: ColumnTrait>(tx: &TenantTx, select: &mut SelectStatement, party: C, ids: Option<&[PartyId]>, roles: Option<&[RoleCode]>) {
    select.and_where_option(ids.map(|ids| any_id(tx, party, ids.iter().copied())));
    select.and_where_option(roles.map(|roles| holds_one_of(tx, party, roles)));
}

/// That a party holds one of some roles now.
pub(super) fn holds_one_of<C: ColumnTrait>(tx: &TenantTx, party: C, roles: &[RoleCode]) -> Expr {
    use party_role::Column;
    let mut holders = Query::select().column(Column::PartyId).from(party_role::Entity).to_owned();
    holders.and_where(Column::CompanyId.eq(tx.company().0));
    holders.and_where(Column::ValidTo.is_null());
    holders.and_where(any_text(tx, Column::RoleCode, roles.iter().map(RoleCode::as_str)));
    Expr::col(party.as_column_ref()).in_subquery(holders)
}

/// The sums of one direction in a group; zero when it has none.
pub(super) fn sum_of(direction: Direction) -> Expr {
    let amount = Expr::case(Expr::col("direction").eq(direction.as_str()), Expr::col("amount_minor")).finally(Expr::val(0_i64));
    whole(Func::sum(amount))
}

/// A sum as a big integer: PostgreSQL's sums of big integers are numeric.
pub(super) fn whole(sum: impl Into<Expr>) -> Expr {
    sum.into().cast_as("bigint")
}

fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}
