//! What the objects of one answer read together.
use super::entity::{cart, customer};
use crate::platform::{
    Session,
    database::rows_with,
    loader::{Rows, grouped},
};
use std::sync::Arc;
use uuid::Uuid;

/// The loaders of one request.
pub struct Loaders {
    /// Accounts by the id of the party.
    pub customers_of_party: Rows<Uuid, customer::Model>,
    /// Carts by their ids.
    pub cart: Rows<String, cart::Model>,
    /// Carts by their accounts.
    pub carts_of_account: Rows<String, cart::Model>,
}

impl Loaders {
    /// Loaders that have read nothing yet.
    pub fn new(session: &Arc<Session>) -> Self {
        Self {
            customers_of_party: Rows::new(session, |session, parties| {
                Box::pin(async move {
                    let rows = rows_with::<customer::Entity, _>(&session.db, session.company(), customer::Column::PartyId, &parties).await?;
                    Ok(grouped(rows, |row| row.party_id))
                })
            }),
            cart: Rows::new(session, |session, ids| {
                Box::pin(async move {
                    let rows = rows_with::<cart::Entity, _>(&session.db, session.company(), cart::Column::CartId, &ids).await?;
                    Ok(grouped(rows, |row| Some(row.cart_id.clone())))
                })
            }),
            carts_of_account: Rows::new(session, |session, accounts| {
                Box::pin(async move {
                    let rows = rows_with::<cart::Entity, _>(&session.db, session.company(), cart::Column::AccountId, &accounts).await?;
                    Ok(grouped(rows, |row| row.account_id.clone()))
                })
            }),
        }
    }
}
