//! Companies: an operator adds them, nobody else sees more than their own.
use super::Hub;
use crate::{
    domain::{
        company::Company,
        country::Country,
        error::{Error, Refusals},
        id::CompanyId,
        money::Currency,
        name::Name,
    },
    store,
};

/// A company as an operator describes it.
pub struct CompanyInput<'i> {
    /// The company's name.
    pub name: &'i str,
    /// The currency that its reports default to, ISO 4217.
    pub currency: &'i str,
    /// The country of phone numbers that are written without one, ISO 3166-1 alpha-2.
    pub default_country: &'i str,
}

/// Adds a company. Not reachable over the network: the caller is the operator at the command line.
///
/// # Errors
/// What is wrong with the values.
pub async fn add(hub: &Hub, id: CompanyId, input: &CompanyInput<'_>) -> Result<Company, Error> {
    let mut refusals = Refusals::default();
    let name = refusals.take("name", Name::parse("name", input.name));
    let currency = refusals.take("currency", Currency::parse(input.currency));
    let country = refusals.take("country", Country::parse(input.default_country));
    refusals.check()?;
    let (Some(name), Some(currency), Some(default_country)) = (name, currency, country) else {
        return Err(Error::internal("values that were not refused are missing"));
    };
    let company = Company { id, name: name.as_str().to_owned(), currency, default_country };
    let tx = hub.database.write(id).await?;
    store::company::insert(&tx, &company, hub.clock.now()).await?;
    tx.commit().await?;
    Ok(company)
}

/// Whether a company is there.
///
/// # Errors
/// Outages.
pub async fn exists(hub: &Hub, id: CompanyId) -> Result<bool, Error> {
    let tx = hub.database.read(id).await?;
    Ok(store::company::find(&tx).await?.is_some())
}
