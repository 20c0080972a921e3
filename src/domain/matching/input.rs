//! Input: the fields of a record as they are written become features.
use super::{
    features::{Attribute, Features, Kind},
    normal::{
        address::{Address, AddressText},
        date::PartialDate,
        email, organization,
        person::{PersonName, looks_like_person},
        phone, scalar,
    },
};

/// What a field of a record holds.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    /// Person or organisation, in words.
    Kind,
    /// The whole name of a person.
    PersonName,
    /// A name of which is not known whether a person or an organisation has it.
    AnyName,
    /// Given name or names.
    GivenName,
    /// Further given names.
    MiddleName,
    /// Family name.
    FamilyName,
    /// Junior, III, …
    NameSuffix,
    /// The name of an organisation.
    OrganizationName,
    /// Where a person works, or the firm in whose name a person acts.
    Employer,
    /// E-mail address.
    Email,
    /// Phone number.
    Phone,
    /// A whole address, or street and number.
    Street,
    /// A house number by itself.
    HouseNumber,
    /// District, building, care of.
    AddressExtra,
    /// City or town.
    City,
    /// State, province, county.
    Region,
    /// Postal code.
    PostalCode,
    /// Country.
    Country,
    /// Day of birth or of foundation.
    BirthDate,
    /// Its year alone.
    BirthYear,
    /// Its month alone.
    BirthMonth,
    /// Its day of the month alone.
    BirthDay,
    /// Place of birth.
    BirthPlace,
    /// Gender.
    Gender,
    /// Occupation or job title.
    Occupation,
    /// Web address.
    Website,
    /// A number that somebody issued, under the name of its scheme.
    Identifier(String),
    /// Another property, under its name.
    Category(String),
}

/// One field of a record. Fields of one address, or of one name, carry the same group.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// What it holds.
    pub field: &'a Field,
    /// Which of several addresses or names it belongs to.
    pub group: u8,
    /// The text as it is written.
    pub text: &'a str,
}

/// The features of a record. Text that says nothing, or cannot be read, is left out.
pub fn features(entries: &[Entry<'_>]) -> Features {
    let mut features = Features::default();
    let record = Record { entries };
    let country = record.first(&Field::Country, None).and_then(scalar::country);
    features.kind = record.kind();
    record.names(&mut features);
    record.addresses(&mut features);
    for entry in entries {
        add_plain(&mut features, entry, country);
    }
    if let Some(birth) = record.birth() {
        features.add(Attribute::Birth, birth.feature());
    }
    features
}

fn add_plain(features: &mut Features, entry: &Entry<'_>, country: Option<&str>) {
    let (attribute, value) = match entry.field {
        Field::Email => (Attribute::Email, email::feature(entry.text)),
        Field::Phone => (Attribute::Phone, phone::feature(entry.text, country)),
        Field::OrganizationName | Field::Employer => (Attribute::Organization, organization::feature(entry.text)),
        Field::Website => (Attribute::Web, scalar::web(entry.text)),
        Field::Gender => (Attribute::Gender, scalar::gender(entry.text)),
        Field::BirthPlace => (Attribute::BirthPlace, scalar::text(entry.text)),
        Field::Occupation => (Attribute::Occupation, scalar::text(entry.text)),
        Field::Identifier(scheme) => (Attribute::Identifier, scalar::identifier(scheme, entry.text)),
        Field::Category(name) => (Attribute::Category, named(name, &scalar::text(entry.text))),
        Field::Country => (Attribute::Region, named("country", scalar::country(entry.text).unwrap_or(&scalar::text(entry.text)))),
        Field::Region => (Attribute::Region, named("region", &scalar::text(entry.text))),
        Field::BirthDate => (Attribute::Birth, PartialDate::parse(entry.text).map_or_else(String::new, PartialDate::feature)),
        _ => return,
    };
    features.add(attribute, value);
}

fn named(name: &str, value: &str) -> String {
    if value.is_empty() { String::new() } else { format!("{name}:{value}") }
}

struct Record<'a> {
    entries: &'a [Entry<'a>],
}

