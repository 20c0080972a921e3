//! Taking a run back: what it made goes, what it changed becomes what it was. The server's role may not delete, so this runs as the
//! owner of the tables.
use super::ledger::statement;
use crate::{domain::error::Error, store::tenant::TenantTx};
use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DbBackend, Value};
use uuid::Uuid;

/// The state of a run; none when there is no such run.
pub async fn state(tx: &TenantTx, run: Uuid) -> Result<Option<String>, Error> {
    let row = tx.query_one_raw(statement(tx, "SELECT state FROM import_run WHERE company_id = $1 AND id = $2", vec![run.into()])).await?;
    Ok(row.map(|row| row.try_get_by_index(0)).transpose()?)
}

/// Gathers the parties that a run made or changed, for the statements that follow.
pub async fn gather(tx: &TenantTx, actor: &str) -> Result<(), Error> {
    tx.execute_unprepared("DROP TABLE IF EXISTS rolled_back").await?;
    let create = "CREATE TEMPORARY TABLE rolled_back AS
        SELECT party_id AS id, max(CASE WHEN \"type\" = 'party.created' THEN 1 ELSE 0 END) AS made
        FROM party_event WHERE company_id = $1 AND actor = $2 AND party_id IS NOT NULL GROUP BY party_id";
    match tx.get_database_backend() {
        // PostgreSQL takes no bound values in the definition of a table.
        DbBackend::Postgres => {
            tx.execute_unprepared("CREATE TEMPORARY TABLE rolled_back (id uuid PRIMARY KEY, made integer NOT NULL) ON COMMIT DROP").await?;
            let (_, select) = create.split_once(" AS\n").unwrap_or_default();
            run(tx, &format!("INSERT INTO rolled_back {select}"), vec![actor.into()]).await?;
            tx.execute_unprepared("ANALYZE rolled_back").await?;
        }
        _ => run(tx, create, vec![actor.into()]).await?,
    }
    Ok(())
}

/// What others did since with what the run made: how many times, by what is named.
pub async fn built_upon(tx: &TenantTx, actor: &str) -> Result<Vec<(&'static str, i64)>, Error> {
    let mut found = Vec::new();
    for (what, sql) in BUILT_UPON {
        let row = tx.query_one_raw(statement(tx, sql, vec![actor.into()])).await?;
        let count: i64 = row.map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or_default();
        if count > 0 {
            found.push((*what, count));
        }
    }
    Ok(found)
}

const BUILT_UPON: &[(&str, &str)] = &[
    (
        "change(s) of parties that it made",
        "SELECT count(*) FROM party_event WHERE company_id = $1 AND actor <> $2 AND party_id IN (SELECT id FROM rolled_back WHERE made = 1)",
    ),
    (
        "reversal(s) of entries that it recorded",
        "SELECT count(*) FROM revenue_entry r JOIN revenue_entry o
           ON o.company_id = r.company_id AND o.system = r.system AND o.record_type = r.reverses_type AND o.record_id = r.reverses_id
         WHERE r.company_id = $1 AND r.recorded_by <> $2 AND o.recorded_by = $2",
    ),
    (
        "link(s) of records that it registered",
        "SELECT count(*) FROM party_link l WHERE l.company_id = $1 AND l.linked_by <> $2
           AND l.system || '/' || l.record_type || '/' || l.record_id IN (SELECT payload ->> 'source' FROM party_event
             WHERE company_id = $1 AND actor = $2 AND \"type\" IN ('source_record.registered', 'link.created') AND CAST(payload ->> 'created' AS text) IN ('true', '1'))",
    ),
];

/// What is done, in the order that foreign keys allow.
const STEPS: &[&str] = &[
    "DELETE FROM revenue_total WHERE company_id = $1 AND party_id IN (SELECT party_id FROM revenue_entry WHERE company_id = $1 AND recorded_by = $2)",
    "DELETE FROM party_revenue WHERE company_id = $1 AND party_id IN (SELECT party_id FROM revenue_entry WHERE company_id = $1 AND recorded_by = $2)",
    "DELETE FROM revenue_entry WHERE company_id = $1 AND recorded_by = $2",
    // A record that was there before, and that the run linked, has no link again.
    "UPDATE source_record SET state = 'UNLINKED' WHERE company_id = $1 AND state = 'LINKED' AND (system, record_type, record_id) IN
       (SELECT system, record_type, record_id FROM party_link WHERE company_id = $1 AND linked_by = $2 AND status = 'ACTIVE')",
    "DELETE FROM party_link WHERE company_id = $1 AND linked_by = $2",
    "DELETE FROM party_relationship WHERE company_id = $1 AND created_by = $2",
    "DELETE FROM party_role WHERE company_id = $1 AND granted_by = $2",
    "DELETE FROM name_variant WHERE company_id = $1 AND $2 = $2 AND token IN (SELECT substr(k.match_key, 3) FROM match_key k JOIN rolled_back b ON b.id = k.party_id
       WHERE k.company_id = $1 AND b.made = 1 AND k.match_key LIKE 'n:%') AND NOT EXISTS (SELECT 1 FROM match_key o
       WHERE o.company_id = $1 AND o.match_key = 'n:' || name_variant.token AND o.party_id NOT IN (SELECT id FROM rolled_back WHERE made = 1))",
    "DELETE FROM match_key WHERE company_id = $1 AND $2 = $2 AND party_id IN (SELECT id FROM rolled_back WHERE made = 1)",
    "DELETE FROM contact_point WHERE company_id = $1 AND $2 = $2 AND party_id IN (SELECT id FROM rolled_back WHERE made = 1)",
    "DELETE FROM source_record WHERE company_id = $1 AND system || '/' || record_type || '/' || record_id IN (SELECT payload ->> 'source' FROM party_event
       WHERE company_id = $1 AND actor = $2 AND \"type\" IN ('source_record.registered', 'link.created') AND CAST(payload ->> 'created' AS text) IN ('true', '1'))",
    "DELETE FROM party_event WHERE company_id = $1 AND actor = $2",
];

/// Removes what a run made, its lines of the ledger as well, and notes that it was taken back.
pub async fn undo(tx: &TenantTx, actor: &str, id: Uuid, at: DateTime<Utc>) -> Result<(), Error> {
    let had_money = count(tx, "SELECT count(*) FROM revenue_entry WHERE company_id = $1 AND recorded_by = $2", actor).await? > 0;
    run(tx, "DELETE FROM import_row WHERE company_id = $1 AND run_id = $2", vec![id.into()]).await?;
    for step in STEPS {
        run(tx, step, vec![actor.into()]).await?;
    }
    run(tx, "DELETE FROM import_touched WHERE company_id = $1 AND party_id IN (SELECT id FROM rolled_back WHERE made = 1)", vec![]).await?;
    run(tx, "DELETE FROM party WHERE company_id = $1 AND id IN (SELECT id FROM rolled_back WHERE made = 1)", vec![]).await?;
    let sql = "UPDATE party SET updated_at = (SELECT t.updated_at FROM import_touched t WHERE t.company_id = $1 AND t.run_id = $2 AND t.party_id = party.id)
        WHERE company_id = $1 AND id IN (SELECT party_id FROM import_touched WHERE company_id = $1 AND run_id = $2)";
    run(tx, sql, vec![id.into()]).await?;
    run(tx, "DELETE FROM import_touched WHERE company_id = $1 AND run_id = $2", vec![id.into()]).await?;
    if had_money {
        crate::store::revenue::audit::rebuild(tx).await?;
    }
    tx.execute_unprepared("DROP TABLE rolled_back").await?;
    run(tx, "UPDATE import_run SET state = 'ROLLED_BACK', finished_at = $3 WHERE company_id = $1 AND id = $2", vec![id.into(), at.into()]).await
}

async fn count(tx: &TenantTx, sql: &str, actor: &str) -> Result<i64, Error> {
    Ok(tx.query_one_raw(statement(tx, sql, vec![actor.into()])).await?.map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or_default())
}

async fn run(tx: &TenantTx, sql: &str, values: Vec<Value>) -> Result<(), Error> {
    tx.execute_raw(statement(tx, sql, values)).await?;
    Ok(())
}
