//! What the auction shows in the graph.
use super::{
    Auction, BUYER_ACCOUNT,
    entity::{bid, buyer_account, lot},
    loaders::Loaders,
    service,
};
use crate::platform::{
    Engine, Error, Session,
    federation::{PartyKey, Representation, Service, SourceRecord, key, sdl},
    money::Money,
    scalar::DateTime,
    server::page_size,
};
use async_graphql::{Context, Description, Enum, ID, Object, Union};
use futures_util::future::join_all;

/// A party, with what the auction adds to it.
pub struct Party(PartyKey);

#[Object(directive = key::apply("id".into(), None))]
impl Party {
    async fn id(&self) -> ID {
        self.0.id.into()
    }

    #[graphql(external)]
    async fn all_ids(&self) -> Vec<ID> {
        self.0.all_ids.iter().flatten().map(ID::from).collect()
    }

    /// The accounts with which the party bids, by id. Needs the scope `auction:read`.
    #[graphql(requires = "allIds")]
    async fn buyer_accounts(&self, ctx: &Context<'_>) -> Result<Option<Vec<BuyerAccount>>, Error> {
        Session::reader(ctx)?;
        let Some(ids) = &self.0.all_ids else { return Ok(None) };
        let mut rows = ctx.data_unchecked::<Loaders>().accounts_of_party.of(ids).await?;
        rows.sort_by(|a, b| a.account_id.cmp(&b.account_id));
        Ok(Some(rows.into_iter().map(BuyerAccount).collect()))
    }

    /// The bids with which the party won a lot, oldest first. Needs the scope `auction:read`.
    #[graphql(requires = "allIds")]
    async fn won_bids(&self, ctx: &Context<'_>) -> Result<Option<Vec<Bid>>, Error> {
        Session::reader(ctx)?;
        let Some(ids) = &self.0.all_ids else { return Ok(None) };
        let mut rows = ctx.data_unchecked::<Loaders>().won_by_party.of(ids).await?;
        rows.sort_by_key(|row| (row.placed_at, row.id));
        Ok(Some(rows.into_iter().map(Bid).collect()))
    }
}

/// An account with which somebody bids. Who it is, the party and the source record tell.
#[derive(Description)]
pub struct BuyerAccount(pub(super) buyer_account::Model);

#[Object(use_type_description, directive = key::apply("id".into(), None))]
impl BuyerAccount {
    /// The id.
    async fn id(&self) -> ID {
        ID::from(&self.0.account_id)
    }

    /// The party; null while the hub has not linked the account to one.
    async fn party(&self) -> Option<Party> {
        self.0.party_id.map(|id| Party(PartyKey { id, all_ids: None }))
    }

    /// The account as the identity hub knows it.
    async fn source_record(&self) -> SourceRecord {
        SourceRecord::new(Auction::SYSTEM, BUYER_ACCOUNT, &self.0.account_id)
    }

    /// Where the buyer bids.
    async fn auction_house(&self) -> &str {
        &self.0.auction_house
    }

    /// The auction house's own id of the buyer.
    async fn external_buyer_id(&self) -> &str {
        &self.0.external_buyer_id
    }

    /// The pseudonym under which the buyer bids.
    async fn username(&self) -> &str {
        &self.0.username
    }

    /// How reliably the buyer pays, from 0 to 100.
    async fn rating(&self) -> Option<i32> {
        self.0.rating
    }

    /// When it was registered.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }
}

/// What somebody offered for a lot.
#[derive(Description)]
pub struct Bid(pub(super) bid::Model);

#[Object(use_type_description)]
impl Bid {
    /// The id.
    async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// The lot.
    async fn lot(&self, ctx: &Context<'_>) -> Result<Option<Lot>, Error> {
        Ok(ctx.data_unchecked::<Loaders>().lot.one(self.0.lot_id.clone()).await?.map(Lot))
    }

    /// Who bid.
    async fn account(&self, ctx: &Context<'_>) -> Result<Option<BuyerAccount>, Error> {
        Ok(ctx.data_unchecked::<Loaders>().account.one(self.0.account_id.clone()).await?.map(BuyerAccount))
    }

    /// How much.
    async fn amount(&self, ctx: &Context<'_>) -> Result<Option<Money>, Error> {
        let lot = ctx.data_unchecked::<Loaders>().lot.one(self.0.lot_id.clone()).await?;
        Ok(lot.map(|lot| Money::of(self.0.amount_minor, &lot.currency)))
    }

    /// Whether the lot went to this bid.
    async fn is_winning(&self) -> bool {
        self.0.is_winning
    }

    /// When it was placed.
    async fn placed_at(&self) -> DateTime {
        DateTime(self.0.placed_at)
    }
}

