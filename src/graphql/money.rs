//! Money in the graph.
use super::scalar::Decimal;
use crate::domain;
use async_graphql::SimpleObject;

/// An exact amount in one currency.
#[derive(SimpleObject, Clone)]
#[graphql(shareable)]
pub struct Money {
    /// How much, with exactly the decimals of its currency: "12.50" in EUR, "1250" in JPY. Negative where money was taken back.
    pub amount: Decimal,
    /// The currency, ISO 4217.
    pub currency: String,
}

impl From<domain::money::Money> for Money {
    fn from(money: domain::money::Money) -> Self {
        Self { amount: Decimal(money.format()), currency: money.currency.to_string() }
    }
}
