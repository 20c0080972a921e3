//! Demo rows of the website: accounts for the hub's demo records, and carts of some of them and of guests.
use super::{
    CUSTOMER,
    entity::{
        cart::{self, Item, Items},
        customer,
    },
};
use crate::platform::{
    Error,
    database::CompanyTable,
    demo::{HubRecords, hour, insert},
};
use sea_orm::{DatabaseTransaction, IntoActiveModel};
use uuid::Uuid;

/// The account that is John Doe's.
const JOHN: &str = "web-5150";

/// The time until which open carts of the demo can be checked out, in hours of its story: years from now.
const LATE: usize = 15_999;

/// An account for each record of the hub; carts for every second one, and guests.
pub async fn seed(tx: &DatabaseTransaction, company: Uuid, hub: &HubRecords<'_>) -> Result<bool, Error> {
    if customer::Entity::of(company).one(tx).await?.is_some() {
        return Ok(false);
    }
    let records = hub.of_type(CUSTOMER).await?;
    let customers = records.iter().enumerate().map(|(number, (account, party))| customer_row(company, account, *party, number).into_active_model());
    insert(tx, customers.collect()).await?;
    let mut carts = Vec::new();
    for (number, (account, _)) in records.iter().enumerate() {
        if account == JOHN {
            carts.push(cart_row(company, ("ORDER-90210", "s-90210"), Some(account), ("CHECKED_OUT", vec![item("DOCK-14", 1, 8_990)])));
            carts.push(cart_row(
                company,
                ("cart-john", "s-john"),
                Some(account),
                ("OPEN", vec![item("LAPTOP-T14", 2, 42_500), item("MOUSE-01", 2, 1_250)]),
            ));
        } else if number % 2 == 0 {
            let status = if number % 4 == 0 { "OPEN" } else { "CHECKED_OUT" };
            let (id, session) = (format!("cart-{number}"), format!("s-{number}"));
            let price = 1_990 + i64::try_from(number % 50).unwrap_or_default() * 250;
            carts.push(cart_row(company, (&id, &session), Some(account), (status, vec![item("KEYBOARD-02", 1, price)])));
        }
    }
    for number in 0..20 {
        let (id, session) = (format!("guest-{number}"), format!("s-guest-{number}"));
        carts.push(cart_row(company, (&id, &session), None, ("OPEN", vec![item("MOUSE-01", 1, 1_250)])));
    }
    insert(tx, carts.into_iter().map(IntoActiveModel::into_active_model).collect()).await?;
    Ok(true)
}

fn customer_row(company: Uuid, account: &str, party: Uuid, number: usize) -> customer::Model {
    let points = if account == JOHN { 640 } else { i64::try_from(number * 97 % 2_600).unwrap_or_default() };
    customer::Model {
        company_id: company,
        account_id: account.to_owned(),
        party_id: Some(party),
        tier: if points >= 2_000 {
            "GOLD"
        } else if points >= 500 {
            "SILVER"
        } else {
            "STANDARD"
        }
        .to_owned(),
        loyalty_points: points,
        preferred_payment: Some(if account == JOHN { "invoice" } else { ["invoice", "card", "transfer"][number % 3] }.to_owned()),
        updated_at: hour(number * 37),
    }
}

fn cart_row(company: Uuid, (id, session): (&str, &str), account: Option<&String>, (status, items): (&str, Vec<Item>)) -> cart::Model {
    cart::Model {
        company_id: company,
        cart_id: id.to_owned(),
        session_id: session.to_owned(),
        kind: if account.is_some() { "AUTHENTICATED" } else { "GUEST" }.to_owned(),
        account_id: account.cloned(),
        status: status.to_owned(),
        currency: "EUR".to_owned(),
        items: Items(items),
        expires_at: hour(LATE) + chrono::Duration::days(3_650),
    }
}

fn item(sku: &str, quantity: u32, unit_price_minor: i64) -> Item {
    Item { sku: sku.to_owned(), quantity, unit_price_minor }
}
