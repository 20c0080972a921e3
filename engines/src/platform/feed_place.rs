//! How far the hub's feed was read, company by company. A company has a row once the engine is registered for it.
use super::Error;
use sea_orm::{ActiveValue::Set, entity::prelude::*, sea_query::OnConflict};
use uuid::Uuid;

/// The place in one company's feed.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "feed_place")]
pub struct Model {
    /// The company.
    #[sea_orm(primary_key, auto_increment = false)]
    pub company_id: Uuid,
    /// The cursor of the last event that was handled; the feed is read from its beginning without one.
    #[sea_orm(column_type = "Text", nullable)]
    pub cursor: Option<String>,
}

/// Rows stand alone.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The place in a company's feed, if the engine is registered for it.
///
/// # Errors
/// When the database does not answer.
pub async fn of(db: &impl ConnectionTrait, company: Uuid) -> Result<Option<Model>, Error> {
    Ok(Entity::find_by_id(company).one(db).await?)
}

/// Stores a place.
///
/// # Errors
/// When the database does not answer.
pub async fn keep(db: &impl ConnectionTrait, place: Model) -> Result<(), Error> {
    let row = ActiveModel { company_id: Set(place.company_id), cursor: Set(place.cursor) };
    Entity::insert(row)
        .on_conflict(OnConflict::column(Column::CompanyId).update_column(Column::Cursor).to_owned())
        .exec_without_returning(db)
        .await?;
    Ok(())
}
