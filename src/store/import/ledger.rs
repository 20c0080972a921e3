//! The ledger: what became of every row of the old tables, and in which run.
use crate::{
    domain::{
        error::Error,
        id::PartyId,
        import::outcome::{LedgerLine, Outcome},
    },
    store::{
        bulk::{self, Array},
        stored,
        tenant::TenantTx,
    },
};
use chrono::{DateTime, SecondsFormat, Utc};
use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};
use serde_json::json;
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// Which of a company's ledgers: that of one table of one old system.
#[derive(Clone, Copy, Debug)]
pub struct LedgerOf<'l> {
    /// The old system.
    pub system: &'l str,
    /// The table.
    pub table: &'l str,
}

/// Where the rows stood, and how they ended, that the ledger knows among some keys.
pub async fn known(tx: &TenantTx, of: LedgerOf<'_>, keys: &[String]) -> Result<HashMap<String, (i64, Outcome)>, Error> {
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let one_of = match tx.get_database_backend() {
        DbBackend::Postgres => "= ANY($4)",
        _ => "IN (SELECT value FROM json_each($4))",
    };
    let sql =
        format!("SELECT row_key, position, outcome FROM import_row WHERE company_id = $1 AND system = $2 AND table_name = $3 AND row_key {one_of}");
    let rows = tx.query_all_raw(statement(tx, &sql, vec![of.system.into(), of.table.into(), texts(tx, keys)])).await?;
    rows.iter()
        .map(|row| {
            let outcome: String = row.try_get_by_index(2)?;
            Ok((row.try_get_by_index(0)?, (row.try_get_by_index(1)?, stored("import_row.outcome", &outcome, Outcome::stored)?)))
        })
        .collect()
}

/// Adds lines, all in one statement.
pub async fn add(tx: &TenantTx, of: LedgerOf<'_>, run: Uuid, lines: &[LedgerLine]) -> Result<(), Error> {
    let single: Vec<Value> = vec![of.system.into(), of.table.into(), run.into()];
    if tx.get_database_backend() == DbBackend::Postgres {
        let texts = |value: fn(&LedgerLine) -> Option<&str>| Array::Text(lines.iter().map(|line| value(line).map(str::to_owned)).collect());
        let arrays = vec![
            texts(|line| Some(&line.key)),
            Array::Integer(lines.iter().map(|line| Some(line.position)).collect()),
            texts(|line| Some(line.outcome.as_str())),
            texts(|line| line.reason.as_deref()),
            texts(|line| line.note.as_deref()),
            Array::Uuid(lines.iter().map(|line| line.party.map(|id| id.0)).collect()),
        ];
        let sql = format!("{ADD} SELECT $1, $2, $3, $4, * FROM unnest($5::text[], $6::bigint[], $7::text[], $8::text[], $9::text[], $10::uuid[])");
        let single = [vec![tx.company().0.into()], single].concat();
        return bulk::run(tx, sql, single, arrays).await.map(drop);
    }
    let hex = |id: PartyId| id.0.simple().to_string();
    let rows: Vec<serde_json::Value> = lines
        .iter()
        .map(|line| json!({ "key": line.key, "position": line.position, "outcome": line.outcome.as_str(), "reason": line.reason, "note": line.note, "party": line.party.map(hex) }))
        .collect();
    let sql = format!(
        "{ADD} SELECT $1, $2, $3, $4, value ->> 'key', value ->> 'position', value ->> 'outcome', value ->> 'reason', value ->> 'note',
         CASE WHEN value ->> 'party' IS NOT NULL THEN unhex(value ->> 'party') END FROM json_each($5)"
    );
    let rows = serde_json::Value::Array(rows).to_string();
    tx.execute_raw(statement(tx, &sql, [single, vec![rows.into()]].concat())).await?;
    Ok(())
}

const ADD: &str = "INSERT INTO import_row (company_id, system, table_name, run_id, row_key, position, outcome, reason, note, party_id)";

/// Prepares a transaction of a run for tables that grow faster than their statistics: PostgreSQL would plan its look-ups for empty tables,
/// and go on reading whole ones. Plans are kept with connections, so every transaction of the run says it. Commits wait for the disk as everywhere:
/// who follows the feed must never have read an event that a crash takes back.
pub async fn tune(tx: &TenantTx) -> Result<(), Error> {
    if tx.get_database_backend() == DbBackend::Postgres {
        tx.plan_anew();
        tx.execute_unprepared(
            "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL jit = off; SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL plan_cache_mode = auto",
        )
        .await?;
    }
    Ok(())
}

/// How many rows of each table of a system ended how and why.
pub async fn counts(tx: &TenantTx, system: &str) -> Result<BTreeMap<String, BTreeMap<(Outcome, String), i64>>, Error> {
    let sql = "SELECT table_name, outcome, coalesce(reason, ''), count(*) FROM import_row WHERE company_id = $1 AND system = $2 GROUP BY 1, 2, 3";
    let mut counts: BTreeMap<String, BTreeMap<(Outcome, String), i64>> = BTreeMap::new();
    for row in tx.query_all_raw(statement(tx, sql, vec![system.into()])).await? {
        let outcome: String = row.try_get_by_index(1)?;
        let outcome = stored("import_row.outcome", &outcome, Outcome::stored)?;
        counts.entry(row.try_get_by_index(0)?).or_default().insert((outcome, row.try_get_by_index(2)?), row.try_get_by_index(3)?);
    }
    Ok(counts)
}

