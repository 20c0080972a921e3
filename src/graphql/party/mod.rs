//! Parties in the graph.
mod find_or_create;
mod hot;
mod input;
mod mutation;
mod object;
mod query;

pub use find_or_create::FindOrCreateMutation;
pub use input::{PartyIdentifierInput, identifiers};
pub use mutation::{PartyMutation, PartyPayload};
pub use object::{Party, PartyKind, PartyStatus, not_found};
pub use query::PartyQuery;
