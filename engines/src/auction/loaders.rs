//! What the objects of one answer read together.
use super::entity::{bid, buyer_account, lot};
use crate::platform::{
    Session,
    database::rows_with,
    loader::{Rows, grouped},
};
use std::sync::Arc;
use uuid::Uuid;

/// The loaders of one request.
pub struct Loaders {
    /// Buyer accounts by their ids.
    pub account: Rows<String, buyer_account::Model>,
    /// Buyer accounts by the id of the party.
    pub accounts_of_party: Rows<Uuid, buyer_account::Model>,
    /// Lots by their ids.
    pub lot: Rows<String, lot::Model>,
    /// Bids by their lots.
    pub bids_of_lot: Rows<String, bid::Model>,
    /// Winning bids by the id of the party.
    pub won_by_party: Rows<Uuid, bid::Model>,
}

impl Loaders {
    /// Loaders that have read nothing yet.
    pub fn new(session: &Arc<Session>) -> Self {
        Self {
            account: Rows::new(session, |session, ids| {
                Box::pin(async move {
                    let rows = rows_with::<buyer_account::Entity, _>(&session.db, session.company(), buyer_account::Column::AccountId, &ids).await?;
                    Ok(grouped(rows, |row| Some(row.account_id.clone())))
                })
            }),
            accounts_of_party: Rows::new(session, |session, parties| {
                Box::pin(async move {
                    let rows =
                        rows_with::<buyer_account::Entity, _>(&session.db, session.company(), buyer_account::Column::PartyId, &parties).await?;
                    Ok(grouped(rows, |row| row.party_id))
                })
            }),
            lot: Rows::new(session, |session, ids| {
                Box::pin(async move {
                    let rows = rows_with::<lot::Entity, _>(&session.db, session.company(), lot::Column::LotId, &ids).await?;
                    Ok(grouped(rows, |row| Some(row.lot_id.clone())))
                })
            }),
            bids_of_lot: Rows::new(session, |session, lots| {
                Box::pin(async move {
                    let rows = rows_with::<bid::Entity, _>(&session.db, session.company(), bid::Column::LotId, &lots).await?;
                    Ok(grouped(rows, |row| Some(row.lot_id.clone())))
                })
            }),
            won_by_party: Rows::new(session, |session, parties| {
                Box::pin(async move {
                    let rows = rows_with::<bid::Entity, _>(&session.db, session.company(), bid::Column::PartyId, &parties).await?;
                    Ok(grouped(rows, |row| row.party_id.filter(|_| row.is_winning)))
                })
            }),
        }
    }
}
