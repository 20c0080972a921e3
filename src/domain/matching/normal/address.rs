//! Postal addresses: house number, words of the street, postal code, words of the city.
use super::words::{folded, is_blank};

/// The parts of an address, as far as a record has them.
#[derive(Clone, Copy, Debug, Default)]
pub struct AddressText<'a> {
    /// The whole address, or street and number.
    pub line: &'a str,
    /// A house number that has a field of its own.
    pub number: &'a str,
    /// What follows the street: building, district.
    pub extra: &'a str,
    /// City or town.
    pub city: &'a str,
    /// Postal code.
    pub postal_code: &'a str,
}

/// An address in parts for comparing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// The house number, or the number of a post box.
    pub number: String,
    /// Words of the street without its type; of an address in one text also those of the city.
    pub street: Vec<String>,
    /// The postal code without spaces.
    pub postal_code: String,
    /// Words of the city.
    pub city: Vec<String>,
}

/// Kinds of streets, in the languages where they are words of their own, and what is written before flats.
const STREET_TYPES: &[&str] = &[
    "street",
    "st",
    "str",
    "road",
    "rd",
    "avenue",
    "ave",
    "av",
    "lane",
    "ln",
    "drive",
    "dr",
    "boulevard",
    "blvd",
    "blv",
    "court",
    "ct",
    "place",
    "pl",
    "square",
    "sq",
    "terrace",
    "ter",
    "way",
    "wy",
    "circle",
    "cir",
    "circuit",
    "cct",
    "crescent",
    "cres",
    "cr",
    "close",
    "cl",
    "parkway",
    "pkwy",
    "highway",
    "hwy",
    "trail",
    "trl",
    "alley",
    "rue",
    "chemin",
    "calle",
    "c",
    "avenida",
    "avda",
    "via",
    "viale",
    "piazza",
    "strasse",
    "straat",
    "weg",
    "laan",
    "plein",
    "vagen",
    "gatan",
    "gata",
    "ul",
    "ulitsa",
    "ulica",
    "rua",
    "travessa",
    "plaza",
    "plz",
    "grove",
    "parade",
    "pde",
    "the",
    "and",
];

/// What announces the number of a flat or floor, which is no house number.
const UNITS: &[&str] = &[
    "apt",
    "apartment",
    "appt",
    "suite",
    "ste",
    "unit",
    "flat",
    "floor",
    "fl",
    "studio",
    "room",
    "rm",
    "bld",
    "building",
    "etage",
    "og",
    "bus",
    "lot",
];

const DIRECTIONS: &[(&str, &str)] = &[
    ("north", "n"),
    ("south", "s"),
    ("east", "e"),
    ("west", "w"),
    ("northeast", "ne"),
    ("northwest", "nw"),
    ("southeast", "se"),
    ("southwest", "sw"),
];

impl Address {
    /// Reads the parts of an address.
    pub fn parse(text: AddressText<'_>) -> Self {
        let mut address = Self { postal_code: postal_code(text.postal_code), city: city_words(text.city), ..Self::default() };
        let line = if text.line.trim().is_empty() { text.extra } else { text.line };
        let given_number = folded(text.number);
        let whole = text.city.trim().is_empty() && text.postal_code.trim().is_empty();
        address.read_line(line, &given_number, whole || line.contains(','));
        if address.street.is_empty() && !text.extra.trim().is_empty() && !text.line.trim().is_empty() {
            address.street = street_words(text.extra);
        }
        address
    }

    fn read_line(&mut self, line: &str, given_number: &str, may_hold_city: bool) {
        let folded_line = folded(line);
        if is_blank(&folded_line) {
            self.number = given_number.split(' ').next().unwrap_or("").to_owned();
            return;
        }
        let mut words: Vec<&str> = folded_line.split(' ').collect();
        if let ["p", "o", ..] = words.as_slice() {
            words.splice(..2, ["po"]);
        }
        self.number = given_number.split(' ').next().unwrap_or("").to_owned();
        if self.postal_code.is_empty() && may_hold_city {
            self.take_postal_code(&mut words);
        }
        let mut after_unit = false;
        for word in words {
            let has_digit = word.bytes().any(|b| b.is_ascii_digit());
            if UNITS.contains(&word) {
                after_unit = true;
                continue;
            }
            if has_digit && after_unit {
                after_unit = false;
                continue;
            }
            after_unit = false;
            if has_digit && self.number.is_empty() && !is_ordinal(word) {
                word.clone_into(&mut self.number);
            } else if word != "no" && !(has_digit && self.street.len() > 1) && self.street.len() < 10 {
                self.street.extend(street_word(word));
            }
        }
    }

