//! Changing roles.
use super::{
    input::{AssignRoleInput, ConvertProspectToCustomerInput, EndRoleInput, EnrollInItadServicesInput, SetPrimaryRoleInput, UpsertRoleTypeInput},
    object::RoleType,
};
use crate::{
    domain::error::Error,
    graphql::{
        context::{self, Nullable},
        input::party_id,
        party::PartyPayload,
        payload::{PartyUserError, outcome},
    },
    service::{self, role::Assignment},
};
use async_graphql::{Context, Object, SimpleObject};

/// What became of a change of a role type.
#[derive(SimpleObject)]
pub struct RoleTypePayload {
    /// The role type as it is now; null when the change was refused.
    pub role_type: Option<RoleType>,
    /// Why nothing was changed; empty when it was.
    pub user_errors: Vec<PartyUserError>,
}

/// Root fields that change roles.
#[derive(Default)]
pub struct RoleMutation;

#[Object]
impl RoleMutation {
    /// Gives a party a role. Its first role becomes the primary one. Needs the scope `party:write`.
    async fn assign_role(&self, ctx: &Context<'_>, input: AssignRoleInput) -> Nullable<PartyPayload> {
        Some(assign(ctx, input).await)
    }

    /// Ends a role that a party holds; it stays in the history. When it was the primary one, the oldest that remains takes its place. Needs the scope `party:write`.
    async fn end_role(&self, ctx: &Context<'_>, input: EndRoleInput) -> Nullable<PartyPayload> {
        Some(end(ctx, input).await)
    }

    /// Makes a role that a party holds its primary one. Needs the scope `party:write`.
    async fn set_primary_role(&self, ctx: &Context<'_>, input: SetPrimaryRoleInput) -> Nullable<PartyPayload> {
        Some(set_primary(ctx, input).await)
    }

    /// Ends a party's role `prospect` and makes it `sales_customer` as its primary role, both or neither. The history is kept. Needs the scope `party:write`.
    async fn convert_prospect_to_customer(&self, ctx: &Context<'_>, input: ConvertProspectToCustomerInput) -> Nullable<PartyPayload> {
        Some(convert(ctx, input).await)
    }

    /// Gives a party the role `itad_client`: the company disposes of its hardware from now on. Needs the scope `party:write`.
    async fn enroll_in_itad_services(&self, ctx: &Context<'_>, input: EnrollInItadServicesInput) -> Nullable<PartyPayload> {
        Some(enroll(ctx, input).await)
    }

    /// Adds a role type to the company's own, or changes the label and side of the one that has the code. Those of the system are
    /// ROLE_TYPE_RESERVED. Needs the scope `party:admin`.
    async fn upsert_role_type(&self, ctx: &Context<'_>, input: UpsertRoleTypeInput) -> Nullable<RoleTypePayload> {
        Some(upsert_type(ctx, input).await)
    }
}

async fn assign(ctx: &Context<'_>, input: AssignRoleInput) -> Result<PartyPayload, Error> {
    let request = context::request(ctx)?;
    let AssignRoleInput { role, make_primary, valid_from, reason, .. } = input;
    let valid_from = valid_from.map(|at| at.0);
    PartyPayload::new(match party_id("partyId", &input.party_id) {
        Ok(party) => service::role::assign(request, Assignment { party, role, make_primary, valid_from, reason }).await,
        Err(refusal) => Err(refusal.into()),
    })
}

async fn end(ctx: &Context<'_>, input: EndRoleInput) -> Result<PartyPayload, Error> {
    let request = context::request(ctx)?;
    PartyPayload::new(match party_id("partyId", &input.party_id) {
        Ok(id) => service::role::end(request, id, &input.role, input.reason.as_deref()).await,
        Err(refusal) => Err(refusal.into()),
    })
}

async fn set_primary(ctx: &Context<'_>, input: SetPrimaryRoleInput) -> Result<PartyPayload, Error> {
    let request = context::request(ctx)?;
    PartyPayload::new(match party_id("partyId", &input.party_id) {
        Ok(id) => service::role::set_primary(request, id, &input.role).await,
        Err(refusal) => Err(refusal.into()),
    })
}

async fn convert(ctx: &Context<'_>, input: ConvertProspectToCustomerInput) -> Result<PartyPayload, Error> {
    let request = context::request(ctx)?;
    PartyPayload::new(match party_id("partyId", &input.party_id) {
        Ok(id) => service::role::convert_prospect(request, id, input.reason.as_deref()).await,
        Err(refusal) => Err(refusal.into()),
    })
}

async fn enroll(ctx: &Context<'_>, input: EnrollInItadServicesInput) -> Result<PartyPayload, Error> {
    let request = context::request(ctx)?;
    PartyPayload::new(match party_id("partyId", &input.party_id) {
        Ok(id) => service::role::enroll_in_itad(request, id, input.reason.as_deref()).await,
        Err(refusal) => Err(refusal.into()),
    })
}

async fn upsert_type(ctx: &Context<'_>, input: UpsertRoleTypeInput) -> Result<RoleTypePayload, Error> {
    let upserted = service::role_type::upsert(context::request(ctx)?, &input.code, &input.label, input.side.into()).await;
    let (role_type, user_errors) = outcome(upserted)?;
    Ok(RoleTypePayload { role_type: role_type.map(RoleType::from), user_errors })
}
