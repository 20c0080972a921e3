//! The rules of the auction.
use super::{
    Auction, BUYER_ACCOUNT,
    entity::{bid, buyer_account, lot},
};
use crate::platform::{
    Engine, Error, Session,
    database::CompanyTable,
    engine::Unidentified,
    money::Money,
    new_id, now,
    outbox::{self, PresentedInput, Record, Revenue},
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DatabaseConnection, DatabaseTransaction, EntityTrait,
    IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, TransactionTrait,
};
use uuid::Uuid;

/// The most rows that are read for the courier at once; the hub resolves 1,000 records in a call.
const CHUNK: u64 = 1_000;

/// The type of the hub's record of the money for a lot.
const INVOICE: &str = "invoice";

/// A buyer account to register.
pub struct NewAccount {
    /// The id, if it has one already.
    pub id: Option<String>,
    /// The party, if it is known already.
    pub party: Option<Uuid>,
    /// Where the buyer bids.
    pub auction_house: String,
    /// The auction house's own id of the buyer.
    pub external_buyer_id: String,
    /// The pseudonym.
    pub username: String,
    /// Who it says it is, for the hub.
    pub presented: PresentedInput,
}

/// Registers a buyer account and reports it to the hub, both or neither.
pub async fn register_account(session: &Session, new: NewAccount) -> Result<buyer_account::Model, Error> {
    use buyer_account::Column;
    let row = buyer_account::Model {
        company_id: session.company(),
        account_id: new.id.unwrap_or_else(|| new_id().to_string()),
        party_id: new.party,
        auction_house: new.auction_house,
        external_buyer_id: new.external_buyer_id,
        username: new.username,
        rating: None,
        created_at: now(),
    };
    let tx = session.db.begin().await?;
    let same_buyer =
        Condition::all().add(Column::AuctionHouse.eq(row.auction_house.as_str())).add(Column::ExternalBuyerId.eq(row.external_buyer_id.as_str()));
    let taken = Condition::any().add(Column::AccountId.eq(row.account_id.as_str())).add(same_buyer);
    if let Some(taken) = buyer_account::Entity::of(row.company_id).filter(taken).one(&tx).await? {
        return Err(Error::refused("ACCOUNT_EXISTS", format!("The account {:?} is this buyer's already, or has this id.", taken.account_id)));
    }
    buyer_account::Entity::insert(row.clone().into_active_model()).exec_without_returning(&tx).await?;
    let record = Record { system: Auction::SYSTEM, record_type: BUYER_ACCOUNT, id: &row.account_id };
    outbox::register(&tx, row.company_id, record, &new.presented).await?;
    tx.commit().await?;
    Ok(row)
}

/// Opens a lot for bids.
pub async fn open_lot(session: &Session, id: Option<String>, title: String, currency: String) -> Result<lot::Model, Error> {
    let row = lot::Model {
        company_id: session.company(),
        lot_id: id.unwrap_or_else(|| new_id().to_string()),
        title,
        currency,
        status: "OPEN".to_owned(),
        created_at: now(),
    };
    let tx = session.db.begin().await?;
    if lot::Entity::find_by_id((row.company_id, row.lot_id.clone())).one(&tx).await?.is_some() {
        return Err(Error::refused("LOT_EXISTS", format!("There is a lot {:?} already.", row.lot_id)));
    }
    lot::Entity::insert(row.clone().into_active_model()).exec_without_returning(&tx).await?;
    tx.commit().await?;
    Ok(row)
}

/// Places a bid. Whoever bids need not be known yet, but must bid more than everybody before.
pub async fn place_bid(session: &Session, lot_id: &str, account_id: &str, (minor, currency): (i64, &str)) -> Result<bid::Model, Error> {
    let tx = session.db.begin().await?;
    let lot = held_lot(&tx, session.company(), lot_id, "OPEN").await?;
    if lot.currency != currency {
        return Err(Error::refused("WRONG_CURRENCY", format!("Bids for this lot are in {}.", lot.currency)));
    }
    if buyer_account::Entity::find_by_id((session.company(), account_id.to_owned())).one(&tx).await?.is_none() {
        return Err(Error::refused("ACCOUNT_NOT_FOUND", format!("There is no buyer account {account_id:?}.")));
    }
    if let Some(highest) = highest(&tx, &lot).await?.filter(|highest| highest.amount_minor >= minor) {
        let amount = Money::of(highest.amount_minor, &lot.currency).amount.0;
        return Err(Error::refused("BID_TOO_LOW", format!("The highest bid is {amount} {}. Bid more.", lot.currency)));
    }
    let row = bid::Model {
        company_id: session.company(),
        id: new_id(),
        lot_id: lot.lot_id,
        account_id: account_id.to_owned(),
        amount_minor: minor,
        is_winning: false,
        party_id: None,
        placed_at: now(),
    };
    bid::Entity::insert(row.clone().into_active_model()).exec_without_returning(&tx).await?;
    tx.commit().await?;
    Ok(row)
}

