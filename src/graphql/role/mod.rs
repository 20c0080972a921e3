//! Roles in the graph.
mod hot;
mod input;
mod mutation;
mod object;
mod query;

pub use hot::RoleOf;
pub use mutation::RoleMutation;
pub use object::{PartyRole, RoleType, of_party, primary_of_party};
pub use query::RoleQuery;
