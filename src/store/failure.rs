//! The one place where an error of the database becomes an error of the program.
use crate::domain::{
    error::Error,
    refusal::{Code, Refusal},
};
use sea_orm::{DbErr, RuntimeErr};
use std::sync::Arc;

/// Constraints and triggers that a caller can run into: PostgreSQL's name, the text by which SQLite tells it, and the refusal.
///
/// Rules are checked before a write; these catch what two writers do at the same time.
const CONSTRAINTS: &[(&str, &str, Code, &str)] = &[
    ("ux_party_email", "party.company_id, party.email_key", Code::DuplicateParty, "Another party has this e-mail address."),
    (
        "pk_party_identifier",
        "party_identifier.company_id, party_identifier.scheme",
        Code::IdentifierTaken,
        "The identifier belongs to another party.",
    ),
    ("pk_idempotency_key", "idempotency_key.company_id", Code::IdempotencyConflict, "The idempotency key is being used by another call."),
    (
        "ux_party_role_current",
        "party_role.company_id, party_role.party_id, party_role.role_code",
        Code::RoleAlreadyHeld,
        "The party holds this role already.",
    ),
    ("ux_party_link_source_record", "party_link.company_id, party_link.system", Code::AlreadyLinked, "The source record is linked already."),
    (
        "ux_contact_point_value",
        "contact_point.company_id, contact_point.party_id, contact_point.kind, contact_point.normalized",
        Code::ContactPointExists,
        "The party has this contact point already.",
    ),
    (
        "ux_party_relationship_current",
        "party_relationship.company_id, party_relationship.from_party_id",
        Code::RelationshipExists,
        "The parties are related in this way already.",
    ),
    ("ux_party_merge_absorbed", "party_merge.company_id, party_merge.absorbed_id", Code::PartyMerged, "The party is merged into another one."),
    (
        "ux_distinct_assertion_pair",
        "distinct_assertion.company_id, distinct_assertion.party_a",
        Code::PartiesDistinct,
        "The parties are asserted to be distinct already.",
    ),
    ("pk_revenue_entry", "revenue_entry.company_id", Code::EntryConflict, "Another call records an entry with the same key."),
    ("ck_revenue_total_amount", "ck_revenue_total_amount", Code::InvalidAmount, SUM_TOO_LARGE),
    ("ck_party_revenue_gross", "ck_party_revenue_", Code::InvalidAmount, SUM_TOO_LARGE),
    ("tg_party_link_live_party", "tg_party_link_live_party", Code::PartyInactive, "The party is merged or deactivated and takes no links."),
    ("tg_party_role_live_party", "tg_party_role_live_party", Code::PartyInactive, "The party is merged or deactivated and takes no roles."),
    ("tg_party_role_known", "tg_party_role_known", Code::RoleUnknown, "There is no such role type."),
    ("tg_party_role_overlap", "tg_party_role_overlap", Code::RoleAlreadyHeld, "The party holds this role in that time already."),
];

/// What is said when amounts add up to more than 64 bits of minor units.
const SUM_TOO_LARGE: &str = "The amounts add up to more than an amount of money can be.";

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        match &error {
            DbErr::Conn(RuntimeErr::SqlxError(cause)) | DbErr::Exec(RuntimeErr::SqlxError(cause)) | DbErr::Query(RuntimeErr::SqlxError(cause)) => {
                classify(cause).unwrap_or_else(|| Self::Internal(Arc::new(error)))
            }
            DbErr::ConnectionAcquire(_) => Self::Unavailable(Arc::new(error)),
            _ => Self::Internal(Arc::new(error)),
        }
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        classify(&error).unwrap_or_else(|| Self::Internal(Arc::new(error)))
    }
}

fn classify(error: &sqlx::Error) -> Option<Error> {
    let unavailable = |error: &sqlx::Error| Some(Error::Unavailable(Arc::new(std::io::Error::other(error.to_string()))));
    match error {
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed | sqlx::Error::Tls(_) => {
            unavailable(error)
        }
        sqlx::Error::BeginFailed => unavailable(error),
        sqlx::Error::Database(database) => {
            let code = database.code().unwrap_or_default();
            if matches!(&*code, "40001" | "40P01") {
                return Some(Error::Contended(Arc::new(std::io::Error::other(error.to_string()))));
            }
            if is_outage(&code) {
                return unavailable(error);
            }
            if is_overflow(&code, database.message()) {
                return Some(Refusal::new(Code::InvalidAmount, SUM_TOO_LARGE).into());
            }
            let (name, message) = (database.constraint().unwrap_or_default(), database.message());
            CONSTRAINTS
                .iter()
                .find(|(postgres, sqlite, _, _)| name == *postgres || (name.is_empty() && message.contains(sqlite)))
                .map(|(_, _, code, sentence)| Error::Refused(vec![Refusal::new(*code, *sentence)]))
        }
        _ => None,
    }
}

/// PostgreSQL: connection exceptions, lack of resources, shutdown, lock timeout, a standby that takes no writes. SQLite: busy, locked, disk full, I/O error, cannot open.
fn is_outage(code: &str) -> bool {
    let postgres = matches!(code.get(..2), Some("08" | "53" | "57") if code.len() == 5) || matches!(code, "55P03" | "25P03" | "25006");
    let sqlite = code.len() < 5 && code.parse::<i32>().is_ok_and(|code| matches!(code & 0xff, 5 | 6 | 8 | 10 | 13 | 14));
    postgres || sqlite
}

/// An integer that outgrows 64 bits. Only amounts of money are ever added up by the database.
fn is_overflow(code: &str, message: &str) -> bool {
    code == "22003" || message == "integer overflow"
}
