//! The rules of the website.
use super::{
    CUSTOMER, Website,
    entity::{
        cart::{self, Item, Items},
        customer,
    },
};
use crate::platform::{
    Engine, Error, Session,
    database::CompanyTable,
    engine::Unidentified,
    money::Money,
    new_id, now,
    outbox::{self, PresentedInput, Record, Revenue},
};
use chrono::Duration;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DatabaseConnection, DatabaseTransaction, EntityTrait,
    IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, TransactionTrait,
};
use uuid::Uuid;

/// The most rows that are read for the courier at once; the hub resolves 1,000 records in a call.
const CHUNK: u64 = 1_000;

/// The type of the hub's record of the money for a cart.
const INVOICE: &str = "invoice";

/// How long a cart is kept after it was last used.
const CART_DAYS: i64 = 30;

/// From how many points on an account has a tier.
const TIERS: [(i64, &str); 3] = [(2_000, "GOLD"), (500, "SILVER"), (0, "STANDARD")];

/// Opens an account and reports it to the hub, both or neither.
pub async fn create_customer(
    session: &Session,
    id: Option<String>,
    payment: Option<String>,
    presented: &PresentedInput,
) -> Result<customer::Model, Error> {
    let row = customer::Model {
        company_id: session.company(),
        account_id: id.unwrap_or_else(|| new_id().to_string()),
        party_id: None,
        tier: "STANDARD".to_owned(),
        loyalty_points: 0,
        preferred_payment: payment,
        updated_at: now(),
    };
    let tx = session.db.begin().await?;
    if customer::Entity::find_by_id((row.company_id, row.account_id.clone())).one(&tx).await?.is_some() {
        return Err(Error::refused("ACCOUNT_EXISTS", format!("There is an account {:?} already.", row.account_id)));
    }
    customer::Entity::insert(row.clone().into_active_model()).exec_without_returning(&tx).await?;
    outbox::register(&tx, row.company_id, account_record(&row.account_id), presented).await?;
    tx.commit().await?;
    Ok(row)
}

/// Opens a cart: of an account, or of a guest.
pub async fn create_cart(session: &Session, session_id: String, account: Option<String>, currency: String) -> Result<cart::Model, Error> {
    let tx = session.db.begin().await?;
    if let Some(id) = &account {
        account_row(&tx, session.company(), id).await?;
    }
    let row = cart::Model {
        company_id: session.company(),
        cart_id: new_id().to_string(),
        session_id,
        kind: if account.is_some() { "AUTHENTICATED" } else { "GUEST" }.to_owned(),
        account_id: account,
        status: "OPEN".to_owned(),
        currency,
        items: Items::default(),
        expires_at: now() + Duration::days(CART_DAYS),
    };
    cart::Entity::insert(row.clone().into_active_model()).exec_without_returning(&tx).await?;
    tx.commit().await?;
    Ok(row)
}

/// Puts something into a cart.
pub async fn add_item(
    session: &Session,
    cart_id: &str,
    (sku, quantity): (String, u32),
    (price, currency): (i64, &str),
) -> Result<cart::Model, Error> {
    if !(1..=10_000).contains(&quantity) {
        return Err(Error::refused("INVALID_QUANTITY", "A quantity is from 1 to 10,000."));
    }
    let tx = session.db.begin().await?;
    let cart = open_cart(&tx, session.company(), cart_id).await?;
    if cart.currency != currency {
        return Err(Error::refused("WRONG_CURRENCY", format!("Prices in this cart are in {}.", cart.currency)));
    }
    let mut items = cart.items.clone();
    items.0.push(Item { sku, quantity, unit_price_minor: price });
    let mut cart = cart.into_active_model();
    cart.items = Set(items);
    cart.expires_at = Set(now() + Duration::days(CART_DAYS));
    let cart = cart.update(&tx).await?;
    tx.commit().await?;
    Ok(cart)
}

/// Gives a guest's cart to the account with which the guest signed in.
pub async fn sign_in(session: &Session, cart_id: &str, account: &str) -> Result<cart::Model, Error> {
    let tx = session.db.begin().await?;
    let cart = open_cart(&tx, session.company(), cart_id).await?;
    account_row(&tx, session.company(), account).await?;
    if cart.account_id.is_some() {
        return Err(Error::refused("CART_TAKEN", "This cart has an account already."));
    }
    let mut cart = cart.into_active_model();
    cart.kind = Set("AUTHENTICATED".to_owned());
    cart.account_id = Set(Some(account.to_owned()));
    let cart = cart.update(&tx).await?;
    tx.commit().await?;
    Ok(cart)
}

