//! Engines that follow the feed, and what they acknowledge.
use super::{
    scope::{any_id, of_company},
    stored,
    tenant::TenantTx,
};
use crate::domain::{
    code::SystemCode,
    engine::{Acknowledgement, Engine},
    error::Error,
    event::EventType,
    id::MergeId,
    kind::{AcknowledgementState, MergeStep},
};
use entity::{engine, merge_acknowledgement};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::OnConflict};

/// Every engine of the company, by code, those that were retired too.
pub async fn all(tx: &TenantTx) -> Result<Vec<Engine>, Error> {
    let rows = of_company::<engine::Entity>(tx.company(), engine::Column::CompanyId).order_by_asc(engine::Column::System).all(tx).await?;
    Ok(rows.into_iter().map(from_row).collect())
}

/// Adds an engine, or writes what it follows and whether it was retired.
pub async fn upsert(tx: &TenantTx, engine: &Engine) -> Result<(), Error> {
    let row = engine::ActiveModel {
        company_id: Set(tx.company().0),
        system: Set(engine.system.as_str().to_owned()),
        events: Set(serde_json::json!(engine.events.iter().map(|event| event.as_str()).collect::<Vec<_>>())),
        registered_by: Set(engine.registered_by.clone()),
        registered_at: Set(engine.registered_at),
        retired_at: Set(engine.retired_at),
    };
    let same = OnConflict::columns([engine::Column::CompanyId, engine::Column::System])
        .update_columns([engine::Column::Events, engine::Column::RegisteredBy, engine::Column::RegisteredAt, engine::Column::RetiredAt])
        .to_owned();
    engine::Entity::insert(row).on_conflict(same).exec_without_returning(tx).await?;
    Ok(())
}

fn from_row(row: engine::Model) -> Engine {
    let events: Vec<String> = serde_json::from_value(row.events).unwrap_or_default();
    Engine {
        system: SystemCode::stored(row.system),
        // A type that this program does not know any more is followed by nobody.
        events: events.iter().filter_map(|event| EventType::stored(event)).collect(),
        registered_by: row.registered_by,
        registered_at: row.registered_at,
        retired_at: row.retired_at,
    }
}

/// What engines said of some merges, by step and code.
pub async fn acknowledgements(tx: &TenantTx, merges: &[MergeId]) -> Result<Vec<Acknowledgement>, Error> {
    use merge_acknowledgement::{Column, Entity};
    let rows = of_company::<Entity>(tx.company(), Column::CompanyId)
        .filter(any_id(tx, Column::MergeId, merges.iter().copied()))
        .order_by_asc(Column::Step)
        .order_by_asc(Column::System)
        .all(tx)
        .await?;
    rows.into_iter().map(acknowledgement).collect()
}

/// What is still to be acknowledged, the longest waiting first.
pub async fn open(tx: &TenantTx) -> Result<Vec<Acknowledgement>, Error> {
    use merge_acknowledgement::{Column, Entity};
    let rows = of_company::<Entity>(tx.company(), Column::CompanyId)
        .filter(Column::State.ne(AcknowledgementState::Done.as_str()))
        .order_by_asc(Column::Since)
        .all(tx)
        .await?;
    rows.into_iter().map(acknowledgement).collect()
}

/// Writes what is waited for, or what an engine said.
pub async fn write(tx: &TenantTx, acknowledgements: &[Acknowledgement]) -> Result<(), Error> {
    use merge_acknowledgement::{ActiveModel, Column, Entity};
    if acknowledgements.is_empty() {
        return Ok(());
    }
    let rows = acknowledgements.iter().map(|said| ActiveModel {
        company_id: Set(tx.company().0),
        merge_id: Set(said.merge.0),
        step: Set(said.step.as_str().to_owned()),
        system: Set(said.system.as_str().to_owned()),
        state: Set(said.state.as_str().to_owned()),
        counts: Set(Some(serde_json::json!(said.counts))),
        error: Set(said.error.clone()),
        since: Set(said.since),
        at: Set(said.at),
    });
    let same = OnConflict::columns([Column::CompanyId, Column::MergeId, Column::Step, Column::System])
        .update_columns([Column::State, Column::Counts, Column::Error, Column::At])
        .to_owned();
    Entity::insert_many(rows).on_conflict(same).exec_without_returning(tx).await?;
    Ok(())
}

fn acknowledgement(row: merge_acknowledgement::Model) -> Result<Acknowledgement, Error> {
    Ok(Acknowledgement {
        merge: MergeId(row.merge_id),
        step: stored("merge_acknowledgement.step", &row.step, MergeStep::stored)?,
        system: SystemCode::stored(row.system),
        state: stored("merge_acknowledgement.state", &row.state, AcknowledgementState::stored)?,
        counts: row.counts.and_then(|counts| serde_json::from_value(counts).ok()).unwrap_or_default(),
        error: row.error,
        since: row.since,
        at: row.at,
    })
}
