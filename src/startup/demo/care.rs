//! What stewards do with the crowd: prospects become customers, roles end, addresses are verified, some parties leave.
use super::{
    COMPANY,
    crowd::Member,
    stage::{MONTHS, Stage, unless_made},
};
use crate::{
    domain::{
        error::Error,
        kind::{ContactKind, PartyKind},
        refusal::Code,
    },
    service::{
        contact_point::{self, NewContactPoint},
        party, role,
    },
};

/// How many prospects become customers.
const CONVERTED: usize = 40;

/// Roles that nobody is given anew after they ended, so that loading again finds them ended.
const ENDING: [&str; 3] = ["reseller", "consignment_client", "purchase_vendor"];

/// Turns prospects into customers three months after they came; from then on they trade as such.
pub async fn convert(stage: &Stage, members: &mut [Member]) -> Result<(), Error> {
    let prospects = members.iter_mut().filter(|member| member.role == "prospect" && member.month + 3 < MONTHS);
    for member in prospects.step_by(5).take(CONVERTED) {
        member.month += 3;
        member.role = "sales_customer";
        stage.set_time(member.month, 4, 14);
        let request = stage.request(COMPANY, "engine:crm");
        unless_made(role::convert_prospect(&request, member.id, Some("First order")).await, Code::RoleNotHeld)?;
    }
    Ok(())
}

/// Ends roles and deactivates parties: the last step of the crowd, for a deactivated party refuses all others.
pub async fn part(stage: &Stage, members: &[Member]) -> Result<(), Error> {
    stage.set_time(MONTHS - 1, 24, 9);
    let request = stage.request(COMPANY, "maria.keller");
    for member in members.iter().filter(|member| ENDING.contains(&member.role)).step_by(6) {
        unless_made(role::end(&request, member.id, member.role, Some("Contract ended")).await, Code::RoleNotHeld)?;
    }
    // Whoever was met by a second engine would get that engine's role again when loading is taken up again.
    for member in members.iter().filter(|member| member.role == "end_user" && !member.met_again).step_by(9) {
        let deactivated = party::set_active(&request, member.id, false, Some("Asked to be left alone"), None).await;
        unless_made(deactivated, Code::PartyAlreadyInState)?;
    }
    Ok(())
}

/// Verifies e-mail addresses, and gives organisations a mailbox that several people read.
pub async fn check_contacts(stage: &Stage, members: &[Member]) -> Result<(), Error> {
    stage.set_time(MONTHS - 1, 23, 16);
    let request = stage.request(COMPANY, "engine:portal");
    let verified: Vec<_> = members.iter().filter(|member| member.kind == PartyKind::Person).step_by(20).map(|member| member.id).collect();
    let points = contact_point::of_parties(&request, &verified).await?;
    for id in &verified {
        let emails = points.get(id).into_iter().flatten().filter(|point| point.kind == ContactKind::Email && point.is_primary);
        for point in emails {
            unless_made(contact_point::verify(&request, point.id, "confirmation mail").await, Code::PartyInactive)?;
        }
    }
    for (number, firm) in members.iter().filter(|member| member.kind == PartyKind::Organization).step_by(50).enumerate() {
        let mailbox = NewContactPoint {
            party: firm.id,
            kind: ContactKind::Email,
            value: Some(format!("accounts-payable{number}@shared.example")),
            address: None,
            purposes: vec!["BILLING".to_owned()],
            is_shared: true,
            make_primary: false,
        };
        unless_made(contact_point::add(&request, &mailbox).await, Code::ContactPointExists)?;
    }
    Ok(())
}
