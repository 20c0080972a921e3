//! Scalars and small inputs that several nouns share.
use crate::domain::{
    code::SourceKey,
    id::{ContactPointId, PartyId},
    refusal::Refusal,
};
use async_graphql::{ID, InputObject};
use uuid::Uuid;

/// An id as clients see it: a raw UUID string.
pub fn graphql_id(id: Uuid) -> ID {
    ID(id.to_string())
}

/// Reads a party id from an argument or input field.
///
/// # Errors
/// `INVALID_ID` at the field.
pub fn party_id(field: &str, id: &ID) -> Result<PartyId, Refusal> {
    PartyId::parse(id).map_err(|refusal| refusal.at(field))
}

/// Which record of which engine, for instance crm / lead / 4711.
#[derive(InputObject, Clone)]
pub struct SourceKeyInput {
    /// The engine, for instance `crm`.
    pub system: String,
    /// The engine's name for such records, for instance `lead`.
    #[graphql(name = "type")]
    pub record_type: String,
    /// The record's id in the engine.
    pub id: ID,
}

impl SourceKeyInput {
    /// Reads the key.
    ///
    /// # Errors
    /// `INVALID_CODE` at `system`, `type` or `id`.
    pub fn parse(&self) -> Result<SourceKey, Refusal> {
        SourceKey::parse(&self.system, &self.record_type, &self.id)
    }
}

/// Reads a contact point id from an input field.
///
/// # Errors
/// `INVALID_ID` at the field.
pub fn contact_point_id(field: &str, id: &ID) -> Result<ContactPointId, Refusal> {
    ContactPointId::parse(id).map_err(|refusal| refusal.at(field))
}