    /// Finds the postal code of an address in one text: the last word, or pair of words, that looks like one.
    fn take_postal_code(&mut self, words: &mut Vec<&str>) {
        let british = words.windows(2).rposition(|pair| is_british(pair[0], pair[1]));
        if let Some(at) = british {
            self.postal_code = words[at..at + 2].concat();
            words.drain(at..at + 2);
            return;
        }
        let numeric = |word: &&str| (4..=9).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_digit());
        if let Some(at) = words.iter().rposition(numeric).filter(|at| *at > 0) {
            self.postal_code = words.remove(at).chars().take(5).collect();
        }
    }

    /// The address as a feature.
    pub fn feature(&self) -> String {
        if self.number.is_empty() && self.street.is_empty() && self.postal_code.is_empty() && self.city.is_empty() {
            return String::new();
        }
        format!("{};{};{};{}", self.number, self.street.join(" "), self.postal_code, self.city.join(" "))
    }
}

/// A postal code for comparing: letters and digits; of an American one only the first five.
pub fn postal_code(text: &str) -> String {
    let code = folded(text).replace(' ', "");
    if is_blank(&code) || code.len() > 12 {
        return String::new();
    }
    let digits = code.bytes().all(|b| b.is_ascii_digit());
    match (digits, code.len()) {
        (true, 9) => code[..5].to_owned(),
        (true, 3) => format!("0{code}"),
        _ => code,
    }
}

/// The words of a city.
pub fn city_words(text: &str) -> Vec<String> {
    let city = folded(text);
    if is_blank(&city) {
        return Vec::new();
    }
    city.split(' ')
        .filter(|word| !word.is_empty())
        .take(6)
        .map(|word| direction(word).unwrap_or(if word == "saint" { "st" } else { word }).to_owned())
        .collect()
}

fn street_words(text: &str) -> Vec<String> {
    folded(text).split(' ').filter_map(street_word).take(10).collect()
}

fn street_word(word: &str) -> Option<String> {
    if word.is_empty() || STREET_TYPES.contains(&word) {
        return None;
    }
    if let Some(short) = direction(word) {
        return Some(short.to_owned());
    }
    let stem = ["strasse", "straat", "str", "gatan", "vagen"].iter().find_map(|end| word.strip_suffix(end)).filter(|stem| stem.len() >= 3);
    Some(stem.unwrap_or(word).to_owned())
}

fn direction(word: &str) -> Option<&'static str> {
    DIRECTIONS.iter().find(|(long, _)| *long == word).map(|(_, short)| *short)
}

fn is_ordinal(word: &str) -> bool {
    ["st", "nd", "rd", "th"].iter().any(|end| word.strip_suffix(end).is_some_and(|head| !head.is_empty() && head.bytes().all(|b| b.is_ascii_digit())))
}

fn is_british(outward: &str, inward: &str) -> bool {
    let [a, b, c] = inward.as_bytes() else { return false };
    let starts = outward.starts_with(|c: char| c.is_ascii_alphabetic()) && outward.bytes().any(|b| b.is_ascii_digit()) && outward.len() <= 4;
    starts && a.is_ascii_digit() && b.is_ascii_alphabetic() && c.is_ascii_alphabetic()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> String {
        Address::parse(AddressText { line: text, ..AddressText::default() }).feature()
    }

    #[test]
    fn addresses_fall_into_their_parts() {
        assert_eq!(line("123 Main Street, Las Vegas NV 89132"), "123;main las vegas nv;89132;");
        assert_eq!(line("Hardenbergstraße 87"), "87;hardenberg;;");
        assert_eq!(line("18 Danver Place, Loughborough, LE11 1UU"), "18;danver loughborough;le111uu;");
        assert_eq!(line("1450 N City Rd Suite 900"), "1450;n city;;");
        assert_eq!(line("3212 W. 32nd St"), "3212;w 32nd;;");
        let parts = AddressText { line: "Skogsstigen 2", city: " Örebro ", postal_code: "202 60", ..AddressText::default() };
        assert_eq!(Address::parse(parts).feature(), "2;skogsstigen;20260;orebro");
        let parts = AddressText { line: "giblin street", number: "69", city: "bittern", postal_code: "4814", ..AddressText::default() };
        assert_eq!(Address::parse(parts).feature(), "69;giblin;4814;bittern");
    }
}
