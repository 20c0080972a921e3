//! The keys by which a party is found, kept in step with the party in the same transaction.
use super::{Change, creation};
use crate::{
    domain::{draft, error::Error, kind::ContactKind, party::Party},
    store,
};

/// Recomputes all keys of a party from its names, contact points and identifiers.
pub async fn refresh(change: &Change, party: &Party) -> Result<(), Error> {
    // The names of those that were merged into it lead to it as well.
    let absorbed = store::party::absorbed_records(change.tx(), party.id).await?;
    let mut names = creation::names_of(party);
    names.extend(absorbed.iter().flat_map(creation::names_of));
    let mut keys = draft::name_keys(&names);
    for point in store::contact_point::of_parties(change.tx(), &[party.id]).await?.remove(&party.id).unwrap_or_default() {
        match point.kind {
            ContactKind::Email => drop(keys.insert(draft::email_key(&point.key))),
            ContactKind::Phone => drop(keys.insert(draft::phone_key(&point.key))),
            ContactKind::Address | ContactKind::Web => {}
        }
    }
    for identifier in store::identifier::of_parties(change.tx(), &[party.id]).await?.remove(&party.id).unwrap_or_default() {
        keys.insert(draft::identifier_key(identifier.identifier.value()));
    }
    store::match_key::replace(change.tx(), party.id, &keys).await?;
    store::match_key::insert_variants(change.tx(), &creation::variants_of(&names)).await
}
