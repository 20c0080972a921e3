//! Two years of business over all five channels.
use super::{
    crowd::Member,
    stage::{MONTHS, Stage, month_start},
};
use crate::{
    domain::{error::Error, id::CompanyId, kind::Direction},
    service::revenue::{EntryInput, KeyInput},
};
use chrono::Duration;
use rand::{RngExt, rngs::StdRng, seq::IndexedRandom};

/// How much a company trades, and in what.
pub struct Market {
    /// The company.
    pub company: CompanyId,
    /// Entries a month.
    pub entries: usize,
    /// Currencies, and how often each is used.
    pub currencies: &'static [(&'static str, u32)],
}

/// Channel, engine, direction and the usual size in euros of what the holders of a role do.
fn business_of(role: &str) -> Option<(&'static str, &'static str, Direction, i64)> {
    match role {
        "sales_customer" | "reseller" => Some(("direct", "sales", Direction::Inflow, 900)),
        "auction_buyer" => Some(("auction", "auction", Direction::Inflow, 350)),
        "website_customer" | "end_user" => Some(("website", "website", Direction::Inflow, 120)),
        "distributor" | "downstream_recycler" => Some(("component", "sales", Direction::Inflow, 2_400)),
        "itad_client" => Some(("itad", "itad", Direction::Outflow, 180)),
        _ => None,
    }
}

/// Records the business of each month; now and then something is taken back the month after.
pub async fn trade(stage: &Stage, market: &Market, members: &[Member]) -> Result<(), Error> {
    let mut last: Option<EntryInput> = None;
    for month in 0..MONTHS {
        let known: Vec<&Member> = members.iter().filter(|member| member.month <= month && business_of(member.role).is_some()).collect();
        let mut entries: Vec<EntryInput> =
            (0..market.entries).filter_map(|number| stage.chance(|rng| entry(rng, market, &known, (month, number)))).collect();
        let to_take_back = entries.first().cloned();
        entries.extend(last.take().map(|entry| reversal(&entry, month)));
        last = to_take_back;
        stage.set_time(month, 26, 18);
        stage.record(market.company, &entries).await?;
    }
    Ok(())
}

fn entry(rng: &mut StdRng, market: &Market, known: &[&Member], (month, number): (u32, usize)) -> Option<EntryInput> {
    let member = known.choose(rng)?;
    let (channel, system, direction, usual) = business_of(member.role)?;
    // Most amounts are near the usual one, a few are many times larger.
    let factor: i64 = if rng.random_bool(0.05) { rng.random_range(5..40) } else { 1 };
    let cents = usual * 100 * factor * rng.random_range(30..200) / 100 + rng.random_range(0..100);
    let (currency, _) = market.currencies.choose_weighted(rng, |(_, weight)| *weight).ok()?;
    Some(EntryInput {
        source: KeyInput { system: system.to_owned(), record_type: "invoice".to_owned(), record_id: format!("{channel}-{month:02}-{number:04}") },
        party_id: Some(member.id.to_string()),
        party_source: None,
        channel: Some(channel.to_owned()),
        direction: Some(direction),
        amount: format!("{}.{:02}", cents / 100, cents % 100),
        currency: Some((*currency).to_owned()),
        occurred_at: month_start(month) + Duration::minutes(rng.random_range(0..26 * 24 * 60)),
        note: None,
        reverses: None,
    })
}

fn reversal(entry: &EntryInput, month: u32) -> EntryInput {
    let source = KeyInput { record_type: "credit_note".to_owned(), record_id: format!("credit-{month:02}"), ..entry.source.clone() };
    EntryInput {
        source,
        occurred_at: month_start(month) + Duration::days(3),
        note: Some("Returned goods".to_owned()),
        reverses: Some((entry.source.record_type.clone(), entry.source.record_id.clone())),
        ..entry.clone()
    }
}
