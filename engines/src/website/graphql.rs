//! What the website shows in the graph.
use super::{
    CUSTOMER, Website,
    entity::{
        cart::{self, Item},
        customer,
    },
    loaders::Loaders,
    service,
};
use crate::platform::{
    Engine, Error, Session,
    federation::{PartyKey, Representation, Service, key, sdl},
    money::Money,
    scalar::DateTime,
    server::page_size,
};
use async_graphql::{Context, Description, Enum, ID, Object, Union};
use futures_util::future::join_all;

/// A party, with what the website adds to it.
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

    /// What the shop knows of the party, over all of its accounts; null when it has none. Needs the scope `website:read`.
    #[graphql(requires = "allIds")]
    async fn website_profile(&self, ctx: &Context<'_>) -> Result<Option<WebsiteProfile>, Error> {
        Session::reader(ctx)?;
        let Some(ids) = &self.0.all_ids else { return Ok(None) };
        let mut rows = ctx.data_unchecked::<Loaders>().customers_of_party.of(ids).await?;
        rows.sort_by(|a, b| a.account_id.cmp(&b.account_id));
        Ok((!rows.is_empty()).then_some(WebsiteProfile(rows)))
    }
}

/// A record of some engine; the website adds the carts of its own accounts.
pub struct SourceRecord {
    pub(super) system: String,
    pub(super) record_type: String,
    pub(super) id: String,
}

#[Object(directive = key::apply("system type id".into(), None))]
impl SourceRecord {
    async fn system(&self) -> &str {
        &self.system
    }

    #[graphql(name = "type")]
    async fn record_type(&self) -> &str {
        &self.record_type
    }

    async fn id(&self) -> ID {
        ID::from(&self.id)
    }

    /// The carts of the account, by id; null for records that are no accounts of the website. Needs the scope `website:read`.
    async fn carts(&self, ctx: &Context<'_>) -> Result<Option<Vec<Cart>>, Error> {
        Session::reader(ctx)?;
        if self.system != Website::SYSTEM || self.record_type != CUSTOMER {
            return Ok(None);
        }
        let mut rows = ctx.data_unchecked::<Loaders>().carts_of_account.of(std::slice::from_ref(&self.id)).await?;
        rows.sort_by(|a, b| a.cart_id.cmp(&b.cart_id));
        Ok(Some(rows.into_iter().map(Cart).collect()))
    }
}

/// How good a customer somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Enum)]
pub enum LoyaltyTier {
    /// Everybody to begin with.
    Standard,
    /// From 500 points on.
    Silver,
    /// From 2,000 points on.
    Gold,
}

fn tier(row: &customer::Model) -> LoyaltyTier {
    match row.tier.as_str() {
        "GOLD" => LoyaltyTier::Gold,
        "SILVER" => LoyaltyTier::Silver,
        _ => LoyaltyTier::Standard,
    }
}

/// What the shop knows of a party, over all of its accounts.
#[derive(Description)]
pub struct WebsiteProfile(Vec<customer::Model>);

#[Object(use_type_description)]
impl WebsiteProfile {
    /// The best tier of an account.
    async fn tier(&self) -> LoyaltyTier {
        self.0.iter().map(tier).max().unwrap_or(LoyaltyTier::Standard)
    }

    /// The points of all accounts: one for each whole unit of money that was spent.
    async fn loyalty_points(&self) -> i64 {
        self.0.iter().map(|row| row.loyalty_points).sum()
    }

    /// How they like to pay, as the account that changed last says.
    async fn preferred_payment(&self) -> Option<&str> {
        self.0.iter().max_by_key(|row| row.updated_at).and_then(|row| row.preferred_payment.as_deref())
    }

    /// The ids of the accounts.
    async fn account_ids(&self) -> Vec<ID> {
        self.0.iter().map(|row| ID::from(&row.account_id)).collect()
    }
}

/// Whether it is known whose cart it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum CartKind {
    /// Somebody who has not signed in.
    Guest,
    /// Somebody who has.
    Authenticated,
}

/// Where a cart stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum CartStatus {
    /// It is being filled.
    Open,
    /// It was bought.
    CheckedOut,
}

/// What somebody is about to buy, or bought.
#[derive(Description)]
pub struct Cart(pub(super) cart::Model);

