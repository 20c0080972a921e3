//! What can be changed in the CRM.
use super::{
    graphql::{Lead, Opportunity, Stage},
    service::{self, NewLead, NewOpportunity, Progress},
};
use crate::platform::{Error, Session, federation::parse_id, money::AmountInput, outbox::PresentedInput};
use async_graphql::{Context, ID, InputObject, Object};

/// A lead to enter.
#[derive(InputObject)]
struct CreateLeadInput {
    /// The id, if the lead has one already, for instance that of a web form.
    id: Option<ID>,
    /// The party, if it is known already.
    party_id: Option<ID>,
    /// Where the lead came from, for instance `trade fair`.
    lead_source: String,
    /// The login of the colleague who takes care of it.
    assigned_to: Option<String>,
    /// Remarks of sales.
    notes: Option<String>,
    /// Who it says it is. This goes on to the identity hub and is not kept here.
    presented: Option<PresentedInput>,
}

/// An opportunity to enter: of a party, or of a lead whose party is known.
#[derive(InputObject)]
struct CreateOpportunityInput {
    /// The party.
    party_id: Option<ID>,
    /// The lead from which it came.
    lead_id: Option<ID>,
    /// What it is about.
    title: String,
    /// What it may be worth.
    value: AmountInput,
}

/// The root of all changes.
#[derive(Default)]
pub struct Mutation;

#[Object]
impl Mutation {
    /// Enters a lead and reports it to the identity hub. Needs the scope `crm:write`.
    async fn create_lead(&self, ctx: &Context<'_>, input: CreateLeadInput) -> Result<Option<Lead>, Error> {
        let session = Session::writer(ctx)?;
        let new = NewLead {
            id: input.id.map(|id| id.0),
            party: input.party_id.as_ref().map(parse_id).transpose()?,
            source: input.lead_source,
            assigned_to: input.assigned_to,
            notes: input.notes,
            presented: input.presented.unwrap_or_default(),
        };
        Ok(Some(Lead(service::create_lead(session, new).await?)))
    }

    /// Notes that somebody talked to a lead. Needs the scope `crm:write`.
    async fn contact_lead(&self, ctx: &Context<'_>, id: ID) -> Result<Option<Lead>, Error> {
        Ok(Some(Lead(service::move_lead(Session::writer(ctx)?, &id, Progress::Contacted).await?)))
    }

    /// Notes that a lead is worth the effort. Needs the scope `crm:write`.
    async fn qualify_lead(
        &self,
        ctx: &Context<'_>,
        id: ID,
        #[graphql(desc = "How promising it is, from 0 to 100.")] score: i32,
    ) -> Result<Option<Lead>, Error> {
        Ok(Some(Lead(service::move_lead(Session::writer(ctx)?, &id, Progress::Qualified(score)).await?)))
    }

    /// Notes that nothing comes of a lead. Needs the scope `crm:write`.
    async fn lose_lead(&self, ctx: &Context<'_>, id: ID, #[graphql(desc = "Why.")] reason: String) -> Result<Option<Lead>, Error> {
        Ok(Some(Lead(service::move_lead(Session::writer(ctx)?, &id, Progress::Lost(reason)).await?)))
    }

    /// Enters an opportunity. Needs the scope `crm:write`.
    async fn create_opportunity(&self, ctx: &Context<'_>, input: CreateOpportunityInput) -> Result<Option<Opportunity>, Error> {
        let session = Session::writer(ctx)?;
        let new = NewOpportunity {
            party: input.party_id.as_ref().map(parse_id).transpose()?,
            lead: input.lead_id.map(|id| id.0),
            title: input.title,
            value: (input.value.minor()?, input.value.currency),
        };
        Ok(Some(Opportunity(service::create_opportunity(session, new).await?)))
    }

    /// Moves an opportunity to another stage. Needs the scope `crm:write`.
    async fn move_opportunity(&self, ctx: &Context<'_>, id: ID, stage: Stage) -> Result<Option<Opportunity>, Error> {
        Ok(Some(Opportunity(service::move_opportunity(Session::writer(ctx)?, parse_id(&id)?, stage.code()).await?)))
    }
}
