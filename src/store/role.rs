//! Roles: the catalogue and who holds what.
use super::{
    bulk,
    scope::{any_id, of_company},
    stored,
    tenant::TenantTx,
};
use crate::domain::{
    code::RoleCode,
    error::Error,
    id::{PartyId, RoleId},
    kind::RoleSide,
    role::{RoleHolding, RoleType},
};
use chrono::{DateTime, Utc};
use entity::{party_role, role_type};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QueryTrait,
    sea_query::{InsertStatement, OnConflict},
};
use std::collections::HashMap;
use uuid::Uuid;

/// The catalogue that the company sees: the system's role types and its own, by code.
pub async fn types(tx: &TenantTx) -> Result<Vec<RoleType>, Error> {
    let rows = role_type::Entity::find()
        .filter(role_type::Column::CompanyId.is_in([tx.company().0, Uuid::nil()]))
        .order_by_asc(role_type::Column::Code)
        .all(tx)
        .await?;
    rows.into_iter()
        .map(|row| {
            Ok(RoleType {
                code: RoleCode::stored(row.code),
                label: row.label,
                side: stored("role_type.side", &row.side, RoleSide::stored)?,
                is_system: row.is_system,
            })
        })
        .collect()
}

/// Adds a role type to the company's own, or gives the one with its code another label and side.
pub async fn upsert_type(tx: &TenantTx, role_type: &RoleType, at: DateTime<Utc>) -> Result<(), Error> {
    let row = role_type::ActiveModel {
        company_id: Set(tx.company().0),
        code: Set(role_type.code.as_str().to_owned()),
        label: Set(role_type.label.clone()),
        side: Set(role_type.side.as_str().to_owned()),
        is_system: Set(false),
        created_at: Set(at),
    };
    let same_code = OnConflict::columns([role_type::Column::CompanyId, role_type::Column::Code])
        .update_columns([role_type::Column::Label, role_type::Column::Side])
        .to_owned();
    role_type::Entity::insert(row).on_conflict(same_code).exec_without_returning(tx).await?;
    Ok(())
}

/// All roles that some parties hold or held, those that began first before the others.
pub async fn of_parties(tx: &TenantTx, parties: &[PartyId]) -> Result<HashMap<PartyId, Vec<RoleHolding>>, Error> {
    let rows = of_company::<party_role::Entity>(tx.company(), party_role::Column::CompanyId)
        .filter(any_id(tx, party_role::Column::PartyId, parties.iter().copied()))
        .order_by_asc(party_role::Column::ValidFrom)
        .order_by_asc(party_role::Column::Id)
        .all(tx)
        .await?;
    let mut of_parties: HashMap<PartyId, Vec<RoleHolding>> = HashMap::new();
    for row in rows {
        let holding = from_row(row);
        of_parties.entry(holding.party).or_default().push(holding);
    }
    Ok(of_parties)
}

/// Adds holdings.
///
/// # Errors
/// `ROLE_ALREADY_HELD`, `ROLE_UNKNOWN` or `PARTY_INACTIVE` when the database itself refuses one.
pub async fn insert_many(tx: &TenantTx, holdings: &[RoleHolding]) -> Result<(), Error> {
    bulk::insert(tx, holdings.iter().map(|holding| to_row(tx, holding)).collect()).await
}

/// The statement of [`insert_many`] for a few, none for none.
pub fn inserts(tx: &TenantTx, holdings: &[RoleHolding]) -> Vec<InsertStatement> {
    let rows: Vec<party_role::ActiveModel> = holdings.iter().map(|holding| to_row(tx, holding)).collect();
    if rows.is_empty() { Vec::new() } else { vec![party_role::Entity::insert_many(rows).into_query()] }
}

fn to_row(tx: &TenantTx, holding: &RoleHolding) -> party_role::ActiveModel {
    party_role::ActiveModel {
        company_id: Set(tx.company().0),
        id: Set(holding.id.0),
        party_id: Set(holding.party.0),
        role_code: Set(holding.code.as_str().to_owned()),
        is_primary: Set(holding.is_primary),
        valid_from: Set(holding.valid_from),
        valid_to: Set(holding.valid_to),
        granted_by: Set(holding.granted_by.clone()),
        grant_reason: Set(holding.grant_reason.clone()),
        ended_by: Set(holding.ended_by.clone()),
        end_reason: Set(holding.end_reason.clone()),
        ..Default::default()
    }
}

/// Writes a holding's end and whether it is primary.
pub async fn update(tx: &TenantTx, holding: &RoleHolding) -> Result<(), Error> {
    party_role::Entity::update_many()
        .set(party_role::ActiveModel {
            is_primary: Set(holding.is_primary),
            valid_to: Set(holding.valid_to),
            ended_by: Set(holding.ended_by.clone()),
            end_reason: Set(holding.end_reason.clone()),
            ..Default::default()
        })
        .filter(party_role::Column::CompanyId.eq(tx.company().0))
        .filter(party_role::Column::Id.eq(holding.id.0))
        .exec(tx)
        .await?;
    Ok(())
}

fn from_row(row: party_role::Model) -> RoleHolding {
    RoleHolding {
        id: RoleId(row.id),
        party: PartyId(row.party_id),
        code: RoleCode::stored(row.role_code),
        is_primary: row.is_primary,
        valid_from: row.valid_from,
        valid_to: row.valid_to,
        granted_by: row.granted_by,
        grant_reason: row.grant_reason,
        ended_by: row.ended_by,
        end_reason: row.end_reason,
    }
}
