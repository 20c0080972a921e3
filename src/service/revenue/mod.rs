//! Revenue: recording business facts worth money, and adding them up.
mod audit;
mod book;
mod draft;
mod read;
mod record;

pub use audit::{rebuild, verify};
pub use draft::{EntryInput, KeyInput};
pub use read::{FilterInput, PartyRevenueKey, ReportInput, check_channels, entries, of_parties, parse_filter, report, top};
pub(in crate::service) use record::record_events;
pub use record::{MAX_ENTRIES, Recorded, record};
