//! Demo data: a company that refurbishes and disposes of IT hardware, its two thousand parties and two years of revenue, and a second
//! company beside it. Always the same: the seed, the time and the ids are fixed.
mod crowd;
mod john_doe;
mod stage;
mod trade;

use crate::{
    domain::{error::Error, id::CompanyId},
    service::{Caller, Hub, Request, company::CompanyInput},
};
use stage::Stage;
use std::sync::Arc;
use uuid::Uuid;

/// The company that demo mode shows.
pub const COMPANY: CompanyId = CompanyId(Uuid::from_u128(0x0193_0000_0000_7000_8000_0000_0000_0001));

/// A second company: nothing of it is ever seen from the first.
pub const OTHER_COMPANY: CompanyId = CompanyId(Uuid::from_u128(0x0193_0000_0000_7000_8000_0000_0000_0002));

/// How many parties the demo company has; John Doe and his firm are two of them.
const PARTIES: usize = 2_000;

/// How many parties the second company has.
const OTHER_PARTIES: usize = 150;

/// Whether the demo data was loaded to its end.
///
/// # Errors
/// Outages.
pub async fn is_loaded(hub: &Arc<Hub>) -> Result<bool, Error> {
    john_doe::has_traded(&Request::new(Arc::clone(hub), Caller::unrestricted(COMPANY, "demo"))).await
}

/// Loads the demo data, unless it is there already. Tells whether it did.
///
/// A load that was cut short is taken up again: every step finds what it made before.
///
/// # Errors
/// What the database refused.
pub async fn seed(hub: &Arc<Hub>) -> Result<bool, Error> {
    if is_loaded(hub).await? {
        return Ok(false);
    }
    let other = Stage::new(hub.database.clone(), 2);
    other.open(OTHER_COMPANY, &CompanyInput { name: "Second Life Servers Ltd", currency: "GBP", default_country: "GB" }).await?;
    crowd::arrive(&other, OTHER_COMPANY, OTHER_PARTIES).await?;
    let stage = Stage::new(hub.database.clone(), 1);
    stage.open(COMPANY, &CompanyInput { name: "Kreislauf IT GmbH", currency: "EUR", default_country: "DE" }).await?;
    john_doe::arrive(&stage).await?;
    let members = crowd::arrive(&stage, COMPANY, PARTIES - 2).await?;
    crowd::leave_traces(&stage).await?;
    crowd::work_together(&stage, &members).await?;
    trade::trade(&stage, &members).await?;
    john_doe::trade(&stage).await?;
    Ok(true)
}
