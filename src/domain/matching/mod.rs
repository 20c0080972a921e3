//! Matching: whether two records, or a record and a party, are the same person or organisation, and why.
//!
//! The way of a record: [`input`] reads its fields into normalised [`features`], [`vocabulary`] interns them, [`key`] finds
//! candidates, [`compare`] turns a pair into levels, [`model`] weighs them, [`learn`] fits the model to unlabelled data,
//! [`cluster`] joins records to parties. [`batch`] does all of it for whole tables, [`online`] weighs one record against candidates.
pub mod batch;
pub mod cluster;
pub mod compare;
pub mod facts;
pub mod features;
pub mod input;
pub mod key;
pub mod learn;
pub mod model;
pub mod names;
pub mod normal;
pub mod online;
pub mod prior;
pub mod vocabulary;

#[cfg(test)]
mod tests;
