//! John Doe: prospect, sales customer, ITAD client, auction buyer and website customer, and one party.
use super::{
    COMPANY,
    crowd::{address, evidence},
    stage::Stage,
};
use crate::{
    domain::{
        error::Error,
        kind::{Direction, PartyKind},
        page::PageRequest,
    },
    service::{
        Request,
        find_or_create::Evidence,
        input::PartyInput,
        party,
        relationship::NewRelationship,
        revenue::{self, EntryInput, KeyInput},
        role,
        source_record::RecordInput,
    },
};

/// His e-mail address.
const EMAIL: &str = "john.doe@example.com";

/// How each engine met him: month, engine, its word for the record, the record's id, the name as it was typed there, the role.
const ENCOUNTERS: [(u32, &str, &str, &str, &str, &str); 5] = [
    (0, "crm", "lead", "4711", "John Doe", "prospect"),
    (1, "sales", "customer", "C-1001", "Doe, John", "sales_customer"),
    (3, "itad", "project", "ITAD-2025-014", "J. Doe", "itad_client"),
    (5, "auction", "buyer_account", "bidder-88", "johnny_d", "auction_buyer"),
    (8, "website", "customer", "web-5150", "john doe", "website_customer"),
];

/// What he bought and was paid: month, engine, record, channel, direction, euros.
const BUSINESS: [(u32, &str, &str, &str, Direction, &str); 8] = [
    (2, "sales", "INV-20250107", "direct", Direction::Inflow, "1250.00"),
    (4, "itad", "SHARE-0031", "itad", Direction::Outflow, "150.00"),
    (6, "auction", "LOT-7731", "auction", Direction::Inflow, "480.00"),
    (9, "website", "ORDER-90210", "website", Direction::Inflow, "89.90"),
    (11, "sales", "INV-20251013", "component", Direction::Inflow, "310.00"),
    (15, "sales", "INV-20260204", "direct", Direction::Inflow, "740.00"),
    (18, "itad", "SHARE-0077", "itad", Direction::Outflow, "60.50"),
    (21, "auction", "LOT-9120", "auction", Direction::Inflow, "255.00"),
];

/// He and his firm come in, engine by engine, with one e-mail address in several spellings.
pub async fn arrive(stage: &Stage) -> Result<(), Error> {
    let mut john = None;
    for (month, system, record_type, record_id, name, role) in ENCOUNTERS {
        stage.set_time(month, 5, 10);
        let mut item: Evidence = evidence(PartyKind::Person, system, record_type, record_id, role);
        item.party.email = Some(if month % 2 == 0 { EMAIL } else { "John.Doe@Example.com" }.to_owned());
        name_him(&mut item.party, &mut item.source, name, month == 0);
        let found = stage.bring_in(COMPANY, &format!("engine:{system}"), &[item]).await?;
        john = found.first().map(|found| found.party.id).or(john);
    }
    let mut firm = evidence(PartyKind::Organization, "crm", "account", "A-17", "reseller");
    firm.party.display_name = Some("Doe Logistics".to_owned());
    firm.party.legal_name = Some("Doe Logistics GmbH".to_owned());
    firm.party.email = Some("office@doe-logistics.example".to_owned());
    let firm = stage.bring_in(COMPANY, "engine:crm", &[firm]).await?.first().map(|found| found.party.id);
    let (Some(john), Some(firm)) = (john, firm) else { return Err(Error::internal("John Doe was not found")) };
    let works_for = NewRelationship { from: john, to: firm, code: "WORKS_FOR".to_owned(), title: Some("Head of IT".to_owned()), valid_from: None };
    stage.relate(COMPANY, works_for).await?;
    role::set_primary(&stage.request(COMPANY, "maria.keller"), john, "sales_customer").await?;
    Ok(())
}

fn name_him(party: &mut PartyInput, source: &mut Option<RecordInput>, name: &str, is_first: bool) {
    if is_first {
        party.given_name = Some("John".to_owned());
        party.family_name = Some("Doe".to_owned());
        party.phone = Some("030 901820".to_owned());
        party.address = Some(address("Friedrichstraße 68", "10117", "Berlin", "DE"));
    } else {
        party.display_name = Some(name.to_owned());
    }
    if let Some(record) = source {
        record.presented.display_name = Some(name.to_owned());
        record.presented.email.clone_from(&party.email);
    }
}

/// Whether his business was recorded, which is the last step of the demo.
pub async fn has_traded(request: &Request) -> Result<bool, Error> {
    let Some(john) = party::by_email(request, EMAIL).await? else { return Ok(false) };
    let page = revenue::entries(request, john.id, &PageRequest { first: BUSINESS.len(), after: None }).await?;
    Ok(page.items.len() == BUSINESS.len())
}

/// His business in euros: direct 1,990.00, auction 735.00, component 310.00, website 89.90, together 3,124.90; paid out for ITAD 210.50; net 2,914.40.
pub async fn trade(stage: &Stage) -> Result<(), Error> {
    let buyer = KeyInput { system: "crm".to_owned(), record_type: "lead".to_owned(), record_id: "4711".to_owned() };
    let entries: Vec<EntryInput> = BUSINESS
        .iter()
        .map(|(month, system, id, channel, direction, amount)| EntryInput {
            source: KeyInput { system: (*system).to_owned(), record_type: "invoice".to_owned(), record_id: (*id).to_owned() },
            party_id: None,
            party_source: Some(buyer.clone()),
            channel: Some((*channel).to_owned()),
            direction: Some(*direction),
            amount: (*amount).to_owned(),
            currency: Some("EUR".to_owned()),
            occurred_at: super::stage::month_start(*month) + chrono::Duration::days(12),
            note: None,
            reverses: None,
        })
        .collect();
    stage.set_time(super::stage::MONTHS - 1, 27, 12);
    stage.record(COMPANY, &entries).await
}
