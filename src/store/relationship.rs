//! Relationships: the catalogue of types, and who is related to whom.
use super::{
    bulk,
    scope::{any_id, of_company},
    tenant::TenantTx,
};
use crate::domain::{
    code::RelationshipCode,
    error::Error,
    id::{PartyId, RelationshipId},
    relationship::{Relationship, RelationshipType},
};
use entity::{
    party_relationship::{ActiveModel, Column, Entity, Model},
    relationship_type,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, sea_query::ExprTrait};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// The catalogue that the company sees: the system's relationship types and its own, by code.
pub async fn types(tx: &TenantTx) -> Result<Vec<RelationshipType>, Error> {
    let rows = relationship_type::Entity::find()
        .filter(relationship_type::Column::CompanyId.is_in([tx.company().0, Uuid::nil()]))
        .order_by_asc(relationship_type::Column::Code)
        .all(tx)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| RelationshipType { code: RelationshipCode::stored(row.code), label: row.label, inverse_label: row.inverse_label })
        .collect())
}

/// All relationships of some parties from either end, ended ones too, those that began first before the others. One that a merge could
/// not hand over, because the survivor has it too or it would be one with itself, is not seen while the merge lasts.
pub async fn of_parties(tx: &TenantTx, parties: &[PartyId]) -> Result<HashMap<PartyId, Vec<Relationship>>, Error> {
    let either_end =
        Condition::any().add(any_id(tx, Column::FromPartyId, parties.iter().copied())).add(any_id(tx, Column::ToPartyId, parties.iter().copied()));
    let rows = of_company::<Entity>(tx.company(), Column::CompanyId)
        .filter(either_end)
        .filter(super::handover::has_merged_end().not())
        .order_by_asc(Column::ValidFrom)
        .order_by_asc(Column::Id)
        .all(tx)
        .await?;
    let asked: HashSet<PartyId> = parties.iter().copied().collect();
    let mut of_parties: HashMap<PartyId, Vec<Relationship>> = HashMap::new();
    for row in rows {
        let relationship = from_row(row);
        for end in [relationship.from, relationship.to].into_iter().filter(|end| asked.contains(end)) {
            of_parties.entry(end).or_default().push(relationship.clone());
        }
    }
    Ok(of_parties)
}

/// One relationship, ended or not.
pub async fn find(tx: &TenantTx, id: RelationshipId) -> Result<Option<Relationship>, Error> {
    let row = of_company::<Entity>(tx.company(), Column::CompanyId).filter(Column::Id.eq(id.0)).one(tx).await?;
    Ok(row.map(from_row))
}

/// The current relationships from one party to another.
pub async fn current_between(tx: &TenantTx, from: PartyId, to: PartyId) -> Result<Vec<Relationship>, Error> {
    let rows = of_company::<Entity>(tx.company(), Column::CompanyId)
        .filter(Column::FromPartyId.eq(from.0))
        .filter(Column::ToPartyId.eq(to.0))
        .filter(Column::ValidTo.is_null())
        .all(tx)
        .await?;
    Ok(rows.into_iter().map(from_row).collect())
}

/// Adds relationships.
///
/// # Errors
/// `RELATIONSHIP_EXISTS` when two parties are related in the same way already.
pub async fn insert_many(tx: &TenantTx, relationships: &[Relationship]) -> Result<(), Error> {
    let row = |relationship: &Relationship| ActiveModel {
        company_id: Set(tx.company().0),
        id: Set(relationship.id.0),
        from_party_id: Set(relationship.from.0),
        to_party_id: Set(relationship.to.0),
        type_code: Set(relationship.code.as_str().to_owned()),
        title: Set(relationship.title.clone()),
        valid_from: Set(relationship.valid_from),
        valid_to: Set(relationship.valid_to),
        created_by: Set(relationship.created_by.clone()),
        ended_by: Set(relationship.ended_by.clone()),
        end_reason: Set(relationship.end_reason.clone()),
        ..Default::default()
    };
    bulk::insert(tx, relationships.iter().map(row).collect()).await
}

/// Ends a relationship with the end that it carries.
pub async fn end(tx: &TenantTx, relationship: &Relationship) -> Result<(), Error> {
    Entity::update_many()
        .set(ActiveModel {
            valid_to: Set(relationship.valid_to),
            ended_by: Set(relationship.ended_by.clone()),
            end_reason: Set(relationship.end_reason.clone()),
            ..Default::default()
        })
        .filter(Column::CompanyId.eq(tx.company().0))
        .filter(Column::Id.eq(relationship.id.0))
        .exec(tx)
        .await?;
    Ok(())
}

fn from_row(row: Model) -> Relationship {
    Relationship {
        id: RelationshipId(row.id),
        from: PartyId(row.from_party_id),
        to: PartyId(row.to_party_id),
        code: RelationshipCode::stored(row.type_code),
        title: row.title,
        valid_from: row.valid_from,
        valid_to: row.valid_to,
        created_by: row.created_by,
        ended_by: row.ended_by,
        end_reason: row.end_reason,
    }
}
