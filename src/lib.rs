//! The Party subgraph: one record for each person and organisation, shared by every engine of a business.
pub mod cli;
pub mod domain;
pub mod graphql;
pub mod http;
pub mod lint;
pub mod service;
pub mod startup;
pub mod store;
