//! Who asks, for which company, and what they may do.
use crate::domain::{
    code::SystemCode,
    error::Error,
    id::CompanyId,
    refusal::{Code, Refusal},
};
use std::collections::BTreeSet;

/// What a token may allow; written in its `scope` claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Permission {
    /// `party:read`: see parties without personal data.
    PartyRead,
    /// `party:pii`: see e-mail addresses, phones, addresses and presented values.
    PartyPii,
    /// `party:write`: create and change parties.
    PartyWrite,
    /// `party:link`: link source records to parties.
    PartyLink,
    /// `party:steward`: review, merge.
    PartySteward,
    /// `party:admin`: change the catalogues.
    PartyAdmin,
    /// `revenue:read`: see money.
    RevenueRead,
    /// `revenue:write`: record money.
    RevenueWrite,
}

impl Permission {
    /// Every permission there is.
    pub const ALL: [Self; 8] = [
        Self::PartyRead,
        Self::PartyPii,
        Self::PartyWrite,
        Self::PartyLink,
        Self::PartySteward,
        Self::PartyAdmin,
        Self::RevenueRead,
        Self::RevenueWrite,
    ];

    /// The scope as tokens spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PartyRead => "party:read",
            Self::PartyPii => "party:pii",
            Self::PartyWrite => "party:write",
            Self::PartyLink => "party:link",
            Self::PartySteward => "party:steward",
            Self::PartyAdmin => "party:admin",
            Self::RevenueRead => "revenue:read",
            Self::RevenueWrite => "revenue:write",
        }
    }

    fn parse(scope: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|permission| permission.as_str() == scope)
    }
}

/// The caller of one request. Every request has one, and it decides whose rows are seen.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The company whose rows this caller may reach.
    pub company: CompanyId,
    /// The person or program, as the token names it; written into events.
    pub subject: String,
    permissions: BTreeSet<Permission>,
    engines: BTreeSet<SystemCode>,
}

impl Caller {
    /// A caller with the scopes of a space-separated list, for instance `party:read engine:crm`. Those of other subgraphs, which a
    /// gateway hands on with the token, are left alone.
    ///
    /// # Errors
    /// `UNAUTHENTICATED` when a scope looks like ours and is none: a misspelt scope must not pass silently.
    pub fn new(company: CompanyId, subject: impl Into<String>, scopes: &str) -> Result<Self, Refusal> {
        let mut caller = Self { company, subject: subject.into(), permissions: BTreeSet::new(), engines: BTreeSet::new() };
        for scope in scopes.split_whitespace() {
            let engine = scope.strip_prefix("engine:").and_then(|system| SystemCode::parse(system).ok());
            match (Permission::parse(scope), engine) {
                (Some(permission), _) => drop(caller.permissions.insert(permission)),
                (None, Some(engine)) => drop(caller.engines.insert(engine)),
                (None, None) if !is_ours(scope) => {}
                (None, None) => {
                    let scope = crate::domain::text::shortened(scope);
                    return Err(Refusal::new(Code::Unauthenticated, format!("The token's scope {scope:?} is not known here.")));
                }
            }
        }
        Ok(caller)
    }

    /// A caller who may do everything in one company: demo mode, seeding and the command line.
    pub fn unrestricted(company: CompanyId, subject: impl Into<String>) -> Self {
        Self { company, subject: subject.into(), permissions: Permission::ALL.into(), engines: BTreeSet::new() }
    }

    /// Whether the caller holds a permission.
    pub fn may(&self, permission: Permission) -> bool {
        self.permissions.contains(&permission)
    }

    /// Refuses a caller without a permission.
    ///
    /// # Errors
    /// `FORBIDDEN` that names the scope.
    pub fn require(&self, permission: Permission) -> Result<(), Error> {
        if self.may(permission) { Ok(()) } else { Err(forbidden(permission.as_str())) }
    }

    /// Refuses a caller who may not write records of an engine: an engine's own token may write its own records only,
    /// other callers need the permission.
    ///
    /// # Errors
    /// `FORBIDDEN` that names the scope.
    pub fn require_for_system(&self, permission: Permission, system: &SystemCode) -> Result<(), Error> {
        if self.engines.contains(system) || (self.engines.is_empty() && self.may(permission)) {
            return Ok(());
        }
        Err(forbidden(&format!("engine:{}", system.as_str())))
    }

    /// Refuses a caller who may write records of no engine at all: for input that does not say of which engine.
    ///
    /// # Errors
    /// `FORBIDDEN` that names the scope.
    pub fn require_for_any_system(&self, permission: Permission) -> Result<(), Error> {
        if self.engines.is_empty() { self.require(permission) } else { Ok(()) }
    }
}

/// Whether a scope is of a kind that this server gives meaning to.
fn is_ours(scope: &str) -> bool {
    ["party", "revenue", "engine"].contains(&scope.split(':').next().unwrap_or_default())
}

fn forbidden(scope: &str) -> Error {
    Refusal::new(Code::Forbidden, format!("This needs the scope {scope}, which your token does not have.")).into()
}
