//! What can be changed in the website.
use super::{
    CUSTOMER, Website,
    graphql::{Cart, SourceRecord},
    service,
};
use crate::platform::{Engine, Error, Session, money::AmountInput, outbox::PresentedInput};
use async_graphql::{Context, ID, InputObject, Object};

/// An account to open.
#[derive(InputObject)]
struct CreateWebsiteCustomerInput {
    /// The id, if the account has one already.
    id: Option<ID>,
    /// How they like to pay, for instance `invoice`.
    preferred_payment: Option<String>,
    /// Who they say they are. This goes on to the identity hub and is not kept here.
    presented: Option<PresentedInput>,
}

/// A cart to open.
#[derive(InputObject)]
struct CreateCartInput {
    /// The session of the browser.
    session_id: String,
    /// The account; a guest has none.
    account_id: Option<ID>,
    /// The currency of its prices, ISO 4217.
    #[graphql(default = "EUR")]
    currency: String,
}

/// Something to put into a cart.
#[derive(InputObject)]
struct AddCartItemInput {
    /// The cart.
    cart_id: ID,
    /// The article.
    sku: String,
    /// How many, from 1 to 10,000.
    #[graphql(default = 1)]
    quantity: u32,
    /// The price of one.
    unit_price: AmountInput,
}

/// The root of all changes.
#[derive(Default)]
pub struct Mutation;

#[Object]
impl Mutation {
    /// Opens an account and reports it to the identity hub. Gives its id. Needs the scope `website:write`.
    async fn create_website_customer(&self, ctx: &Context<'_>, input: CreateWebsiteCustomerInput) -> Result<Option<SourceRecord>, Error> {
        let presented = input.presented.unwrap_or_default();
        let row = service::create_customer(Session::writer(ctx)?, input.id.map(|id| id.0), input.preferred_payment, &presented).await?;
        Ok(Some(SourceRecord { system: Website::SYSTEM.to_owned(), record_type: CUSTOMER.to_owned(), id: row.account_id }))
    }

    /// Opens a cart. Needs the scope `website:write`.
    async fn create_cart(&self, ctx: &Context<'_>, input: CreateCartInput) -> Result<Option<Cart>, Error> {
        let cart = service::create_cart(Session::writer(ctx)?, input.session_id, input.account_id.map(|id| id.0), input.currency).await?;
        Ok(Some(Cart(cart)))
    }

    /// Puts something into a cart. Needs the scope `website:write`.
    async fn add_cart_item(&self, ctx: &Context<'_>, input: AddCartItemInput) -> Result<Option<Cart>, Error> {
        let session = Session::writer(ctx)?;
        let price = (input.unit_price.minor()?, input.unit_price.currency.as_str());
        Ok(Some(Cart(service::add_item(session, &input.cart_id, (input.sku, input.quantity), price).await?)))
    }

    /// Gives a guest's cart to the account with which the guest signed in. Needs the scope `website:write`.
    async fn sign_in_cart(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The cart.")] id: ID,
        #[graphql(desc = "The account.")] account_id: ID,
    ) -> Result<Option<Cart>, Error> {
        Ok(Some(Cart(service::sign_in(Session::writer(ctx)?, &id, &account_id).await?)))
    }

    /// Sells what is in a cart and reports the money to the identity hub. Needs the scope `website:write`.
    async fn check_out_cart(&self, ctx: &Context<'_>, #[graphql(desc = "The cart.")] id: ID) -> Result<Option<Cart>, Error> {
        Ok(Some(Cart(service::check_out(Session::writer(ctx)?, &id).await?)))
    }
}
