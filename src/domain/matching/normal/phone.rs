//! Phone numbers for comparing: E.164 where the country is known, else the bare digits.
use rlibphonenumber::{NumberLengthType, PhoneNumber, PhoneNumberFormat, Region};

/// Digits that a number has at the least.
const MIN_DIGITS: usize = 6;

/// The number as a feature, `number` or `number;extension`. Empty when the text holds no number, or one that nobody has.
///
/// `country` is the ISO code of the record's country. Without one, a number of ten digits that is valid in North America
/// is read so, because that is where numbers are written bare.
pub fn feature(text: &str, country: Option<&str>) -> String {
    if text.len() > 80 {
        return String::new();
    }
    let (number, extension) = split_extension(text.trim());
    let digits: String = number.chars().filter_map(|c| c.to_digit(10)).filter_map(|d| char::from_digit(d, 10)).collect();
    if digits.len() < MIN_DIGITS || is_made_up(&digits) {
        return String::new();
    }
    let number = international(&number, &digits, country).unwrap_or(digits);
    if extension.is_empty() { number } else { format!("{number};{extension}") }
}

/// The last seven digits, which wrong country codes and trunk prefixes leave as they are.
pub fn tail(feature: &str) -> &str {
    let number = feature.split(';').next().unwrap_or("");
    &number[number.len().saturating_sub(7)..]
}

/// The last seven digits of number and extension in one, as where the sign between them was lost; none without either.
pub fn long_tail(feature: &str) -> Option<String> {
    let digits: String = feature.chars().filter(char::is_ascii_digit).collect();
    (feature.contains(';') || digits.len() > 13).then(|| digits[digits.len().saturating_sub(7)..].to_owned())
}

fn international(number: &str, digits: &str, country: Option<&str>) -> Option<String> {
    let plus = number.trim_start().starts_with('+');
    let region = country.and_then(|code| code.to_ascii_uppercase().parse::<Region>().ok());
    if plus || digits.starts_with("00") {
        let text = format!("+{}", digits.trim_start_matches('0'));
        return valid(&text, None).or(Some(text));
    }
    if let Some(found) = region.and_then(|region| valid(digits, Some(region))) {
        return Some(found);
    }
    let america = "US".parse::<Region>().ok();
    if digits.len() == 10 && region.is_none() && !digits.starts_with(['0', '1']) {
        return valid(digits, america);
    }
    if digits.len() == 11 && digits.starts_with('1') && region.is_none() {
        return valid(&digits[1..], america);
    }
    let text = format!("+{digits}");
    if digits.len() >= 11 && !digits.starts_with('0') { valid(&text, None) } else { None }
}

fn valid(text: &str, region: Option<Region>) -> Option<String> {
    let number = PhoneNumber::parse(text, region).ok()?;
    matches!(number.is_possible_with_reason(), Ok(NumberLengthType::IsPossible)).then(|| number.format_as(PhoneNumberFormat::E164).into_owned())
}

fn split_extension(text: &str) -> (String, String) {
    let lower = text.to_lowercase();
    let at = ["ext", "x", "#", "durchwahl"]
        .iter()
        .filter_map(|word| lower.find(word))
        .filter(|at| lower[..*at].bytes().filter(u8::is_ascii_digit).count() >= MIN_DIGITS)
        .min();
    match at {
        Some(at) => (lower[..at].to_owned(), lower[at..].chars().filter(char::is_ascii_digit).take(8).collect()),
        None => (lower, String::new()),
    }
}

fn is_made_up(digits: &str) -> bool {
    let bytes = digits.as_bytes();
    bytes.iter().skip(1).all(|b| *b == bytes[bytes.len() - 1]) || matches!(digits, "1234567" | "12345678" | "123456789" | "1234567890" | "0123456789")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_a_number() {
        for text in ["+1 415-880-3750", "(415) 880-3750", "001 415 880 3750", "1-415-880-3750", "415/880-3750"] {
            assert_eq!(feature(text, None), "+14158803750", "{text}");
        }
        assert_eq!(feature("030 23125 125", Some("DE")), "+493023125125");
        assert_eq!(feature("+49 (0)30 23125 125", None), "+493023125125");
        assert_eq!(feature("+1-873-555-0186 x3875", None), "+18735550186;3875");
        assert_eq!(tail("+493023125125;12"), "3125125");
        for text in ["", "000-000-0000", "12345", "call me", "1234567890"] {
            assert_eq!(feature(text, None), "", "{text}");
        }
    }
}
