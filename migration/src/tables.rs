//! The tables and views as they stand after the last migration.
//!
//! Migrations do not read these lists, because a migration must do the same
//! thing for ever. Grants, distribution and tests do.

/// Every table with a column `company_id`, in an order that foreign keys allow.
/// The table `company` is not among them, because its key is `id`.
pub const COMPANY_TABLES: &[&str] = &[
    "role_type",
    "channel",
    "relationship_type",
    "party",
    "contact_point",
    "party_identifier",
    "party_role",
    "party_relationship",
    "source_record",
    "party_link",
    "match_key",
    "name_variant",
    "match_task",
    "match_job",
    "match_job_record",
    "distinct_assertion",
    "party_merge",
    "engine",
    "merge_acknowledgement",
    "revenue_entry",
    "revenue_total",
    "party_revenue",
    "party_event",
    "event_counter",
    "idempotency_key",
    "import_run",
    "import_row",
    "import_touched",
];

/// The tables among [`COMPANY_TABLES`] that also hold rows of the system, under
/// the nil company. Companies read those rows and cannot change them.
pub const CATALOGUE_TABLES: &[&str] = &["role_type", "channel", "relationship_type"];

/// The tables to which the application's role adds rows that it can never change.
pub const APPEND_ONLY_TABLES: &[&str] = &["revenue_entry", "party_event", "idempotency_key"];

/// The columns of append-only tables that may change all the same: an entry is handed over when its party is merged.
pub const CHANGEABLE_COLUMNS: &[(&str, &str)] = &[("revenue_entry", "party_id, home_id")];

/// The tables from which the application's role deletes: derived search keys only.
pub const DELETABLE_TABLES: &[&str] = &["match_key", "name_variant"];

/// The views for people who report in SQL.
pub const VIEWS: &[&str] = &["customers", "suppliers", "crm_prospects", "auction_buyers", "party_unified_view"];
