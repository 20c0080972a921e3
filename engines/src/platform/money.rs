//! Money: whole numbers of minor units in the database, exact decimals in the graph, never a sum across currencies.
use super::{Error, scalar::Decimal};
use async_graphql::{InputObject, SimpleObject};
use iso_currency::Currency;
use std::collections::BTreeMap;

/// An exact amount in one currency.
#[derive(Clone, Debug, PartialEq, Eq, SimpleObject)]
#[graphql(shareable)]
pub struct Money {
    /// How much, with exactly the decimals of its currency: "12.50" in EUR, "1250" in JPY. Negative where money was taken back.
    pub amount: Decimal,
    /// The currency, ISO 4217.
    pub currency: String,
}

/// How much somebody offers or pays.
#[derive(Clone, Debug, InputObject)]
pub struct AmountInput {
    /// More than zero, with no more decimals than the currency has.
    pub amount: Decimal,
    /// The currency, ISO 4217.
    pub currency: String,
}

impl Money {
    /// The amount of some minor units.
    pub fn of(minor: i64, currency: &str) -> Self {
        let places = places(currency).unwrap_or(0);
        let digits = format!("{:0>width$}", minor.unsigned_abs(), width = places + 1);
        let (whole, decimals) = digits.split_at(digits.len() - places);
        let (sign, point) = (if minor < 0 { "-" } else { "" }, if places > 0 { "." } else { "" });
        Self { amount: Decimal(format!("{sign}{whole}{point}{decimals}")), currency: currency.to_owned() }
    }

    /// One sum for each currency, in the order of the currencies.
    pub fn sums<'a>(amounts: impl Iterator<Item = (i64, &'a str)>) -> Vec<Self> {
        let mut sums: BTreeMap<&str, i64> = BTreeMap::new();
        amounts.for_each(|(minor, currency)| *sums.entry(currency).or_default() += minor);
        sums.into_iter().map(|(currency, minor)| Self::of(minor, currency)).collect()
    }
}

impl AmountInput {
    /// The minor units.
    ///
    /// # Errors
    /// `INVALID_AMOUNT`, which says what is wrong.
    pub fn minor(&self) -> Result<i64, Error> {
        let text = &self.amount.0;
        let Some(places) = places(&self.currency) else {
            return Err(Error::refused("INVALID_AMOUNT", format!("{:?} is no currency of ISO 4217.", self.currency)));
        };
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        let digits = format!("{whole}{decimals:0<places$}");
        let written_well = !whole.is_empty() && !text.ends_with('.') && decimals.len() <= places && digits.chars().all(|c| c.is_ascii_digit());
        let minor = digits.parse().ok().filter(|minor: &i64| written_well && *minor > 0);
        minor.ok_or_else(|| {
            let message = format!("{text:?} is no amount of {}: write digits with at most {places} decimals, more than zero.", self.currency);
            Error::refused("INVALID_AMOUNT", message)
        })
    }
}

fn places(currency: &str) -> Option<usize> {
    Currency::from_code(currency)?.exponent().map(usize::from)
}

#[cfg(test)]
mod tests {
    use super::{AmountInput, Money};
    use crate::platform::scalar::Decimal;

    fn minor(amount: &str, currency: &str) -> Option<i64> {
        AmountInput { amount: Decimal(amount.to_owned()), currency: currency.to_owned() }.minor().ok()
    }

    #[test]
    fn amounts_are_read_exactly() {
        assert_eq!([minor("12.5", "EUR"), minor("0.01", "EUR"), minor("1250", "JPY")], [Some(1_250), Some(1), Some(1_250)]);
        for (amount, currency) in
            [("0", "EUR"), ("-1", "EUR"), ("1.005", "EUR"), ("1.5", "JPY"), (".5", "EUR"), ("5.", "EUR"), ("1", "XYZ"), ("", "EUR")]
        {
            assert_eq!(minor(amount, currency), None, "{amount} {currency}");
        }
    }

    #[test]
    fn amounts_are_written_with_the_decimals_of_their_currency() {
        let text = |minor, currency| Money::of(minor, currency).amount.0;
        assert_eq!([text(5, "EUR"), text(-1_250, "EUR"), text(1_250, "JPY")], ["0.05", "-12.50", "1250"]);
    }
}
