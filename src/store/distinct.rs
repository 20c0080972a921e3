//! Assertions that two parties are not the same.
use super::{
    scope::{any_id, of_company},
    tenant::TenantTx,
};
use crate::domain::{
    distinct::DistinctAssertion,
    error::Error,
    id::{AssertionId, PartyId},
};
use entity::distinct_assertion::{ActiveModel, Column, Entity, Model};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder};

/// The assertions that stand between two of some parties.
pub async fn among(tx: &TenantTx, parties: &[PartyId]) -> Result<Vec<DistinctAssertion>, Error> {
    let both = Condition::all().add(any_id(tx, Column::PartyA, parties.iter().copied())).add(any_id(tx, Column::PartyB, parties.iter().copied()));
    standing(tx, both).await
}

/// The assertions that stand of some parties, oldest first.
pub async fn of_parties(tx: &TenantTx, parties: &[PartyId]) -> Result<Vec<DistinctAssertion>, Error> {
    let either = Condition::any().add(any_id(tx, Column::PartyA, parties.iter().copied())).add(any_id(tx, Column::PartyB, parties.iter().copied()));
    standing(tx, either).await
}

async fn standing(tx: &TenantTx, which: Condition) -> Result<Vec<DistinctAssertion>, Error> {
    let rows = of_company::<Entity>(tx.company(), Column::CompanyId)
        .filter(Column::RetractedAt.is_null())
        .filter(which)
        .order_by_asc(Column::CreatedAt)
        .order_by_asc(Column::Id)
        .all(tx)
        .await?;
    Ok(rows.into_iter().map(from_row).collect())
}

/// One assertion, withdrawn or not.
pub async fn find(tx: &TenantTx, id: AssertionId) -> Result<Option<DistinctAssertion>, Error> {
    let row = of_company::<Entity>(tx.company(), Column::CompanyId).filter(Column::Id.eq(id.0)).one(tx).await?;
    Ok(row.map(from_row))
}

/// Adds an assertion.
pub async fn insert(tx: &TenantTx, assertion: &DistinctAssertion) -> Result<(), Error> {
    let row = ActiveModel {
        company_id: Set(tx.company().0),
        id: Set(assertion.id.0),
        party_a: Set(assertion.parties[0].0),
        party_b: Set(assertion.parties[1].0),
        author: Set(assertion.author.clone()),
        reason: Set(assertion.reason.clone()),
        created_at: Set(assertion.created_at),
        ..Default::default()
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Writes that an assertion was withdrawn.
pub async fn withdraw(tx: &TenantTx, assertion: &DistinctAssertion) -> Result<(), Error> {
    Entity::update_many()
        .set(ActiveModel {
            retracted_at: Set(assertion.withdrawn_at),
            retracted_by: Set(assertion.withdrawn_by.clone()),
            retract_reason: Set(assertion.withdraw_reason.clone()),
            ..Default::default()
        })
        .filter(Column::CompanyId.eq(tx.company().0))
        .filter(Column::Id.eq(assertion.id.0))
        .exec(tx)
        .await?;
    Ok(())
}

fn from_row(row: Model) -> DistinctAssertion {
    DistinctAssertion {
        id: AssertionId(row.id),
        parties: [PartyId(row.party_a), PartyId(row.party_b)],
        author: row.author,
        reason: row.reason,
        created_at: row.created_at,
        withdrawn_by: row.retracted_by,
        withdrawn_at: row.retracted_at,
        withdraw_reason: row.retract_reason,
    }
}
