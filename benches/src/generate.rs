//! Made-up parties: who they are, what they are to the company, where engines know them from and what they paid.
//!
//! The same seed and size give the same parties. Names are as skewed as real ones: a few family names are very common, thousands are rare.
//! Most parties have no or little revenue, a few have thousands of entries.
use crate::words;
use anyhow::{Context, Result};
use chrono::{DateTime, Duration, TimeZone, Utc};
use fastrand::Rng;
use party::domain::{
    address::{AddressParts, PostalAddress},
    code::RoleCode,
    country::Country,
    draft::PartyDraft,
    email::Email,
    name::PartyNames,
    phone::Phone,
};
use uuid::Uuid;

/// Roles with how many of hundred draws they get.
const ROLES: [(&str, u32); 7] = [
    ("sales_customer", 60),
    ("purchase_vendor", 15),
    ("auction_buyer", 30),
    ("consignment_vendor", 20),
    ("itad_client", 10),
    ("consignment_client", 8),
    ("service_provider", 3),
];

/// Systems and types of the records that engines link.
pub const RECORDS: [(&str, &str); 6] =
    [("sales", "order_customer"), ("auction", "bidder"), ("website", "user"), ("itad", "account"), ("component", "buyer"), ("crm", "contact")];

/// Channels with how many of hundred entries they get.
const CHANNELS: [(&str, u32); 5] = [("direct", 30), ("auction", 25), ("component", 15), ("website", 22), ("itad", 8)];

/// The most revenue entries of one party.
const MAX_ENTRIES: u32 = 4_000;

/// One party with everything that belongs to it.
pub struct Made {
    /// Its id.
    pub id: Uuid,
    /// What it is made of, parsed as input would be.
    pub draft: PartyDraft,
    /// Whether it was not deactivated since.
    pub is_active: bool,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Its linked records: system, type, id.
    pub records: Vec<(&'static str, &'static str, String)>,
    /// Its revenue.
    pub entries: Vec<Entry>,
}

/// One revenue entry.
pub struct Entry {
    /// The channel, which is also the system that recorded it.
    pub channel: &'static str,
    /// The amount in minor units.
    pub minor: i64,
    /// When the business happened.
    pub at: DateTime<Utc>,
}

/// Makes the parties of one company, one after the other.
pub struct Generator {
    rng: Rng,
    families: Vec<String>,
    number: u32,
    country: Country,
}

impl Generator {
    /// Makes the parties of the company with this number.
    ///
    /// # Errors
    /// None that a run could meet: the words are constants.
    pub fn new(company: u32) -> Result<Self> {
        let country = Country::parse("US").ok().context("US is a country")?;
        Ok(Self { rng: Rng::with_seed(0x9a57_11e5 + u64::from(company)), families: families(), number: 0, country })
    }

    /// The next party.
    ///
    /// # Errors
    /// When the domain refuses a value: then the words do not fit its rules any more.
    pub fn next(&mut self) -> Result<Made> {
        self.number += 1;
        let (names, local) = self.names()?;
        let number = self.number;
        let email = (self.rng.f64() < 0.92).then(|| format!("{local}.{number}@mail{}.example", self.rng.u32(0..40)));
        let phone = (self.rng.f64() < 0.7).then(|| format!("+1 555 {:07}", self.rng.u32(2_000_000..10_000_000)));
        let address = if self.rng.f64() < 0.8 { Some(self.address()?) } else { None };
        let draft = PartyDraft {
            names,
            email: email.map(|text| Email::parse(&text)).transpose().map_err(|refusal| anyhow::anyhow!(refusal.message))?,
            email_is_shared: false,
            phone: phone.map(|text| Phone::parse(&text, Some(self.country))).transpose().map_err(|refusal| anyhow::anyhow!(refusal.message))?,
            address,
            identifiers: Vec::new(),
            roles: self.roles(),
        };
        let id = uuid::Builder::from_random_bytes(self.rng.u128(..).to_be_bytes()).into_uuid();
        Ok(Made { id, draft, is_active: self.rng.f64() < 0.97, created_at: self.time(), records: self.records(), entries: self.entries() })
    }

    /// The id of something that belongs to a party.
    pub fn id(&mut self) -> Uuid {
        uuid::Builder::from_random_bytes(self.rng.u128(..).to_be_bytes()).into_uuid()
    }

