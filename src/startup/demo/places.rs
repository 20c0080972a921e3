//! The countries of the crowd: cities with their postal codes, streets, phone numbers, tax numbers, legal forms.
use super::crowd::address;
use crate::service::input::AddressInput;
use rand::{RngExt, rngs::StdRng, seq::IndexedRandom};

/// A country and what is usual there.
pub struct Place {
    /// ISO 3166-1 alpha-2; VAT numbers begin with it.
    pub country: &'static str,
    /// Where phone numbers begin.
    phone: &'static str,
    /// How many digits follow.
    phone_digits: usize,
    /// The common legal form.
    legal_form: &'static str,
    /// Cities, and where their postal codes begin.
    cities: [(&'static str, &'static str); 4],
}

const PLACES: [Place; 5] = [
    Place {
        country: "DE",
        phone: "+4930",
        phone_digits: 7,
        legal_form: "GmbH",
        cities: [("Berlin", "10"), ("Köln", "50"), ("München", "80"), ("Leipzig", "04")],
    },
    Place {
        country: "GB",
        phone: "+442079460",
        phone_digits: 3,
        legal_form: "Ltd",
        cities: [("London", "SE"), ("Leeds", "LS"), ("Bristol", "BS"), ("Glasgow", "G")],
    },
    Place {
        country: "FR",
        phone: "+3315",
        phone_digits: 7,
        legal_form: "SARL",
        cities: [("Paris", "75"), ("Lyon", "69"), ("Nantes", "44"), ("Béziers", "34")],
    },
    Place {
        country: "IT",
        phone: "+3906",
        phone_digits: 8,
        legal_form: "S.r.l.",
        cities: [("Roma", "00"), ("Torino", "10"), ("Bari", "70"), ("Forlì", "47")],
    },
    Place {
        country: "NL",
        phone: "+3120",
        phone_digits: 7,
        legal_form: "B.V.",
        cities: [("Amsterdam", "10"), ("Utrecht", "35"), ("Breda", "48"), ("’s-Hertogenbosch", "52")],
    },
];

/// Letters that postal codes use.
const LETTERS: [char; 18] = ['A', 'B', 'D', 'E', 'G', 'H', 'J', 'L', 'N', 'P', 'R', 'S', 'T', 'U', 'W', 'X', 'Y', 'Z'];

/// One of the countries.
pub fn any(rng: &mut StdRng) -> &'static Place {
    PLACES.choose(rng).unwrap_or(&PLACES[0])
}

impl Place {
    /// A phone number in E.164.
    pub fn phone(&self, rng: &mut StdRng) -> String {
        format!("{}{}", self.phone, digits(rng, self.phone_digits))
    }

    /// An address in one of the cities, in the street given.
    pub fn address(&self, rng: &mut StdRng, street: &str) -> AddressInput {
        let (city, code) = *self.cities.choose(rng).unwrap_or(&self.cities[0]);
        let house = rng.random_range(1..=180_u32);
        let line = if matches!(self.country, "GB" | "FR") { format!("{house} {street}") } else { format!("{street} {house}") };
        let postal_code = match self.country {
            "GB" => format!("{code}{} {}{}", rng.random_range(1..=9_u32), digits(rng, 1), letters(rng)),
            "NL" => format!("{code}{} {}", rng.random_range(11..=99_u32), letters(rng)),
            _ => format!("{code}{}", digits(rng, 3)),
        };
        address(&line, &postal_code, city, self.country)
    }

    /// The registered name of an organisation: with the legal form of the country, unless its name has one of there.
    pub fn legal_name(&self, name: &str) -> String {
        let form = self.legal_form;
        match [" Inc", " LLC"].iter().find_map(|foreign| name.strip_suffix(foreign)) {
            Some(stem) => format!("{stem} {form}"),
            None if [" Group", " and Sons"].iter().any(|ending| name.ends_with(ending)) => format!("{name} {form}"),
            None => name.to_owned(),
        }
    }

    /// The VAT number of the organisation with a number: as long as they are in the country, and no two alike.
    pub fn vat(&self, number: usize) -> String {
        let serial = 100_000_000 + number * 37;
        match self.country {
            "FR" => format!("FR{:02}{serial}", number % 97),
            "IT" => format!("IT{:011}", serial * 10),
            "NL" => format!("NL{serial}B01"),
            country => format!("{country}{serial}"),
        }
    }
}

fn digits(rng: &mut StdRng, count: usize) -> String {
    (0..count).map(|_| char::from(b'0' + rng.random_range(0..10_u8))).collect()
}

fn letters(rng: &mut StdRng) -> String {
    (0..2).map(|_| *LETTERS.choose(rng).unwrap_or(&'A')).collect()
}
