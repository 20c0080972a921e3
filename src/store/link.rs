//! Links from source records to parties.
use super::{
    bulk,
    scope::{any_id, of_company},
    source_record::one_of,
    stored,
    tenant::TenantTx,
};
use crate::domain::{
    code::SourceKey,
    error::Error,
    id::{LinkId, PartyId},
    kind::LinkMethod,
    link::Link,
};
use entity::party_link::{ActiveModel, Column, Entity, Model};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::SimpleExpr};
use std::{collections::HashMap, hash::Hash};

const ACTIVE: &str = "ACTIVE";
const ENDED: &str = "ENDED";

/// The active links of some source records.
pub async fn active(tx: &TenantTx, keys: &[SourceKey]) -> Result<HashMap<SourceKey, Link>, Error> {
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = of_company::<Entity>(tx.company(), Column::CompanyId).filter(one_of(tx, keys)).filter(Column::Status.eq(ACTIVE)).all(tx).await?;
    rows.into_iter().map(|row| from_row(row).map(|link| (link.source.clone(), link))).collect()
}

/// The parties that some source records are linked to.
pub async fn parties(tx: &TenantTx, keys: &[SourceKey]) -> Result<HashMap<SourceKey, PartyId>, Error> {
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(String, String, String, uuid::Uuid)> = of_company::<Entity>(tx.company(), Column::CompanyId)
        .filter(one_of(tx, keys))
        .filter(Column::Status.eq(ACTIVE))
        .select_only()
        .columns([Column::System, Column::RecordType, Column::RecordId, Column::PartyId])
        .into_tuple()
        .all(tx)
        .await?;
    Ok(rows.into_iter().map(|(system, record_type, record_id, party)| (SourceKey::stored(system, record_type, record_id), PartyId(party))).collect())
}

/// Links by id, ended ones too; unknown ids are left out.
pub async fn find(tx: &TenantTx, ids: &[LinkId]) -> Result<HashMap<LinkId, Link>, Error> {
    let rows = of_company::<Entity>(tx.company(), Column::CompanyId).filter(any_id(tx, Column::Id, ids.iter().copied())).all(tx).await?;
    rows.into_iter().map(|row| from_row(row).map(|link| (link.id, link))).collect()
}

/// All links of some parties, ended ones too, oldest first.
pub async fn of_parties(tx: &TenantTx, parties: &[PartyId]) -> Result<HashMap<PartyId, Vec<Link>>, Error> {
    grouped(tx, any_id(tx, Column::PartyId, parties.iter().copied()), |link| link.party).await
}

/// All links of some source records, ended ones too, oldest first.
pub async fn of_records(tx: &TenantTx, keys: &[SourceKey]) -> Result<HashMap<SourceKey, Vec<Link>>, Error> {
    grouped(tx, one_of(tx, keys), |link| link.source.clone()).await
}

async fn grouped<K: Eq + Hash>(tx: &TenantTx, filter: SimpleExpr, key: impl Fn(&Link) -> K) -> Result<HashMap<K, Vec<Link>>, Error> {
    let rows =
        of_company::<Entity>(tx.company(), Column::CompanyId).filter(filter).order_by_asc(Column::LinkedAt).order_by_asc(Column::Id).all(tx).await?;
    let mut groups: HashMap<K, Vec<Link>> = HashMap::new();
    for row in rows {
        let link = from_row(row)?;
        groups.entry(key(&link)).or_default().push(link);
    }
    Ok(groups)
}

/// Adds active links.
///
/// # Errors
/// `ALREADY_LINKED` when a record has an active link, `PARTY_INACTIVE` when the database refuses a party.
pub async fn insert_many(tx: &TenantTx, links: &[Link]) -> Result<(), Error> {
    let row = |link: &Link| ActiveModel {
        company_id: Set(tx.company().0),
        id: Set(link.id.0),
        system: Set(link.source.system.as_str().to_owned()),
        record_type: Set(link.source.record_type.as_str().to_owned()),
        record_id: Set(link.source.record_id.as_str().to_owned()),
        party_id: Set(link.party.0),
        home_id: Set(link.home.map(|id| id.0)),
        method: Set(link.method.as_str().to_owned()),
        status: Set(ACTIVE.to_owned()),
        confidence: Set(link.confidence),
        evidence: Set(link.evidence.clone()),
        ruleset: Set(None),
        note: Set(link.note.clone()),
        linked_by: Set(link.linked_by.clone()),
        linked_at: Set(link.linked_at),
        ended_by: Set(None),
        ended_at: Set(None),
        end_reason: Set(None),
    };
    bulk::insert(tx, links.iter().map(row).collect()).await
}

/// Ends a link with the end that it carries.
pub async fn end(tx: &TenantTx, link: &Link) -> Result<(), Error> {
    Entity::update_many()
        .set(ActiveModel {
            status: Set(ENDED.to_owned()),
            ended_by: Set(link.ended_by.clone()),
            ended_at: Set(link.ended_at),
            end_reason: Set(link.end_reason.clone()),
            ..Default::default()
        })
        .filter(Column::CompanyId.eq(tx.company().0))
        .filter(Column::Id.eq(link.id.0))
        .exec(tx)
        .await?;
    Ok(())
}

fn from_row(row: Model) -> Result<Link, Error> {
    Ok(Link {
        id: LinkId(row.id),
        source: SourceKey::stored(row.system, row.record_type, row.record_id),
        party: PartyId(row.party_id),
        home: row.home_id.map(PartyId),
        method: stored("party_link.method", &row.method, LinkMethod::stored)?,
        confidence: row.confidence,
        evidence: row.evidence,
        note: row.note,
        linked_by: row.linked_by,
        linked_at: row.linked_at,
        ended_by: row.ended_by,
        ended_at: row.ended_at,
        end_reason: row.end_reason,
    })
}
