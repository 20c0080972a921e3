//! Countries of ISO 3166-1.
use super::refusal::{Code, Refusal};
use super::text::shortened;

/// A country by its two-letter code.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Country([u8; 2]);

impl Country {
    /// Reads an ISO 3166-1 alpha-2 code in either case.
    ///
    /// # Errors
    /// `INVALID_ADDRESS` when there is no such country.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        known(text).ok_or_else(|| {
            let given = shortened(text);
            let message = format!("{given:?} is not a country: use the two letters of ISO 3166-1, such as \"DE\" or \"US\".");
            Refusal::new(Code::InvalidAddress, message)
        })
    }

    /// The two letters in upper case.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

fn known(text: &str) -> Option<Country> {
    let letters: [u8; 2] = text.to_ascii_uppercase().into_bytes().try_into().ok()?;
    let country = Country(letters);
    country.as_str().parse::<iso_currency::Country>().ok().map(|_| country)
}

impl std::fmt::Display for Country {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::fmt::Debug for Country {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Country({})", self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn codes_are_read_in_either_case() {
        assert_eq!(Country::parse("de").unwrap().as_str(), "DE");
        assert_eq!(Country::parse("SS").unwrap().to_string(), "SS");
    }

    #[test]
    fn what_is_no_country_is_refused() {
        for text in ["", "D", "DEU", "XX", "UK", "Germany", "é", " DE"] {
            assert_eq!(Country::parse(text).unwrap_err().code, Code::InvalidAddress, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_country_or_is_refused(text in "\\PC{0,3}") {
            if let Ok(country) = Country::parse(&text) {
                prop_assert_eq!(Country::parse(country.as_str()), Ok(country));
            }
        }
    }
}
