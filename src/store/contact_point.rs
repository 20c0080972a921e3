//! Contact points: the ways to reach a party.
use super::{
    bulk,
    scope::{any_id, any_text, of_company},
    stored,
    tenant::TenantTx,
};
use crate::domain::{
    address::PostalAddress,
    contact_point::ContactPoint,
    error::Error,
    id::{ContactPointId, PartyId},
    kind::ContactKind,
};
use entity::contact_point::{ActiveModel, Column, Entity, Model};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QueryTrait, sea_query::InsertStatement};
use std::collections::HashMap;

/// The contact points of some parties, current ones only, primary ones first.
pub async fn of_parties(tx: &TenantTx, parties: &[PartyId]) -> Result<HashMap<PartyId, Vec<ContactPoint>>, Error> {
    let rows = of_company::<Entity>(tx.company(), Column::CompanyId)
        .filter(any_id(tx, Column::PartyId, parties.iter().copied()))
        .filter(Column::ValidTo.is_null())
        .order_by_asc(Column::Kind)
        .order_by_desc(Column::IsPrimary)
        .order_by_asc(Column::Id)
        .all(tx)
        .await?;
    let mut of_parties: HashMap<PartyId, Vec<ContactPoint>> = HashMap::new();
    for row in rows {
        let point = from_row(row)?;
        of_parties.entry(point.party).or_default().push(point);
    }
    Ok(of_parties)
}

/// All contact points of some parties: by kind, current ones before ended ones, the primary one first, the newest of the ended ones first.
pub async fn history_of_parties(tx: &TenantTx, parties: &[PartyId]) -> Result<HashMap<PartyId, Vec<ContactPoint>>, Error> {
    let rows = of_company::<Entity>(tx.company(), Column::CompanyId)
        .filter(any_id(tx, Column::PartyId, parties.iter().copied()))
        .order_by_asc(Column::Kind)
        .order_by_desc(Column::IsPrimary)
        .order_by_asc(Column::Id)
        .all(tx)
        .await?;
    let mut of_parties: HashMap<PartyId, Vec<ContactPoint>> = HashMap::new();
    for row in rows {
        let point = from_row(row)?;
        of_parties.entry(point.party).or_default().push(point);
    }
    for points in of_parties.values_mut() {
        // The sort is stable: current ones, which have no end, stay in the order of the database.
        points.sort_by_key(|point| (point.kind.as_str(), point.valid_to.map(std::cmp::Reverse)));
    }
    Ok(of_parties)
}

/// The current contact points of a kind that have one of some keys, whoever's they are. One that was a first choice until its party was
/// merged counts as one still: it identifies the survivor.
pub async fn by_keys(tx: &TenantTx, kind: ContactKind, keys: &[String]) -> Result<Vec<ContactPoint>, Error> {
    let rows = of_company::<Entity>(tx.company(), Column::CompanyId)
        .filter(Column::Kind.eq(kind.as_str()))
        .filter(any_text(tx, Column::Normalized, keys.iter().cloned()))
        .filter(Column::ValidTo.is_null())
        .all(tx)
        .await?;
    rows.into_iter().map(|row| from_row(Model { is_primary: row.is_primary || row.identifies, ..row })).collect()
}

/// One contact point, ended or not.
pub async fn find(tx: &TenantTx, id: ContactPointId) -> Result<Option<ContactPoint>, Error> {
    let row = of_company::<Entity>(tx.company(), Column::CompanyId).filter(Column::Id.eq(id.0)).one(tx).await?;
    row.map(from_row).transpose()
}

/// Adds contact points.
pub async fn insert_many(tx: &TenantTx, points: &[ContactPoint]) -> Result<(), Error> {
    bulk::insert(tx, points.iter().map(|point| to_row(tx, point)).collect()).await
}

/// The statement of [`insert_many`] for a few, none for none.
pub fn inserts(tx: &TenantTx, points: &[ContactPoint]) -> Vec<InsertStatement> {
    let rows: Vec<ActiveModel> = points.iter().map(|point| to_row(tx, point)).collect();
    if rows.is_empty() { Vec::new() } else { vec![Entity::insert_many(rows).into_query()] }
}

/// Writes a contact point's state: spelling, primary, shared, verification, end, purposes.
pub async fn update(tx: &TenantTx, point: &ContactPoint) -> Result<(), Error> {
    let row = to_row(tx, point);
    Entity::update_many()
        .set(ActiveModel {
            value: row.value,
            address: row.address,
            is_primary: row.is_primary,
            shared: row.shared,
            verified_at: row.verified_at,
            verified_by: row.verified_by,
            valid_to: row.valid_to,
            purposes: row.purposes,
            ..Default::default()
        })
        .filter(Column::CompanyId.eq(tx.company().0))
        .filter(Column::Id.eq(point.id.0))
        .exec(tx)
        .await?;
    Ok(())
}

/// Takes the primary mark off a party's contact points of a kind.
pub async fn clear_primary(tx: &TenantTx, party: PartyId, kind: ContactKind) -> Result<(), Error> {
    Entity::update_many()
        .set(ActiveModel { is_primary: Set(false), ..Default::default() })
        .filter(
            Condition::all()
                .add(Column::CompanyId.eq(tx.company().0))
                .add(Column::PartyId.eq(party.0))
                .add(Column::Kind.eq(kind.as_str()))
                .add(Column::IsPrimary.eq(true))
                .add(Column::ValidTo.is_null()),
        )
        .exec(tx)
        .await?;
    Ok(())
}

fn to_row(tx: &TenantTx, point: &ContactPoint) -> ActiveModel {
    ActiveModel {
        company_id: Set(tx.company().0),
        id: Set(point.id.0),
        party_id: Set(point.party.0),
        kind: Set(point.kind.as_str().to_owned()),
        value: Set(point.value.clone()),
        normalized: Set(point.key.clone()),
        address: Set(point.address.as_ref().map(PostalAddress::to_json)),
        purposes: Set(serde_json::json!(point.purposes)),
        is_primary: Set(point.is_primary),
        shared: Set(point.is_shared),
        verified_at: Set(point.verified_at),
        verified_by: Set(point.verified_by.clone()),
        valid_from: Set(point.valid_from),
        valid_to: Set(point.valid_to),
        created_at: Set(point.valid_from),
        ..Default::default()
    }
}

fn from_row(row: Model) -> Result<ContactPoint, Error> {
    Ok(ContactPoint {
        id: ContactPointId(row.id),
        party: PartyId(row.party_id),
        kind: stored("contact_point.kind", &row.kind, ContactKind::stored)?,
        value: row.value,
        key: row.normalized,
        address: row.address.as_ref().and_then(PostalAddress::from_json),
        purposes: serde_json::from_value(row.purposes).unwrap_or_default(),
        is_primary: row.is_primary,
        is_shared: row.shared,
        verified_at: row.verified_at,
        verified_by: row.verified_by,
        valid_from: row.valid_from,
        valid_to: row.valid_to,
    })
}
