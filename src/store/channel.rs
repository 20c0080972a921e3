//! Channels: the catalogue.
use super::tenant::TenantTx;
use crate::domain::{channel::Channel, code::ChannelCode, error::Error};
use entity::channel::{Column, Entity};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

/// The catalogue that the company sees: the system's channels and its own, by code.
pub async fn all(tx: &TenantTx) -> Result<Vec<Channel>, Error> {
    let rows = Entity::find().filter(Column::CompanyId.is_in([tx.company().0, Uuid::nil()])).order_by_asc(Column::Code).all(tx).await?;
    Ok(rows.into_iter().map(|row| Channel { code: ChannelCode::stored(row.code), label: row.label }).collect())
}
