//! What imports left behind, for reports.
use super::{import::ledger::statement, stored, tenant::TenantTx};
use crate::domain::{
    error::Error,
    id::{ImportId, PartyId},
    import::outcome::Outcome,
    import_run::{ImportCount, ImportRun, ImportedRow},
    kind::ImportState,
};
use sea_orm::{ConnectionTrait, QueryResult};
use std::collections::HashMap;

/// The newest runs, the last one first.
pub async fn latest(tx: &TenantTx, limit: i64) -> Result<Vec<ImportRun>, Error> {
    let sql = "SELECT id, state, started_at, finished_at FROM import_run WHERE company_id = $1 ORDER BY id DESC LIMIT $2";
    let rows = tx.query_all_raw(statement(tx, sql, vec![limit.into()])).await?;
    rows.iter()
        .map(|row| {
            let state: String = row.try_get_by_index(1)?;
            let state = stored("import_run.state", &state, ImportState::stored)?;
            Ok(ImportRun {
                id: ImportId(row.try_get_by_index(0)?),
                state,
                started_at: row.try_get_by_index(2)?,
                finished_at: row.try_get_by_index(3)?,
            })
        })
        .collect()
}

/// How many rows of each table ended how and why in each of the newest runs.
pub async fn counts(tx: &TenantTx, limit: i64) -> Result<HashMap<ImportId, Vec<ImportCount>>, Error> {
    let sql = "SELECT run_id, system, table_name, outcome, reason, count(*) FROM import_row
               WHERE company_id = $1 AND run_id IN (SELECT id FROM import_run WHERE company_id = $1 ORDER BY id DESC LIMIT $2)
               GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5";
    let mut counts: HashMap<ImportId, Vec<ImportCount>> = HashMap::new();
    for row in tx.query_all_raw(statement(tx, sql, vec![limit.into()])).await? {
        let [system, table] = [row.try_get_by_index(1)?, row.try_get_by_index(2)?];
        let count = ImportCount { system, table, outcome: outcome(&row, 3)?, reason: row.try_get_by_index(4)?, count: row.try_get_by_index(5)? };
        counts.entry(ImportId(row.try_get_by_index(0)?)).or_default().push(count);
    }
    Ok(counts)
}

/// Up to `limit` rows of a run after a place, that ended in one way if one is given, by system, table and key.
pub async fn rows(tx: &TenantTx, run: ImportId, ended: Option<Outcome>, after: Option<[String; 3]>, limit: i64) -> Result<Vec<ImportedRow>, Error> {
    let [system, table, key] = after.unwrap_or_default();
    // Without a place the texts are empty, and every row comes after them.
    let sql = "SELECT system, table_name, row_key, outcome, reason, note, party_id FROM import_row
               WHERE company_id = $1 AND run_id = $2 AND (system, table_name, row_key) > ($3, $4, $5) AND ($6 = '' OR outcome = $6)
               ORDER BY system, table_name, row_key LIMIT $7";
    let ended = ended.map(Outcome::as_str).unwrap_or_default();
    let values = vec![run.0.into(), system.into(), table.into(), key.into(), ended.into(), limit.into()];
    let rows = tx.query_all_raw(statement(tx, sql, values)).await?;
    rows.iter()
        .map(|row| {
            let party: Option<uuid::Uuid> = row.try_get_by_index(6)?;
            Ok(ImportedRow {
                system: row.try_get_by_index(0)?,
                table: row.try_get_by_index(1)?,
                key: row.try_get_by_index(2)?,
                outcome: outcome(row, 3)?,
                reason: row.try_get_by_index(4)?,
                note: row.try_get_by_index(5)?,
                party: party.map(PartyId),
            })
        })
        .collect()
}

fn outcome(row: &QueryResult, at: usize) -> Result<Outcome, Error> {
    let word: String = row.try_get_by_index(at)?;
    stored("import_row.outcome", &word, Outcome::stored)
}
