//! What a module supplies to be an engine.
use super::{
    Error, Session,
    demo::HubRecords,
    import::{Imported, Importer},
};
use async_graphql::ObjectType;
use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction};
use sea_orm_migration::MigrationTrait;
use std::{future::Future, sync::Arc};
use uuid::Uuid;

/// A record of this engine whose party is not known yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unidentified {
    /// Its company.
    pub company: Uuid,
    /// The engine's name for such records, for instance `lead`.
    pub record_type: &'static str,
    /// The record's id.
    pub record_id: String,
}

/// A subgraph with a database of its own.
pub trait Engine: Send + Sync + 'static {
    /// The name under which the hub knows its records, for instance `crm`.
    const SYSTEM: &'static str;
    /// The root of reads.
    type Query: ObjectType + Default + 'static;
    /// The root of changes.
    type Mutation: ObjectType + Default + 'static;
    /// What the objects of one answer read together.
    type Loaders: Send + Sync + 'static;

    /// Its tables, and how they came to be.
    fn migrations() -> Vec<Box<dyn MigrationTrait>>;

    /// The loaders of a request.
    fn loaders(session: &Arc<Session>) -> Self::Loaders;

    /// Some records whose party is not known yet, after the one given, in a fixed order.
    fn unidentified(db: &DatabaseConnection, after: Option<&Unidentified>) -> impl Future<Output = Result<Vec<Unidentified>, Error>> + Send;

    /// Stores the party of a record that had none.
    fn identify(db: &impl ConnectionTrait, record: &Unidentified, party: Uuid) -> impl Future<Output = Result<(), Error>> + Send;

    /// The companies that have rows which name parties.
    fn companies(db: &DatabaseConnection) -> impl Future<Output = Result<Vec<Uuid>, Error>> + Send;

    /// How many rows of each table name a party.
    fn rows_of(db: &DatabaseConnection, company: Uuid, party: Uuid) -> impl Future<Output = Result<Vec<(&'static str, u64)>, Error>> + Send;

    /// Takes the engine's own columns of old tables across; rows that are there stay as they are.
    fn import(importer: &Importer) -> impl Future<Output = Result<Vec<Imported>, Error>> + Send;

    /// Writes demo rows that belong to the hub's demo records, and says whether it did: not when there are rows already.
    fn seed(tx: &DatabaseTransaction, company: Uuid, hub: &HubRecords<'_>) -> impl Future<Output = Result<bool, Error>> + Send;
}
