//! Three engines of a business: CRM, auction and website. Each is a subgraph with a database of its own.
//!
//! They extend `Party` and never copy a name, an e-mail address, a phone number or a postal address. Nothing here depends on the
//! Party subgraph's code: `platform` holds what an engine needs to live beside it, and what an author of a new engine copies.
pub mod auction;
pub mod cli;
pub mod crm;
pub mod platform;
pub mod website;
