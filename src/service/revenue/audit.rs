//! The operator's check that the kept sums are what the entries add up to.
use crate::{
    domain::{
        error::Error,
        id::CompanyId,
        refusal::{Code, Refusal},
        revenue::Difference,
    },
    service::Hub,
    store::{self, tenant::TenantTx},
};

/// Adds a company's entries up and compares them with the kept sums. Not reachable over the network.
///
/// # Errors
/// `COMPANY_UNKNOWN`, outages.
pub async fn verify(hub: &Hub, company: CompanyId) -> Result<Vec<Difference>, Error> {
    let tx = hub.database.read(company).await?;
    require_company(&tx).await?;
    store::revenue::audit::differences(&tx).await
}

/// Makes a company's kept sums anew from its entries, and tells what was wrong with them. Not reachable over the network.
///
/// # Errors
/// `COMPANY_UNKNOWN`, outages.
pub async fn rebuild(hub: &Hub, company: CompanyId) -> Result<Vec<Difference>, Error> {
    let tx = hub.database.write(company).await?;
    require_company(&tx).await?;
    let before = store::revenue::audit::differences(&tx).await?;
    store::revenue::audit::rebuild(&tx).await?;
    tx.commit().await?;
    Ok(before)
}

/// A misspelt id must not pass for a company whose sums are right.
async fn require_company(tx: &TenantTx) -> Result<(), Error> {
    match store::company::find(tx).await? {
        Some(_) => Ok(()),
        None => Err(Refusal::new(Code::CompanyUnknown, format!("There is no company {} in this database.", tx.company())).into()),
    }
}
