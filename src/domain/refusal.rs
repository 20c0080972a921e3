//! Why a request was refused: a stable code, a sentence for people, the place in the input and what helps to go on.
use super::id::{LinkId, PartyId};

/// Stable, documented codes of everything a caller can do wrong or run into.
///
/// Clients branch on the code; the sentence beside it may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    /// A value does not have the form that its field asks for.
    InvalidArgument,
    /// An id is not a UUID.
    InvalidId,
    /// A name is empty, too long or holds control characters.
    InvalidName,
    /// An e-mail address does not parse.
    InvalidEmail,
    /// A phone number does not parse, or its country is not known.
    InvalidPhone,
    /// A postal address is empty, too long or has an unknown country.
    InvalidAddress,
    /// A web address is not an http(s) URL.
    InvalidUrl,
    /// An identifier's scheme or value is malformed.
    InvalidIdentifier,
    /// A code (role, channel, system, record type, …) is malformed.
    InvalidCode,
    /// An amount is malformed, zero, negative, too precise or too large.
    InvalidAmount,
    /// A currency is not one of ISO 4217.
    InvalidCurrency,
    /// A period ends before it begins.
    InvalidPeriod,
    /// A cursor is malformed or belongs to another query.
    InvalidCursor,
    /// `first` is not between 1 and the list's limit.
    InvalidPageSize,
    /// More items in one call than its limit.
    TooManyItems,
    /// No such party in this company.
    PartyNotFound,
    /// The party was merged into another one; use the survivor.
    PartyMerged,
    /// The party is deactivated.
    PartyInactive,
    /// The party is already in the state asked for.
    PartyAlreadyInState,
    /// The record was changed since the version that the caller saw.
    StaleVersion,
    /// Another live party has the same exclusive value.
    DuplicateParty,
    /// The evidence points to more than one party.
    AmbiguousMatch,
    /// The evidence is not enough to find or create a party.
    NotEnoughEvidence,
    /// No such role type.
    RoleUnknown,
    /// The party holds the role already.
    RoleAlreadyHeld,
    /// The party does not hold the role.
    RoleNotHeld,
    /// The role type belongs to the system and cannot be changed.
    RoleTypeReserved,
    /// No such channel.
    ChannelUnknown,
    /// No such relationship type.
    RelationshipTypeUnknown,
    /// The relationship exists already.
    RelationshipExists,
    /// No such relationship, or it has ended.
    RelationshipNotFound,
    /// No such contact point, or it has ended.
    ContactPointNotFound,
    /// The party has this contact point already.
    ContactPointExists,
    /// The contact point cannot be primary.
    ContactPointNotPrimary,
    /// The identifier belongs to another party.
    IdentifierTaken,
    /// The source record is linked to another party.
    AlreadyLinked,
    /// The source record has no active link.
    NotLinked,
    /// No such source record.
    SourceRecordNotFound,
    /// The same key was used before with other content.
    EntryConflict,
    /// No such revenue entry.
    EntryNotFound,
    /// A reversal exceeds what is left of the entry, or reverses a reversal.
    InvalidReversal,
    /// The idempotency key was used before with another input.
    IdempotencyConflict,
    /// A person and an organisation cannot be one party.
    KindsDiffer,
    /// Somebody asserted that the parties are not the same.
    PartiesDistinct,
    /// No such assertion, or it was withdrawn.
    AssertionNotFound,
    /// No such merge.
    MergeNotFound,
    /// The party is not merged into another one.
    NotMerged,
    /// No such engine, or it was retired.
    EngineUnknown,
    /// No such review task.
    MatchTaskNotFound,
    /// Somebody else works on the review task.
    MatchTaskLeased,
    /// The review task was decided already.
    MatchTaskDecided,
    /// The review task was not decided yet.
    MatchTaskOpen,
    /// The caller does not have the task, or not any more.
    LeaseExpired,
    /// No such job.
    MatchJobNotFound,
    /// A job of another kind is running.
    MatchJobRunning,
    /// The company has not seen a dry run.
    DryRunFirst,
    /// The token lacks a scope.
    Forbidden,
    /// No token, or one that is not valid.
    Unauthenticated,
    /// The token's company does not exist here.
    CompanyUnknown,
    /// A representation names a type or a key that this subgraph does not have.
    InvalidRepresentation,
    /// A document nests too deep, or asks for too much.
    QueryTooLarge,
    /// A body has more bytes than are taken.
    RequestTooLarge,
    /// A request took too long and was given up.
    RequestTimeout,
    /// A connection runs as many operations as it may.
    TooManyOperations,
    /// The document of a hash is not known here; send the document.
    PersistedQueryNotFound,
    /// This server keeps no documents; send them always.
    PersistedQueryNotSupported,
    /// The database, or another server that this one needs, cannot be reached; try again.
    Unavailable,
    /// A fault of the server; it is logged with the request.
    Internal,
}

