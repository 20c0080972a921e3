//! Keys by which parties are found: name tokens, e-mail addresses, phones. Kept in the transaction that changes the party.
use super::{
    scope::{any_id, any_text, of_company},
    tenant::TenantTx,
};
use crate::domain::{error::Error, id::PartyId};
use entity::{match_key, name_variant};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::OnConflict};
use std::collections::{BTreeSet, HashMap};

/// The most tokens that are read for one set of spellings.
const MAX_TOKENS: u64 = 2_000;

/// Adds keys of parties; those that are there stay.
pub async fn insert_many(tx: &TenantTx, keys: &[(PartyId, String)]) -> Result<(), Error> {
    for chunk in keys.chunks(2_000) {
        let rows = chunk.iter().map(|(party, key)| match_key::ActiveModel {
            company_id: Set(tx.company().0),
            match_key: Set(key.clone()),
            party_id: Set(party.0),
        });
        match_key::Entity::insert_many(rows).on_conflict(OnConflict::new().do_nothing().to_owned()).exec_without_returning(tx).await?;
    }
    Ok(())
}

/// Replaces all keys of a party.
pub async fn replace(tx: &TenantTx, party: PartyId, keys: &BTreeSet<String>) -> Result<(), Error> {
    match_key::Entity::delete_many()
        .filter(match_key::Column::CompanyId.eq(tx.company().0))
        .filter(match_key::Column::PartyId.eq(party.0))
        .exec(tx)
        .await?;
    let keys: Vec<(PartyId, String)> = keys.iter().map(|key| (party, key.clone())).collect();
    insert_many(tx, &keys).await
}

/// Adds spellings of tokens, in key order so that two writers never wait for each other in a circle.
pub async fn insert_variants(tx: &TenantTx, variants: &BTreeSet<(String, String)>) -> Result<(), Error> {
    let variants: Vec<_> = variants.iter().collect();
    for chunk in variants.chunks(2_000) {
        let rows = chunk.iter().map(|(variant, token)| name_variant::ActiveModel {
            company_id: Set(tx.company().0),
            variant: Set(variant.clone()),
            token: Set(token.clone()),
        });
        name_variant::Entity::insert_many(rows).on_conflict(OnConflict::new().do_nothing().to_owned()).exec_without_returning(tx).await?;
    }
    Ok(())
}

/// The tokens in use that some spellings may stand for; of very many, those of the first spellings.
pub async fn tokens_of_variants(tx: &TenantTx, variants: &[String]) -> Result<BTreeSet<String>, Error> {
    let rows: Vec<String> = of_company::<name_variant::Entity>(tx.company(), name_variant::Column::CompanyId)
        .filter(any_text(tx, name_variant::Column::Variant, variants.iter().cloned()))
        .order_by_asc(name_variant::Column::Variant)
        .order_by_asc(name_variant::Column::Token)
        .limit(MAX_TOKENS)
        .select_only()
        .column(name_variant::Column::Token)
        .into_tuple()
        .all(tx)
        .await?;
    Ok(rows.into_iter().collect())
}

/// The keys of some parties.
pub async fn of_parties(tx: &TenantTx, parties: &[PartyId]) -> Result<HashMap<PartyId, BTreeSet<String>>, Error> {
    let rows = of_company::<match_key::Entity>(tx.company(), match_key::Column::CompanyId)
        .filter(any_id(tx, match_key::Column::PartyId, parties.iter().copied()))
        .all(tx)
        .await?;
    let mut keys: HashMap<PartyId, BTreeSet<String>> = HashMap::new();
    for row in rows {
        keys.entry(PartyId(row.party_id)).or_default().insert(row.match_key);
    }
    Ok(keys)
}
