//! The CRM: leads and opportunities. It knows people only as ids of parties and as its own records of type `lead`.
mod demo;
pub mod entity;
mod graphql;
mod import;
mod loaders;
mod m20261101_000001_lead;
mod m20261101_000002_opportunity;
mod mutation;
mod service;

use crate::platform::{
    Engine, Error, Session, database,
    demo::HubRecords,
    engine::Unidentified,
    import::{Imported, Importer},
};
use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction};
use sea_orm_migration::MigrationTrait;
use std::sync::Arc;
use uuid::Uuid;

/// The type of this engine's records of people.
pub const LEAD: &str = "lead";

/// The CRM.
pub struct Crm;

impl Engine for Crm {
    const SYSTEM: &'static str = "crm";
    type Query = graphql::Query;
    type Mutation = mutation::Mutation;
    type Loaders = loaders::Loaders;

    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(m20261101_000001_lead::Migration), Box::new(m20261101_000002_opportunity::Migration)]
    }

    fn loaders(session: &Arc<Session>) -> loaders::Loaders {
        loaders::Loaders::new(session)
    }

    async fn unidentified(db: &DatabaseConnection, after: Option<&Unidentified>) -> Result<Vec<Unidentified>, Error> {
        service::unidentified(db, after).await
    }

    async fn identify(db: &impl ConnectionTrait, record: &Unidentified, party: Uuid) -> Result<(), Error> {
        service::identify(db, record, party).await
    }

    async fn companies(db: &DatabaseConnection) -> Result<Vec<Uuid>, Error> {
        let mut companies = database::companies_of::<entity::lead::Entity>(db).await?;
        companies.extend(database::companies_of::<entity::opportunity::Entity>(db).await?);
        companies.sort_unstable();
        companies.dedup();
        Ok(companies)
    }

    async fn rows_of(db: &DatabaseConnection, company: Uuid, party: Uuid) -> Result<Vec<(&'static str, u64)>, Error> {
        Ok(vec![
            ("leads", database::count_with::<entity::lead::Entity>(db, company, entity::lead::Column::PartyId, party).await?),
            ("opportunities", database::count_with::<entity::opportunity::Entity>(db, company, entity::opportunity::Column::PartyId, party).await?),
        ])
    }

    async fn import(importer: &Importer) -> Result<Vec<Imported>, Error> {
        import::import(importer).await
    }

    async fn seed(tx: &DatabaseTransaction, company: Uuid, hub: &HubRecords<'_>) -> Result<bool, Error> {
        demo::seed(tx, company, hub).await
    }
}