#[Object(use_type_description, directive = key::apply("id".into(), None))]
impl Cart {
    /// The id.
    async fn id(&self) -> ID {
        ID::from(&self.0.cart_id)
    }

    /// The account, which leads to the party; null for a guest.
    async fn account(&self) -> Option<SourceRecord> {
        let id = self.0.account_id.clone()?;
        Some(SourceRecord { system: Website::SYSTEM.to_owned(), record_type: CUSTOMER.to_owned(), id })
    }

    /// The session of the browser.
    async fn session_id(&self) -> &str {
        &self.0.session_id
    }

    /// Whether it is known whose it is.
    async fn kind(&self) -> CartKind {
        if self.0.kind == "GUEST" { CartKind::Guest } else { CartKind::Authenticated }
    }

    /// Where it stands.
    async fn status(&self) -> CartStatus {
        if self.0.status == "OPEN" { CartStatus::Open } else { CartStatus::CheckedOut }
    }

    /// What is in it.
    async fn items(&self) -> Vec<CartItem> {
        self.0.items.0.iter().map(|item| CartItem(item.clone(), self.0.currency.clone())).collect()
    }

    /// What everything together costs.
    async fn total(&self) -> Money {
        Money::of(self.0.total_minor(), &self.0.currency)
    }

    /// Not to be checked out after this time.
    async fn expires_at(&self) -> DateTime {
        DateTime(self.0.expires_at)
    }
}

/// Some pieces of an article.
#[derive(Description)]
pub struct CartItem(Item, String);

#[Object(use_type_description)]
impl CartItem {
    /// The article.
    async fn sku(&self) -> &str {
        &self.0.sku
    }

    /// How many.
    async fn quantity(&self) -> u32 {
        self.0.quantity
    }

    /// The price of one.
    async fn unit_price(&self) -> Money {
        Money::of(self.0.unit_price_minor, &self.1)
    }
}

#[derive(Union)]
#[graphql(name = "_Entity")]
enum Entity {
    Party(Party),
    SourceRecord(SourceRecord),
    Cart(Cart),
}

async fn entity(ctx: &Context<'_>, representation: &Representation) -> Option<Result<Entity, Error>> {
    let found = async {
        let text = |field| representation.text(field).map(str::to_owned);
        Ok(match representation.type_name()? {
            "Party" => Some(Entity::Party(Party(representation.party()?))),
            "SourceRecord" => Some(Entity::SourceRecord(SourceRecord { system: text("system")?, record_type: text("type")?, id: text("id")? })),
            "Cart" => {
                Session::reader(ctx)?;
                ctx.data_unchecked::<Loaders>().cart.one(text("id")?).await?.map(|row| Entity::Cart(Cart(row)))
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
        Service { sdl: sdl::<Website>() }
    }

    /// The entities of some representations, in the order asked for.
    #[graphql(name = "_entities")]
    async fn entities(&self, ctx: &Context<'_>, representations: Vec<Representation>) -> Vec<Option<Result<Entity, Error>>> {
        join_all(representations.iter().map(|representation| entity(ctx, representation))).await
    }

    /// A cart; null when there is none with the id. Needs the scope `website:read`.
    async fn cart(&self, ctx: &Context<'_>, #[graphql(desc = "The cart's id.")] id: ID) -> Result<Option<Cart>, Error> {
        Session::reader(ctx)?;
        Ok(ctx.data_unchecked::<Loaders>().cart.one(id.0).await?.map(Cart))
    }

    /// Carts in the order of their ids. Needs the scope `website:read`.
    async fn carts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those that stand here.")] status: Option<CartStatus>,
        #[graphql(desc = "How many at most: 1 to 100, 20 when left out.")] first: Option<i32>,
        #[graphql(desc = "The id of the last cart of the page before.")] after: Option<ID>,
    ) -> Result<Option<Vec<Cart>>, Error> {
        let session = Session::reader(ctx)?;
        let status = status.map(|status| if status == CartStatus::Open { "OPEN" } else { "CHECKED_OUT" });
        let rows = service::carts(session, status, page_size(first)?, after.as_deref().map(String::as_str)).await?;
        Ok(Some(rows.into_iter().map(Cart).collect()))
    }
}
