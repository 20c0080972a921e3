//! Money: whole minor units of one currency.
use super::refusal::{Code, Refusal};
use super::text::shortened;

/// A currency of ISO 4217 that people pay in.
///
/// Superseded ones (HRK, …) are read, for old entries have them; codes for metals, tests and "no currency" are not.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency {
    iso: iso_currency::Currency,
    exponent: u8,
}

impl Currency {
    /// Reads a three-letter code in either case.
    ///
    /// # Errors
    /// `INVALID_CURRENCY` when there is no such currency.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        known(text).ok_or_else(|| {
            let given = shortened(text);
            let message = format!("{given:?} is not a currency: use the three letters of ISO 4217, such as \"EUR\".");
            Refusal::new(Code::InvalidCurrency, message)
        })
    }

    /// The three letters in upper case.
    pub fn as_str(&self) -> &'static str {
        self.iso.code()
    }

    /// How many decimals an amount has: 2 for EUR, 0 for JPY, 3 for KWD.
    pub fn exponent(&self) -> u8 {
        self.exponent
    }
}

fn known(text: &str) -> Option<Currency> {
    let iso = iso_currency::Currency::from_code(&text.to_ascii_uppercase()).filter(|iso| !iso.is_special())?;
    let exponent = u8::try_from(iso.exponent()?).ok()?;
    Some(Currency { iso, exponent })
}

impl std::fmt::Display for Currency {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::fmt::Debug for Currency {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Currency({})", self.as_str())
    }
}

/// An exact amount. Sums never cross currencies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Money {
    /// How many of the currency's smallest units (cents) it is; may be negative.
    pub minor: i64,
    /// The currency.
    pub currency: Currency,
}

impl Money {
    /// No money.
    pub fn zero(currency: Currency) -> Self {
        Self { minor: 0, currency }
    }

    /// Reads a plain decimal number such as "1234.5" or "-7".
    ///
    /// # Errors
    /// `INVALID_AMOUNT` when it is not one (signs other than a leading minus, exponents, separators for thousands), has
    /// more decimals than the currency (zeros aside), or does not fit into 64 bits of minor units.
    pub fn parse(amount: &str, currency: Currency) -> Result<Self, Refusal> {
        let refused = |what: &str| Refusal::new(Code::InvalidAmount, format!("{:?} is not an amount in {currency}: {what}.", shortened(amount)));
        let (is_negative, digits) = match amount.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, amount),
        };
        let (whole, decimals) = match digits.split_once('.') {
            Some((whole, decimals)) if is_digits(decimals) => (whole, decimals.trim_end_matches('0')),
            Some(_) => return Err(refused(NOT_DECIMAL)),
            None => (digits, ""),
        };
        if !is_digits(whole) {
            return Err(refused(NOT_DECIMAL));
        }
        let exponent = usize::from(currency.exponent);
        let Some(missing) = exponent.checked_sub(decimals.len()) else {
            return Err(refused(&format!("{currency} has {exponent} decimals")));
        };
        let minor = whole.bytes().chain(decimals.bytes()).chain(std::iter::repeat_n(b'0', missing)).try_fold(0, shifted);
        // The sum is kept negative while it grows, because i64 reaches one further on that side.
        let minor = minor.and_then(|minor| if is_negative { Some(minor) } else { minor.checked_neg() });
        minor.map(|minor| Self { minor, currency }).ok_or_else(|| refused("it is too large"))
    }

    /// The amount as a decimal number with exactly the decimals of its currency, such as "1234.50".
    pub fn format(&self) -> String {
        let sign = if self.minor < 0 { "-" } else { "" };
        let width = usize::from(self.currency.exponent);
        let digits = format!("{:0>least$}", self.minor.unsigned_abs(), least = width + 1);
        match digits.split_at(digits.len() - width) {
            (whole, "") => format!("{sign}{whole}"),
            (whole, decimals) => format!("{sign}{whole}.{decimals}"),
        }
    }

    /// The sum.
    ///
    /// # Errors
    /// `INVALID_CURRENCY` when the currencies differ, `INVALID_AMOUNT` when the sum does not fit.
    pub fn checked_add(self, other: Self) -> Result<Self, Refusal> {
        self.combined(other, i64::checked_add)
    }

    /// The difference.
    ///
    /// # Errors
    /// `INVALID_CURRENCY` when the currencies differ, `INVALID_AMOUNT` when the difference does not fit.
    pub fn checked_sub(self, other: Self) -> Result<Self, Refusal> {
        self.combined(other, i64::checked_sub)
    }

    /// The amount with the other sign.
    ///
    /// # Errors
    /// `INVALID_AMOUNT` for the one amount whose opposite does not fit.
    pub fn checked_neg(self) -> Result<Self, Refusal> {
        self.minor.checked_neg().map(|minor| Self { minor, ..self }).ok_or_else(too_large)
    }

    fn combined(self, other: Self, operation: fn(i64, i64) -> Option<i64>) -> Result<Self, Refusal> {
        if self.currency != other.currency {
            let message = format!("Amounts in {} and {} cannot be combined.", self.currency, other.currency);
            return Err(Refusal::new(Code::InvalidCurrency, message));
        }
        operation(self.minor, other.minor).map(|minor| Self { minor, ..self }).ok_or_else(too_large)
    }
}

