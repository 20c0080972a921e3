//! Records that no engine could identify: guests' carts, leads without an address, a mistyped one.
use super::{
    crowd::{Member, mailbox},
    stage::{MONTHS, Stage, unless_made},
};
use crate::{
    domain::{
        code::SourceKey,
        error::Error,
        id::CompanyId,
        kind::{LinkMethod, PartyKind},
        link::Presented,
        refusal::Code,
    },
    service::{
        link::{LinkRequest, link},
        registration::register,
        source_record::RecordInput,
    },
};
use fake::{
    Fake,
    faker::name::raw::{FirstName, LastName},
    locales::DE_DE,
};
use rand::{RngExt, rngs::StdRng, seq::IndexedRandom};
use std::collections::BTreeMap;

/// Where traces are found: the engine and its word for such a record.
const SOURCES: [(&str, &str); 7] = [
    ("website", "cart"),
    ("crm", "lead"),
    ("auction", "buyer_account"),
    ("sales", "quote"),
    ("itad", "inquiry"),
    ("portal", "signup"),
    ("purchasing", "vendor"),
];

/// Leaves some records each quarter, each told by its own engine.
pub async fn leave(stage: &Stage, company: CompanyId, a_quarter: u32) -> Result<(), Error> {
    for month in (0..MONTHS).step_by(3) {
        stage.set_time(month, 21, 20);
        let mut of_engines: BTreeMap<String, Vec<RecordInput>> = BTreeMap::new();
        for record in (0..a_quarter).map(|number| stage.chance(|rng| trace(rng, month, number))) {
            of_engines.entry(record.system.clone()).or_default().push(record);
        }
        for (engine, records) in of_engines {
            for outcome in register(&stage.request(company, &format!("engine:{engine}")), &records).await? {
                outcome.map_err(Error::Refused)?;
            }
        }
    }
    Ok(())
}

fn trace(rng: &mut StdRng, month: u32, number: u32) -> RecordInput {
    let (given, family): (String, String) = (FirstName(DE_DE).fake_with_rng(rng), LastName(DE_DE).fake_with_rng(rng));
    let (system, record_type) = *SOURCES.choose(rng).unwrap_or(&SOURCES[0]);
    let email = rng.random_bool(0.6).then(|| format!("{}{}@mail.example", mailbox(&family), rng.random_range(1..99)));
    let initial: String = given.chars().take(1).collect();
    let presented = Presented { display_name: Some(format!("{initial} {family}")), email, ..Presented::default() };
    RecordInput { system: system.to_owned(), record_type: record_type.to_owned(), record_id: format!("trace-{month}-{number}"), presented }
}

/// Once a month a steward recognises a caller by the name and links the note of the call by hand.
pub async fn recognise(stage: &Stage, company: CompanyId, members: &[Member]) -> Result<(), Error> {
    let persons: Vec<&Member> = members.iter().filter(|member| member.kind == PartyKind::Person).collect();
    for month in 0..MONTHS {
        stage.set_time(month, 23, 11);
        let known: Vec<&&Member> = persons.iter().filter(|member| member.month <= month).collect();
        let Some(member) = stage.chance(|rng| known.choose(rng).map(|member| (**member).clone())) else { continue };
        let presented = Presented { display_name: Some(member.name.to_uppercase()), ..Presented::default() };
        let record_id = format!("call-{month}");
        let record = RecordInput { system: "crm".to_owned(), record_type: "call".to_owned(), record_id: record_id.clone(), presented };
        for outcome in register(&stage.request(company, "engine:crm"), &[record]).await? {
            outcome.map_err(Error::Refused)?;
        }
        let wanted = LinkRequest {
            source: SourceKey::parse("crm", "call", &record_id)?,
            party: member.id,
            method: LinkMethod::Manual,
            confidence: None,
            evidence: None,
            note: Some("Recognised on the phone by name and last order.".to_owned()),
            move_existing: false,
        };
        unless_made(link(&stage.request(company, "maria.keller"), &wanted).await, Code::AlreadyLinked)?;
    }
    Ok(())
}
