//! Parties in the graph.
mod input;
mod mutation;
mod object;
mod query;

pub use mutation::{PartyMutation, PartyPayload};
pub use object::{Party, not_found};
pub use query::PartyQuery;
