//! The integration tests: one binary, a real server and a database of its own for each test, on both backends.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test fails where something is missing, runs in real time, and tells its figures to whoever asks with --nocapture"
)]
mod cancellation;
mod contact_point;
mod crash;
mod demo;
mod deploy;
mod directory;
mod docs;
mod facet;
mod feed;
mod find_or_create;
mod full_disk;
mod fuzz;
mod history;
mod hot;
mod http;
mod import;
mod import_run;
mod isolation;
mod link;
mod lint;
mod match_job;
mod match_task;
mod matching;
mod merge;
mod migrations;
mod operating;
mod outage;
mod party;
mod permission;
mod power_cut;
mod relationship;
mod request;
mod revenue;
mod role;
mod schema;
mod search;
mod settings;
mod slow_clients;
mod soak;
mod source_record;
mod statistics;
mod storm;
mod suggestion;
mod support;
mod tidy;
mod tls;
mod token;
