//! Named, company-scoped queries. Rows become domain types here and constraints become refusals; rules live elsewhere.
pub mod bulk;
pub mod candidate;
pub mod channel;
pub mod company;
pub mod contact_point;
pub mod database;
pub mod directory;
pub mod distinct;
pub mod engine;
pub mod event;
pub mod evidence;
pub mod facet;
pub mod failure;
pub mod handover;
pub mod idempotency;
pub mod identifier;
pub mod import;
pub mod import_run;
pub mod insert;
pub mod link;
pub mod match_job;
pub mod match_key;
pub mod match_task;
pub mod merge;
pub mod notice;
pub mod party;
pub mod profile;
pub mod relationship;
pub mod revenue;
pub mod role;
mod scope;
pub mod search;
pub mod source_record;
pub mod statistics;
pub mod tenant;
mod union;
mod watch;

use crate::domain::error::Error;

/// Reads a stored word; one that the program does not know is a fault of the data, not of the caller.
fn stored<T>(column: &str, word: &str, read: impl Fn(&str) -> Option<T>) -> Result<T, Error> {
    read(word).ok_or_else(|| Error::internal(format!("{column} holds the unknown word {word:?}")))
}
