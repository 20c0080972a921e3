//! Making and changing parties.
use super::{
    Party,
    input::{CreatePartyInput, PartyStatusInput, UpdatePartyInput},
};
use crate::{
    domain::{self, error::Error},
    graphql::{
        context::{self, Nullable},
        input::party_id,
        payload::{PartyUserError, outcome},
    },
    service,
};
use async_graphql::{Context, Object, SimpleObject};

/// What became of a change of one party.
#[derive(SimpleObject)]
pub struct PartyPayload {
    /// The party as it is now; null when the change was refused.
    pub party: Option<Party>,
    /// Why nothing was changed; empty when it was.
    pub user_errors: Vec<PartyUserError>,
}

impl PartyPayload {
    /// The payload of a service's answer.
    pub fn new(result: Result<domain::party::Party, Error>) -> Result<Self, Error> {
        let (party, user_errors) = outcome(result)?;
        Ok(Self { party: party.map(Party::from), user_errors })
    }
}

/// Root fields that make and change parties.
#[derive(Default)]
pub struct PartyMutation;

#[Object]
impl PartyMutation {
    /// Makes a party. Engines that may have met the party before use `findOrCreateParty` instead. Needs the scope `party:write`.
    async fn create_party(&self, ctx: &Context<'_>, input: CreatePartyInput) -> Nullable<PartyPayload> {
        Some(create(ctx, input).await)
    }

    /// Changes a party's names and primary values. Needs the scope `party:write`.
    async fn update_party(&self, ctx: &Context<'_>, input: UpdatePartyInput) -> Nullable<PartyPayload> {
        Some(update(ctx, input).await)
    }

    /// Takes a party out of use. It is kept and found, but takes no new roles or links. Needs the scope `party:write`.
    async fn deactivate_party(&self, ctx: &Context<'_>, input: PartyStatusInput) -> Nullable<PartyPayload> {
        Some(set_active(ctx, input, false).await)
    }

    /// Takes a deactivated party back into use. Needs the scope `party:write`.
    async fn reactivate_party(&self, ctx: &Context<'_>, input: PartyStatusInput) -> Nullable<PartyPayload> {
        Some(set_active(ctx, input, true).await)
    }
}

async fn create(ctx: &Context<'_>, input: CreatePartyInput) -> Result<PartyPayload, Error> {
    let (input, key) = input.split();
    PartyPayload::new(service::party::create(context::request(ctx)?, &input, key.as_deref()).await)
}

async fn update(ctx: &Context<'_>, input: UpdatePartyInput) -> Result<PartyPayload, Error> {
    let request = context::request(ctx)?;
    PartyPayload::new(match party_id("partyId", &input.party_id) {
        Ok(id) => service::party::update(request, id, input.expected_version, &input.update()).await,
        Err(refusal) => Err(refusal.into()),
    })
}

async fn set_active(ctx: &Context<'_>, input: PartyStatusInput, active: bool) -> Result<PartyPayload, Error> {
    let request = context::request(ctx)?;
    PartyPayload::new(match party_id("partyId", &input.party_id) {
        Ok(id) => service::party::set_active(request, id, active, input.reason.as_deref(), input.expected_version).await,
        Err(refusal) => Err(refusal.into()),
    })
}
