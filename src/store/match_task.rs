//! The review queue.
use super::{
    scope::{any_id, of_company},
    source_record::one_of,
    stored,
    tenant::TenantTx,
};
use crate::domain::{
    code::SourceKey,
    error::Error,
    id::{AssertionId, LinkId, MergeId, PartyId, TaskId},
    kind::{TaskDecision, TaskStatus},
    match_task::{Decided, Done, MatchTask, Subject, TaskFilter},
};
use chrono::{DateTime, Utc};
use entity::match_task::{ActiveModel, Column, Entity, Model};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::{Expr, ExprTrait, LockBehavior, OnConflict},
};

/// Where a page of the queue ends: priority and id.
pub type Place = (f64, TaskId);

fn tasks(tx: &TenantTx) -> Select<Entity> {
    of_company::<Entity>(tx.company(), Column::CompanyId)
}

fn of_record(tx: &TenantTx, key: &SourceKey) -> Select<Entity> {
    tasks(tx)
        .filter(Column::System.eq(key.system.as_str()))
        .filter(Column::RecordType.eq(key.record_type.as_str()))
        .filter(Column::RecordId.eq(key.record_id.as_str()))
}

fn in_order(query: Select<Entity>) -> Select<Entity> {
    query.order_by_desc(Column::Priority).order_by_desc(Column::Id)
}

/// Up to `limit` tasks with a status after a place, the heaviest first.
pub async fn list(tx: &TenantTx, status: TaskStatus, filter: &TaskFilter, after: Option<Place>, limit: u64) -> Result<Vec<MatchTask>, Error> {
    let mut query = match &filter.record {
        Some(key) => of_record(tx, key),
        None => tasks(tx),
    };
    query = query.filter(Column::Status.eq(status.as_str()));
    if let Some(parties) = &filter.parties {
        let either = any_id(tx, Column::PartyId, parties.iter().copied()).or(any_id(tx, Column::OtherPartyId, parties.iter().copied()));
        query = query.filter(either);
    }
    if let Some((priority, id)) = after {
        let place = Expr::tuple([Expr::col(Column::Priority), Expr::col(Column::Id)]);
        query = query.filter(place.lt(Expr::tuple([Expr::val(priority), Expr::val(id.0)])));
    }
    in_order(query).limit(limit).all(tx).await?.into_iter().map(from_row).collect()
}

/// One task.
pub async fn find(tx: &TenantTx, id: TaskId) -> Result<Option<MatchTask>, Error> {
    tasks(tx).filter(Column::Id.eq(id.0)).one(tx).await?.map(from_row).transpose()
}

/// One task, held against other writers until the transaction ends.
pub async fn lock(tx: &TenantTx, id: TaskId) -> Result<Option<MatchTask>, Error> {
    tasks(tx).filter(Column::Id.eq(id.0)).lock(super::party::HOLD).one(tx).await?.map(from_row).transpose()
}

/// The heaviest task that nobody works on, held; those that others are just taking are passed over.
pub async fn lock_next(tx: &TenantTx, now: DateTime<Utc>) -> Result<Option<MatchTask>, Error> {
    let open = tasks(tx).filter(Column::Status.eq(TaskStatus::Open.as_str()));
    let left = tasks(tx).filter(Column::Status.eq(TaskStatus::Leased.as_str())).filter(Column::LeaseUntil.lte(now));
    let mut best: Option<Model> = None;
    for query in [open, left] {
        let next = in_order(query).limit(1).lock_with_behavior(super::party::HOLD, LockBehavior::SkipLocked).one(tx).await?;
        best = match (best, next) {
            (Some(best), Some(next)) if best.priority >= next.priority => Some(best),
            (best, next) => next.or(best),
        };
    }
    best.map(from_row).transpose()
}

/// Adds a task, unless the same question is open already. Tells whether it did.
pub async fn insert(tx: &TenantTx, task: &MatchTask) -> Result<bool, Error> {
    let row = ActiveModel { company_id: Set(tx.company().0), id: Set(task.id.0), ..to_row(task) };
    let inserted = Entity::insert(row).on_conflict(OnConflict::new().do_nothing().to_owned()).exec_without_returning(tx).await?;
    Ok(inserted > 0)
}

