//! Scalars and small inputs that several nouns share.
use crate::domain::{id::PartyId, refusal::Refusal};
use async_graphql::ID;
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
