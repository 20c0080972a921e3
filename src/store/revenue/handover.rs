//! The kept sums when revenue entries are handed over from one party to another, and back.
use super::audit::statement;
use crate::{
    domain::{
        error::Error,
        id::PartyId,
        money::{Currency, Money},
    },
    store::{scope::of_company, stored, tenant::TenantTx},
};
use sea_orm::{ColumnTrait, ConnectionTrait, QueryFilter, QueryOrder};

/// Adds the sums of one party to those of another. The first one has sums of nothing afterwards.
///
/// # Errors
/// `INVALID_AMOUNT` when a sum would not fit into 64 bits of minor units.
pub async fn give_sums(tx: &TenantTx, from: PartyId, to: PartyId) -> Result<(), Error> {
    for sql in [
        "INSERT INTO revenue_total (company_id, party_id, currency, channel, direction, month, amount_minor, entries)
         SELECT company_id, $3, currency, channel, direction, month, amount_minor, entries FROM revenue_total
         WHERE company_id = $1 AND party_id = $2 AND entries <> 0
         ON CONFLICT (company_id, party_id, currency, channel, direction, month) DO UPDATE
         SET amount_minor = revenue_total.amount_minor + excluded.amount_minor, entries = revenue_total.entries + excluded.entries",
        "INSERT INTO party_revenue (company_id, party_id, currency, gross_minor, payout_minor, net_minor)
         SELECT company_id, $3, currency, gross_minor, payout_minor, net_minor FROM party_revenue
         WHERE company_id = $1 AND party_id = $2
         ON CONFLICT (company_id, party_id, currency) DO UPDATE
         SET gross_minor = party_revenue.gross_minor + excluded.gross_minor, payout_minor = party_revenue.payout_minor + excluded.payout_minor,
             net_minor = party_revenue.net_minor + excluded.net_minor",
    ] {
        tx.execute_raw(statement(tx, sql, [from.0.into(), to.0.into()])).await?;
    }
    for sql in [
        "UPDATE revenue_total SET amount_minor = 0, entries = 0 WHERE company_id = $1 AND party_id = $2",
        "UPDATE party_revenue SET gross_minor = 0, payout_minor = 0, net_minor = 0 WHERE company_id = $1 AND party_id = $2",
    ] {
        tx.execute_raw(statement(tx, sql, [from.0.into()])).await?;
    }
    Ok(())
}

/// Takes out of one party's sums what another one's entries add up to, which were just given back to it.
pub async fn take_sums_back(tx: &TenantTx, from: PartyId, to: PartyId) -> Result<(), Error> {
    for sql in [
        "INSERT INTO revenue_total (company_id, party_id, currency, channel, direction, month, amount_minor, entries)
         SELECT company_id, party_id, currency, channel, direction, {month}, sum(amount_minor), count(*)
         FROM revenue_entry WHERE company_id = $1 AND party_id = $2 GROUP BY company_id, party_id, currency, channel, direction, {month}
         ON CONFLICT (company_id, party_id, currency, channel, direction, month)
         DO UPDATE SET amount_minor = excluded.amount_minor, entries = excluded.entries",
        "INSERT INTO party_revenue (company_id, party_id, currency, gross_minor, payout_minor, net_minor)
         SELECT company_id, party_id, currency, {gross}, {payouts}, {gross} - {payouts}
         FROM revenue_entry WHERE company_id = $1 AND party_id = $2 GROUP BY company_id, party_id, currency
         ON CONFLICT (company_id, party_id, currency)
         DO UPDATE SET gross_minor = excluded.gross_minor, payout_minor = excluded.payout_minor, net_minor = excluded.net_minor",
    ] {
        tx.execute_raw(statement(tx, sql, [to.0.into()])).await?;
    }
    for sql in [
        "UPDATE revenue_total SET (amount_minor, entries) = (
             SELECT revenue_total.amount_minor - o.amount_minor, revenue_total.entries - o.entries FROM revenue_total o WHERE {same_month})
         WHERE company_id = $1 AND party_id = $2 AND EXISTS (SELECT 1 FROM revenue_total o WHERE {same_month})",
        "UPDATE party_revenue SET (gross_minor, payout_minor, net_minor) = (
             SELECT party_revenue.gross_minor - o.gross_minor, party_revenue.payout_minor - o.payout_minor, party_revenue.net_minor - o.net_minor
             FROM party_revenue o WHERE {same_currency})
         WHERE company_id = $1 AND party_id = $2 AND EXISTS (SELECT 1 FROM party_revenue o WHERE {same_currency})",
    ] {
        let sql = sql
            .replace(
                "{same_month}",
                "o.company_id = revenue_total.company_id AND o.party_id = $3 AND o.currency = revenue_total.currency
                 AND o.channel = revenue_total.channel AND o.direction = revenue_total.direction AND o.month = revenue_total.month",
            )
            .replace("{same_currency}", "o.company_id = party_revenue.company_id AND o.party_id = $3 AND o.currency = party_revenue.currency");
        tx.execute_raw(statement(tx, &sql, [from.0.into(), to.0.into()])).await?;
    }
    Ok(())
}

/// What a party paid and was paid, by currency, in minor units.
pub async fn sums_of(tx: &TenantTx, party: PartyId) -> Result<Vec<(Money, Money)>, Error> {
    use entity::party_revenue::{Column, Entity};
    let rows =
        of_company::<Entity>(tx.company(), Column::CompanyId).filter(Column::PartyId.eq(party.0)).order_by_asc(Column::Currency).all(tx).await?;
    rows.into_iter()
        .filter(|row| (row.gross_minor, row.payout_minor) != (0, 0))
        .map(|row| {
            let currency = stored("party_revenue.currency", &row.currency, |code| Currency::parse(code).ok())?;
            Ok((Money { minor: row.gross_minor, currency }, Money { minor: row.payout_minor, currency }))
        })
        .collect()
}
