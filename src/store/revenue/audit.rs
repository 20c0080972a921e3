//! Whether the kept sums are what the entries add up to, and making them so.
use crate::{
    domain::{error::Error, revenue::Difference},
    store::tenant::TenantTx,
};
use sea_orm::{ConnectionTrait, DbBackend, QueryResult, Statement, Value};
use uuid::Uuid;

/// Every kept sum that is not what the entries add up to, by table and key.
///
/// # Errors
/// `INVALID_AMOUNT` when the entries add up to more than 64 bits of minor units.
pub async fn differences(tx: &TenantTx) -> Result<Vec<Difference>, Error> {
    let months = tx.query_all_raw(statement(tx, MONTHS_THAT_DIFFER, [])).await?;
    let parties = tx.query_all_raw(statement(tx, PARTIES_THAT_DIFFER, [])).await?;
    months.iter().map(month).chain(parties.iter().map(party)).collect()
}

/// Adds everything up anew. Writers wait until the transaction ends; readers see the old sums.
///
/// # Errors
/// `INVALID_AMOUNT` when the entries add up to more than 64 bits of minor units.
pub async fn rebuild(tx: &TenantTx) -> Result<(), Error> {
    if tx.get_database_backend() == DbBackend::Postgres {
        // In the order in which entries are added to them. A writer that has added to the sums but not committed is waited for; one
        // that has written its entries alone adds to the rebuilt sums, which do not hold them yet.
        tx.execute_unprepared("LOCK TABLE revenue_total, party_revenue IN EXCLUSIVE MODE").await?;
    }
    for sql in [
        // The server's role may not delete. Sums of nothing remain, which nobody counts.
        "UPDATE revenue_total SET amount_minor = 0, entries = 0 WHERE company_id = $1",
        "UPDATE party_revenue SET gross_minor = 0, payout_minor = 0, net_minor = 0 WHERE company_id = $1",
        "INSERT INTO revenue_total (company_id, party_id, currency, channel, direction, month, amount_minor, entries)
         SELECT company_id, party_id, currency, channel, direction, {month}, sum(amount_minor), count(*)
         FROM revenue_entry WHERE company_id = $1 GROUP BY company_id, party_id, currency, channel, direction, {month}
         ON CONFLICT (company_id, party_id, currency, channel, direction, month)
         DO UPDATE SET amount_minor = excluded.amount_minor, entries = excluded.entries",
        "INSERT INTO party_revenue (company_id, party_id, currency, gross_minor, payout_minor, net_minor)
         SELECT company_id, party_id, currency, {gross}, {payouts}, {gross} - {payouts}
         FROM revenue_entry WHERE company_id = $1 GROUP BY company_id, party_id, currency
         ON CONFLICT (company_id, party_id, currency)
         DO UPDATE SET gross_minor = excluded.gross_minor, payout_minor = excluded.payout_minor, net_minor = excluded.net_minor",
    ] {
        tx.execute_raw(statement(tx, sql, [])).await?;
    }
    Ok(())
}

/// Entries on one side, kept sums on the other; the groups in which the sides are not equal remain. A kept sum of nothing is no difference.
const MONTHS_THAT_DIFFER: &str = "
    SELECT party_id, currency, channel, direction, CAST(month AS text) AS month,
           CAST(sum(recounted) AS bigint) AS recounted, CAST(sum(kept) AS bigint) AS kept,
           CAST(sum(recounted_entries) AS bigint) AS recounted_entries, CAST(sum(kept_entries) AS bigint) AS kept_entries
    FROM (
        SELECT party_id, currency, channel, direction, {month} AS month,
               amount_minor AS recounted, 0 AS kept, 1 AS recounted_entries, 0 AS kept_entries
        FROM revenue_entry WHERE company_id = $1
        UNION ALL
        SELECT party_id, currency, channel, direction, month, 0, amount_minor, 0, entries FROM revenue_total WHERE company_id = $1
    ) AS sides
    GROUP BY party_id, currency, channel, direction, month
    HAVING sum(recounted) <> sum(kept) OR sum(recounted_entries) <> sum(kept_entries)
    ORDER BY party_id, currency, channel, direction, month";

const PARTIES_THAT_DIFFER: &str = "
    SELECT party_id, currency, CAST(sum(gross) AS bigint) AS gross, CAST(sum(payouts) AS bigint) AS payouts,
           CAST(sum(kept_gross) AS bigint) AS kept_gross, CAST(sum(kept_payouts) AS bigint) AS kept_payouts, CAST(sum(kept_net) AS bigint) AS kept_net
    FROM (
        SELECT party_id, currency, {inflow} AS gross, {outflow} AS payouts, 0 AS kept_gross, 0 AS kept_payouts, 0 AS kept_net
        FROM revenue_entry WHERE company_id = $1
        UNION ALL
        SELECT party_id, currency, 0, 0, gross_minor, payout_minor, net_minor FROM party_revenue WHERE company_id = $1
    ) AS sides
    GROUP BY party_id, currency
    HAVING sum(gross) <> sum(kept_gross) OR sum(payouts) <> sum(kept_payouts) OR sum(kept_net) <> sum(gross) - sum(payouts)
    ORDER BY party_id, currency";

/// A statement of one company, which is `$1` before the other values, with what the two databases say in different words.
pub(super) fn statement<const N: usize>(tx: &TenantTx, sql: &str, values: [Value; N]) -> Statement {
    let month = match tx.get_database_backend() {
        DbBackend::Postgres => "CAST(date_trunc('month', occurred_at AT TIME ZONE 'UTC') AS date)",
        // Times are written as RFC 3339 in UTC, and dates as their beginning.
        _ => "substr(occurred_at, 1, 7) || '-01'",
    };
    let sql = sql
        .replace("{month}", month)
        .replace("{gross}", "sum({inflow})")
        .replace("{payouts}", "sum({outflow})")
        .replace("{inflow}", "CASE WHEN direction = 'INFLOW' THEN amount_minor ELSE 0 END")
        .replace("{outflow}", "CASE WHEN direction = 'OUTFLOW' THEN amount_minor ELSE 0 END");
    let values = std::iter::once(Value::from(tx.company().0)).chain(values);
    Statement::from_sql_and_values(tx.get_database_backend(), sql, values)
}

fn month(row: &QueryResult) -> Result<Difference, Error> {
    let key = ["currency", "channel", "direction", "month"].map(|column| row.try_get::<String>("", column));
    let key = key.into_iter().collect::<Result<Vec<_>, _>>()?.join(" ");
    let party: Uuid = row.try_get("", "party_id")?;
    Ok(Difference {
        what: format!("revenue_total of party {party}, {key}"),
        recounted: numbers(row, &["recounted", "recounted_entries"])?,
        kept: numbers(row, &["kept", "kept_entries"])?,
    })
}

fn party(row: &QueryResult) -> Result<Difference, Error> {
    let (party, currency): (Uuid, String) = (row.try_get("", "party_id")?, row.try_get("", "currency")?);
    let mut recounted = numbers(row, &["gross", "payouts"])?;
    recounted.push(recounted[0].saturating_sub(recounted[1]));
    Ok(Difference {
        what: format!("party_revenue of party {party}, {currency}"),
        recounted,
        kept: numbers(row, &["kept_gross", "kept_payouts", "kept_net"])?,
    })
}

fn numbers(row: &QueryResult, columns: &[&str]) -> Result<Vec<i64>, Error> {
    columns.iter().map(|column| Ok(row.try_get("", column)?)).collect()
}
