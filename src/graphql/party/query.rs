//! Reading parties.
use super::{Party, object::not_found};
use crate::{
    domain::error::Error,
    graphql::{
        context::{self, Nullable},
        input::party_id,
    },
    service,
};
use async_graphql::{Context, ID, Object};

/// Root fields that read parties.
#[derive(Default)]
pub struct PartyQuery;

#[Object]
impl PartyQuery {
    /// The party with an id, or the survivor when it was merged. PARTY_NOT_FOUND when the company has none.
    async fn party(&self, ctx: &Context<'_>, #[graphql(desc = "The party's id, or one that was merged into it.")] id: ID) -> Nullable<Party> {
        find(ctx, &id).await.transpose()
    }

    /// The party whose primary e-mail address this is, however it is spelt; null when there is none. Needs the scopes
    /// `party:read` and `party:pii`.
    async fn party_by_email(&self, ctx: &Context<'_>, #[graphql(desc = "The e-mail address.")] email: String) -> Nullable<Party> {
        by_email(ctx, &email).await.transpose()
    }
}

async fn find(ctx: &Context<'_>, id: &ID) -> Result<Option<Party>, Error> {
    let id = party_id("id", id)?;
    let party = context::loaders(ctx)?.parties.load(id).await?.ok_or_else(|| not_found(id))?;
    Ok(Some(party.into()))
}

async fn by_email(ctx: &Context<'_>, email: &str) -> Result<Option<Party>, Error> {
    let party = service::party::by_email(context::request(ctx)?, email).await?;
    Ok(party.map(Party::from))
}
