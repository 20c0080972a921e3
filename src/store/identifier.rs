//! Identifiers: numbers issued by somebody, each of one party.
use super::{
    insert,
    scope::{any_id, of_company},
    tenant::TenantTx,
};
use crate::domain::{code::IdentifierScheme, error::Error, id::PartyId, identifier::Identifier, identifier_record::PartyIdentifier};
use entity::party_identifier::{ActiveModel, Column, Entity, Model};
use sea_orm::{
    ActiveValue::Set,
    ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder, QueryTrait,
    sea_query::{Expr, InsertStatement, SimpleExpr},
};
use std::collections::HashMap;

/// The identifiers of some parties.
pub async fn of_parties(tx: &TenantTx, parties: &[PartyId]) -> Result<HashMap<PartyId, Vec<PartyIdentifier>>, Error> {
    let rows = of_company::<Entity>(tx.company(), Column::CompanyId)
        .filter(any_id(tx, Column::PartyId, parties.iter().copied()))
        .order_by_asc(Column::Scheme)
        .order_by_asc(Column::Value)
        .all(tx)
        .await?;
    let mut of_parties: HashMap<PartyId, Vec<PartyIdentifier>> = HashMap::new();
    for row in rows {
        let identifier = from_row(row);
        of_parties.entry(identifier.party).or_default().push(identifier);
    }
    Ok(of_parties)
}

/// Those of some identifiers that are taken, with their parties.
pub async fn taken(tx: &TenantTx, identifiers: &[Identifier]) -> Result<Vec<PartyIdentifier>, Error> {
    if identifiers.is_empty() {
        return Ok(Vec::new());
    }
    let rows = of_company::<Entity>(tx.company(), Column::CompanyId).filter(one_of(tx, identifiers)).all(tx).await?;
    Ok(rows.into_iter().map(from_row).collect())
}

/// A filter for scheme and value, which binds the same few values for any number of identifiers.
fn one_of(tx: &TenantTx, identifiers: &[Identifier]) -> SimpleExpr {
    let (schemes, values): (Vec<&str>, Vec<&str>) = identifiers.iter().map(|id| (id.scheme().as_str(), id.value())).unzip();
    match tx.get_database_backend() {
        DbBackend::Postgres => {
            let owned = |texts: Vec<&str>| texts.into_iter().map(str::to_owned).collect::<Vec<String>>();
            Expr::cust_with_values("(scheme, value) IN (SELECT * FROM unnest($1, $2))", [sea_orm::Value::from(owned(schemes)), owned(values).into()])
        }
        _ => {
            let pairs: Vec<(&str, &str)> = schemes.into_iter().zip(values).collect();
            let list = serde_json::json!(pairs).to_string();
            Expr::cust_with_values(
                "(scheme, party_identifier.value) IN (SELECT list.value ->> 0, list.value ->> 1 FROM json_each(?) AS list)",
                [list],
            )
        }
    }
}

/// Adds identifiers, 500 a statement.
///
/// # Errors
/// `IDENTIFIER_TAKEN` when one belongs to a party already.
pub async fn insert_many(tx: &TenantTx, identifiers: &[PartyIdentifier]) -> Result<(), Error> {
    insert::in_turn(tx, inserts(tx, identifiers)).await
}

/// The statements of [`insert_many`].
pub fn inserts(tx: &TenantTx, identifiers: &[PartyIdentifier]) -> Vec<InsertStatement> {
    let row = |row: &PartyIdentifier| ActiveModel {
        company_id: Set(tx.company().0),
        scheme: Set(row.identifier.scheme().as_str().to_owned()),
        value: Set(row.identifier.value().to_owned()),
        party_id: Set(row.party.0),
        display_value: Set(row.identifier.display().to_owned()),
        verified_at: Set(row.verified_at),
        created_at: Set(row.created_at),
        ..Default::default()
    };
    identifiers.chunks(500).map(|chunk| Entity::insert_many(chunk.iter().map(row)).into_query()).collect()
}

fn from_row(row: Model) -> PartyIdentifier {
    PartyIdentifier {
        identifier: Identifier::stored(IdentifierScheme::stored(row.scheme), row.value, row.display_value),
        party: PartyId(row.party_id),
        verified_at: row.verified_at,
        created_at: row.created_at,
    }
}
