//! Merges in the graph: looking ahead, merging, taking back, and what engines say.
mod input;
mod mutation;
mod object;
mod query;

pub use mutation::MergeMutation;
pub use object::{MergeStep, PartyMerge, of_party};
pub use query::MergeQuery;
