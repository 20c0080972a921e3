//! Revenue: the entries, and the sums that are kept beside them.
pub mod audit;
pub mod entry;
mod filter;
pub mod handover;
pub mod ranking;
pub mod report;
pub mod total;
