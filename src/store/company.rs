//! Companies: the tenants.
use super::tenant::TenantTx;
use crate::domain::{code::SystemCode, company::Company, country::Country, error::Error, id::CompanyId, money::Currency};
use entity::company::{ActiveModel, Column, Entity};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

/// The company of the transaction.
pub async fn find(tx: &TenantTx) -> Result<Option<Company>, Error> {
    let Some(row) = Entity::find().filter(Column::Id.eq(tx.company().0)).one(tx).await? else { return Ok(None) };
    Ok(Some(Company {
        id: CompanyId(row.id),
        name: row.name,
        currency: Currency::parse(&row.currency).map_err(|error| Error::internal(error.to_string()))?,
        default_country: Country::parse(&row.default_country).map_err(|error| Error::internal(error.to_string()))?,
    }))
}

/// Adds the company of the transaction.
pub async fn insert(tx: &TenantTx, company: &Company, at: chrono::DateTime<chrono::Utc>) -> Result<(), Error> {
    let row = ActiveModel {
        id: Set(company.id.0),
        name: Set(company.name.clone()),
        currency: Set(company.currency.as_str().to_owned()),
        default_country: Set(company.default_country.as_str().to_owned()),
        settings: Set(serde_json::json!({})),
        created_at: Set(at),
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// The engines in the order in which merges trust them, the most trusted first.
pub async fn source_priority(tx: &TenantTx) -> Result<Vec<SystemCode>, Error> {
    let row = Entity::find().filter(Column::Id.eq(tx.company().0)).one(tx).await?;
    let systems: Vec<String> = row.and_then(|row| serde_json::from_value(row.settings["sourcePriority"].clone()).ok()).unwrap_or_default();
    Ok(systems.into_iter().map(SystemCode::stored).collect())
}

/// Writes that order.
pub async fn set_source_priority(tx: &TenantTx, systems: &[SystemCode]) -> Result<(), Error> {
    let Some(mut row) = Entity::find().filter(Column::Id.eq(tx.company().0)).one(tx).await? else { return Ok(()) };
    row.settings["sourcePriority"] = serde_json::json!(systems.iter().map(SystemCode::as_str).collect::<Vec<_>>());
    let settings = ActiveModel { settings: Set(row.settings), ..Default::default() };
    Entity::update_many().set(settings).filter(Column::Id.eq(tx.company().0)).exec(tx).await?;
    Ok(())
}
