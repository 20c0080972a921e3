//! Postal addresses in the graph.
use super::hot::{Emit, Hot, Json, Kind, Needs, Plan, Scope, slots};
use crate::{domain::address, service::input::AddressInput as ServiceAddress};
use async_graphql::{Description, InputObject, Object, parser::types::Field};

/// A postal address.
#[derive(Clone, Description)]
pub struct PostalAddress(address::PostalAddress);

impl From<address::PostalAddress> for PostalAddress {
    fn from(address: address::PostalAddress) -> Self {
        Self(address)
    }
}

#[Object(use_type_description)]
impl PostalAddress {
    /// The whole address in one line.
    async fn formatted(&self) -> &str {
        self.0.formatted()
    }

    /// Street and number.
    async fn line1(&self) -> Option<&str> {
        self.0.line1()
    }

    /// What the first line has no room for.
    async fn line2(&self) -> Option<&str> {
        self.0.line2()
    }

    /// City or town.
    async fn city(&self) -> Option<&str> {
        self.0.city()
    }

    /// State, province or county.
    async fn region(&self) -> Option<&str> {
        self.0.region()
    }

    /// Postal code.
    async fn postal_code(&self) -> Option<&str> {
        self.0.postal_code()
    }

    /// Country as ISO 3166-1 alpha-2, for instance DE.
    async fn country(&self) -> Option<String> {
        self.0.country().map(|country| country.as_str().to_owned())
    }
}

slots!(FORMATTED, LINE1, LINE2, CITY, REGION, POSTAL_CODE, COUNTRY);

impl Hot for PostalAddress {
    fn kind(_: &Scope<'_, '_>, field: &Field) -> Kind {
        let leaf = |slot| Kind::Leaf(slot, Needs::NOTHING);
        match field.name.node.as_str() {
            "formatted" => leaf(FORMATTED),
            "line1" => leaf(LINE1),
            "line2" => leaf(LINE2),
            "city" => leaf(CITY),
            "region" => leaf(REGION),
            "postalCode" => leaf(POSTAL_CODE),
            "country" => leaf(COUNTRY),
            _ => Kind::Lazy,
        }
    }
}

impl Emit for address::PostalAddress {
    fn emit(&self, field: u16, _: &Plan<'_>, json: &mut Json<'_>) {
        let country = self.country();
        json.optional_text(match field {
            FORMATTED => Some(self.formatted()),
            LINE1 => self.line1(),
            LINE2 => self.line2(),
            CITY => self.city(),
            REGION => self.region(),
            POSTAL_CODE => self.postal_code(),
            COUNTRY => country.as_ref().map(|country| country.as_str()),
            _ => None,
        });
    }
}

/// A postal address: either its parts or, when they are not known, one line of text.
#[derive(InputObject)]
pub struct PostalAddressInput {
    /// The whole address in one line; leave the parts out then.
    pub text: Option<String>,
    /// Street and number.
    pub line1: Option<String>,
    /// What the first line has no room for.
    pub line2: Option<String>,
    /// City or town.
    pub city: Option<String>,
    /// State, province or county.
    pub region: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// Country as ISO 3166-1 alpha-2, for instance DE.
    pub country: Option<String>,
}

impl PostalAddressInput {
    /// The address as it was written, in one line.
    pub fn in_one_line(&self) -> Option<String> {
        let parts = [&self.text, &self.line1, &self.line2, &self.postal_code, &self.city, &self.region, &self.country];
        let parts: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}

impl From<PostalAddressInput> for ServiceAddress {
    fn from(input: PostalAddressInput) -> Self {
        let PostalAddressInput { text, line1, line2, city, region, postal_code, country } = input;
        Self { text, line1, line2, city, region, postal_code, country }
    }
}
