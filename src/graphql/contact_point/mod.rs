//! Contact points in the graph.
mod input;
mod mutation;
mod object;

pub use mutation::ContactPointMutation;
pub use object::{ContactPoint, ContactPointKind};
