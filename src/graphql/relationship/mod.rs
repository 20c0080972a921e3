//! Relationships in the graph.
mod input;
mod mutation;
mod object;
mod query;

pub use mutation::RelationshipMutation;
pub use object::{PartyRelationship, of_party};
pub use query::RelationshipQuery;
