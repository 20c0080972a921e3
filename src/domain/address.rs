//! Postal addresses.
use super::country::Country;
use super::fold::fold;
use super::line;
use super::refusal::{Code, Refusal};
use serde_json::{Map, Value};

/// Characters that each part has at the most.
const MAX_CHARS: usize = 200;

/// Bytes that the key has at the most, so that it can be indexed.
const MAX_KEY_BYTES: usize = 1_000;

/// An address as it comes in: either one line of text (with or without a country), or parts.
#[derive(Clone, Copy, Debug, Default)]
pub struct AddressParts<'a> {
    /// The whole address in one text; line breaks become commas.
    pub text: Option<&'a str>,
    /// Street and number, or what stands there.
    pub line1: Option<&'a str>,
    /// What follows: floor, care of, …
    pub line2: Option<&'a str>,
    /// City or town.
    pub city: Option<&'a str>,
    /// State, province, county.
    pub region: Option<&'a str>,
    /// Postal code.
    pub postal_code: Option<&'a str>,
    /// ISO 3166-1 alpha-2 code of the country.
    pub country: Option<&'a str>,
}

/// A postal address: its parts, as far as they are known, and the one line that people read.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PostalAddress {
    line1: Option<String>,
    line2: Option<String>,
    city: Option<String>,
    region: Option<String>,
    postal_code: Option<String>,
    country: Option<Country>,
    formatted: String,
}

impl PostalAddress {
    /// Reads an address; blank parts count as absent.
    ///
    /// # Errors
    /// `INVALID_ADDRESS` when there is nothing, when text and parts are mixed, when a part has more than 200 characters
    /// or control characters, or when the country is unknown. The path names the part.
    pub fn parse(parts: AddressParts<'_>) -> Result<Self, Refusal> {
        let text = match parts.text.map(joined_lines) {
            Some(text) => part("text", Some(&text))?,
            None => None,
        };
        let mut address = Self {
            line1: part("line1", parts.line1)?,
            line2: part("line2", parts.line2)?,
            city: part("city", parts.city)?,
            region: part("region", parts.region)?,
            postal_code: part("postalCode", parts.postal_code)?,
            country: country(parts.country)?,
            formatted: String::new(),
        };
        address.formatted = match text {
            Some(_) if address.has_parts() => {
                return Err(refused("Give the address either as one text or in parts, not both.").at("text"));
            }
            Some(text) => text,
            None => address.one_line(),
        };
        if address.formatted.is_empty() {
            return Err(refused("The address is empty: give at least one of its parts."));
        }
        if address.key().len() > MAX_KEY_BYTES {
            return Err(refused("The address is too long: shorten its parts to what a letter needs."));
        }
        Ok(address)
    }

    /// Reads what [`Self::to_json`] wrote; none when it is not that.
    pub fn from_json(json: &Value) -> Option<Self> {
        let text = |key: &str| json.get(key).and_then(Value::as_str).map(str::to_owned);
        Some(Self {
            line1: text("line1"),
            line2: text("line2"),
            city: text("city"),
            region: text("region"),
            postal_code: text("postalCode"),
            country: text("country").and_then(|code| Country::parse(&code).ok()),
            formatted: text("formatted")?,
        })
    }

    /// The address as JSON with the keys line1, line2, city, region, postalCode, country, formatted; absent parts are
    /// left out.
    pub fn to_json(&self) -> Value {
        let mut json = Map::new();
        let parts = [
            ("line1", self.line1()),
            ("line2", self.line2()),
            ("city", self.city()),
            ("region", self.region()),
            ("postalCode", self.postal_code()),
            ("country", self.country.as_ref().map(Country::as_str)),
            ("formatted", Some(self.formatted())),
        ];
        for (key, text) in parts {
            if let Some(text) = text {
                json.insert(key.to_owned(), Value::from(text));
            }
        }
        Value::Object(json)
    }

    /// Street and number.
    pub fn line1(&self) -> Option<&str> {
        self.line1.as_deref()
    }

    /// What follows street and number.
    pub fn line2(&self) -> Option<&str> {
        self.line2.as_deref()
    }

    /// City or town.
    pub fn city(&self) -> Option<&str> {
        self.city.as_deref()
    }

    /// State, province, county.
    pub fn region(&self) -> Option<&str> {
        self.region.as_deref()
    }

    /// Postal code.
    pub fn postal_code(&self) -> Option<&str> {
        self.postal_code.as_deref()
    }

    /// Country.
    pub fn country(&self) -> Option<Country> {
        self.country
    }

    /// The address in one line, such as "Main St 1, 10115 Berlin, DE".
    pub fn formatted(&self) -> &str {
        &self.formatted
    }

    /// The address for comparing: the one line without case, accents and punctuation.
    pub fn key(&self) -> String {
        fold(&self.formatted)
    }

