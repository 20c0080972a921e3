//! Parties with just what a query asks of them, in as few statements as there are sources.
use crate::{
    domain::{
        error::Error,
        id::PartyId,
        page::Page,
        party::Party,
        profile::{Parts, Profile},
        revenue::{Dimension, RevenueFilter},
    },
    service::{
        Request,
        revenue::{self, PartyRevenueKey},
    },
    store::{self, tenant::TenantTx},
};
use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

/// What some ids lead to, as far as it is asked for: the party, or the survivor of a merged one. Unknown ids are left out.
///
/// One statement for the records with their roles and links, a second one only if there are merged ids, and one each for absorbed ids and revenue.
pub async fn profiles(request: &Request, ids: &[PartyId], parts: Parts) -> Result<HashMap<PartyId, Arc<Profile>>, Error> {
    let tx = request.read().await?;
    let mut found = store::profile::find(&tx, ids, parts).await?;
    let merged: Vec<(PartyId, PartyId)> = found.values().filter_map(|profile| Some((profile.id(), profile.merged_into()?))).collect();
    for (id, _) in &merged {
        found.remove(id);
    }
    let missing: Vec<PartyId> = merged.iter().map(|(_, survivor)| *survivor).filter(|survivor| !found.contains_key(survivor)).collect();
    found.extend(store::profile::find(&tx, &missing, parts).await?);
    add_sums(request, &tx, &mut found, parts).await?;
    let mut found: HashMap<PartyId, Arc<Profile>> = found.into_iter().map(|(id, profile)| (id, Arc::new(profile))).collect();
    for (id, survivor) in merged {
        if let Some(profile) = found.get(&survivor).cloned() {
            found.insert(id, profile);
        }
    }
    Ok(found)
}

/// The parties of a page, with what is asked for beside the columns that were read.
pub(in crate::service) async fn of_page(request: &Request, tx: &TenantTx, page: Page<Profile>, parts: Parts) -> Result<Page<Arc<Profile>>, Error> {
    let order: Vec<(String, PartyId)> = page.items.iter().map(|(cursor, profile)| (cursor.clone(), profile.id())).collect();
    let mut profiles: HashMap<PartyId, Profile> = page.items.into_iter().map(|(_, profile)| (profile.id(), profile)).collect();
    store::profile::add_lists(tx, &mut profiles, parts).await?;
    add_sums(request, tx, &mut profiles, parts).await?;
    let items = order.into_iter().filter_map(|(cursor, id)| Some((cursor, Arc::new(profiles.remove(&id)?)))).collect();
    Ok(Page { items, has_next: page.has_next })
}

/// Parties whose records were read, with what is asked for beside them.
///
/// # Errors
/// What the database answers.
pub async fn complete(request: &Request, parties: Vec<Party>, parts: Parts) -> Result<HashMap<PartyId, Arc<Profile>>, Error> {
    let tx = request.read().await?;
    let mut profiles: HashMap<PartyId, Profile> = parties.into_iter().map(|party| (party.id, Profile::of(party))).collect();
    store::profile::add_lists(&tx, &mut profiles, parts).await?;
    add_sums(request, &tx, &mut profiles, parts).await?;
    Ok(profiles.into_iter().map(|(id, profile)| (id, Arc::new(profile))).collect())
}

/// Adds absorbed ids and revenue, if they are asked for.
async fn add_sums(request: &Request, tx: &TenantTx, profiles: &mut HashMap<PartyId, Profile>, parts: Parts) -> Result<(), Error> {
    if profiles.is_empty() {
        return Ok(());
    }
    if parts.contains(Parts::ABSORBED) {
        let ids: Vec<PartyId> = profiles.keys().copied().collect();
        let mut absorbed = store::party::absorbed(tx, &ids).await?;
        for (id, profile) in &mut *profiles {
            profile.absorbed = absorbed.remove(id).unwrap_or_default();
            profile.add(Parts::ABSORBED);
        }
    }
    if parts.contains(Parts::REVENUE) {
        add_revenue(request, profiles, parts).await?;
    }
    Ok(())
}

async fn add_revenue(request: &Request, profiles: &mut HashMap<PartyId, Profile>, parts: Parts) -> Result<(), Error> {
    let details = [(Parts::REVENUE_BY_CHANNEL, Dimension::Channel), (Parts::REVENUE_BY_MONTH, Dimension::Month)];
    let by: BTreeSet<Dimension> = details.into_iter().filter(|(part, _)| parts.contains(*part)).map(|(_, by)| by).collect();
    let key = |party: PartyId| PartyRevenueKey { party, filter: RevenueFilter::default(), by: by.clone() };
    let keys: Vec<PartyRevenueKey> = profiles.keys().copied().map(key).collect();
    for (key, revenue) in revenue::of_parties(request, &keys).await? {
        profiles.entry(key.party).and_modify(|profile| profile.revenue = revenue);
    }
    let read = parts & (Parts::REVENUE | Parts::REVENUE_BY_CHANNEL | Parts::REVENUE_BY_MONTH);
    profiles.values_mut().for_each(|profile| profile.add(read));
    Ok(())
}