/// Closes a lot: it goes to the highest bid, whose buyer must be known by now.
pub async fn close_lot(session: &Session, lot_id: &str) -> Result<lot::Model, Error> {
    let tx = session.db.begin().await?;
    let lot = held_lot(&tx, session.company(), lot_id, "OPEN").await?;
    if let Some(winner) = highest(&tx, &lot).await? {
        let account = buyer_account::Entity::find_by_id((session.company(), winner.account_id.clone())).one(&tx).await?;
        let party = account.and_then(|account| account.party_id).ok_or_else(|| {
            let message = format!(
                "The highest bid is of the account {:?}, and nobody knows who that is. The hub must link `auction / buyer_account / {0}` to a party first.",
                winner.account_id
            );
            Error::refused("BUYER_UNKNOWN", message)
        })?;
        let mut winner = winner.into_active_model();
        winner.is_winning = Set(true);
        winner.party_id = Set(Some(party));
        winner.update(&tx).await?;
    }
    let lot = with_status(&tx, lot, "CLOSED").await?;
    tx.commit().await?;
    Ok(lot)
}

/// Settles a closed lot: the buyer paid, and the hub is told.
pub async fn settle_lot(session: &Session, lot_id: &str) -> Result<lot::Model, Error> {
    let tx = session.db.begin().await?;
    let lot = held_lot(&tx, session.company(), lot_id, "CLOSED").await?;
    let winner = bid::Entity::of(session.company()).filter(bid::Column::LotId.eq(lot_id)).filter(bid::Column::IsWinning.eq(true)).one(&tx).await?;
    let winner = winner.ok_or_else(|| Error::refused("LOT_NOT_SOLD", "Nobody bid for this lot, so there is nothing to settle."))?;
    let revenue = Revenue {
        source: Record { system: Auction::SYSTEM, record_type: INVOICE, id: &lot.lot_id },
        party: winner.party_id,
        party_source: None,
        channel: "auction",
        amount: Money::of(winner.amount_minor, &lot.currency),
        occurred_at: now(),
    };
    outbox::record_revenue(&tx, session.company(), &revenue).await?;
    let lot = with_status(&tx, lot, "SETTLED").await?;
    tx.commit().await?;
    Ok(lot)
}

async fn held_lot(tx: &DatabaseTransaction, company: Uuid, id: &str, status: &str) -> Result<lot::Model, Error> {
    let lot = lot::Entity::find_by_id((company, id.to_owned())).lock_exclusive().one(tx).await?;
    let lot = lot.ok_or_else(|| Error::refused("LOT_NOT_FOUND", format!("There is no lot {id:?}.")))?;
    if lot.status != status {
        return Err(Error::refused(
            "WRONG_STATUS",
            format!("The lot is {}; this needs one that is {}.", lot.status.to_lowercase(), status.to_lowercase()),
        ));
    }
    Ok(lot)
}

async fn with_status(tx: &DatabaseTransaction, lot: lot::Model, status: &str) -> Result<lot::Model, Error> {
    let mut lot = lot.into_active_model();
    lot.status = Set(status.to_owned());
    Ok(lot.update(tx).await?)
}

async fn highest(tx: &DatabaseTransaction, lot: &lot::Model) -> Result<Option<bid::Model>, Error> {
    let bids = bid::Entity::of(lot.company_id).filter(bid::Column::LotId.eq(lot.lot_id.as_str()));
    Ok(bids.order_by_desc(bid::Column::AmountMinor).one(tx).await?)
}

/// Lots in the order of their ids.
pub async fn lots(session: &Session, status: Option<&str>, first: u64, after: Option<&str>) -> Result<Vec<lot::Model>, Error> {
    let mut query = lot::Entity::of(session.company());
    if let Some(status) = status {
        query = query.filter(lot::Column::Status.eq(status));
    }
    if let Some(after) = after {
        query = query.filter(lot::Column::LotId.gt(after));
    }
    Ok(query.order_by_asc(lot::Column::LotId).limit(first).all(&session.db).await?)
}

/// Accounts without a party, of all companies: for the courier alone.
pub async fn unidentified(db: &DatabaseConnection, after: Option<&Unidentified>) -> Result<Vec<Unidentified>, Error> {
    use buyer_account::Column;
    let mut query = buyer_account::Entity::find().filter(Column::PartyId.is_null());
    if let Some(after) = after {
        let later = Condition::all().add(Column::CompanyId.eq(after.company)).add(Column::AccountId.gt(after.record_id.as_str()));
        query = query.filter(Condition::any().add(Column::CompanyId.gt(after.company)).add(later));
    }
    let rows = query.order_by_asc(Column::CompanyId).order_by_asc(Column::AccountId).limit(CHUNK).all(db).await?;
    Ok(rows.into_iter().map(|row| Unidentified { company: row.company_id, record_type: BUYER_ACCOUNT, record_id: row.account_id }).collect())
}

/// Stores the party of an account that had none.
pub async fn identify(db: &impl ConnectionTrait, record: &Unidentified, party: Uuid) -> Result<(), Error> {
    use buyer_account::Column;
    let values = buyer_account::ActiveModel { party_id: Set(Some(party)), ..Default::default() };
    buyer_account::Entity::update_many()
        .set(values)
        .filter(buyer_account::Column::CompanyId.eq(record.company))
        .filter(buyer_account::Column::AccountId.eq(record.record_id.as_str()))
        .filter(Column::PartyId.is_null())
        .exec(db)
        .await?;
    Ok(())
}
