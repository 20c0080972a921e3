//! The shop's own columns of the old table `shopping_carts`.
use super::entity::{
    cart::{self, Item, Items},
    customer,
};
use crate::platform::{
    Error,
    import::{Imported, Importer, Old},
    money::AmountInput,
    now,
    scalar::Decimal,
};
use sea_orm::IntoActiveModel;

/// Takes the carts across. A cart of a known customer gets that customer's account; every other one stays a guest's.
pub async fn import(importer: &Importer) -> Result<Vec<Imported>, Error> {
    let carts = importer
        .take("shopping_carts", "cart", |old| {
            let account = old.party.and_then(|party| Some((party, old.row.text("customer_id")?))).map(|(party, account_id)| customer::Model {
                company_id: importer.company,
                account_id,
                party_id: Some(party),
                tier: "STANDARD".to_owned(),
                loyalty_points: 0,
                preferred_payment: None,
                updated_at: now(),
            });
            let row = cart::Model {
                company_id: importer.company,
                session_id: old.row.text("session_id").unwrap_or_else(|| old.id.clone()),
                kind: if account.is_some() { "AUTHENTICATED" } else { "GUEST" }.to_owned(),
                account_id: account.as_ref().map(|account| account.account_id.clone()),
                status: "OPEN".to_owned(),
                currency: importer.currency.clone(),
                items: items(&old.row, &importer.currency),
                cart_id: old.id,
                expires_at: old.row.time("expires_at").unwrap_or_else(now),
            };
            Ok((row.into_active_model(), account.map(IntoActiveModel::into_active_model)))
        })
        .await?;
    Ok(vec![carts])
}

/// The items that have an article and a price; what else an old cart held cannot be bought.
fn items(row: &Old, currency: &str) -> Items {
    let item = |item: &serde_json::Value| {
        let text = |names: &[&str]| {
            names.iter().find_map(|name| item.get(name)).map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
        };
        let amount = AmountInput { amount: Decimal(text(&["unit_price", "price"])?), currency: currency.to_owned() };
        let quantity = text(&["quantity", "qty"]).and_then(|quantity| quantity.parse().ok()).unwrap_or(1);
        Some(Item { sku: text(&["sku", "product_id"])?, quantity, unit_price_minor: amount.minor().ok()? })
    };
    Items(row.json("items").and_then(|items| items.as_array()).into_iter().flatten().filter_map(item).collect())
}
