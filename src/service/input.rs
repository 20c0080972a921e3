//! Values as callers write them, and how they are parsed with a company's defaults.
use crate::domain::{
    address::{AddressParts, PostalAddress},
    code::RoleCode,
    company::Company,
    draft::PartyDraft,
    email::Email,
    error::{Error, Refusals},
    identifier::Identifier,
    kind::PartyKind,
    name::PartyNames,
    phone::Phone,
    refusal::{Code, Refusal},
};
use chrono::{DateTime, SubsecRound, Utc};
use serde::Serialize;

/// The longest reason or note, in characters.
const MAX_NOTE: usize = 1_000;

/// The beginning of the year 1 in seconds of Unix time; the databases do not agree on years before it.
const YEAR_ONE: i64 = -62_135_596_800;

/// The most identifiers, and the most roles, of one input.
const MAX_VALUES: usize = 50;

/// A postal address as it was written: its parts or one line.
#[derive(Clone, Debug, Default, Serialize)]
pub struct AddressInput {
    /// The whole address in one line.
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
    /// Country, ISO 3166-1 alpha-2.
    pub country: Option<String>,
}

impl AddressInput {
    /// Parses the address.
    ///
    /// # Errors
    /// `INVALID_ADDRESS`.
    pub fn parse(&self) -> Result<PostalAddress, Refusal> {
        PostalAddress::parse(AddressParts {
            text: self.text.as_deref(),
            line1: self.line1.as_deref(),
            line2: self.line2.as_deref(),
            city: self.city.as_deref(),
            region: self.region.as_deref(),
            postal_code: self.postal_code.as_deref(),
            country: self.country.as_deref(),
        })
    }
}

/// An identifier as it was written.
#[derive(Clone, Debug, Serialize)]
pub struct IdentifierInput {
    /// Who issues it and what it is, for instance `vat`.
    pub scheme: String,
    /// The number.
    pub value: String,
}

/// A party as a caller describes it.
#[derive(Clone, Debug, Serialize)]
pub struct PartyInput {
    /// Person or organisation.
    #[serde(serialize_with = "kind_as_text")]
    pub kind: PartyKind,
    /// The name to show; made of the others when absent.
    pub display_name: Option<String>,
    /// A person's given name.
    pub given_name: Option<String>,
    /// A person's family name.
    pub family_name: Option<String>,
    /// An organisation's registered name.
    pub legal_name: Option<String>,
    /// The primary e-mail address.
    pub email: Option<String>,
    /// The primary phone number.
    pub phone: Option<String>,
    /// The primary postal address.
    pub address: Option<AddressInput>,
    /// Numbers issued by somebody.
    pub identifiers: Vec<IdentifierInput>,
    /// Codes of roles to hold from the start.
    pub roles: Vec<String>,
}

fn kind_as_text<S: serde::Serializer>(kind: &PartyKind, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(kind.as_str())
}

impl PartyInput {
    /// Parses everything, and tells of everything that is wrong at once.
    ///
    /// # Errors
    /// The refusals of all fields, each at its place.
    pub fn parse(&self, company: &Company) -> Result<PartyDraft, Error> {
        let mut refusals = Refusals::default();
        let names = match self.names() {
            Ok(names) => Some(names),
            Err(refusal) => {
                refusals.push(refusal);
                None
            }
        };
        let email = refusals.optional("email", self.email.as_deref(), Email::parse);
        let phone = refusals.optional("phone", self.phone.as_deref(), |text| Phone::parse(text, Some(company.default_country)));
        let address = self.address.as_ref().and_then(|address| refusals.take("address", address.parse()));
        let identifiers = parse_identifiers(&mut refusals, &self.identifiers);
        let roles = parse_roles(&mut refusals, &self.roles);
        refusals.check()?;
        let names = names.ok_or_else(|| Error::internal("names that were not refused are missing"))?;
        Ok(PartyDraft { names, email, email_is_shared: false, phone, address, identifiers, roles })
    }

    fn names(&self) -> Result<PartyNames, Refusal> {
        let (given, family) = (self.given_name.as_deref(), self.family_name.as_deref());
        let (display, legal) = (self.display_name.as_deref(), self.legal_name.as_deref());
        match self.kind {
            PartyKind::Person if legal.is_some() => {
                Err(Refusal::new(Code::InvalidName, "A person has no legal name; only organisations do.").at("legalName"))
            }
            PartyKind::Organization if given.or(family).is_some() => {
                let field = if given.is_some() { "givenName" } else { "familyName" };
                Err(Refusal::new(Code::InvalidName, "An organisation has no given or family name; use displayName and legalName.").at(field))
            }
            PartyKind::Person => PartyNames::person(given, family, display),
            PartyKind::Organization => PartyNames::organization(display, legal),
        }
    }
}

/// Parses identifiers, and refuses too many and the same one twice.
pub fn parse_identifiers(refusals: &mut Refusals, inputs: &[IdentifierInput]) -> Vec<Identifier> {
    if inputs.len() > MAX_VALUES {
        refusals.push(Refusal::new(Code::InvalidIdentifier, format!("At most {MAX_VALUES} identifiers in one call.")).at("identifiers"));
        return Vec::new();
    }
    let mut identifiers: Vec<Identifier> = Vec::new();
    for (i, input) in inputs.iter().enumerate() {
        match Identifier::parse(&input.scheme, &input.value) {
            Ok(identifier) if identifiers.contains(&identifier) => {}
            Ok(identifier) => identifiers.push(identifier),
            Err(refusal) => refusals.push(refusal.at(i).at("identifiers")),
        }
    }
    identifiers
}

fn parse_roles(refusals: &mut Refusals, codes: &[String]) -> Vec<RoleCode> {
    if codes.len() > MAX_VALUES {
        refusals.push(Refusal::new(Code::InvalidCode, format!("At most {MAX_VALUES} roles in one call.")).at("roles"));
        return Vec::new();
    }
    let mut roles = Vec::new();
    for (i, code) in codes.iter().enumerate() {
        match RoleCode::parse(code) {
            Ok(code) if roles.contains(&code) => refusals.push(Refusal::new(Code::RoleAlreadyHeld, "The same role twice.").at(i).at("roles")),
            Ok(code) => roles.push(code),
            Err(refusal) => refusals.push(refusal.at(i).at("roles")),
        }
    }
    roles
}

/// A reason or note: trimmed, absent when empty.
///
/// # Errors
/// `INVALID_ARGUMENT` when it is longer than 1,000 characters, or holds a NUL, which PostgreSQL does not keep.
pub fn note(field: &str, text: Option<&str>) -> Result<Option<String>, Refusal> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
    if text.chars().count() > MAX_NOTE {
        return Err(Refusal::new(Code::InvalidArgument, format!("`{field}` has at most {MAX_NOTE} characters.")).at(field));
    }
    if text.contains('\0') {
        return Err(Refusal::new(Code::InvalidArgument, format!("`{field}` cannot hold the character NUL.")).at(field));
    }
    Ok(Some(text.to_owned()))
}

/// A time that is not in the future, in whole microseconds as both databases keep it.
///
/// # Errors
/// `INVALID_ARGUMENT` when it is later than `now` or before the year 1.
pub fn past(field: &str, at: DateTime<Utc>, now: DateTime<Utc>) -> Result<DateTime<Utc>, Refusal> {
    let at = at.trunc_subsecs(6);
    if at > now || at.timestamp() < YEAR_ONE {
        let message = format!("`{field}` must lie between the year 1 and now, {}. Leave it out to mean now.", now.to_rfc3339());
        return Err(Refusal::new(Code::InvalidArgument, message).at(field));
    }
    Ok(at)
}
