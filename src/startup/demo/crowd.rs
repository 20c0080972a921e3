//! The crowd: persons and organisations of several countries, with records in the engines, links, and who works for whom.
use super::{
    COMPANY,
    stage::{MONTHS, Stage},
};
use crate::{
    domain::{error::Error, fold::fold, id::CompanyId, id::PartyId, kind::PartyKind, link::Presented},
    service::{
        find_or_create::Evidence,
        input::{AddressInput, IdentifierInput, PartyInput},
        registration::register,
        relationship::NewRelationship,
        source_record::RecordInput,
    },
};
use fake::{
    Dummy, Fake,
    faker::{
        address::raw::{BuildingNumber, StreetName},
        company::raw::CompanyName,
        name::raw::{FirstName, LastName},
    },
    locales::{DE_DE, Data, EN, FR_FR, IT_IT, NL_NL},
};
use rand::{RngExt, rngs::StdRng, seq::IndexedRandom};

/// One of the crowd, as the rest of the demo needs it.
#[derive(Clone)]
pub struct Member {
    /// The party.
    pub id: PartyId,
    /// Person or organisation.
    pub kind: PartyKind,
    /// The role with which it came.
    pub role: &'static str,
    /// The month in which it came.
    pub month: u32,
}

/// Role, the engine that meets its holders, the engine's word for the record, how often out of a hundred.
const ROLES: [(&str, &str, &str, u32); 14] = [
    ("prospect", "crm", "lead", 22),
    ("sales_customer", "sales", "customer", 18),
    ("website_customer", "website", "customer", 16),
    ("auction_buyer", "auction", "buyer_account", 14),
    ("itad_client", "itad", "project", 9),
    ("end_user", "portal", "user", 6),
    ("reseller", "sales", "customer", 3),
    ("distributor", "sales", "customer", 2),
    ("purchase_vendor", "purchasing", "vendor", 3),
    ("consignment_client", "auction", "consignor", 2),
    ("consignment_vendor", "purchasing", "vendor", 1),
    ("manufacturer", "purchasing", "vendor", 1),
    ("service_provider", "purchasing", "vendor", 2),
    ("downstream_recycler", "itad", "recycler", 1),
];

