//! What the objects of one answer read together.
use super::entity::{lead, opportunity};
use crate::platform::{
    Session,
    database::rows_with,
    loader::{Rows, grouped},
};
use std::sync::Arc;
use uuid::Uuid;

/// The loaders of one request.
pub struct Loaders {
    /// Leads by their ids.
    pub lead: Rows<String, lead::Model>,
    /// Leads by the id of the party.
    pub leads_of_party: Rows<Uuid, lead::Model>,
    /// Opportunities by their ids.
    pub opportunity: Rows<Uuid, opportunity::Model>,
    /// Opportunities by the id of the party.
    pub opportunities_of_party: Rows<Uuid, opportunity::Model>,
    /// Opportunities by the id of the lead.
    pub opportunities_of_lead: Rows<String, opportunity::Model>,
}

impl Loaders {
    /// Loaders that have read nothing yet.
    pub fn new(session: &Arc<Session>) -> Self {
        Self {
            lead: Rows::new(session, |session, ids| {
                Box::pin(async move {
                    let rows = rows_with::<lead::Entity, _>(&session.db, session.company(), lead::Column::LeadId, &ids).await?;
                    Ok(grouped(rows, |row| Some(row.lead_id.clone())))
                })
            }),
            leads_of_party: Rows::new(session, |session, parties| {
                Box::pin(async move {
                    let rows = rows_with::<lead::Entity, _>(&session.db, session.company(), lead::Column::PartyId, &parties).await?;
                    Ok(grouped(rows, |row| row.party_id))
                })
            }),
            opportunity: Rows::new(session, |session, ids| {
                Box::pin(async move {
                    let rows = rows_with::<opportunity::Entity, _>(&session.db, session.company(), opportunity::Column::Id, &ids).await?;
                    Ok(grouped(rows, |row| Some(row.id)))
                })
            }),
            opportunities_of_party: Rows::new(session, |session, parties| {
                Box::pin(async move {
                    let rows = rows_with::<opportunity::Entity, _>(&session.db, session.company(), opportunity::Column::PartyId, &parties).await?;
                    Ok(grouped(rows, |row| Some(row.party_id)))
                })
            }),
            opportunities_of_lead: Rows::new(session, |session, leads| {
                Box::pin(async move {
                    let rows = rows_with::<opportunity::Entity, _>(&session.db, session.company(), opportunity::Column::LeadId, &leads).await?;
                    Ok(grouped(rows, |row| row.lead_id.clone()))
                })
            }),
        }
    }
}