impl Code {
    /// The code as clients see it: upper case with underscores.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidArgument => "INVALID_ARGUMENT",
            Self::InvalidId => "INVALID_ID",
            Self::InvalidName => "INVALID_NAME",
            Self::InvalidEmail => "INVALID_EMAIL",
            Self::InvalidPhone => "INVALID_PHONE",
            Self::InvalidAddress => "INVALID_ADDRESS",
            Self::InvalidUrl => "INVALID_URL",
            Self::InvalidIdentifier => "INVALID_IDENTIFIER",
            Self::InvalidCode => "INVALID_CODE",
            Self::InvalidAmount => "INVALID_AMOUNT",
            Self::InvalidCurrency => "INVALID_CURRENCY",
            Self::InvalidPeriod => "INVALID_PERIOD",
            Self::InvalidCursor => "INVALID_CURSOR",
            Self::InvalidPageSize => "INVALID_PAGE_SIZE",
            Self::TooManyItems => "TOO_MANY_ITEMS",
            Self::PartyNotFound => "PARTY_NOT_FOUND",
            Self::PartyMerged => "PARTY_MERGED",
            Self::PartyInactive => "PARTY_INACTIVE",
            Self::PartyAlreadyInState => "PARTY_ALREADY_IN_STATE",
            Self::StaleVersion => "STALE_VERSION",
            Self::DuplicateParty => "DUPLICATE_PARTY",
            Self::AmbiguousMatch => "AMBIGUOUS_MATCH",
            Self::NotEnoughEvidence => "NOT_ENOUGH_EVIDENCE",
            Self::RoleUnknown => "ROLE_UNKNOWN",
            Self::RoleAlreadyHeld => "ROLE_ALREADY_HELD",
            Self::RoleNotHeld => "ROLE_NOT_HELD",
            Self::RoleTypeReserved => "ROLE_TYPE_RESERVED",
            Self::ChannelUnknown => "CHANNEL_UNKNOWN",
            Self::RelationshipTypeUnknown => "RELATIONSHIP_TYPE_UNKNOWN",
            Self::RelationshipExists => "RELATIONSHIP_EXISTS",
            Self::RelationshipNotFound => "RELATIONSHIP_NOT_FOUND",
            Self::ContactPointNotFound => "CONTACT_POINT_NOT_FOUND",
            Self::ContactPointExists => "CONTACT_POINT_EXISTS",
            Self::ContactPointNotPrimary => "CONTACT_POINT_NOT_PRIMARY",
            Self::IdentifierTaken => "IDENTIFIER_TAKEN",
            Self::AlreadyLinked => "ALREADY_LINKED",
            Self::NotLinked => "NOT_LINKED",
            Self::SourceRecordNotFound => "SOURCE_RECORD_NOT_FOUND",
            Self::EntryConflict => "ENTRY_CONFLICT",
            Self::EntryNotFound => "ENTRY_NOT_FOUND",
            Self::InvalidReversal => "INVALID_REVERSAL",
            Self::IdempotencyConflict => "IDEMPOTENCY_CONFLICT",
            Self::KindsDiffer => "KINDS_DIFFER",
            Self::PartiesDistinct => "PARTIES_DISTINCT",
            Self::AssertionNotFound => "ASSERTION_NOT_FOUND",
            Self::MergeNotFound => "MERGE_NOT_FOUND",
            Self::NotMerged => "NOT_MERGED",
            Self::EngineUnknown => "ENGINE_UNKNOWN",
            Self::MatchTaskNotFound => "MATCH_TASK_NOT_FOUND",
            Self::MatchTaskLeased => "MATCH_TASK_LEASED",
            Self::MatchTaskDecided => "MATCH_TASK_DECIDED",
            Self::MatchTaskOpen => "MATCH_TASK_OPEN",
            Self::LeaseExpired => "LEASE_EXPIRED",
            Self::MatchJobNotFound => "MATCH_JOB_NOT_FOUND",
            Self::MatchJobRunning => "MATCH_JOB_RUNNING",
            Self::DryRunFirst => "DRY_RUN_FIRST",
            Self::Forbidden => "FORBIDDEN",
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::CompanyUnknown => "COMPANY_UNKNOWN",
            Self::InvalidRepresentation => "INVALID_REPRESENTATION",
            Self::QueryTooLarge => "QUERY_TOO_LARGE",
            Self::RequestTooLarge => "REQUEST_TOO_LARGE",
            Self::RequestTimeout => "REQUEST_TIMEOUT",
            Self::TooManyOperations => "TOO_MANY_OPERATIONS",
            Self::PersistedQueryNotFound => "PERSISTED_QUERY_NOT_FOUND",
            Self::PersistedQueryNotSupported => "PERSISTED_QUERY_NOT_SUPPORTED",
            Self::Unavailable => "UNAVAILABLE",
            Self::Internal => "INTERNAL",
        }
    }
}

/// What helps the caller to go on after a refusal.
#[derive(Clone, Debug, PartialEq, Default)]
pub enum Help {
    /// Nothing beyond the message.
    #[default]
    None,
    /// The parties that stand in the way, best first.
    Candidates(Vec<PartyId>),
    /// The version that the record has now.
    CurrentVersion(i64),
    /// The link that stands in the way.
    Link(LinkId),
}

/// One thing that is wrong with a request, in words that may be shown to the caller.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// The stable code.
    pub code: Code,
    /// What was wrong and what to do, as a sentence.
    pub message: String,
    /// Where in the input: field names and list indexes from the outside in.
    pub path: Vec<String>,
    /// What helps to go on.
    pub help: Help,
}

impl Refusal {
    /// A refusal that names no place yet.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), path: Vec::new(), help: Help::None }
    }

    /// The same refusal, one step further out in the input.
    pub fn at(mut self, step: impl ToString) -> Self {
        self.path.insert(0, step.to_string());
        self
    }

    /// The same refusal with what helps to go on.
    pub fn with(mut self, help: Help) -> Self {
        self.help = help;
        self
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.code.as_str(), self.message)
    }
}
