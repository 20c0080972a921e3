//! How far a company trusts the engines that parties come from.
use crate::{
    domain::{code::SystemCode, error::Error, id::PartyId},
    service::Change,
    store,
};
use std::collections::HashMap;

/// The place of each party's best engine in the company's order of engines.
pub(super) struct Ranks(HashMap<PartyId, usize>);

impl Ranks {
    /// Looks at the active links of some parties.
    pub async fn look_up(change: &Change, parties: &[PartyId]) -> Result<Self, Error> {
        let order: Vec<SystemCode> = store::company::source_priority(change.tx()).await?;
        if order.is_empty() {
            return Ok(Self(HashMap::new()));
        }
        let links = store::link::of_parties(change.tx(), parties).await?;
        let place = |system: &SystemCode| order.iter().position(|known| known == system);
        let best = links.into_iter().filter_map(|(party, links)| {
            let places = links.iter().filter(|link| link.is_active()).filter_map(|link| place(&link.source.system));
            Some((party, places.min()?))
        });
        Ok(Self(best.collect()))
    }

    /// The place of a party's best engine; none when it comes from none that the company has ordered.
    pub fn of(&self, party: PartyId) -> Option<usize> {
        self.0.get(&party).copied()
    }
}
