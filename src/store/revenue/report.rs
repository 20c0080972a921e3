//! Sums by whatever tells them apart, added up by the database.
use super::filter::{self, sum_of};
use crate::{
    domain::{
        code::{ChannelCode, RoleCode},
        error::Error,
        id::PartyId,
        kind::Direction,
        money::{Currency, Money},
        period::Month,
        revenue::{Dimension, ReportRow, RevenueFilter, Sums},
    },
    store::{scope::any_text, stored, tenant::TenantTx},
};
use entity::{party_role, revenue_entry, revenue_total};
use sea_orm::{
    ColumnTrait, ConnectionTrait, QueryResult,
    sea_query::{Condition, Expr, ExprTrait, JoinType, SelectStatement},
};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// The sums of a company, or of one of its parties, in one row for each currency and each value of the dimensions.
///
/// # Errors
/// `INVALID_AMOUNT` when a sum does not fit into 64 bits of minor units.
pub async fn rows(tx: &TenantTx, filter: &RevenueFilter, party: Option<PartyId>, by: &BTreeSet<Dimension>) -> Result<Vec<ReportRow>, Error> {
    let only = party.map(|party| [party]);
    let sums = filter::sums(tx, filter, only.as_ref().map(<[_; 1]>::as_slice));
    let entries = sums.entries.clone();
    let mut select = sums.select;
    if by.contains(&Dimension::Role) {
        join_roles(tx, filter, &mut select);
    }
    group(&mut select, entries, sums.month, by);
    tx.query_all(&select).await?.iter().map(|row| read(row, by)).collect()
}

/// The sums of some parties, each in one row for each currency and each value of the dimensions. One statement.
///
/// # Errors
/// `INVALID_AMOUNT` when a sum does not fit into 64 bits of minor units.
pub async fn of_parties(
    tx: &TenantTx,
    filter: &RevenueFilter,
    parties: &[PartyId],
    by: &BTreeSet<Dimension>,
) -> Result<HashMap<PartyId, Vec<ReportRow>>, Error> {
    let sums = filter::sums(tx, filter, Some(parties));
    let mut select = sums.select;
    select.expr_as(Expr::col("party_id"), "of_party").group_by_col("party_id");
    group(&mut select, sums.entries, sums.month, by);
    let mut of_parties: HashMap<PartyId, Vec<ReportRow>> = HashMap::new();
    for row in tx.query_all(&select).await? {
        let party: Uuid = row.try_get("", "of_party")?;
        of_parties.entry(PartyId(party)).or_default().push(read(&row, by)?);
    }
    Ok(of_parties)
}

/// A party counts once for each role that it holds now, and a party without a role counts under none.
fn join_roles(tx: &TenantTx, filter: &RevenueFilter, select: &mut SelectStatement) {
    use party_role::Column;
    let party = match filter.period.whole_months() {
        true => revenue_total::Column::PartyId.as_column_ref(),
        false => revenue_entry::Column::PartyId.as_column_ref(),
    };
    let mut on = Condition::all()
        .add(Column::CompanyId.eq(tx.company().0))
        .add(Expr::col(Column::PartyId.as_column_ref()).eq(Expr::col(party)))
        .add(Column::ValidTo.is_null());
    if let Some(roles) = &filter.roles {
        on = on.add(any_text(tx, Column::RoleCode, roles.iter().map(RoleCode::as_str)));
    }
    select.join(JoinType::LeftJoin, party_role::Entity, on);
}

fn group(select: &mut SelectStatement, entries: Expr, month: Expr, by: &BTreeSet<Dimension>) {
    select.column("currency").group_by_col("currency");
    for dimension in by {
        let value = match dimension {
            Dimension::Channel => Expr::col("channel"),
            Dimension::Month => month.clone(),
            Dimension::Role => Expr::col("role_code"),
            Dimension::Direction => Expr::col("direction"),
        };
        select.expr_as(value.clone(), alias(*dimension)).add_group_by([value]);
    }
    // Kept sums of nothing are no rows.
    select.and_having(entries.clone().gt(0_i64));
    select.expr_as(sum_of(Direction::Inflow), "gross").expr_as(sum_of(Direction::Outflow), "payouts").expr_as(entries, "counted");
}

fn alias(dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::Channel => "by_channel",
        Dimension::Month => "by_month",
        Dimension::Role => "by_role",
        Dimension::Direction => "by_direction",
    }
}

fn read(row: &QueryResult, by: &BTreeSet<Dimension>) -> Result<ReportRow, Error> {
    let currency = stored("currency", &row.try_get::<String>("", "currency")?, |code| Currency::parse(code).ok())?;
    let money = |column: &str| Ok::<_, Error>(Money { minor: row.try_get("", column)?, currency });
    let text = |dimension: Dimension| match by.contains(&dimension) {
        true => row.try_get::<Option<String>>("", alias(dimension)),
        false => Ok(None),
    };
    let month = text(Dimension::Month)?.map(|month| stored("month", &month, |text| Month::parse(text).ok())).transpose()?;
    let direction = text(Dimension::Direction)?.map(|word| stored("direction", &word, Direction::stored)).transpose()?;
    Ok(ReportRow {
        channel: text(Dimension::Channel)?.map(ChannelCode::stored),
        month,
        role: text(Dimension::Role)?.map(RoleCode::stored),
        direction,
        sums: Sums::new(money("gross")?, money("payouts")?, row.try_get("", "counted")?)?,
    })
}
