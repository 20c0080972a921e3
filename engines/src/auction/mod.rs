//! The auction: buyer accounts, lots and bids. It knows people only as ids of parties and as its own records of type `buyer_account`..
mod demo;
pub mod entity;
mod graphql;
mod import;
mod loaders;
mod m20261101_000001_buyer_account;
mod m20261101_000002_lot;
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
pub const BUYER_ACCOUNT: &str = "buyer_account";

/// The auction.
pub struct Auction;

impl Engine for Auction {
    const SYSTEM: &'static str = "auction";
    type Query = graphql::Query;
    type Mutation = mutation::Mutation;
    type Loaders = loaders::Loaders;

    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(m20261101_000001_buyer_account::Migration), Box::new(m20261101_000002_lot::Migration)]
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
        database::companies_of::<entity::buyer_account::Entity>(db).await
    }

    async fn rows_of(db: &DatabaseConnection, company: Uuid, party: Uuid) -> Result<Vec<(&'static str, u64)>, Error> {
        Ok(vec![
            (
                "buyer accounts",
                database::count_with::<entity::buyer_account::Entity>(db, company, entity::buyer_account::Column::PartyId, party).await?,
            ),
            ("bids", database::count_with::<entity::bid::Entity>(db, company, entity::bid::Column::PartyId, party).await?),
        ])
    }

    async fn import(importer: &Importer) -> Result<Vec<Imported>, Error> {
        import::import(importer).await
    }

    async fn seed(tx: &DatabaseTransaction, company: Uuid, hub: &HubRecords<'_>) -> Result<bool, Error> {
        demo::seed(tx, company, hub).await
    }
}