/// A country of the crowd: its code, where its phone numbers begin, how many digits follow, and some of its cities.
type Place = (&'static str, &'static str, usize, [&'static str; 4]);

const PLACES: [Place; 5] = [
    ("DE", "+4930", 7, ["Berlin", "Köln", "München", "Leipzig"]),
    ("GB", "+442079460", 3, ["London", "Leeds", "Bristol", "Glasgow"]),
    ("FR", "+3315", 7, ["Paris", "Lyon", "Nantes", "Béziers"]),
    ("IT", "+3906", 8, ["Roma", "Torino", "Bari", "Forlì"]),
    ("NL", "+3120", 7, ["Amsterdam", "Utrecht", "Breda", "’s-Hertogenbosch"]),
];

/// Evidence of somebody of whom only an engine's record and a role are known yet.
pub fn evidence(kind: PartyKind, system: &str, record_type: &str, record_id: &str, role: &str) -> Evidence {
    let source = RecordInput {
        system: system.to_owned(),
        record_type: record_type.to_owned(),
        record_id: record_id.to_owned(),
        presented: Presented::default(),
    };
    let party = PartyInput {
        kind,
        display_name: None,
        given_name: None,
        family_name: None,
        legal_name: None,
        email: None,
        phone: None,
        address: None,
        identifiers: Vec::new(),
        roles: Vec::new(),
    };
    Evidence { source: Some(source), party, role: Some(role.to_owned()) }
}

/// A postal address of its usual parts.
pub fn address(line1: &str, postal_code: &str, city: &str, country: &str) -> AddressInput {
    AddressInput {
        line1: Some(line1.to_owned()),
        postal_code: Some(postal_code.to_owned()),
        city: Some(city.to_owned()),
        country: Some(country.to_owned()),
        ..AddressInput::default()
    }
}

/// Brings in a number of parties, month by month; a third of them are met by a second engine later in the same month.
pub async fn arrive(stage: &Stage, company: CompanyId, count: usize) -> Result<Vec<Member>, Error> {
    let mut members = Vec::with_capacity(count);
    for month in 0..MONTHS {
        let until = count * (month as usize + 1) / MONTHS as usize;
        let (items, roles): (Vec<Evidence>, Vec<&'static str>) =
            (members.len()..until).map(|number| stage.chance(|rng| newcomer(rng, number))).unzip();
        stage.set_time(month, 8, 9);
        let found = stage.bring_in(company, "engine:crm", &items).await?;
        members.extend(found.iter().zip(roles).map(|(found, role)| Member { id: found.party.id, kind: found.party.kind, role, month }));
        let again: Vec<Evidence> =
            items.iter().enumerate().filter(|(i, _)| i % 3 == 0).map(|(i, item)| stage.chance(|rng| met_again(rng, item, month, i))).collect();
        stage.set_time(month, 19, 15);
        stage.bring_in(company, "engine:website", &again).await?;
    }
    Ok(members)
}

fn newcomer(rng: &mut StdRng, number: usize) -> (Evidence, &'static str) {
    let (role, system, record_type) = role(rng);
    let is_person = match role {
        "website_customer" | "end_user" => true,
        "manufacturer" | "distributor" | "downstream_recycler" => false,
        _ => rng.random_bool(0.55),
    };
    let kind = if is_person { PartyKind::Person } else { PartyKind::Organization };
    let mut item = evidence(kind, system, record_type, &format!("{}-{}", record_type[..1].to_uppercase(), 10_000 + number), role);
    let (country, prefix, digits, cities) = *PLACES.choose(rng).unwrap_or(&PLACES[0]);
    match country {
        "DE" => describe(&mut item.party, DE_DE, rng, number),
        "GB" => describe(&mut item.party, EN, rng, number),
        "FR" => describe(&mut item.party, FR_FR, rng, number),
        "IT" => describe(&mut item.party, IT_IT, rng, number),
        _ => describe(&mut item.party, NL_NL, rng, number),
    }
    let number: String = (0..digits).map(|_| char::from(b'0' + rng.random_range(0..10_u8))).collect();
    item.party.phone = rng.random_bool(0.8).then(|| format!("{prefix}{number}"));
    if let Some(address) = &mut item.party.address {
        address.country = Some(country.to_owned());
        address.city = cities.choose(rng).map(|city| (*city).to_owned());
    }
    present(&mut item);
    (item, role)
}

fn role(rng: &mut StdRng) -> (&'static str, &'static str, &'static str) {
    let mut ticket = rng.random_range(0..ROLES.iter().map(|(.., weight)| weight).sum());
    for (role, system, record_type, weight) in ROLES {
        if ticket < weight {
            return (role, system, record_type);
        }
        ticket -= weight;
    }
    (ROLES[0].0, ROLES[0].1, ROLES[0].2)
}

fn describe<L: Data + Copy>(party: &mut PartyInput, locale: L, rng: &mut StdRng, number: usize) {
    let text = |rng: &mut StdRng| -> (String, String, String) {
        (one(&FirstName(locale), rng), one(&LastName(locale), rng), one(&CompanyName(locale), rng))
    };
    let (given, family, firm) = text(rng);
    match party.kind {
        PartyKind::Person => {
            party.email = Some(format!("{}.{}{number}@mail.example", mailbox(&given), mailbox(&family)));
            party.given_name = Some(given);
            party.family_name = Some(family);
        }
        PartyKind::Organization => {
            party.email = Some(format!("info@{}-{number}.example", mailbox(&firm)));
            party.identifiers = vec![IdentifierInput { scheme: "vat".to_owned(), value: format!("DE{:09}", 100_000_000 + number * 37) }];
            party.display_name = Some(firm);
        }
    }
    if rng.random_bool(0.7) {
        let street = format!("{} {}", one(&StreetName(locale), rng), one(&BuildingNumber(locale), rng));
        party.address = Some(address(&street, &format!("{:05}", rng.random_range(1_000..99_999)), "Berlin", "DE"));
    }
}

fn one<F>(faker: &F, rng: &mut StdRng) -> String
where
    String: Dummy<F>,
{
    faker.fake_with_rng(rng)
}

fn mailbox(name: &str) -> String {
    fold(name).replace(' ', "-")
}

/// What the engine saw is what is known at that time.
fn present(item: &mut Evidence) {
    if let Some(record) = &mut item.source {
        record.presented = Presented {
            display_name: item.party.display_name.clone(),
            given_name: item.party.given_name.clone(),
            family_name: item.party.family_name.clone(),
            email: item.party.email.clone(),
            phone: item.party.phone.clone(),
            ..Presented::default()
        };
    }
}

fn met_again(rng: &mut StdRng, item: &Evidence, month: u32, number: usize) -> Evidence {
    let (role, system, record_type) =
        *[("website_customer", "website", "customer"), ("auction_buyer", "auction", "buyer_account"), ("end_user", "portal", "user")]
            .choose(rng)
            .unwrap_or(&("end_user", "portal", "user"));
    let mut again = evidence(item.party.kind, system, record_type, &format!("again-{month}-{number}"), role);
    again.party.email = item.party.email.as_ref().map(|email| email.to_uppercase());
    present(&mut again);
    again
}

/// Records that no engine could identify: guests' carts, leads without an address, a mistyped one.
pub async fn leave_traces(stage: &Stage) -> Result<(), Error> {
    for month in 0..MONTHS {
        stage.set_time(month, 21, 20);
        let records: Vec<RecordInput> = (0..8).map(|number| stage.chance(|rng| trace(rng, month, number))).collect();
        for outcome in register(&stage.request(COMPANY, "engine:website"), &records).await? {
            outcome.map_err(Error::Refused)?;
        }
    }
    Ok(())
}

fn trace(rng: &mut StdRng, month: u32, number: u32) -> RecordInput {
    let (given, family) = (one(&FirstName(DE_DE), rng), one(&LastName(DE_DE), rng));
    let (system, record_type) = *[("website", "cart"), ("crm", "lead"), ("auction", "buyer_account")].choose(rng).unwrap_or(&("website", "cart"));
    let email = rng.random_bool(0.6).then(|| format!("{}{}@mail.example", mailbox(&family), rng.random_range(1..99)));
    let presented = Presented {
        display_name: Some(format!("{} {family}", &given[..given.chars().next().map_or(0, char::len_utf8)])),
        email,
        ..Presented::default()
    };
    RecordInput { system: system.to_owned(), record_type: record_type.to_owned(), record_id: format!("trace-{month}-{number}"), presented }
}

/// Every third person works for one of the organisations.
pub async fn work_together(stage: &Stage, members: &[Member]) -> Result<(), Error> {
    let firms: Vec<&Member> = members.iter().filter(|member| member.kind == PartyKind::Organization).collect();
    let titles = ["Buyer", "Head of IT", "Managing Director", "Accounts Payable", "Data Protection Officer", "Warehouse Manager"];
    stage.set_time(MONTHS - 1, 22, 9);
    for person in members.iter().filter(|member| member.kind == PartyKind::Person).step_by(3) {
        let (firm, title) = stage.chance(|rng| (firms.choose(rng).map(|firm| firm.id), titles.choose(rng).copied()));
        let Some(firm) = firm else { continue };
        let employment =
            NewRelationship { from: person.id, to: firm, code: "WORKS_FOR".to_owned(), title: title.map(str::to_owned), valid_from: None };
        stage.relate(COMPANY, employment).await?;
    }
    Ok(())
}
