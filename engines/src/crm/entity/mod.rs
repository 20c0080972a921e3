//! The tables of the CRM.
pub mod lead;
pub mod opportunity;
