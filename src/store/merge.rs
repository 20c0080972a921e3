//! Merges: who was merged into whom, and what is kept to undo it.
use super::{
    scope::{any_id, of_company},
    stored,
    tenant::TenantTx,
};
use crate::domain::{
    error::Error,
    id::{MergeId, PartyId},
    kind::MergeState,
    merge::Merge,
};
use entity::party_merge::{ActiveModel, Column, Entity, Model};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder};
use std::collections::HashMap;

fn merges(tx: &TenantTx) -> sea_orm::Select<Entity> {
    of_company::<Entity>(tx.company(), Column::CompanyId).order_by_asc(Column::Position).order_by_asc(Column::Id)
}

/// Merges by id; unknown ids are left out.
pub async fn find(tx: &TenantTx, ids: &[MergeId]) -> Result<HashMap<MergeId, Merge>, Error> {
    let rows = merges(tx).filter(any_id(tx, Column::Id, ids.iter().copied())).all(tx).await?;
    rows.into_iter().map(|row| from_row(row).map(|merge| (merge.id, merge))).collect()
}

/// The merges that hold by which some parties were absorbed, in the order in which they were made.
pub async fn of_absorbed(tx: &TenantTx, absorbed: &[PartyId]) -> Result<Vec<Merge>, Error> {
    let rows = merges(tx).filter(any_id(tx, Column::AbsorbedId, absorbed.iter().copied())).filter(Column::UnmergedAt.is_null()).all(tx).await?;
    rows.into_iter().map(from_row).collect()
}

/// All merges in which some parties were on either side, those that were taken back too, in the order in which they were made.
pub async fn of_parties(tx: &TenantTx, parties: &[PartyId]) -> Result<Vec<Merge>, Error> {
    let either =
        Condition::any().add(any_id(tx, Column::SurvivorId, parties.iter().copied())).add(any_id(tx, Column::AbsorbedId, parties.iter().copied()));
    let mut found = merges(tx).filter(either).all(tx).await?.into_iter().map(from_row).collect::<Result<Vec<_>, _>>()?;
    found.sort_by_key(|merge| (merge.merged_at, merge.position, merge.id));
    Ok(found)
}

/// Adds a merge.
///
/// # Errors
/// `PARTY_MERGED` when the absorbed party is merged into another one.
pub async fn insert(tx: &TenantTx, merge: &Merge) -> Result<(), Error> {
    let row = ActiveModel {
        company_id: Set(tx.company().0),
        id: Set(merge.id.0),
        survivor_id: Set(merge.survivor.0),
        absorbed_id: Set(merge.absorbed.0),
        position: Set(merge.position),
        merged_by: Set(merge.merged_by.clone()),
        merged_at: Set(merge.merged_at),
        reason: Set(merge.reason.clone()),
        ..state(merge)?
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Writes a merge's state, what was decided, what it changed, and its end.
pub async fn update(tx: &TenantTx, merge: &Merge) -> Result<(), Error> {
    Entity::update_many().set(state(merge)?).filter(Column::CompanyId.eq(tx.company().0)).filter(Column::Id.eq(merge.id.0)).exec(tx).await?;
    Ok(())
}

/// One merge, held against other writers until the transaction ends.
pub async fn lock(tx: &TenantTx, id: MergeId) -> Result<Option<Merge>, Error> {
    use sea_orm::QuerySelect;
    let row = of_company::<Entity>(tx.company(), Column::CompanyId).filter(Column::Id.eq(id.0)).lock(super::party::HOLD).one(tx).await?;
    row.map(from_row).transpose()
}

fn state(merge: &Merge) -> Result<ActiveModel, Error> {
    let fault = |error: serde_json::Error| Error::internal(error.to_string());
    Ok(ActiveModel {
        state: Set(merge.state.as_str().to_owned()),
        before: Set(serde_json::to_value(&merge.before).map_err(fault)?),
        decisions: Set(serde_json::to_value(&merge.decisions).map_err(fault)?),
        unmerged_by: Set(merge.unmerged_by.clone()),
        unmerged_at: Set(merge.unmerged_at),
        unmerge_reason: Set(merge.unmerge_reason.clone()),
        ..Default::default()
    })
}

fn from_row(row: Model) -> Result<Merge, Error> {
    let fault = |error: serde_json::Error| Error::internal(error.to_string());
    Ok(Merge {
        id: MergeId(row.id),
        survivor: PartyId(row.survivor_id),
        absorbed: PartyId(row.absorbed_id),
        position: row.position,
        state: stored("party_merge.state", &row.state, MergeState::stored)?,
        before: serde_json::from_value(row.before).map_err(fault)?,
        decisions: serde_json::from_value(row.decisions).map_err(fault)?,
        reason: row.reason,
        merged_by: row.merged_by,
        merged_at: row.merged_at,
        unmerged_by: row.unmerged_by,
        unmerged_at: row.unmerged_at,
        unmerge_reason: row.unmerge_reason,
    })
}
