//! Phone numbers.
use super::country::Country;
use super::refusal::{Code, Refusal};
use super::text::shortened;
use rlibphonenumber::{NumberLengthType, ParseError, PhoneNumber, PhoneNumberFormat, Region, ValidationError};
use unicode_normalization::UnicodeNormalization;

/// Characters of input that can still be a phone number; everything longer is refused unread.
const MAX_CHARS: usize = 60;

/// A phone number: E.164 for identity, a spaced form for people.
///
/// A number is accepted when its country's plan has numbers of that length. Whether its range is in use today is not
/// asked: the numbers that regulators set aside for fiction and tests, which demo data must use, are in no range, and
/// ranges open faster than the library's tables are updated.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Phone {
    e164: String,
    display: String,
}

impl Phone {
    /// Reads an international number, or a national one of `default_country`.
    ///
    /// An extension ("ext. 12", "x12") stays in the display value only: it does not identify anybody.
    ///
    /// # Errors
    /// `INVALID_PHONE` when it holds letters, has no country, or has a length that its country's numbers do not have.
    pub fn parse(text: &str, default_country: Option<Country>) -> Result<Self, Refusal> {
        let refused = |what: &str| Refusal::new(Code::InvalidPhone, format!("{:?} is not a phone number: {what}.", shortened(text)));
        if text.chars().count() > MAX_CHARS {
            return Err(refused("it is too long"));
        }
        let plain: String = text.trim().nfkc().collect();
        let (number, extension) = split_extension(&plain).map_err(|what| refused(&what))?;
        let region = default_country.and_then(|country| country.as_str().parse::<Region>().ok());
        if !number.starts_with('+') && region.is_none() {
            return Err(refused(WITHOUT_COUNTRY));
        }
        let number = PhoneNumber::parse(number, region).map_err(|error| refused(parse_reason(&error)))?;
        check_length(&number).map_err(refused)?;
        let e164 = number.format_as(PhoneNumberFormat::E164).into_owned();
        let again = PhoneNumber::parse(&e164, None).map_err(|error| refused(parse_reason(&error)))?;
        if again.format_as(PhoneNumberFormat::E164) != e164 {
            // Prefixes that the plan reserves can be read in two ways; such a number would not find itself again.
            return Err(refused("it can be read in two ways; leave out prefixes for trunk lines or carriers"));
        }
        let mut display = number.format_as(PhoneNumberFormat::International).into_owned();
        if let Some(extension) = extension {
            display = format!("{display} ext. {extension}");
        }
        Ok(Self { e164, display })
    }

    /// A number that was stored in E.164; it is shown in that form.
    pub fn stored(e164: String) -> Self {
        Self { display: e164.clone(), e164 }
    }

    /// The number in E.164: `+`, country code, number, digits only. The identity key.
    pub fn e164(&self) -> &str {
        &self.e164
    }

    /// The number for people, with spaces and its extension.
    pub fn display(&self) -> &str {
        &self.display
    }
}

impl std::fmt::Display for Phone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.display)
    }
}

const WITHOUT_COUNTRY: &str = "its country is not known; begin it with + and the country code, such as +49 30 123456, \
    or set the company's default country";

/// Parts the number from its extension and refuses everything that belongs to neither.
fn split_extension(text: &str) -> Result<(&str, Option<&str>), String> {
    let start = text.find(|c: char| c.is_alphabetic() || c == '#').unwrap_or(text.len());
    let (number, rest) = text.split_at(start);
    let number = number.trim_end_matches([' ', ',', ';']);
    if let Some(odd) = number.chars().find(|c| !is_number_character(*c)) {
        return Err(format!("it holds {odd:?}; use digits, spaces, dots, dashes and brackets"));
    }
    if rest.is_empty() {
        return Ok((number, None));
    }
    let word_end = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
    let (word, extension) = rest.split_at(word_end);
    let word = word.trim_end_matches([' ', '.', ':', '=']).to_lowercase();
    let is_extension = matches!(word.as_str(), "x" | "ext" | "extn" | "extension" | "#")
        && (1..=8).contains(&extension.len())
        && extension.bytes().all(|b| b.is_ascii_digit());
    if is_extension { Ok((number, Some(extension))) } else { Err("it holds letters; write the digits, and an extension as \"ext. 12\"".to_owned()) }
}

