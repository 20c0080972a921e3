//! In which order a company trusts its engines, when a merge must choose between their values.
use crate::{
    domain::{
        code::SystemCode,
        error::Error,
        event::EventType,
        refusal::{Code, Refusal},
    },
    service::{Permission, Request},
    store,
};
use serde_json::json;

/// The most engines in the order.
const MAX_SYSTEMS: usize = 100;

/// The order, the most trusted first; empty when the company has none.
pub async fn source_priority(request: &Request) -> Result<Vec<SystemCode>, Error> {
    store::company::source_priority(&*request.read().await?).await
}

/// Sets the order.
///
/// # Errors
/// `INVALID_CODE` at `systems.N`; `INVALID_ARGUMENT` for more than a hundred engines or one that is named twice.
pub async fn set_source_priority(request: &Request, systems: &[String]) -> Result<Vec<SystemCode>, Error> {
    let mut change = request.change(Permission::PartyAdmin).await?;
    if systems.len() > MAX_SYSTEMS {
        return Err(Refusal::new(Code::InvalidArgument, format!("At most {MAX_SYSTEMS} engines have a place in the order.")).at("systems").into());
    }
    let mut order: Vec<SystemCode> = Vec::new();
    for (i, text) in systems.iter().enumerate() {
        let system = SystemCode::parse(text).map_err(|refusal| refusal.at(i).at("systems"))?;
        if order.contains(&system) {
            return Err(Refusal::new(Code::InvalidArgument, "The engine is named twice.").at(i).at("systems").into());
        }
        order.push(system);
    }
    let before = store::company::source_priority(change.tx()).await?;
    if before == order {
        return Ok(order);
    }
    store::company::set_source_priority(change.tx(), &order).await?;
    let names = |systems: &[SystemCode]| systems.iter().map(ToString::to_string).collect::<Vec<_>>();
    change.record(EventType::SourcePriorityChanged, None, json!({ "from": names(&before), "to": names(&order) }));
    change.commit().await?;
    Ok(order)
}
