//! What callers write to change roles.
use super::object::RoleSide;
use crate::graphql::scalar::DateTime;
use async_graphql::{ID, InputObject};

/// A role that a party is to get.
#[derive(InputObject)]
pub struct AssignRoleInput {
    /// The party.
    pub party_id: ID,
    /// The role's code, one of `roleTypes`.
    pub role: String,
    /// Whether it becomes the primary role. A party's first role does in any case.
    #[graphql(default = false)]
    pub make_primary: bool,
    /// Since when the party holds it: not in the future, and not before the end of an earlier holding of the same role. Now when absent.
    pub valid_from: Option<DateTime>,
    /// Why.
    pub reason: Option<String>,
}

/// A role that a party is to lose.
#[derive(InputObject)]
pub struct EndRoleInput {
    /// The party.
    pub party_id: ID,
    /// The code of a role that it holds.
    pub role: String,
    /// Why.
    pub reason: Option<String>,
}

/// A role that is to be a party's primary one.
#[derive(InputObject)]
pub struct SetPrimaryRoleInput {
    /// The party.
    pub party_id: ID,
    /// The code of a role that it holds.
    pub role: String,
}

/// A prospect who became a customer.
#[derive(InputObject)]
pub struct ConvertProspectToCustomerInput {
    /// The party.
    pub party_id: ID,
    /// Why; kept with the role that ends and with the one that begins.
    pub reason: Option<String>,
}

/// A party that becomes a client of IT asset disposition.
#[derive(InputObject)]
pub struct EnrollInItadServicesInput {
    /// The party.
    pub party_id: ID,
    /// Why.
    pub reason: Option<String>,
}

/// A role type of the company's own.
#[derive(InputObject)]
pub struct UpsertRoleTypeInput {
    /// The code: a lower-case letter, then up to 62 lower-case letters, digits and underscores.
    pub code: String,
    /// The name for people.
    pub label: String,
    /// On which side of the business its holders stand.
    pub side: RoleSide,
}
