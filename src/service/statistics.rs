//! Statistics: what a company has, counted by the database over everything.
use super::Request;
use crate::{
    domain::{
        error::Error,
        period::Month,
        statistics::{PartyStatistics, RoleCount, last_months},
    },
    store,
};

/// The company's statistics. Six statements, each of which counts everything there is.
pub async fn of_company(request: &Request) -> Result<PartyStatistics, Error> {
    let tx = request.read().await?;
    let holders = store::statistics::role_holders(&tx).await?;
    let role_types = store::role::types(&tx).await?.into_iter();
    let months = last_months(Month::of(request.hub.clock.now()));
    let new_parties = store::statistics::new_parties(&tx, &months).await?;
    Ok(PartyStatistics {
        parties: store::statistics::parties(&tx).await?,
        roles: role_types
            .map(|role_type| RoleCount {
                count: holders.get(&role_type.code).copied().unwrap_or_default(),
                code: role_type.code,
                label: role_type.label,
            })
            .collect(),
        links: store::statistics::links(&tx).await?,
        unlinked: store::statistics::unlinked_records(&tx).await?,
        new_per_month: months.into_iter().zip(new_parties).collect(),
    })
}
