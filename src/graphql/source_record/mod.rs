//! Source records in the graph: what engines know of people, and the entity by which engines reach parties.
mod hot;
mod input;
mod mutation;
mod object;
mod query;

pub use hot::WithParty;
pub use mutation::SourceRecordMutation;
pub use object::{SourceRecord, of_party};
pub use query::SourceRecordQuery;
