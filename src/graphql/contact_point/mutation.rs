//! Adding, ending, verifying and sharing contact points, and choosing the primary one.
use super::{
    ContactPoint,
    input::{AddContactPointInput, EndContactPointInput, SetContactPointSharedInput, SetPrimaryContactPointInput, VerifyContactPointInput},
};
use crate::{
    domain::error::Error,
    graphql::{
        context::{self, Nullable},
        input::contact_point_id,
        party::Party,
        payload::{PartyUserError, outcome},
    },
    service::contact_point::{self, Changed},
};
use async_graphql::{Context, Object, SimpleObject};

/// What became of a change of a contact point.
#[derive(SimpleObject)]
pub struct ContactPointPayload {
    /// The contact point as it is now; null when the change was refused.
    pub contact_point: Option<ContactPoint>,
    /// Its party as it is now; null when the change was refused.
    pub party: Option<Party>,
    /// Why nothing was changed; empty when it was, and when everything was so already.
    pub user_errors: Vec<PartyUserError>,
}

impl ContactPointPayload {
    fn new(result: Result<Changed, Error>) -> Result<Self, Error> {
        let (changed, user_errors) = outcome(result)?;
        let (point, party) = changed.unzip();
        Ok(Self { contact_point: point.map(ContactPoint::from), party: party.map(Party::from), user_errors })
    }
}

/// Root fields that change contact points.
#[derive(Default)]
pub struct ContactPointMutation;

#[Object]
impl ContactPointMutation {
    /// Adds a contact point to a party. An e-mail address that is another party's primary one may be added, but not as the primary one. Needs the scope `party:write`.
    async fn add_contact_point(&self, ctx: &Context<'_>, input: AddContactPointInput) -> Nullable<ContactPointPayload> {
        Some(add(ctx, input).await)
    }

    /// Ends a contact point; it stays in the history. When it was the primary one of its kind, the party has no primary one of that kind
    /// any more: no other contact point takes its place until `setPrimaryContactPoint` chooses one. Needs the scope `party:write`.
    async fn end_contact_point(&self, ctx: &Context<'_>, input: EndContactPointInput) -> Nullable<ContactPointPayload> {
        Some(end(ctx, input).await)
    }

    /// Makes a contact point the party's first choice of its kind, which the party's own fields then show. The one before stays a contact
    /// point. A shared e-mail address cannot be the primary one. Needs the scope `party:write`.
    async fn set_primary_contact_point(&self, ctx: &Context<'_>, input: SetPrimaryContactPointInput) -> Nullable<ContactPointPayload> {
        Some(set_primary(ctx, input).await)
    }

    /// Notes that a contact point was proved to belong to its party. The first proof stays: verifying again changes nothing. Needs the scope `party:write`.
    async fn verify_contact_point(&self, ctx: &Context<'_>, input: VerifyContactPointInput) -> Nullable<ContactPointPayload> {
        Some(verify(ctx, input).await)
    }

    /// Marks a contact point as one that several people use, or takes the mark away. A primary e-mail address that becomes shared is the
    /// primary one no more, and no other takes its place. Needs the scope `party:write`.
    async fn set_contact_point_shared(&self, ctx: &Context<'_>, input: SetContactPointSharedInput) -> Nullable<ContactPointPayload> {
        Some(set_shared(ctx, input).await)
    }
}

async fn add(ctx: &Context<'_>, input: AddContactPointInput) -> Result<ContactPointPayload, Error> {
    let request = context::request(ctx)?;
    ContactPointPayload::new(match input.parse() {
        Ok(point) => contact_point::add(request, &point).await,
        Err(refusal) => Err(refusal.into()),
    })
}

async fn end(ctx: &Context<'_>, input: EndContactPointInput) -> Result<ContactPointPayload, Error> {
    let request = context::request(ctx)?;
    ContactPointPayload::new(match contact_point_id("contactPointId", &input.contact_point_id) {
        Ok(id) => contact_point::end(request, id, input.reason.as_deref()).await,
        Err(refusal) => Err(refusal.into()),
    })
}

async fn set_primary(ctx: &Context<'_>, input: SetPrimaryContactPointInput) -> Result<ContactPointPayload, Error> {
    let request = context::request(ctx)?;
    ContactPointPayload::new(match contact_point_id("contactPointId", &input.contact_point_id) {
        Ok(id) => contact_point::make_primary(request, id).await,
        Err(refusal) => Err(refusal.into()),
    })
}

async fn verify(ctx: &Context<'_>, input: VerifyContactPointInput) -> Result<ContactPointPayload, Error> {
    let request = context::request(ctx)?;
    ContactPointPayload::new(match contact_point_id("contactPointId", &input.contact_point_id) {
        Ok(id) => contact_point::verify(request, id, &input.method).await,
        Err(refusal) => Err(refusal.into()),
    })
}

async fn set_shared(ctx: &Context<'_>, input: SetContactPointSharedInput) -> Result<ContactPointPayload, Error> {
    let request = context::request(ctx)?;
    ContactPointPayload::new(match contact_point_id("contactPointId", &input.contact_point_id) {
        Ok(id) => contact_point::set_shared(request, id, input.is_shared).await,
        Err(refusal) => Err(refusal.into()),
    })
}