fn is_number_character(c: char) -> bool {
    c.is_numeric() || c.is_whitespace() || matches!(c, '+' | '-' | '.' | '/' | '(' | ')' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

fn check_length(number: &PhoneNumber) -> Result<(), &'static str> {
    match number.is_possible_with_reason() {
        Ok(NumberLengthType::IsPossible) => Ok(()),
        Ok(NumberLengthType::IsPossibleLocalOnly) => Err("its area code is missing"),
        Err(ValidationError::TooShort) => Err("it has too few digits for its country"),
        Err(ValidationError::TooLong) => Err("it has too many digits for its country"),
        Err(ValidationError::InvalidLength) => Err("its country has no numbers of this length"),
        Err(ValidationError::InvalidCountryCode) => Err("no country has this country code"),
    }
}

fn parse_reason(error: &ParseError) -> &'static str {
    match error {
        ParseError::InvalidCountryCode => "no country has this country code; begin it with + and the country code",
        ParseError::NotANumber(_) => "it has too few digits or brackets and signs in odd places",
        ParseError::TooShortAfterIdd | ParseError::TooShortNsn => "it has too few digits for its country",
        ParseError::TooLongNsn => "it has too many digits for its country",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn country(code: &str) -> Option<Country> {
        Some(Country::parse(code).unwrap())
    }

    #[test]
    fn spellings_of_one_number_have_one_key() {
        for text in ["030 23125-125", "+49 30 23125125", "+49 (0)30/23125 125", "0049 30 23125125", "＋４９ ３０ ２３１２５１２５"] {
            let phone = Phone::parse(text, country("DE")).unwrap();
            assert_eq!(phone.e164(), "+493023125125", "{text}");
        }
        assert_eq!(Phone::parse("+493023125125", None).unwrap().display(), "+49 30 23125125");
    }

    #[test]
    fn a_national_number_without_a_country_says_what_to_do() {
        let refusal = Phone::parse("030 23125125", None).unwrap_err();
        assert_eq!(refusal.code, Code::InvalidPhone);
        assert!(refusal.message.contains('+') && refusal.message.contains("default country"));
    }

    #[test]
    fn an_extension_is_shown_but_does_not_identify() {
        for text in ["+1 202 555 0142 ext. 12", "+12025550142x12", "(202) 555-0142, Extension 12", "202-555-0142 #12"] {
            let phone = Phone::parse(text, country("US")).unwrap();
            assert_eq!((phone.e164(), phone.display()), ("+12025550142", "+1 202-555-0142 ext. 12"), "{text}");
        }
    }

    #[test]
    fn numbers_set_aside_for_fiction_are_accepted() {
        for (text, e164) in [
            ("+1 212 555 0100", "+12125550100"),
            ("+44 20 7946 0958", "+442079460958"),
            ("+61 491 570 006", "+61491570006"),
            ("+33 1 99 00 12 34", "+33199001234"),
        ] {
            assert_eq!(Phone::parse(text, None).unwrap().e164(), e164);
        }
    }

    #[test]
    fn a_zero_that_belongs_to_the_number_stays() {
        assert_eq!(Phone::parse("06 1234 5678", country("IT")).unwrap().e164(), "+390612345678");
    }

    #[test]
    fn what_is_not_a_number_is_refused_with_a_reason() {
        for (text, reason) in [
            ("", "country"),
            ("+1 800 FLOWERS", "letters"),
            ("call +49 30 23125125", "letters"),
            ("+49 30 23125125 or +49 30 1", "letters"),
            ("+1 555 0100", "area code"),
            ("+999 123 456 789", "country code"),
            ("+49 1", "too few"),
            ("+1 202 555 0142 0000", "too many"),
            ("+49*30", "'*'"),
            ("+49 30 23125125 ext. 123456789", "extension"),
            ("+", "too few"),
        ] {
            let refusal = Phone::parse(text, None).unwrap_err();
            assert_eq!(refusal.code, Code::InvalidPhone);
            assert!(refusal.message.contains(reason), "{}", refusal.message);
        }
        assert!(Phone::parse(&"1".repeat(10_000), country("DE")).is_err());
    }

    #[test]
    fn the_library_calls_some_of_them_invalid_so_validity_is_not_asked() {
        for text in ["+447700900123", "+33639980000", "+15555550100"] {
            assert!(!PhoneNumber::parse(text, None).unwrap().is_valid());
            assert_eq!(Phone::parse(text, None).unwrap().e164(), text);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_number_or_is_refused(text in any::<String>()) {
            let _ = Phone::parse(&text, country("US"));
        }

        #[test]
        fn numbers_find_themselves_again(
            text in "(\\+|00|0)?[1-9][0-9 ()-]{6,14}",
            home in prop::sample::select(vec!["DE", "US", "BR", "AR", "IT", "MX", "CN", "GB"]),
        ) {
            if let Ok(phone) = Phone::parse(&text, country(home)) {
                let again = Phone::parse(phone.e164(), None).unwrap();
                prop_assert_eq!(again.e164(), phone.e164());
                prop_assert_eq!(Phone::parse(phone.display(), None).unwrap(), phone);
            }
        }
    }
}