impl<'a> Record<'a> {
    fn first(&self, field: &Field, group: Option<u8>) -> Option<&'a str> {
        let fits = |entry: &&Entry<'a>| entry.field == field && group.is_none_or(|group| group == entry.group) && !entry.text.trim().is_empty();
        self.entries.iter().find(fits).map(|entry| entry.text)
    }

    fn has(&self, field: &Field) -> bool {
        self.first(field, None).is_some()
    }

    fn kind(&self) -> Kind {
        let said = self.first(&Field::Kind, None).map(super::normal::words::folded).unwrap_or_default();
        if [
            "person",
            "individual",
            "natural person",
            "contact",
            "human",
            "privatperson",
            "natural",
            "private",
            "consumer",
            "b2c",
            "p",
            "persoon",
            "personne",
            "persona",
        ]
        .contains(&said.as_str())
        {
            return Kind::Person;
        }
        if [
            "org",
            "organization",
            "organisation",
            "company",
            "business",
            "legal entity",
            "legal person",
            "firm",
            "corporate",
            "firma",
            "unternehmen",
            "b2b",
            "o",
            "legal",
            "entreprise",
            "empresa",
            "bedrijf",
            "account",
        ]
        .contains(&said.as_str())
        {
            return Kind::Organization;
        }
        let personal = [Field::GivenName, Field::FamilyName, Field::PersonName, Field::Gender, Field::MiddleName];
        if personal.iter().any(|field| self.has(field)) {
            // Whole names of unknown kind may be a firm's, even where the column speaks of persons.
            let names_firm =
                self.first(&Field::PersonName, None).is_some_and(|name| organization::looks_like_organization(name) && !looks_like_person(name));
            return if names_firm { Kind::Unknown } else { Kind::Person };
        }
        if self.has(&Field::OrganizationName) {
            return Kind::Organization;
        }
        match self.first(&Field::AnyName, None) {
            Some(name) if organization::looks_like_organization(name) => Kind::Organization,
            Some(name) if looks_like_person(name) => Kind::Person,
            _ => Kind::Unknown,
        }
    }

    fn groups(&self) -> impl Iterator<Item = u8> + use<'a> {
        let mut groups: Vec<u8> = self.entries.iter().map(|entry| entry.group).collect();
        groups.sort_unstable();
        groups.dedup();
        groups.into_iter()
    }

    fn names(&self, features: &mut Features) {
        for group in self.groups() {
            let part = |field: &Field| self.first(field, Some(group)).unwrap_or("");
            let (given, family) = (part(&Field::GivenName), part(&Field::FamilyName));
            if !given.is_empty() || !family.is_empty() {
                let name = PersonName::of_parts(given, part(&Field::MiddleName), family, part(&Field::NameSuffix));
                features.add(Attribute::Person, name.feature());
            }
        }
        let has_parts = self.has(&Field::GivenName) && self.has(&Field::FamilyName);
        for entry in self.entries.iter().filter(|entry| !entry.text.trim().is_empty()) {
            match entry.field {
                // A native or alias name beside the parts is a name of its own; the same name again says nothing new.
                Field::PersonName if features.kind == Kind::Organization => features.add(Attribute::Organization, organization::feature(entry.text)),
                Field::PersonName if !has_parts || entry.group > 0 => features.add(Attribute::Person, PersonName::parse(entry.text).feature()),
                Field::AnyName => {
                    if features.kind != Kind::Person {
                        features.add(Attribute::Organization, organization::feature(entry.text));
                    }
                    if features.kind != Kind::Organization && looks_like_person(entry.text) || features.kind == Kind::Person {
                        features.add(Attribute::Person, PersonName::parse(entry.text).feature());
                    }
                }
                _ => {}
            }
        }
    }

    fn addresses(&self, features: &mut Features) {
        for group in self.groups() {
            let part = |field: &Field| self.first(field, Some(group)).unwrap_or("");
            let text = AddressText {
                line: part(&Field::Street),
                number: part(&Field::HouseNumber),
                extra: part(&Field::AddressExtra),
                city: part(&Field::City),
                postal_code: part(&Field::PostalCode),
            };
            features.add(Attribute::Address, Address::parse(text).feature());
        }
    }

    fn birth(&self) -> Option<PartialDate> {
        let part = |field: &Field| self.first(field, None).unwrap_or("");
        PartialDate::of_parts(part(&Field::BirthYear), part(&Field::BirthMonth), part(&Field::BirthDay))
    }
}
