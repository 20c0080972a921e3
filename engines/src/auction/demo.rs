//! Demo rows of the auction: accounts for the hub's demo records, and lots that they bid for.
use super::{
    BUYER_ACCOUNT,
    entity::{bid, buyer_account, lot},
};
use crate::platform::{
    Error,
    database::CompanyTable,
    demo::{HubRecords, hour, id, insert},
};
use sea_orm::{DatabaseTransaction, IntoActiveModel};
use uuid::Uuid;

/// The account that is John Doe's.
const JOHN: &str = "bidder-88";

/// What John won; the hub has the money for it.
const JOHNS_LOTS: [(&str, &str, i64); 2] = [("LOT-7731", "Pallet of docking stations", 48_000), ("LOT-9120", "Rack server, refurbished", 25_500)];

const TITLES: [&str; 4] = ["Pallet of laptops", "Network switches", "Office monitors", "Mixed spare parts"];

/// An account for each record of the hub, and a lot for every fifth one.
pub async fn seed(tx: &DatabaseTransaction, company: Uuid, hub: &HubRecords<'_>) -> Result<bool, Error> {
    if buyer_account::Entity::of(company).one(tx).await?.is_some() {
        return Ok(false);
    }
    let records = hub.of_type(BUYER_ACCOUNT).await?;
    let accounts = records.iter().enumerate().map(|(number, (account, party))| account_row(company, account, *party, number).into_active_model());
    insert(tx, accounts.collect()).await?;
    let (mut lots, mut bids) = (Vec::new(), Vec::new());
    for (account, party) in records.iter().filter(|(account, _)| account == JOHN) {
        for (place, (lot_id, title, amount)) in JOHNS_LOTS.iter().enumerate() {
            lots.push(lot_row(company, lot_id, title, ("SETTLED", 4_000 * (place + 1))));
            bids.push(bid_row(company, bids.len(), lot_id, (account, Some(*party), *amount)));
        }
    }
    for (number, (account, party)) in records.iter().enumerate().filter(|(number, (account, _))| number % 5 == 0 && account != JOHN) {
        let status = ["OPEN", "CLOSED", "SETTLED"][number / 5 % 3];
        let lot_id = format!("LOT-{}", 10_000 + number);
        lots.push(lot_row(company, &lot_id, TITLES[number % 4], (status, number * 29)));
        let amount = 5_000 + i64::try_from(number).unwrap_or_default() * 137;
        let (rival, _) = &records[(number + 1) % records.len()];
        bids.push(bid_row(company, bids.len(), &lot_id, (rival, None, amount - 500)));
        bids.push(bid_row(company, bids.len(), &lot_id, (account, (status != "OPEN").then_some(*party), amount)));
    }
    insert(tx, lots.into_iter().map(IntoActiveModel::into_active_model).collect()).await?;
    insert(tx, bids.into_iter().map(IntoActiveModel::into_active_model).collect()).await?;
    Ok(true)
}

fn account_row(company: Uuid, account: &str, party: Uuid, number: usize) -> buyer_account::Model {
    buyer_account::Model {
        company_id: company,
        account_id: account.to_owned(),
        party_id: Some(party),
        auction_house: ["Netbid", "Surplex", "Own hall"][number % 3].to_owned(),
        external_buyer_id: format!("X-{}", 50_000 + number),
        username: if account == JOHN { "johnny_d".to_owned() } else { format!("bidder{}", 1_000 + number) },
        rating: Some(if account == JOHN { 97 } else { i32::try_from(40 + number * 13 % 61).unwrap_or_default() }),
        created_at: hour(number * 43),
    }
}

fn lot_row(company: Uuid, lot_id: &str, title: &str, (status, opened): (&str, usize)) -> lot::Model {
    lot::Model {
        company_id: company,
        lot_id: lot_id.to_owned(),
        title: title.to_owned(),
        currency: "EUR".to_owned(),
        status: status.to_owned(),
        created_at: hour(opened),
    }
}

/// A bid; one with a party is the winning one.
fn bid_row(company: Uuid, number: usize, lot_id: &str, (account, party, amount): (&str, Option<Uuid>, i64)) -> bid::Model {
    bid::Model {
        company_id: company,
        id: id(100_000 + number),
        lot_id: lot_id.to_owned(),
        account_id: account.to_owned(),
        amount_minor: amount,
        is_winning: party.is_some(),
        party_id: party,
        placed_at: hour(2_000 + number * 19),
    }
}