/// Sells what is in a cart: the account gets its points, and the hub is told of the money.
pub async fn check_out(session: &Session, cart_id: &str) -> Result<cart::Model, Error> {
    let tx = session.db.begin().await?;
    let cart = open_cart(&tx, session.company(), cart_id).await?;
    let Some(account) = cart.account_id.clone() else {
        return Err(Error::refused("CART_OF_GUEST", "A guest's cart has nobody to bill. Sign in first."));
    };
    if cart.items.0.is_empty() {
        return Err(Error::refused("CART_EMPTY", "There is nothing in this cart."));
    }
    let total = cart.total_minor();
    let amount = Money::of(total, &cart.currency);
    let points = amount.amount.0.split('.').next().and_then(|whole| whole.parse::<i64>().ok()).unwrap_or_default();
    let customer = account_row(&tx, session.company(), &account).await?;
    let points = customer.loyalty_points + points;
    let mut customer = customer.into_active_model();
    customer.loyalty_points = Set(points);
    customer.tier = Set(TIERS.iter().find(|(least, _)| points >= *least).map_or("STANDARD", |(_, tier)| tier).to_owned());
    customer.updated_at = Set(now());
    customer.update(&tx).await?;
    let revenue = Revenue {
        source: Record { system: Website::SYSTEM, record_type: INVOICE, id: &cart.cart_id },
        party: None,
        party_source: Some(account_record(&account)),
        channel: "website",
        amount,
        occurred_at: now(),
    };
    outbox::record_revenue(&tx, session.company(), &revenue).await?;
    let mut cart = cart.into_active_model();
    cart.status = Set("CHECKED_OUT".to_owned());
    let cart = cart.update(&tx).await?;
    tx.commit().await?;
    Ok(cart)
}

fn account_record(id: &str) -> Record<'_> {
    Record { system: Website::SYSTEM, record_type: CUSTOMER, id }
}

async fn account_row(tx: &DatabaseTransaction, company: Uuid, id: &str) -> Result<customer::Model, Error> {
    let row = customer::Entity::find_by_id((company, id.to_owned())).lock_exclusive().one(tx).await?;
    row.ok_or_else(|| Error::refused("ACCOUNT_NOT_FOUND", format!("There is no account {id:?}.")))
}

async fn open_cart(tx: &DatabaseTransaction, company: Uuid, id: &str) -> Result<cart::Model, Error> {
    let cart = cart::Entity::find_by_id((company, id.to_owned())).lock_exclusive().one(tx).await?;
    let cart = cart.ok_or_else(|| Error::refused("CART_NOT_FOUND", format!("There is no cart {id:?}.")))?;
    if cart.status != "OPEN" {
        return Err(Error::refused("CART_CLOSED", "This cart was checked out already."));
    }
    if cart.expires_at < now() {
        return Err(Error::refused("CART_EXPIRED", "This cart has expired. Open a new one."));
    }
    Ok(cart)
}

/// Carts in the order of their ids.
pub async fn carts(session: &Session, status: Option<&str>, first: u64, after: Option<&str>) -> Result<Vec<cart::Model>, Error> {
    let mut query = cart::Entity::of(session.company());
    if let Some(status) = status {
        query = query.filter(cart::Column::Status.eq(status));
    }
    if let Some(after) = after {
        query = query.filter(cart::Column::CartId.gt(after));
    }
    Ok(query.order_by_asc(cart::Column::CartId).limit(first).all(&session.db).await?)
}

/// Accounts without a party, of all companies: for the courier alone.
pub async fn unidentified(db: &DatabaseConnection, after: Option<&Unidentified>) -> Result<Vec<Unidentified>, Error> {
    use customer::Column;
    let mut query = customer::Entity::find().filter(Column::PartyId.is_null());
    if let Some(after) = after {
        let later = Condition::all().add(Column::CompanyId.eq(after.company)).add(Column::AccountId.gt(after.record_id.as_str()));
        query = query.filter(Condition::any().add(Column::CompanyId.gt(after.company)).add(later));
    }
    let rows = query.order_by_asc(Column::CompanyId).order_by_asc(Column::AccountId).limit(CHUNK).all(db).await?;
    Ok(rows.into_iter().map(|row| Unidentified { company: row.company_id, record_type: CUSTOMER, record_id: row.account_id }).collect())
}

/// Stores the party of an account that had none.
pub async fn identify(db: &impl ConnectionTrait, record: &Unidentified, party: Uuid) -> Result<(), Error> {
    use customer::Column;
    let values = customer::ActiveModel { party_id: Set(Some(party)), ..Default::default() };
    customer::Entity::update_many()
        .set(values)
        .filter(customer::Column::CompanyId.eq(record.company))
        .filter(customer::Column::AccountId.eq(record.record_id.as_str()))
        .filter(Column::PartyId.is_null())
        .exec(db)
        .await?;
    Ok(())
}