/// The rows of a system that ended in one way, with reason and note; the first `limit` by table and key.
pub async fn list(tx: &TenantTx, system: &str, outcome: Outcome, limit: i64) -> Result<Vec<(String, String, String, String)>, Error> {
    let sql = "SELECT table_name, row_key, coalesce(reason, ''), coalesce(note, '') FROM import_row
               WHERE company_id = $1 AND system = $2 AND outcome = $3 ORDER BY table_name, row_key LIMIT $4";
    let rows = tx.query_all_raw(statement(tx, sql, vec![system.into(), outcome.as_str().into(), limit.into()])).await?;
    rows.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?, row.try_get_by_index(3)?))).collect()
}

/// The run that was begun and has not ended, if there is one.
pub async fn running(tx: &TenantTx) -> Result<Option<Uuid>, Error> {
    let sql = "SELECT id FROM import_run WHERE company_id = $1 AND state = 'RUNNING' ORDER BY id LIMIT 1";
    Ok(tx.query_one_raw(statement(tx, sql, vec![])).await?.map(|row| row.try_get_by_index(0)).transpose()?)
}

/// Notes that a run began, unless that is noted already.
pub async fn begin(tx: &TenantTx, run: Uuid, mapping: serde_json::Value, at: DateTime<Utc>) -> Result<(), Error> {
    let sql = "INSERT INTO import_run (company_id, id, state, mapping, started_at) VALUES ($1, $2, 'RUNNING', $3, $4) ON CONFLICT DO NOTHING";
    tx.execute_raw(statement(tx, sql, vec![run.into(), mapping.into(), at.into()])).await?;
    Ok(())
}

/// Keeps when parties last changed before a run changed them; what was kept first stays.
pub async fn touched(tx: &TenantTx, run: Uuid, parties: &BTreeMap<PartyId, DateTime<Utc>>) -> Result<(), Error> {
    if parties.is_empty() {
        return Ok(());
    }
    if tx.get_database_backend() == DbBackend::Postgres {
        let sql = format!("{TOUCH} SELECT $1, $2, * FROM unnest($3::uuid[], $4::timestamptz[]) ON CONFLICT DO NOTHING");
        let arrays = vec![Array::Uuid(parties.keys().map(|id| Some(id.0)).collect()), Array::Time(parties.values().map(|at| Some(*at)).collect())];
        return bulk::run(tx, sql, vec![tx.company().0.into(), run.into()], arrays).await.map(drop);
    }
    let row =
        |(id, at): (&PartyId, &DateTime<Utc>)| json!({ "id": id.0.simple().to_string(), "at": at.to_rfc3339_opts(SecondsFormat::AutoSi, false) });
    let rows: serde_json::Value = parties.iter().map(row).collect();
    let sql = format!("{TOUCH} SELECT $1, $2, unhex(value ->> 'id'), value ->> 'at' FROM json_each($3) WHERE true ON CONFLICT DO NOTHING");
    tx.execute_raw(statement(tx, &sql, vec![run.into(), rows.to_string().into()])).await?;
    Ok(())
}

const TOUCH: &str = "INSERT INTO import_touched (company_id, run_id, party_id, updated_at)";

/// Notes that a run ended. A run that never began is none.
pub async fn finish(tx: &TenantTx, run: Uuid, at: DateTime<Utc>) -> Result<(), Error> {
    let sql = "UPDATE import_run SET state = 'DONE', finished_at = $3 WHERE company_id = $1 AND id = $2 AND state = 'RUNNING'";
    tx.execute_raw(statement(tx, sql, vec![run.into(), at.into()])).await?;
    Ok(())
}

/// How many e-mail addresses the records have that came of a table's rows.
pub async fn emails(tx: &TenantTx, of: LedgerOf<'_>, record_type: &str) -> Result<i64, Error> {
    let sql = "SELECT count(DISTINCT s.email_key) FROM import_row r
               JOIN source_record s ON s.company_id = r.company_id AND s.system = r.system AND s.record_type = $4 AND s.record_id = r.row_key
               WHERE r.company_id = $1 AND r.system = $2 AND r.table_name = $3 AND r.outcome <> 'REJECTED'";
    let row = tx.query_one_raw(statement(tx, sql, vec![of.system.into(), of.table.into(), record_type.into()])).await?;
    Ok(row.map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or_default())
}

/// The sums of the entries that came of a table's rows, by currency, in minor units.
pub async fn money(tx: &TenantTx, of: LedgerOf<'_>, record_type: &str) -> Result<BTreeMap<String, i64>, Error> {
    let sql = "SELECT e.currency, CAST(sum(e.amount_minor) AS bigint) FROM import_row r
               JOIN revenue_entry e ON e.company_id = r.company_id AND e.system = r.system AND e.record_type = $4 AND e.record_id = r.row_key
               WHERE r.company_id = $1 AND r.system = $2 AND r.table_name = $3 AND r.outcome = 'CREATED' GROUP BY 1";
    let rows = tx.query_all_raw(statement(tx, sql, vec![of.system.into(), of.table.into(), record_type.into()])).await?;
    rows.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))).collect()
}

/// A statement whose first value is the company.
pub(in crate::store) fn statement(tx: &TenantTx, sql: &str, mut values: Vec<Value>) -> Statement {
    values.insert(0, tx.company().0.into());
    Statement::from_sql_and_values(tx.get_database_backend(), sql, values)
}

fn texts(tx: &TenantTx, texts: &[String]) -> Value {
    match tx.get_database_backend() {
        DbBackend::Postgres => texts.to_vec().into(),
        _ => json!(texts).to_string().into(),
    }
}
