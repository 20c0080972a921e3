//! The sums that are kept beside the entries, in the transaction that adds them.
use crate::{
    domain::{
        code::ChannelCode,
        error::Error,
        id::PartyId,
        kind::Direction,
        money::Currency,
        period::Month,
        refusal::{Code, Refusal},
        revenue::RevenueEntry,
    },
    store::{
        bulk::{self, Also},
        tenant::TenantTx,
    },
};
use entity::{party_revenue, revenue_total};
use sea_orm::{
    ActiveValue::Set,
    Iden,
    sea_query::{Expr, ExprTrait, OnConflict},
};
use std::collections::BTreeMap;

/// The key of a monthly sum; rows are written in its order, so that two writers never wait for each other in a circle.
type TotalKey = (PartyId, Currency, ChannelCode, Direction, Month);

/// Adds entries to the sums of their months and parties.
///
/// # Errors
/// `INVALID_AMOUNT` when a sum would not fit into 64 bits of minor units.
pub async fn add(tx: &TenantTx, entries: &[RevenueEntry]) -> Result<(), Error> {
    let (mut totals, mut parties) = (BTreeMap::<TotalKey, (i64, i64)>::new(), BTreeMap::<(PartyId, Currency), (i64, i64)>::new());
    for entry in entries {
        let (amount, currency) = (entry.amount.minor, entry.amount.currency);
        let total = totals.entry((entry.party, currency, entry.channel.clone(), entry.direction, entry.month())).or_default();
        *total = (sum(total.0, amount)?, total.1 + 1);
        let (gross, payouts) = parties.entry((entry.party, currency)).or_default();
        let side = if entry.direction == Direction::Inflow { gross } else { payouts };
        *side = sum(*side, amount)?;
    }
    add_to_months(tx, &totals).await?;
    add_to_parties(tx, &parties).await
}

fn sum(one: i64, other: i64) -> Result<i64, Refusal> {
    one.checked_add(other).ok_or_else(too_large)
}

fn too_large() -> Refusal {
    Refusal::new(Code::InvalidAmount, "The amounts add up to more than an amount of money can be.")
}

async fn add_to_months(tx: &TenantTx, totals: &BTreeMap<TotalKey, (i64, i64)>) -> Result<(), Error> {
    use revenue_total::{ActiveModel, Column, Entity};
    let rows: Vec<ActiveModel> = totals
        .iter()
        .map(|((party, currency, channel, direction, month), (amount, entries))| ActiveModel {
            company_id: Set(tx.company().0),
            party_id: Set(party.0),
            currency: Set(currency.as_str().to_owned()),
            channel: Set(channel.as_str().to_owned()),
            direction: Set(direction.as_str().to_owned()),
            month: Set(month.first_day()),
            amount_minor: Set(*amount),
            entries: Set(*entries),
        })
        .collect();
    let key = [Column::CompanyId, Column::PartyId, Column::Currency, Column::Channel, Column::Direction, Column::Month];
    let conflict = OnConflict::columns(key).values([Column::AmountMinor, Column::Entries].map(|column| increased(Entity, column))).to_owned();
    bulk::insert_also(tx, rows, Also { conflict: Some(conflict), ..Also::default() }).await.map(drop)
}

async fn add_to_parties(tx: &TenantTx, parties: &BTreeMap<(PartyId, Currency), (i64, i64)>) -> Result<(), Error> {
    use party_revenue::{ActiveModel, Column, Entity};
    let mut rows = Vec::with_capacity(parties.len());
    for ((party, currency), (gross, payouts)) in parties {
        rows.push(ActiveModel {
            company_id: Set(tx.company().0),
            party_id: Set(party.0),
            currency: Set(currency.as_str().to_owned()),
            gross_minor: Set(*gross),
            payout_minor: Set(*payouts),
            net_minor: Set(gross.checked_sub(*payouts).ok_or_else(too_large)?),
        });
    }
    let sums = [Column::GrossMinor, Column::PayoutMinor, Column::NetMinor].map(|column| increased(Entity, column));
    let conflict = OnConflict::columns([Column::CompanyId, Column::PartyId, Column::Currency]).values(sums).to_owned();
    bulk::insert_also(tx, rows, Also { conflict: Some(conflict), ..Also::default() }).await.map(drop)
}

/// What a column of a row that is there becomes: its value and the new row's.
fn increased<C: sea_orm::ColumnTrait + Iden>(table: impl Iden, column: C) -> (C, Expr) {
    (column, Expr::col((table, column)).add(Expr::col(("excluded", column))))
}
