//! Imports of old tables: reading them, the ledger of their rows, and taking a run back.
pub mod ledger;
pub mod rollback;
pub mod source;
