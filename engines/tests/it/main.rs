//! The integration tests of the engines: a real server and a database of its own for each test, on SQLite and on PostgreSQL.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails where something is missing")]
mod auction;
mod crm;
mod federation;
mod import;
mod isolation;
mod outbox;
mod schema;
mod support;
mod website;
