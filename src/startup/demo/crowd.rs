//! The crowd: persons and organisations of several countries, with records in the engines, links, and who works for whom.
use super::{
    COMPANY,
    places::{self, Place},
    stage::{MONTHS, Stage},
};
use crate::{
    domain::{error::Error, fold::fold, id::CompanyId, id::PartyId, kind::PartyKind, link::Presented},
    service::{
        find_or_create::Evidence,
        input::{AddressInput, IdentifierInput, PartyInput},
        relationship::NewRelationship,
        source_record::RecordInput,
    },
};
use fake::{
    Dummy, Fake,
    faker::{
        address::raw::StreetName,
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
    /// Its name.
    pub name: String,
    /// Person or organisation.
    pub kind: PartyKind,
    /// The role in which it trades: the one with which it came, or the one that it got later.
    pub role: &'static str,
    /// Since which month it holds it.
    pub month: u32,
    /// Whether a second engine met it.
    pub met_again: bool,
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
        let found = stage.bring_in_by_engine(company, &items).await?;
        members.extend(found.into_iter().zip(roles).enumerate().map(|(i, (found, role))| Member {
            id: found.party.id,
            name: found.party.display_name,
            kind: found.party.kind,
            role,
            month,
            met_again: is_met_again(i),
        }));
        let again: Vec<Evidence> =
            items.iter().enumerate().filter(|(i, _)| is_met_again(*i)).map(|(i, item)| stage.chance(|rng| met_again(rng, item, month, i))).collect();
        stage.set_time(month, 19, 15);
        stage.bring_in_by_engine(company, &again).await?;
    }
    Ok(members)
}

fn is_met_again(place_in_month: usize) -> bool {
    place_in_month.is_multiple_of(3)
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
    // The role is one to begin with: when loading is taken up again, it is not given anew to who lost it since.
    item.party.roles.extend(item.role.take());
    let place = places::any(rng);
    match place.country {
        "DE" => describe(&mut item.party, (DE_DE, place), rng, number),
        "GB" => describe(&mut item.party, (EN, place), rng, number),
        "FR" => describe(&mut item.party, (FR_FR, place), rng, number),
        "IT" => describe(&mut item.party, (IT_IT, place), rng, number),
        _ => describe(&mut item.party, (NL_NL, place), rng, number),
    }
    item.party.phone = rng.random_bool(0.8).then(|| place.phone(rng));
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

fn describe<L: Data + Copy>(party: &mut PartyInput, (locale, place): (L, &Place), rng: &mut StdRng, number: usize) {
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
            party.identifiers = vec![IdentifierInput { scheme: "vat".to_owned(), value: place.vat(number) }];
            party.legal_name = rng.random_bool(0.4).then(|| place.legal_name(&firm));
            party.display_name = Some(firm);
        }
    }
    if rng.random_bool(0.7) {
        let street = one(&StreetName(locale), rng);
        party.address = Some(place.address(rng, &street));
    }
}

fn one<F>(faker: &F, rng: &mut StdRng) -> String
where
    String: Dummy<F>,
{
    faker.fake_with_rng(rng)
}

/// A name as e-mail addresses have it.
pub fn mailbox(name: &str) -> String {
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

/// Every fifth person works for one of the organisations.
pub async fn work_together(stage: &Stage, members: &[Member]) -> Result<(), Error> {
    let firms: Vec<&Member> = members.iter().filter(|member| member.kind == PartyKind::Organization).collect();
    let titles = ["Buyer", "Head of IT", "Managing Director", "Accounts Payable", "Data Protection Officer", "Warehouse Manager"];
    stage.set_time(MONTHS - 1, 22, 9);
    for person in members.iter().filter(|member| member.kind == PartyKind::Person).step_by(5) {
        let (firm, title) = stage.chance(|rng| (firms.choose(rng).map(|firm| firm.id), titles.choose(rng).copied()));
        let Some(firm) = firm else { continue };
        let employment =
            NewRelationship { from: person.id, to: firm, code: "WORKS_FOR".to_owned(), title: title.map(str::to_owned), valid_from: None };
        stage.relate(COMPANY, employment).await?;
    }
    Ok(())
}
