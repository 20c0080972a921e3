//! Who paid or was paid most.
use super::filter::{self, holds_one_of, sum_of, whole};
use crate::{
    domain::{
        error::Error,
        id::PartyId,
        kind::Direction,
        money::{Currency, Money},
        revenue::{Measure, Ranked, RevenueFilter},
    },
    store::{scope::of_company, tenant::TenantTx},
};
use entity::party_revenue::{Column, Entity};
use sea_orm::{
    ColumnTrait, ConnectionTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, Func, Order},
};
use uuid::Uuid;

/// The first parties of a ranking in one currency, highest amount first and by id where amounts are equal. Parties without such an
/// amount are left out. Over all time and all channels it is read off an index; otherwise the database adds up.
///
/// # Errors
/// `INVALID_AMOUNT` when a sum does not fit into 64 bits of minor units.
pub async fn top(tx: &TenantTx, measure: Measure, filter: &RevenueFilter, currency: Currency, first: usize) -> Result<Vec<Ranked>, Error> {
    let is_kept = filter.period.from().is_none() && filter.period.to().is_none() && filter.channels.is_none();
    let rows = if is_kept { kept(tx, measure, filter, currency, first).await? } else { added_up(tx, measure, filter, currency, first).await? };
    let ranked = rows.into_iter().zip(1..);
    Ok(ranked.map(|((party, minor), rank)| Ranked { rank, party: PartyId(party), amount: Money { minor, currency } }).collect())
}

type Rows = Vec<(Uuid, i64)>;

async fn kept(tx: &TenantTx, measure: Measure, filter: &RevenueFilter, currency: Currency, first: usize) -> Result<Rows, Error> {
    let amount = match measure {
        Measure::Gross => Column::GrossMinor,
        Measure::Net => Column::NetMinor,
        Measure::Payouts => Column::PayoutMinor,
    };
    let mut query = of_company::<Entity>(tx.company(), Column::CompanyId).filter(Column::Currency.eq(currency.as_str())).filter(amount.ne(0_i64));
    if let Some(roles) = &filter.roles {
        query = query.filter(holds_one_of(tx, Column::PartyId, roles));
    }
    let query = query.order_by_desc(amount).order_by_asc(Column::PartyId).limit(first as u64);
    Ok(query.select_only().columns([Column::PartyId, amount]).into_tuple().all(tx).await?)
}

async fn added_up(tx: &TenantTx, measure: Measure, filter: &RevenueFilter, currency: Currency, first: usize) -> Result<Rows, Error> {
    let amount = match measure {
        Measure::Gross => sum_of(Direction::Inflow),
        Measure::Payouts => sum_of(Direction::Outflow),
        Measure::Net => whole(Func::sum(
            Expr::case(Expr::col("direction").eq(Direction::Inflow.as_str()), Expr::col("amount_minor"))
                .finally(Expr::val(0_i64).sub(Expr::col("amount_minor"))),
        )),
    };
    let filter = RevenueFilter { currency: Some(currency), ..filter.clone() };
    let mut select = filter::sums(tx, &filter, None).select;
    select
        .column("party_id")
        .expr_as(amount.clone(), "amount")
        .group_by_col("party_id")
        .and_having(amount.ne(0_i64))
        .order_by("amount", Order::Desc)
        .order_by("party_id", Order::Asc)
        .limit(first as u64);
    let mut rows = Vec::with_capacity(first);
    for row in tx.query_all(&select).await? {
        rows.push((row.try_get("", "party_id")?, row.try_get("", "amount")?));
    }
    Ok(rows)
}
