//! Imports of old tables: how their columns are read, and what becomes of each row.
pub mod mapping;
pub mod outcome;
pub mod row;