impl std::fmt::Display for Money {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.format(), self.currency)
    }
}

const NOT_DECIMAL: &str = "write digits with a point before the decimals, such as \"1234.50\"";

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn shifted(minor: i64, digit: u8) -> Option<i64> {
    minor.checked_mul(10)?.checked_sub(i64::from(digit - b'0'))
}

fn too_large() -> Refusal {
    Refusal::new(Code::InvalidAmount, "The result is too large for an amount of money.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn money(amount: &str, currency: &str) -> Result<Money, Refusal> {
        Money::parse(amount, Currency::parse(currency)?)
    }

    #[test]
    fn decimals_follow_the_currency() {
        for (amount, currency, minor, format) in [
            ("1234.5", "EUR", 123_450, "1234.50"),
            ("-0.07", "eur", -7, "-0.07"),
            ("1000", "JPY", 1000, "1000"),
            ("1.2340", "KWD", 1234, "1.234"),
            ("12.000", "JPY", 12, "12"),
            ("-0", "USD", 0, "0.00"),
            ("007", "USD", 700, "7.00"),
            ("-92233720368547758.08", "USD", i64::MIN, "-92233720368547758.08"),
        ] {
            let money = money(amount, currency).unwrap();
            assert_eq!((money.minor, money.format().as_str()), (minor, format), "{amount}");
        }
    }

    #[test]
    fn what_is_not_a_plain_decimal_is_refused() {
        for amount in ["", "-", "+1", "1.", ".5", "1,5", "1e3", "1 000", "--1", "1.2.3", "٣", "0x1", "NaN", " 1"] {
            let refusal = money(amount, "EUR").unwrap_err();
            assert_eq!(refusal.code, Code::InvalidAmount, "{amount:?}");
        }
    }

    #[test]
    fn too_many_decimals_and_too_much_money_are_refused() {
        assert!(money("1.005", "EUR").unwrap_err().message.contains("EUR has 2 decimals"));
        assert!(money("0.5", "JPY").unwrap_err().message.contains("JPY has 0 decimals"));
        assert!(money("92233720368547758.08", "USD").unwrap_err().message.contains("too large"));
        assert!(money(&"9".repeat(10_000), "USD").unwrap_err().message.len() < 150);
    }

    #[test]
    fn currencies_that_nobody_pays_in_are_refused() {
        for code in ["", "EU", "EURO", "ZZZ", "XXX", "XTS", "XAU", "ÉUR"] {
            assert_eq!(Currency::parse(code).unwrap_err().code, Code::InvalidCurrency, "{code:?}");
        }
        let exponents = ["EUR", "JPY", "KWD", "CLF", "HRK"].map(|code| Currency::parse(code).unwrap().exponent());
        assert_eq!(exponents, [2, 0, 3, 4, 2]);
    }

    #[test]
    fn sums_stay_within_one_currency_and_within_bounds() {
        let (one, cent) = (money("1", "EUR").unwrap(), money("0.01", "EUR").unwrap());
        assert_eq!(one.checked_add(cent).unwrap().format(), "1.01");
        assert_eq!(cent.checked_sub(one).unwrap().to_string(), "-0.99 EUR");
        assert_eq!(one.checked_add(money("1", "USD").unwrap()).unwrap_err().code, Code::InvalidCurrency);
        let least = Money { minor: i64::MIN, ..one };
        assert_eq!(least.checked_neg().unwrap_err().code, Code::InvalidAmount);
        assert_eq!(least.checked_sub(cent).unwrap_err().code, Code::InvalidAmount);
        assert_eq!(Money::zero(one.currency).checked_neg().unwrap().minor, 0);
    }

    proptest! {
        #[test]
        fn every_amount_reads_back(minor: i64, code in prop::sample::select(vec!["EUR", "JPY", "KWD", "CLF"])) {
            let money = Money { minor, currency: Currency::parse(code).unwrap() };
            prop_assert_eq!(Money::parse(&money.format(), money.currency), Ok(money));
        }

        #[test]
        fn any_text_is_an_amount_or_is_refused(text in any::<String>(), number in "-?[0-9.]{0,25}") {
            let _ = (money(&text, "EUR"), Currency::parse(&text));
            if let Ok(money) = money(&number, "EUR") {
                prop_assert_eq!(Money::parse(&money.format(), money.currency), Ok(money));
            }
        }
    }
}
