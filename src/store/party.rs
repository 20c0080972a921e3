//! Parties: the golden records.
use super::{
    bulk,
    scope::{any_id, of_company},
    tenant::TenantTx,
};
use crate::domain::{
    address::PostalAddress,
    email::Email,
    error::Error,
    id::PartyId,
    kind::{PartyKind, PartyStatus},
    name::name_key,
    party::Party,
};
use entity::party::{ActiveModel, Column, Entity, Model};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    sea_query::{Expr, InsertStatement, LockType},
};
use std::collections::HashMap;

fn parties(tx: &TenantTx) -> sea_orm::Select<Entity> {
    of_company::<Entity>(tx.company(), Column::CompanyId)
}

/// The strength of a hold: it keeps other holders out, but not the foreign-key checks of rows that point to the party, which
/// would otherwise wait for each other in circles.
pub(super) const HOLD: LockType = LockType::NoKeyUpdate;

/// The statuses in which a party holds its e-mail address and can be found by it.
const LIVE: [PartyStatus; 2] = [PartyStatus::Active, PartyStatus::Inactive];

/// The records of some ids as they stand, merged ones included; unknown ids are left out.
pub async fn find(tx: &TenantTx, ids: &[PartyId]) -> Result<Vec<Party>, Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows = parties(tx).filter(any_id(tx, Column::Id, ids.iter().copied())).all(tx).await?;
    rows.into_iter().map(from_row).collect()
}

/// What each id leads to: the party itself, or the survivor of a merged one. One statement, and a second one only if there are merged ids.
pub async fn resolve(tx: &TenantTx, ids: &[PartyId]) -> Result<HashMap<PartyId, Party>, Error> {
    let mut found: HashMap<PartyId, Party> = find(tx, ids).await?.into_iter().map(|party| (party.id, party)).collect();
    let survivors: Vec<PartyId> = found.values().filter_map(|party| party.merged_into).collect();
    if survivors.is_empty() {
        return Ok(found);
    }
    let survivors: HashMap<PartyId, Party> = find(tx, &survivors).await?.into_iter().map(|party| (party.id, party)).collect();
    for party in found.values_mut() {
        if let Some(survivor) = party.merged_into.and_then(|id| survivors.get(&id)) {
            *party = survivor.clone();
        }
    }
    Ok(found)
}

/// The ids that were merged into each of some parties.
pub async fn absorbed(tx: &TenantTx, survivors: &[PartyId]) -> Result<HashMap<PartyId, Vec<PartyId>>, Error> {
    let rows: Vec<(uuid::Uuid, uuid::Uuid)> = parties(tx)
        .filter(any_id(tx, Column::MergedInto, survivors.iter().copied()))
        .filter(Column::MergedInto.is_not_null())
        .select_only()
        .columns([Column::MergedInto, Column::Id])
        .into_tuple()
        .all(tx)
        .await?;
    let mut absorbed: HashMap<PartyId, Vec<PartyId>> = HashMap::new();
    for (survivor, id) in rows {
        absorbed.entry(PartyId(survivor)).or_default().push(PartyId(id));
    }
    absorbed.values_mut().for_each(|ids| ids.sort());
    Ok(absorbed)
}

/// How many parties a company has, merged ones included; counted no further than a limit.
pub async fn count(tx: &TenantTx, limit: u64) -> Result<u64, Error> {
    let some = parties(tx).select_only().column(Column::Id).limit(limit);
    Ok(some.count(tx).await?)
}

/// The records of the parties that were merged into one, as they were.
pub async fn absorbed_records(tx: &TenantTx, survivor: PartyId) -> Result<Vec<Party>, Error> {
    let rows = parties(tx).filter(Column::MergedInto.eq(survivor.0)).all(tx).await?;
    rows.into_iter().map(from_row).collect()
}

/// One party, held against other writers until the transaction ends.
pub async fn lock(tx: &TenantTx, id: PartyId) -> Result<Option<Party>, Error> {
    let row = parties(tx).filter(Column::Id.eq(id.0)).lock(HOLD).one(tx).await?;
    row.map(from_row).transpose()
}

/// Several parties, held against other writers until the transaction ends; taken in the order of their ids, so that two writers
/// never wait for each other in a circle.
pub async fn lock_many(tx: &TenantTx, ids: &[PartyId]) -> Result<Vec<Party>, Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows = parties(tx).filter(any_id(tx, Column::Id, ids.iter().copied())).order_by_asc(Column::Id).lock(HOLD).all(tx).await?;
    rows.into_iter().map(from_row).collect()
}

