//! Identifiers: the numbers that somebody issued to parties.
use super::Request;
use crate::{
    domain::{error::Error, id::PartyId, identifier_record::PartyIdentifier},
    store,
};
use std::collections::HashMap;

/// The identifiers of some parties, by scheme and value.
pub async fn of_parties(request: &Request, parties: &[PartyId]) -> Result<HashMap<PartyId, Vec<PartyIdentifier>>, Error> {
    store::identifier::of_parties(&*request.read().await?, parties).await
}
