//! Revenue in the graph.
mod entry;
mod hot;
mod input;
mod mutation;
mod object;
mod query;

pub use input::PeriodInput;
pub use mutation::RevenueMutation;
pub use object::{PartyRevenue, of_party};
pub use query::RevenueQuery;