    fn names(&mut self) -> Result<(PartyNames, String)> {
        let refused = |refusal: party::domain::refusal::Refusal| anyhow::anyhow!(refusal.message);
        if self.rng.f64() < 0.7 {
            let (given, family) = (self.word(words::GIVEN), self.family());
            let local = format!("{given}.{family}").to_lowercase();
            return Ok((PartyNames::person(Some(given), Some(&family), None).map_err(refused)?, local));
        }
        let brand = self.word(words::BRANDS);
        let second = if self.rng.bool() { self.family() } else { self.word(words::BRANDS).to_owned() };
        let name = format!("{brand} {second} {} {}", self.word(words::TRADES), self.word(words::FORMS));
        let local = format!("{brand}{second}").to_lowercase();
        Ok((PartyNames::organization(Some(&name), None).map_err(refused)?, local))
    }

    fn address(&mut self) -> Result<PostalAddress> {
        let line = format!("{} {} Street", self.rng.u32(10..9_910), self.word(words::STREETS));
        let code = self.rng.u32(10_000..99_999).to_string();
        let parts = AddressParts {
            line1: Some(&line),
            city: Some(self.word(words::TOWNS)),
            postal_code: Some(&code),
            country: Some("US"),
            ..AddressParts::default()
        };
        PostalAddress::parse(parts).map_err(|refusal| anyhow::anyhow!(refusal.message))
    }

    /// One to three different roles, 1.6 on average.
    fn roles(&mut self) -> Vec<RoleCode> {
        let wanted = match self.rng.f64() {
            x if x < 0.55 => 1,
            x if x < 0.85 => 2,
            _ => 3,
        };
        let mut roles: Vec<&str> = Vec::new();
        while roles.len() < wanted {
            let role = self.weighted(&ROLES);
            if !roles.contains(&role) {
                roles.push(role);
            }
        }
        roles.into_iter().map(|role| RoleCode::stored(role.to_owned())).collect()
    }

    /// None to four records, 1.5 on average.
    fn records(&mut self) -> Vec<(&'static str, &'static str, String)> {
        let wanted = match self.rng.f64() {
            x if x < 0.15 => 0,
            x if x < 0.6 => 1,
            x if x < 0.85 => 2,
            x if x < 0.95 => 3,
            _ => 4,
        };
        (0..wanted)
            .map(|i| {
                let (system, record_type) = RECORDS[self.rng.usize(0..RECORDS.len())];
                (system, record_type, format!("{}-{i}-{:x}", self.number, self.rng.u32(0..1 << 20)))
            })
            .collect()
    }

    /// None for 45 of hundred parties; else a few, or very many: about five on average over all parties.
    fn entries(&mut self) -> Vec<Entry> {
        if self.rng.f64() >= 0.55 {
            return Vec::new();
        }
        let wanted = (3.1 / (1.0 - self.rng.f64()).powf(0.66)) as u32;
        (0..wanted.min(MAX_ENTRIES))
            .map(|_| Entry { channel: self.weighted(&CHANNELS), minor: 500 + (self.rng.f64().powi(4) * 900_000.0) as i64, at: self.time() })
            .collect()
    }

    /// A moment in the five years from 2020 on.
    fn time(&mut self) -> DateTime<Utc> {
        let start = Utc.timestamp_opt(1_577_836_800, 0).single().unwrap_or_default();
        start + Duration::seconds(i64::from(self.rng.u32(0..5 * 365 * 86_400)))
    }

    fn family(&mut self) -> String {
        let at = (self.families.len() as f64 * self.rng.f64().powi(3)) as usize;
        self.families[at].clone()
    }

    fn word(&mut self, words: &'static str) -> &'static str {
        let count = words.split_ascii_whitespace().count();
        words.split_ascii_whitespace().nth(self.rng.usize(0..count)).unwrap_or_default()
    }

    fn weighted(&mut self, choices: &[(&'static str, u32)]) -> &'static str {
        let mut left = self.rng.u32(0..choices.iter().map(|(_, weight)| weight).sum());
        for (choice, weight) in choices {
            match left.checked_sub(*weight) {
                Some(rest) => left = rest,
                None => return choice,
            }
        }
        choices[0].0
    }
}

/// The common family names first, then about nine thousand rare ones.
fn families() -> Vec<String> {
    let mut rng = Rng::with_seed(7);
    let syllables: Vec<&str> = words::SYLLABLES.split_ascii_whitespace().collect();
    let rare = (0..9_000).map(|_| {
        let count = if rng.bool() { 2 } else { 3 };
        let name: String = (0..count).map(|_| syllables[rng.usize(0..syllables.len())]).collect();
        name[..1].to_uppercase() + &name[1..]
    });
    let rare: std::collections::BTreeSet<String> = rare.collect();
    words::FAMILY.split_ascii_whitespace().map(str::to_owned).chain(rare).collect()
}
