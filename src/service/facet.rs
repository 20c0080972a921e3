//! Facets: the counts beside a list of parties, which tell what another choice would show.
use super::{Request, directory::DirectoryInput, search};
use crate::{
    domain::{directory::DirectoryFilter, error::Error, facet::Facets, id::PartyId, kind::PartyStatus, statistics::RoleCount},
    store::{self, facet::Counted},
};

/// The counts of the parties that meet a filter, and that a search finds if there is one. Six statements, and those of the search.
///
/// # Errors
/// Those of a list with this filter, and of a search with this text.
pub async fn count(request: &Request, input: &DirectoryInput, query: Option<&str>) -> Result<Facets, Error> {
    let filter = input.parse().map_err(|error| error.at("filter"))?;
    let found: Option<Vec<PartyId>> = match query {
        Some(query) => Some(search::ids(request, query).await?),
        None => None,
    };
    let among = found.as_deref();
    let tx = request.read().await?;
    let role_types = store::role::types(&tx).await?;
    input.check_roles(&role_types).map_err(|error| error.at("roles").at("filter"))?;
    let any_kind = DirectoryFilter { kind: None, ..filter.clone() };
    let any_status = DirectoryFilter { statuses: PartyStatus::ALL.to_vec(), ..filter.clone() };
    let any_role = DirectoryFilter { roles: Vec::new(), ..filter.clone() };
    let any_system = DirectoryFilter { systems: Vec::new(), ..filter.clone() };
    let holders = store::facet::roles(&tx, Counted { filter: &any_role, among }).await?;
    let role = |role_type: crate::domain::role::RoleType| {
        let count = holders.get(&role_type.code).copied().unwrap_or_default();
        RoleCount { count, code: role_type.code, label: role_type.label }
    };
    Ok(Facets {
        total: store::facet::total(&tx, Counted { filter: &filter, among }).await?,
        kinds: store::facet::kinds(&tx, Counted { filter: &any_kind, among }).await?,
        statuses: store::facet::statuses(&tx, Counted { filter: &any_status, among }).await?,
        roles: role_types.into_iter().map(role).collect(),
        systems: store::facet::systems(&tx, Counted { filter: &any_system, among }).await?,
    })
}