/// Writes where a task stands.
pub async fn update(tx: &TenantTx, task: &MatchTask) -> Result<(), Error> {
    Entity::update_many().set(to_row(task)).filter(Column::CompanyId.eq(tx.company().0)).filter(Column::Id.eq(task.id.0)).exec(tx).await?;
    Ok(())
}

/// Puts a decided task back into the queue, unless the same question is open. Tells whether it did.
pub async fn reopen(tx: &TenantTx, task: &MatchTask) -> Result<bool, Error> {
    let same = match &task.subject {
        Subject::Record(key) => of_record(tx, key),
        Subject::Party(party) => tasks(tx).filter(Column::PartyId.eq(party.0)).filter(Column::OtherPartyId.eq(task.candidate.0)),
    };
    let asked = same.filter(Column::Status.ne(TaskStatus::Decided.as_str())).one(tx).await?;
    if asked.is_none() {
        update(tx, task).await?;
    }
    Ok(asked.is_none())
}

/// The parties that some records were decided not to belong to, each with its record.
pub async fn refused_of_records(tx: &TenantTx, keys: &[SourceKey]) -> Result<Vec<(SourceKey, PartyId)>, Error> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let rows = tasks(tx).filter(Column::Decision.eq(TaskDecision::Different.as_str())).filter(one_of(tx, keys)).all(tx).await?;
    let of_record = |row: Model| {
        let key = SourceKey::stored(row.system?, row.record_type?, row.record_id?);
        Some((key, PartyId(row.other_party_id)))
    };
    Ok(rows.into_iter().filter_map(of_record).collect())
}

fn to_row(task: &MatchTask) -> ActiveModel {
    let (kind, key, party) = match &task.subject {
        Subject::Record(key) => ("LINK", Some(key), None),
        Subject::Party(party) => ("MERGE", None, Some(party.0)),
    };
    let decided = task.decided.as_ref();
    let done = decided.map_or(Done::default(), |decided| decided.done);
    ActiveModel {
        kind: Set(kind.to_owned()),
        system: Set(key.map(|key| key.system.as_str().to_owned())),
        record_type: Set(key.map(|key| key.record_type.as_str().to_owned())),
        record_id: Set(key.map(|key| key.record_id.as_str().to_owned())),
        party_id: Set(party),
        other_party_id: Set(task.candidate.0),
        status: Set(task.status.as_str().to_owned()),
        priority: Set(task.priority),
        evidence: Set(task.evidence.clone()),
        opened_by: Set(task.opened_by.clone()),
        opened_at: Set(task.opened_at),
        lease_by: Set(task.lease.as_ref().map(|(who, _)| who.clone())),
        lease_until: Set(task.lease.as_ref().map(|(_, until)| *until)),
        decision: Set(decided.map(|decided| decided.decision.as_str().to_owned())),
        decided_by: Set(decided.map(|decided| decided.by.clone())),
        decided_at: Set(decided.map(|decided| decided.at)),
        reason: Set(decided.and_then(|decided| decided.reason.clone())),
        merge_id: Set(done.merge.map(|id| id.0)),
        assertion_id: Set(done.assertion.map(|id| id.0)),
        link_id: Set(done.link.map(|id| id.0)),
        ..Default::default()
    }
}

fn from_row(row: Model) -> Result<MatchTask, Error> {
    let subject = match (row.party_id, row.system, row.record_type, row.record_id) {
        (_, Some(system), Some(record_type), Some(record_id)) => Subject::Record(SourceKey::stored(system, record_type, record_id)),
        (Some(party), ..) => Subject::Party(PartyId(party)),
        _ => return Err(Error::internal("a task asks about nothing")),
    };
    let decision = row.decision.map(|word| stored("match_task.decision", &word, TaskDecision::stored)).transpose()?;
    let done = Done { merge: row.merge_id.map(MergeId), assertion: row.assertion_id.map(AssertionId), link: row.link_id.map(LinkId) };
    let decided =
        decision.zip(row.decided_at).map(|(decision, at)| Decided { decision, by: row.decided_by.unwrap_or_default(), at, reason: row.reason, done });
    Ok(MatchTask {
        id: TaskId(row.id),
        subject,
        candidate: PartyId(row.other_party_id),
        status: stored("match_task.status", &row.status, TaskStatus::stored)?,
        priority: row.priority,
        evidence: row.evidence,
        opened_by: row.opened_by,
        opened_at: row.opened_at,
        lease: row.lease_by.zip(row.lease_until),
        decided,
    })
}
