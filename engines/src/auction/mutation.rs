//! What can be changed in the auction.
use super::{
    graphql::{Bid, BuyerAccount, Lot},
    service::{self, NewAccount},
};
use crate::platform::{Error, Session, federation::parse_id, money::AmountInput, outbox::PresentedInput};
use async_graphql::{Context, ID, InputObject, Object};

/// A buyer account to register.
#[derive(InputObject)]
struct RegisterBuyerAccountInput {
    /// The id, if the account has one already.
    id: Option<ID>,
    /// The party, if it is known already.
    party_id: Option<ID>,
    /// Where the buyer bids.
    auction_house: String,
    /// The auction house's own id of the buyer.
    external_buyer_id: String,
    /// The pseudonym under which the buyer bids.
    username: String,
    /// Who it says it is. This goes on to the identity hub and is not kept here.
    presented: Option<PresentedInput>,
}

/// A lot to open.
#[derive(InputObject)]
struct OpenLotInput {
    /// The id, if it has one already.
    id: Option<ID>,
    /// What it is.
    title: String,
    /// The currency of its bids, ISO 4217.
    currency: String,
}

/// A bid to place.
#[derive(InputObject)]
struct PlaceBidInput {
    /// The lot.
    lot_id: ID,
    /// Who bids.
    account_id: ID,
    /// How much: more than everybody before.
    amount: AmountInput,
}

/// The root of all changes.
#[derive(Default)]
pub struct Mutation;

#[Object]
impl Mutation {
    /// Registers a buyer account and reports it to the identity hub. Needs the scope `auction:write`.
    async fn register_buyer_account(&self, ctx: &Context<'_>, input: RegisterBuyerAccountInput) -> Result<Option<BuyerAccount>, Error> {
        let session = Session::writer(ctx)?;
        let new = NewAccount {
            id: input.id.map(|id| id.0),
            party: input.party_id.as_ref().map(parse_id).transpose()?,
            auction_house: input.auction_house,
            external_buyer_id: input.external_buyer_id,
            username: input.username,
            presented: input.presented.unwrap_or_default(),
        };
        Ok(Some(BuyerAccount(service::register_account(session, new).await?)))
    }

    /// Opens a lot for bids. Needs the scope `auction:write`.
    async fn open_lot(&self, ctx: &Context<'_>, input: OpenLotInput) -> Result<Option<Lot>, Error> {
        let session = Session::writer(ctx)?;
        Ok(Some(Lot(service::open_lot(session, input.id.map(|id| id.0), input.title, input.currency).await?)))
    }

    /// Places a bid. Needs the scope `auction:write`.
    async fn place_bid(&self, ctx: &Context<'_>, input: PlaceBidInput) -> Result<Option<Bid>, Error> {
        let amount = (input.amount.minor()?, input.amount.currency.as_str());
        Ok(Some(Bid(service::place_bid(Session::writer(ctx)?, &input.lot_id, &input.account_id, amount).await?)))
    }

    /// Closes a lot: it goes to the highest bid, if it is known who bid. Needs the scope `auction:write`.
    async fn close_lot(&self, ctx: &Context<'_>, id: ID) -> Result<Option<Lot>, Error> {
        Ok(Some(Lot(service::close_lot(Session::writer(ctx)?, &id).await?)))
    }

    /// Notes that the buyer of a lot paid, and reports the money to the identity hub. Needs the scope `auction:write`.
    async fn settle_lot(&self, ctx: &Context<'_>, id: ID) -> Result<Option<Lot>, Error> {
        Ok(Some(Lot(service::settle_lot(Session::writer(ctx)?, &id).await?)))
    }
}
