//! Demo data: a company that refurbishes and disposes of IT hardware, its two thousand parties and two years of revenue, and a second
//! company beside it. Always the same: the seed, the time and the ids are fixed.
mod care;
mod crowd;
mod john_doe;
mod places;
mod stage;
mod traces;
mod trade;

use crate::{
    domain::{error::Error, id::CompanyId},
    service::{Caller, Hub, Request, company::CompanyInput},
};
use stage::Stage;
use std::sync::Arc;
use trade::Market;
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
    let members = crowd::arrive(&other, OTHER_COMPANY, OTHER_PARTIES).await?;
    traces::leave(&other, OTHER_COMPANY, 3).await?;
    let market = Market { company: OTHER_COMPANY, entries: 12, currencies: &[("GBP", 1)] };
    trade::trade(&other, &market, &members).await?;
    let stage = Stage::new(hub.database.clone(), 1);
    stage.open(COMPANY, &CompanyInput { name: "Kreislauf IT GmbH", currency: "EUR", default_country: "DE" }).await?;
    john_doe::arrive(&stage).await?;
    let mut members = crowd::arrive(&stage, COMPANY, PARTIES - 2).await?;
    traces::leave(&stage, COMPANY, 24).await?;
    traces::recognise(&stage, COMPANY, &members).await?;
    crowd::work_together(&stage, &members).await?;
    care::convert(&stage, &mut members).await?;
    let market = Market { company: COMPANY, entries: 260, currencies: &[("EUR", 12), ("CHF", 1), ("USD", 1)] };
    trade::trade(&stage, &market, &members).await?;
    care::check_contacts(&stage, &members).await?;
    care::part(&stage, &members).await?;
    john_doe::trade(&stage).await?;
    Ok(true)
}
