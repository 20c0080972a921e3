//! Roles: what a party is to the company.
use super::{
    code::RoleCode,
    id::{PartyId, RoleId},
    kind::RoleSide,
};
use chrono::{DateTime, Utc};

/// The code of the role of somebody who may buy one day.
pub const PROSPECT: &str = "prospect";

/// The code of the role of somebody who buys.
pub const SALES_CUSTOMER: &str = "sales_customer";

/// The code of the role of somebody whose hardware the company disposes of.
pub const ITAD_CLIENT: &str = "itad_client";

/// An entry of the catalogue of roles.
#[derive(Clone, Debug, PartialEq)]
pub struct RoleType {
    /// The code, for instance `sales_customer`.
    pub code: RoleCode,
    /// The name for people.
    pub label: String,
    /// Whether its holders buy from the company, sell to it, or both.
    pub side: RoleSide,
    /// Whether it came with the program and cannot be changed.
    pub is_system: bool,
}

/// One holding of a role by a party, from a time on, perhaps until another.
#[derive(Clone, Debug, PartialEq)]
pub struct RoleHolding {
    /// The id.
    pub id: RoleId,
    /// Who holds it.
    pub party: PartyId,
    /// Which role.
    pub code: RoleCode,
    /// Whether it is the party's main role.
    pub is_primary: bool,
    /// Since when.
    pub valid_from: DateTime<Utc>,
    /// Until when.
    pub valid_to: Option<DateTime<Utc>>,
    /// Who assigned it.
    pub granted_by: String,
    /// Why it was assigned.
    pub grant_reason: Option<String>,
    /// Who ended it.
    pub ended_by: Option<String>,
    /// Why it ended.
    pub end_reason: Option<String>,
}

impl RoleHolding {
    /// Whether it has no end yet.
    pub fn is_current(&self) -> bool {
        self.valid_to.is_none()
    }
}
