//! The rows of the database as SeaORM models, one table a file.
//!
//! The models are plain: no relations and no enums. The store asks by company and
//! parses what it reads into domain types.

pub mod channel;
pub mod company;
pub mod contact_point;
pub mod distinct_assertion;
pub mod engine;
pub mod event_counter;
pub mod idempotency_key;
pub mod match_job;
pub mod match_job_record;
pub mod match_key;
pub mod match_task;
pub mod merge_acknowledgement;
pub mod name_variant;
pub mod party;
pub mod party_event;
pub mod party_identifier;
pub mod party_link;
pub mod party_merge;
pub mod party_relationship;
pub mod party_revenue;
pub mod party_role;
pub mod relationship_type;
pub mod revenue_entry;
pub mod revenue_total;
pub mod role_type;
pub mod source_record;
