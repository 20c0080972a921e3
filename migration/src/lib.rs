//! The history of the schema, on SQLite and on PostgreSQL, and the two
//! commands that only PostgreSQL has: grants for the application's role and
//! distribution with Citus.

mod company_table;
mod distribution;
mod grants;
mod isolation;
mod m20261101_000001_company;
mod m20261101_000002_party;
mod m20261101_000003_contact_point;
mod m20261101_000004_party_role;
mod m20261101_000005_party_relationship;
mod m20261101_000006_source_record;
mod m20261101_000007_match;
mod m20261101_000008_revenue;
mod m20261101_000009_event;
mod m20261101_000010_triggers;
mod m20261101_000011_row_level_security;
mod m20261101_000012_views;
mod m20261101_000030_covering;
mod m20261101_000037_name_pair;
mod m20261101_000040_event_order;
mod m20261101_000041_merge;
mod m20261101_000050_match_task;
mod m20261101_000051_match_job;
mod m20261101_000060_import;
mod m20261101_000061_one_way_to_the_company;
mod m20261101_000070_task_of_party;
mod tables;

pub use distribution::distribute;
pub use grants::{grant_app_role, privilege_of};
pub use sea_orm_migration::MigratorTrait;
pub use tables::{APPEND_ONLY_TABLES, CATALOGUE_TABLES, CHANGEABLE_COLUMNS, COMPANY_TABLES, DELETABLE_TABLES, VIEWS};

use sea_orm_migration::MigrationTrait;

/// Runs the migrations in the order in which they were written.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261101_000001_company::Migration),
            Box::new(m20261101_000002_party::Migration),
            Box::new(m20261101_000003_contact_point::Migration),
            Box::new(m20261101_000004_party_role::Migration),
            Box::new(m20261101_000005_party_relationship::Migration),
            Box::new(m20261101_000006_source_record::Migration),
            Box::new(m20261101_000007_match::Migration),
            Box::new(m20261101_000008_revenue::Migration),
            Box::new(m20261101_000009_event::Migration),
            Box::new(m20261101_000010_triggers::Migration),
            Box::new(m20261101_000011_row_level_security::Migration),
            Box::new(m20261101_000012_views::Migration),
            Box::new(m20261101_000030_covering::Migration),
            Box::new(m20261101_000037_name_pair::Migration),
            Box::new(m20261101_000040_event_order::Migration),
            Box::new(m20261101_000041_merge::Migration),
            Box::new(m20261101_000050_match_task::Migration),
            Box::new(m20261101_000051_match_job::Migration),
            Box::new(m20261101_000060_import::Migration),
            Box::new(m20261101_000061_one_way_to_the_company::Migration),
            Box::new(m20261101_000070_task_of_party::Migration),
        ]
    }
}
