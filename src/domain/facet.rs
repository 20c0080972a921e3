//! Facets: how many parties of a list there are of each kind, status, role and engine.
use super::{
    code::SystemCode,
    kind::{PartyKind, PartyStatus},
    statistics::RoleCount,
};
use std::collections::BTreeMap;

/// The counts beside a list. Each part disregards what the filter says of the part itself, so that it tells what another choice would show.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facets {
    /// Parties that meet the whole filter.
    pub total: i64,
    /// By what they are.
    pub kinds: BTreeMap<PartyKind, i64>,
    /// By where they stand in their life.
    pub statuses: BTreeMap<PartyStatus, i64>,
    /// By the roles that they hold now, for every role of the catalogue.
    pub roles: Vec<RoleCount>,
    /// By the engines that have records which are linked to them.
    pub systems: BTreeMap<SystemCode, i64>,
}
