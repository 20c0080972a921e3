//! Keys by which parties are found: name tokens, e-mail addresses, phones. Kept in the transaction that changes the party.
use super::{
    insert,
    scope::{any_id, of_company},
    tenant::TenantTx,
};
use crate::domain::{error::Error, id::PartyId};
use entity::{match_key, name_variant};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, Value,
    sea_query::{ArrayType, Expr, Func, InsertStatement, IntoIden, IntoTableRef, OnConflict, Query},
};
use std::collections::{BTreeSet, HashMap};

/// Adds keys of parties; those that are there stay.
pub async fn insert_many(tx: &TenantTx, keys: &[(PartyId, String)]) -> Result<(), Error> {
    insert::in_turn(tx, inserts(tx, keys)).await
}

/// The statements of [`insert_many`].
pub fn inserts(tx: &TenantTx, keys: &[(PartyId, String)]) -> Vec<InsertStatement> {
    let table = |keys: &[(PartyId, String)]| {
        let (parties, keys): (Vec<Value>, Vec<Value>) = keys.iter().map(|(party, key)| (party.0.into(), key.clone().into())).unzip();
        (keys, parties)
    };
    let columns = [match_key::Column::CompanyId, match_key::Column::MatchKey, match_key::Column::PartyId];
    keys.chunks(2_000).map(|chunk| insert_columns(tx, match_key::Entity, columns, table(chunk), ArrayType::Uuid)).collect()
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

/// Adds spellings of tokens.
pub async fn insert_variants(tx: &TenantTx, variants: &BTreeSet<(String, String)>) -> Result<(), Error> {
    insert::in_turn(tx, inserts_of_variants(tx, variants)).await
}

/// The statements of [`insert_variants`], in key order so that two writers never wait for each other in a circle.
pub fn inserts_of_variants(tx: &TenantTx, variants: &BTreeSet<(String, String)>) -> Vec<InsertStatement> {
    let variants: Vec<&(String, String)> = variants.iter().collect();
    let table = |variants: &[&(String, String)]| variants.iter().map(|(variant, token)| (variant.clone().into(), token.clone().into())).unzip();
    let columns = [name_variant::Column::CompanyId, name_variant::Column::Variant, name_variant::Column::Token];
    variants.chunks(2_000).map(|chunk| insert_columns(tx, name_variant::Entity, columns, table(chunk), ArrayType::String)).collect()
}

/// Adds rows of a company, a text and another value each; those that are there stay. On PostgreSQL the values come in two arrays, so that
/// the statement is the same for any number of rows and is planned once.
fn insert_columns<C: ColumnTrait + IntoIden>(
    tx: &TenantTx,
    table: impl IntoTableRef,
    columns: [C; 3],
    (texts, others): (Vec<Value>, Vec<Value>),
    other: ArrayType,
) -> InsertStatement {
    let mut insert = Query::insert();
    insert.into_table(table).columns(columns).on_conflict(OnConflict::new().do_nothing().to_owned());
    let company = || Expr::value(tx.company().0);
    if tx.get_database_backend() == DbBackend::Postgres {
        let unnest = |kind, values: Vec<Value>| Func::cust("unnest").arg(Expr::value(Value::Array(kind, Some(Box::new(values)))));
        let rows = Query::select().expr(company()).expr(unnest(ArrayType::String, texts)).expr(unnest(other, others)).take();
        // A select has as many columns as the list above, which is all that could be wrong.
        let _ = insert.select_from(rows);
    } else {
        for (text, other) in texts.into_iter().zip(others) {
            insert.values_panic([company(), Expr::value(text), Expr::value(other)]);
        }
    }
    insert
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
