//! Identifiers: numbers that somebody issued, such as tax or registration numbers.
use super::code::IdentifierScheme;
use super::line;
use super::refusal::{Code, Refusal};
use super::text::shortened;
use unicode_normalization::UnicodeNormalization;

/// Characters that a normalised value has at the least and at the most.
const CHARS: std::ops::RangeInclusive<usize> = 2..=64;

/// Characters that a value has at the most as it is written, with its spaces and dashes.
const MAX_DISPLAY_CHARS: usize = 128;

/// One identifier of a party. Two are the same when scheme and value are.
#[derive(Clone, Debug)]
pub struct Identifier {
    scheme: IdentifierScheme,
    value: String,
    display: String,
}

impl Identifier {
    /// Reads a scheme and a value.
    ///
    /// # Errors
    /// `INVALID_IDENTIFIER` at `scheme` when it is not a code, or at `value` when the value has not 2 to 64 characters
    /// beside spaces, dots, dashes and slashes, or holds control characters.
    pub fn parse(scheme: &str, value: &str) -> Result<Self, Refusal> {
        let scheme = IdentifierScheme::parse(scheme).map_err(|refusal| Refusal { code: Code::InvalidIdentifier, ..refusal }.at("scheme"))?;
        let refused = |what: String| {
            let message = format!("{:?} is not the value of an identifier: it {what}.", shortened(value));
            Refusal::new(Code::InvalidIdentifier, message).at("value")
        };
        let display = line::parse(value, MAX_DISPLAY_CHARS).map_err(|fault| refused(fault.sentence(MAX_DISPLAY_CHARS)))?;
        let normalised = normalised(&display);
        if !CHARS.contains(&normalised.chars().count()) || !normalised.contains(char::is_alphanumeric) {
            return Err(refused("needs 2 to 64 characters beside spaces, dots, dashes and slashes".to_owned()));
        }
        Ok(Self { scheme, value: normalised, display })
    }

    /// An identifier that was parsed before it was stored.
    pub fn stored(scheme: IdentifierScheme, value: String, display: String) -> Self {
        Self { scheme, value, display }
    }

    /// What kind of number it is.
    pub fn scheme(&self) -> &IdentifierScheme {
        &self.scheme
    }

    /// The value for comparing: NFKC, upper case, without spaces, dots, dashes and slashes.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// The value as it was written.
    pub fn display(&self) -> &str {
        &self.display
    }
}

impl PartialEq for Identifier {
    fn eq(&self, other: &Self) -> bool {
        (&self.scheme, &self.value) == (&other.scheme, &other.value)
    }
}

impl Eq for Identifier {}

impl std::hash::Hash for Identifier {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        (&self.scheme, &self.value).hash(state);
    }
}

fn normalised(text: &str) -> String {
    let upper = text.nfkc().collect::<String>().to_uppercase();
    upper.nfkc().filter(|c| !is_separator(*c)).nfkc().collect()
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, '.' | '/' | '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{2044}' | '\u{2215}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn spellings_of_one_number_are_equal() {
        let plain = Identifier::parse("vat_id", "DE123456789").unwrap();
        for text in ["de 123 456 789", "DE-123.456/789", "ＤＥ１２３４５６７８９", "DE–123 456 789"] {
            let written = Identifier::parse("vat_id", text).unwrap();
            assert_eq!(written, plain);
            assert_eq!((written.value(), written.display()), ("DE123456789", text));
        }
        assert_ne!(Identifier::parse("tax_id", "DE123456789").unwrap(), plain);
    }

    #[test]
    fn what_is_not_an_identifier_is_refused() {
        for (scheme, value, step) in [
            ("VAT", "DE1", "scheme"),
            ("vat_id", "", "value"),
            ("vat_id", "- / .", "value"),
            ("vat_id", "1", "value"),
            ("vat_id", "__", "value"),
            ("vat_id", "a\0b", "value"),
            ("vat_id", &"1".repeat(65), "value"),
        ] {
            let refusal = Identifier::parse(scheme, value).unwrap_err();
            assert_eq!((refusal.code, refusal.path), (Code::InvalidIdentifier, vec![step.to_owned()]));
        }
    }

    proptest! {
        #[test]
        fn values_are_idempotent(text in any::<String>()) {
            if let Ok(identifier) = Identifier::parse("vat_id", &text) {
                prop_assert_eq!(normalised(identifier.value()), identifier.value());
                prop_assert_eq!(Identifier::parse("vat_id", identifier.display()).unwrap(), identifier);
            }
        }
    }
}
