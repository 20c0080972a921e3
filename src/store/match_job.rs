//! Jobs that link records by themselves, and what they did with each record.
use super::{
    scope::{any_id, of_company},
    stored,
    tenant::TenantTx,
};
use crate::domain::{
    error::Error,
    id::{JobId, LinkId},
    kind::{JobOutcome, JobStatus},
    match_job::{Handled, JobCounts, MatchJob},
};
use entity::{match_job, match_job_record, party_link};
use match_job::{ActiveModel, Column, Entity, Model};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
    sea_query::{LockType, OnConflict},
};
use std::collections::HashMap;

fn jobs(tx: &TenantTx) -> Select<Entity> {
    of_company::<Entity>(tx.company(), Column::CompanyId)
}

/// Adds a job, unless one is running. Tells whether it did.
pub async fn insert(tx: &TenantTx, job: &MatchJob) -> Result<bool, Error> {
    let row = ActiveModel { company_id: Set(tx.company().0), id: Set(job.id.0), ..to_row(job) };
    Ok(Entity::insert(row).on_conflict(OnConflict::new().do_nothing().to_owned()).exec_without_returning(tx).await? > 0)
}

/// Writes where a job stands.
pub async fn update(tx: &TenantTx, job: &MatchJob) -> Result<(), Error> {
    Entity::update_many().set(to_row(job)).filter(Column::CompanyId.eq(tx.company().0)).filter(Column::Id.eq(job.id.0)).exec(tx).await?;
    Ok(())
}

/// The newest jobs, the last one first.
pub async fn latest(tx: &TenantTx, limit: u64) -> Result<Vec<MatchJob>, Error> {
    jobs(tx).order_by_desc(Column::Id).limit(limit).all(tx).await?.into_iter().map(from_row).collect()
}

/// The job that is running.
pub async fn running(tx: &TenantTx) -> Result<Option<MatchJob>, Error> {
    jobs(tx).filter(Column::Status.eq(JobStatus::Running.as_str())).one(tx).await?.map(from_row).transpose()
}

/// Whether a dry run was ended.
pub async fn was_tried(tx: &TenantTx) -> Result<bool, Error> {
    let done = jobs(tx).filter(Column::DryRun.eq(true)).filter(Column::Status.eq(JobStatus::Done.as_str()));
    Ok(done.one(tx).await?.is_some())
}

/// One job, held until the transaction ends: alone, or with others who only work on it.
pub async fn lock(tx: &TenantTx, id: JobId, alone: bool) -> Result<Option<MatchJob>, Error> {
    let strength = if alone { super::party::HOLD } else { LockType::Share };
    jobs(tx).filter(Column::Id.eq(id.0)).lock(strength).one(tx).await?.map(from_row).transpose()
}

/// Notes what a job did with records.
pub async fn note(tx: &TenantTx, job: JobId, handled: &[Handled]) -> Result<(), Error> {
    if handled.is_empty() {
        return Ok(());
    }
    let rows = handled.iter().map(|handled| match_job_record::ActiveModel {
        company_id: Set(tx.company().0),
        job_id: Set(job.0),
        system: Set(handled.record.system.as_str().to_owned()),
        record_type: Set(handled.record.record_type.as_str().to_owned()),
        record_id: Set(handled.record.record_id.as_str().to_owned()),
        outcome: Set(handled.outcome.as_str().to_owned()),
        link_id: Set(handled.link.map(|id| id.0)),
    });
    match_job_record::Entity::insert_many(rows).exec_without_returning(tx).await?;
    Ok(())
}

/// How many records some jobs have looked at.
pub async fn counts(tx: &TenantTx, ids: &[JobId]) -> Result<HashMap<JobId, JobCounts>, Error> {
    use match_job_record::{Column, Entity};
    let rows: Vec<(uuid::Uuid, String, i64)> = of_company::<Entity>(tx.company(), Column::CompanyId)
        .filter(any_id(tx, Column::JobId, ids.iter().copied()))
        .select_only()
        .columns([Column::JobId, Column::Outcome])
        .column_as(Column::RecordId.count(), "n")
        .group_by(Column::JobId)
        .group_by(Column::Outcome)
        .into_tuple()
        .all(tx)
        .await?;
    let mut counts: HashMap<JobId, JobCounts> = HashMap::new();
    for (job, outcome, n) in rows {
        let counts = counts.entry(JobId(job)).or_default();
        match stored("match_job_record.outcome", &outcome, JobOutcome::stored)? {
            JobOutcome::AutoLink => counts.auto_link = n,
            JobOutcome::Review => counts.review = n,
            JobOutcome::NoMatch => counts.no_match = n,
        }
    }
    Ok(counts)
}

/// Some of the links of a job that are still active.
pub async fn active_links(tx: &TenantTx, job: JobId, limit: u64) -> Result<Vec<LinkId>, Error> {
    let made = of_company::<match_job_record::Entity>(tx.company(), match_job_record::Column::CompanyId)
        .filter(match_job_record::Column::JobId.eq(job.0))
        .filter(match_job_record::Column::LinkId.is_not_null())
        .select_only()
        .column(match_job_record::Column::LinkId);
    let ids: Vec<uuid::Uuid> = of_company::<party_link::Entity>(tx.company(), party_link::Column::CompanyId)
        .filter(party_link::Column::Status.eq("ACTIVE"))
        .filter(party_link::Column::Id.in_subquery(made.into_query()))
        .select_only()
        .column(party_link::Column::Id)
        .order_by_asc(party_link::Column::Id)
        .limit(limit)
        .into_tuple()
        .all(tx)
        .await?;
    Ok(ids.into_iter().map(LinkId).collect())
}

fn to_row(job: &MatchJob) -> ActiveModel {
    ActiveModel {
        dry_run: Set(job.dry_run),
        status: Set(job.status.as_str().to_owned()),
        started_by: Set(job.started_by.clone()),
        started_at: Set(job.started_at),
        ended_at: Set(job.ended_at),
        undone_by: Set(job.undone.as_ref().map(|(who, _)| who.clone())),
        undone_at: Set(job.undone.as_ref().map(|(_, at)| *at)),
        ..Default::default()
    }
}

fn from_row(row: Model) -> Result<MatchJob, Error> {
    Ok(MatchJob {
        id: JobId(row.id),
        dry_run: row.dry_run,
        status: stored("match_job.status", &row.status, JobStatus::stored)?,
        started_by: row.started_by,
        started_at: row.started_at,
        ended_at: row.ended_at,
        undone: row.undone_by.zip(row.undone_at),
    })
}