    fn has_parts(&self) -> bool {
        [&self.line1, &self.line2, &self.city, &self.region, &self.postal_code].iter().any(|part| part.is_some())
    }

    fn one_line(&self) -> String {
        let town: Vec<&str> = [self.postal_code(), self.city()].into_iter().flatten().collect();
        let town = town.join(" ");
        let town = Some(town.as_str()).filter(|town| !town.is_empty());
        let country = self.country.as_ref().map(Country::as_str);
        let parts = [self.line1(), self.line2(), town, self.region(), country];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

impl std::fmt::Display for PostalAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.formatted)
    }
}

fn joined_lines(text: &str) -> String {
    let text = line::without_residue(text);
    let lines = text.lines().map(|line| line.trim_start().trim_end_matches(|c: char| c == ',' || c.is_whitespace()));
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(", ")
}

fn part(field: &str, text: Option<&str>) -> Result<Option<String>, Refusal> {
    match text.map(|text| line::parse(text, MAX_CHARS)) {
        None | Some(Err(line::LineFault::Empty)) => Ok(None),
        Some(Ok(line)) => Ok(Some(line)),
        Some(Err(fault)) => Err(refused(&format!("{field} {}.", fault.sentence(MAX_CHARS))).at(field)),
    }
}

fn country(text: Option<&str>) -> Result<Option<Country>, Refusal> {
    match text.map(str::trim) {
        None | Some("") => Ok(None),
        Some(code) => Country::parse(code).map(Some).map_err(|refusal| refusal.at("country")),
    }
}

fn refused(message: &str) -> Refusal {
    Refusal::new(Code::InvalidAddress, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn berlin() -> AddressParts<'static> {
        AddressParts {
            line1: Some(" Main St 1 "),
            line2: Some(""),
            city: Some("Berlin"),
            postal_code: Some("10115"),
            country: Some("de"),
            ..AddressParts::default()
        }
    }

    #[test]
    fn parts_become_one_line() {
        let address = PostalAddress::parse(berlin()).unwrap();
        assert_eq!(address.formatted(), "Main St 1, 10115 Berlin, DE");
        assert_eq!((address.line2(), address.postal_code()), (None, Some("10115")));
        assert_eq!(address.key(), "main st 1 10115 berlin de");
    }

    #[test]
    fn one_text_is_an_address_too_and_equals_its_parts() {
        let text = Some("MAIN ST. 1,\n10115 Berlin\r\nDE");
        let address = PostalAddress::parse(AddressParts { text, ..AddressParts::default() }).unwrap();
        assert_eq!(address.formatted(), "MAIN ST. 1, 10115 Berlin, DE");
        assert_eq!(address.key(), PostalAddress::parse(berlin()).unwrap().key());
    }

    #[test]
    fn json_reads_back() {
        let address = PostalAddress::parse(berlin()).unwrap();
        assert_eq!(address.to_json()["postalCode"], "10115");
        assert_eq!(address.to_json().get("line2"), None);
        assert_eq!(PostalAddress::from_json(&address.to_json()), Some(address));
        assert_eq!(PostalAddress::from_json(&Value::Null), None);
    }

    #[test]
    fn bad_parts_are_refused_by_name() {
        let long = "x".repeat(201);
        for (parts, path) in [
            (AddressParts::default(), vec![]),
            (AddressParts { text: Some(" "), ..AddressParts::default() }, vec![]),
            (AddressParts { text: Some("Main St 1"), ..berlin() }, vec!["text"]),
            (AddressParts { city: Some(&long), ..berlin() }, vec!["city"]),
            (AddressParts { region: Some("a\u{202e}"), ..berlin() }, vec!["region"]),
            (AddressParts { country: Some("Germany"), ..berlin() }, vec!["country"]),
        ] {
            let refusal = PostalAddress::parse(parts).unwrap_err();
            assert_eq!((refusal.code, refusal.path), (Code::InvalidAddress, path.iter().map(|s| s.to_string()).collect()));
        }
    }

    #[test]
    fn a_key_that_cannot_be_indexed_is_refused() {
        let long = "\u{FDFA}".repeat(200);
        assert!(PostalAddress::parse(AddressParts { line1: Some(&long), ..berlin() }).is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_a_stable_address_or_is_refused(text in any::<String>(), city in any::<String>()) {
            for parts in [
                AddressParts { text: Some(&text), ..AddressParts::default() },
                AddressParts { line1: Some(&text), city: Some(&city), ..AddressParts::default() },
            ] {
                if let Ok(address) = PostalAddress::parse(parts) {
                    prop_assert_eq!(fold(&address.key()), address.key());
                    prop_assert_eq!(PostalAddress::from_json(&address.to_json()), Some(address));
                }
            }
        }
    }
}
