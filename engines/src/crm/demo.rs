//! Demo rows of the CRM: what sales know of the hub's demo leads.
use super::{
    LEAD,
    entity::{lead, opportunity},
};
use crate::platform::{
    Error,
    database::CompanyTable,
    demo::{HubRecords, hour, id, insert},
};
use sea_orm::{DatabaseTransaction, IntoActiveModel};
use uuid::Uuid;

/// The lead that became John Doe.
const JOHN: &str = "4711";

const SOURCES: [&str; 5] = ["trade fair", "web form", "referral", "cold call", "newsletter"];
const COLLEAGUES: [&str; 4] = ["maria.keller", "jonas.brandt", "aylin.demir", "tom.becker"];
const SUBJECTS: [&str; 4] = ["laptops", "servers", "data centre move", "decommissioning"];

/// One row for each lead of the hub, and opportunities for every third one.
pub async fn seed(tx: &DatabaseTransaction, company: Uuid, hub: &HubRecords<'_>) -> Result<bool, Error> {
    if lead::Entity::of(company).one(tx).await?.is_some() {
        return Ok(false);
    }
    let records = hub.of_type(LEAD).await?;
    let (mut leads, mut opportunities) = (Vec::new(), Vec::new());
    for (number, (lead_id, party)) in records.iter().enumerate() {
        leads.push(lead_row(company, lead_id, *party, number).into_active_model());
        if lead_id == JOHN {
            opportunities.push(opportunity_row(company, lead_id, *party, (opportunities.len(), "Refurbished laptops", 1_250_000, "OPEN")));
            opportunities.push(opportunity_row(
                company,
                lead_id,
                *party,
                (opportunities.len(), "Data centre decommissioning", 4_800_050, "PROPOSED"),
            ));
            opportunities.push(opportunity_row(company, lead_id, *party, (opportunities.len(), "Twenty monitors", 199_000, "WON")));
        } else if number % 3 == 0 {
            let stage = ["OPEN", "PROPOSED", "WON", "LOST"][number / 3 % 4];
            let value = 50_000 + i64::try_from(number).unwrap_or_default() * 7_919 % 2_000_000;
            opportunities.push(opportunity_row(company, lead_id, *party, (opportunities.len(), SUBJECTS[number % 4], value, stage)));
        }
    }
    insert(tx, leads).await?;
    insert(tx, opportunities.into_iter().map(IntoActiveModel::into_active_model).collect()).await?;
    Ok(true)
}

fn lead_row(company: Uuid, lead_id: &str, party: Uuid, number: usize) -> lead::Model {
    let status = if lead_id == JOHN { "QUALIFIED" } else { ["NEW", "CONTACTED", "QUALIFIED", "LOST"][number % 4] };
    let score = i32::try_from(number * 37 % 101).unwrap_or_default();
    lead::Model {
        company_id: company,
        lead_id: lead_id.to_owned(),
        party_id: Some(party),
        lead_source: if lead_id == JOHN { "trade fair" } else { SOURCES[number % 5] }.to_owned(),
        qualification_score: (status == "QUALIFIED").then_some(if lead_id == JOHN { 85 } else { score }),
        assigned_to: Some(COLLEAGUES[number % 4].to_owned()),
        status: status.to_owned(),
        lost_reason: (status == "LOST").then(|| "No budget this year".to_owned()),
        notes: (lead_id == JOHN).then(|| "Asked for a quote for refurbished laptops".to_owned()),
        created_at: hour(number * 31),
    }
}

fn opportunity_row(company: Uuid, lead_id: &str, party: Uuid, (number, title, value, stage): (usize, &str, i64, &str)) -> opportunity::Model {
    opportunity::Model {
        company_id: company,
        id: id(number),
        party_id: party,
        title: title.to_owned(),
        value_minor: value,
        currency: if number % 10 == 9 { "USD" } else { "EUR" }.to_owned(),
        stage: stage.to_owned(),
        lead_id: Some(lead_id.to_owned()),
        created_at: hour(number * 71),
    }
}