/// The live party that has an e-mail address as its primary one, or the survivor of one that had it.
pub async fn by_email_key(tx: &TenantTx, email_key: &str) -> Result<Option<Party>, Error> {
    let holders = || parties(tx).filter(Column::EmailKey.eq(email_key));
    let live = holders().filter(Column::Status.is_in(LIVE.map(PartyStatus::as_str))).one(tx).await?;
    if live.is_some() {
        return live.map(from_row).transpose();
    }
    let merged = holders().filter(Column::Status.eq(PartyStatus::Merged.as_str())).order_by_asc(Column::Id).one(tx).await?;
    match merged.and_then(|row| row.merged_into) {
        Some(survivor) => Ok(find(tx, &[PartyId(survivor)]).await?.pop()),
        None => Ok(None),
    }
}

/// Adds a party.
///
/// # Errors
/// `DUPLICATE_PARTY` when another live party has the e-mail address.
pub async fn insert(tx: &TenantTx, party: &Party) -> Result<(), Error> {
    insert_many(tx, std::slice::from_ref(party)).await
}

/// Adds parties.
///
/// # Errors
/// `DUPLICATE_PARTY` when another live party has one of the e-mail addresses.
pub async fn insert_many(tx: &TenantTx, parties: &[Party]) -> Result<(), Error> {
    bulk::insert(tx, parties.iter().map(|party| new_row(tx, party)).collect()).await
}

/// The statement of [`insert`].
pub fn inserts(tx: &TenantTx, party: &Party) -> Vec<InsertStatement> {
    vec![Entity::insert(new_row(tx, party)).into_query()]
}

fn new_row(tx: &TenantTx, party: &Party) -> ActiveModel {
    ActiveModel { company_id: Set(tx.company().0), id: Set(party.id.0), created_at: Set(party.created_at), ..to_row(party) }
}

/// Writes a party's values, if nobody changed it since the version that `party` carries.
/// Returns whether it did; the version in the database is one higher then.
pub async fn update(tx: &TenantTx, party: &Party) -> Result<bool, Error> {
    let updated = Entity::update_many()
        .set(ActiveModel { version: Set(party.version + 1), ..to_row(party) })
        .filter(Column::CompanyId.eq(tx.company().0))
        .filter(Column::Id.eq(party.id.0))
        .filter(Column::Version.eq(party.version))
        .exec(tx)
        .await?;
    Ok(updated.rows_affected == 1)
}

/// Notes that something that belongs to a party changed.
pub async fn touch(tx: &TenantTx, ids: &[PartyId], at: chrono::DateTime<chrono::Utc>) -> Result<(), Error> {
    Entity::update_many()
        .col_expr(Column::UpdatedAt, Expr::value(at))
        .filter(Column::CompanyId.eq(tx.company().0))
        .filter(any_id(tx, Column::Id, ids.iter().copied()))
        // A change that touches a party twice writes it once.
        .filter(Column::UpdatedAt.ne(at))
        .exec(tx)
        .await?;
    Ok(())
}

fn to_row(party: &Party) -> ActiveModel {
    ActiveModel {
        kind: Set(party.kind.as_str().to_owned()),
        display_name: Set(party.display_name.clone()),
        name_key: Set(name_key(&party.display_name)),
        given_name: Set(party.given_name.clone()),
        family_name: Set(party.family_name.clone()),
        legal_name: Set(party.legal_name.clone()),
        primary_email: Set(party.primary_email.clone()),
        email_key: Set(party.primary_email.clone().map(|email| Email::stored(email).key().to_owned())),
        primary_phone: Set(party.primary_phone.clone()),
        primary_address: Set(party.primary_address.as_ref().map(PostalAddress::to_json)),
        status: Set(party.status.as_str().to_owned()),
        merged_into: Set(party.merged_into.map(|id| id.0)),
        version: Set(party.version),
        updated_at: Set(party.updated_at),
        ..Default::default()
    }
}

pub(super) fn from_row(row: Model) -> Result<Party, Error> {
    Ok(Party {
        id: PartyId(row.id),
        kind: super::stored("party.kind", &row.kind, PartyKind::stored)?,
        display_name: row.display_name,
        given_name: row.given_name,
        family_name: row.family_name,
        legal_name: row.legal_name,
        primary_email: row.primary_email,
        primary_phone: row.primary_phone,
        primary_address: row.primary_address.as_ref().and_then(PostalAddress::from_json),
        status: super::stored("party.status", &row.status, PartyStatus::stored)?,
        merged_into: row.merged_into.map(PartyId),
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}
