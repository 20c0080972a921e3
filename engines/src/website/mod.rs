//! The website: customers with their loyalty points, and carts. It knows people only as its own records of type `customer`; a cart knows no more than the account..
mod demo;
pub mod entity;
mod graphql;
mod import;
mod loaders;
mod m20261101_000001_customer;
mod m20261101_000002_cart;
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
pub const CUSTOMER: &str = "customer";

/// The website.
pub struct Website;

impl Engine for Website {
    const SYSTEM: &'static str = "website";
    type Query = graphql::Query;
    type Mutation = mutation::Mutation;
    type Loaders = loaders::Loaders;

    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(m20261101_000001_customer::Migration), Box::new(m20261101_000002_cart::Migration)]
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
        database::companies_of::<entity::customer::Entity>(db).await
    }

    async fn rows_of(db: &DatabaseConnection, company: Uuid, party: Uuid) -> Result<Vec<(&'static str, u64)>, Error> {
        Ok(vec![("customers", database::count_with::<entity::customer::Entity>(db, company, entity::customer::Column::PartyId, party).await?)])
    }

    async fn import(importer: &Importer) -> Result<Vec<Imported>, Error> {
        import::import(importer).await
    }

    async fn seed(tx: &DatabaseTransaction, company: Uuid, hub: &HubRecords<'_>) -> Result<bool, Error> {
        demo::seed(tx, company, hub).await
    }
}
