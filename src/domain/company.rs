//! The tenant and its settings.
use super::{country::Country, id::CompanyId, money::Currency};

/// A company: the owner of parties, and what its data defaults to.
#[derive(Clone, Debug)]
pub struct Company {
    /// The tenant's id.
    pub id: CompanyId,
    /// The company's name.
    pub name: String,
    /// The currency that its reports default to.
    pub currency: Currency,
    /// The country of phone numbers that are written without one.
    pub default_country: Country,
}
