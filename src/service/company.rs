//! Companies: an operator adds them, nobody else sees more than their own.
use super::Hub;
use crate::{
    domain::{company::Company, country::Country, error::Error, id::CompanyId, money::Currency, name::Name},
    store,
};

/// Adds a company. Not reachable over the network: the caller is the operator at the command line.
///
/// # Errors
/// What is wrong with the values.
pub async fn add(hub: &Hub, id: CompanyId, name: &str, currency: &str, default_country: &str) -> Result<Company, Error> {
    let company = Company {
        id,
        name: Name::parse("name", name)?.as_str().to_owned(),
        currency: Currency::parse(currency)?,
        default_country: Country::parse(default_country)?,
    };
    let tx = hub.database.write(id).await?;
    store::company::insert(&tx, &company, hub.clock.now()).await?;
    tx.commit().await?;
    Ok(company)
}