/// Where a lot stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum LotStatus {
    /// It takes bids.
    Open,
    /// It takes no more bids.
    Closed,
    /// The buyer paid.
    Settled,
}

impl LotStatus {
    const ALL: [Self; 3] = [Self::Open, Self::Closed, Self::Settled];

    fn code(self) -> &'static str {
        match self {
            Self::Open => "OPEN",
            Self::Closed => "CLOSED",
            Self::Settled => "SETTLED",
        }
    }
}

/// What is sold to the highest bid.
#[derive(Description)]
pub struct Lot(pub(super) lot::Model);

#[Object(use_type_description, directive = key::apply("id".into(), None))]
impl Lot {
    /// The id.
    async fn id(&self) -> ID {
        ID::from(&self.0.lot_id)
    }

    /// What it is.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// The currency of its bids, ISO 4217.
    async fn currency(&self) -> &str {
        &self.0.currency
    }

    /// Where it stands.
    async fn status(&self) -> Result<LotStatus, Error> {
        let status = LotStatus::ALL.into_iter().find(|status| status.code() == self.0.status);
        status.ok_or_else(|| Error::Internal(format!("the database has the unknown status {:?}", self.0.status)))
    }

    /// What was offered, the highest first.
    async fn bids(&self, ctx: &Context<'_>) -> Result<Option<Vec<Bid>>, Error> {
        let mut rows = ctx.data_unchecked::<Loaders>().bids_of_lot.of(std::slice::from_ref(&self.0.lot_id)).await?;
        rows.sort_by_key(|row| std::cmp::Reverse(row.amount_minor));
        Ok(Some(rows.into_iter().map(Bid).collect()))
    }
}

#[derive(Union)]
#[graphql(name = "_Entity")]
enum Entity {
    Party(Party),
    BuyerAccount(BuyerAccount),
    Lot(Lot),
}

async fn entity(ctx: &Context<'_>, representation: &Representation) -> Option<Result<Entity, Error>> {
    let found = async {
        let loaders = ctx.data_unchecked::<Loaders>();
        Ok(match representation.type_name()? {
            "Party" => Some(Entity::Party(Party(representation.party()?))),
            "BuyerAccount" => {
                Session::reader(ctx)?;
                loaders.account.one(representation.text("id")?.to_owned()).await?.map(|row| Entity::BuyerAccount(BuyerAccount(row)))
            }
            "Lot" => {
                Session::reader(ctx)?;
                loaders.lot.one(representation.text("id")?.to_owned()).await?.map(|row| Entity::Lot(Lot(row)))
            }
            other => return Err(Representation::unknown(other)),
        })
    };
    found.await.transpose()
}

/// The root of all reads.
#[derive(Default)]
pub struct Query;

#[Object]
impl Query {
    /// What this subgraph brings to a federated graph.
    #[graphql(name = "_service")]
    async fn service(&self) -> Service {
        Service { sdl: sdl::<Auction>() }
    }

    /// The entities of some representations, in the order asked for.
    #[graphql(name = "_entities")]
    async fn entities(&self, ctx: &Context<'_>, representations: Vec<Representation>) -> Vec<Option<Result<Entity, Error>>> {
        join_all(representations.iter().map(|representation| entity(ctx, representation))).await
    }

    /// A buyer account; null when there is none with the id. Needs the scope `auction:read`.
    async fn buyer_account(&self, ctx: &Context<'_>, #[graphql(desc = "The account's id.")] id: ID) -> Result<Option<BuyerAccount>, Error> {
        Session::reader(ctx)?;
        Ok(ctx.data_unchecked::<Loaders>().account.one(id.0).await?.map(BuyerAccount))
    }

    /// A lot; null when there is none with the id. Needs the scope `auction:read`.
    async fn lot(&self, ctx: &Context<'_>, #[graphql(desc = "The lot's id.")] id: ID) -> Result<Option<Lot>, Error> {
        Session::reader(ctx)?;
        Ok(ctx.data_unchecked::<Loaders>().lot.one(id.0).await?.map(Lot))
    }

    /// Lots in the order of their ids. Needs the scope `auction:read`.
    async fn lots(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those that stand here.")] status: Option<LotStatus>,
        #[graphql(desc = "How many at most: 1 to 100, 20 when left out.")] first: Option<i32>,
        #[graphql(desc = "The id of the last lot of the page before.")] after: Option<ID>,
    ) -> Result<Option<Vec<Lot>>, Error> {
        let session = Session::reader(ctx)?;
        let rows = service::lots(session, status.map(LotStatus::code), page_size(first)?, after.as_deref().map(String::as_str)).await?;
        Ok(Some(rows.into_iter().map(Lot).collect()))
    }
}
