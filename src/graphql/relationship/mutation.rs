//! Relating parties and ending it.
use super::{
    input::{EndRelationshipInput, RelatePartiesInput},
    object::PartyRelationship,
};
use crate::{
    domain::{
        error::{Error, Refusals},
        id::{PartyId, RelationshipId},
        relationship::Relationship,
    },
    graphql::{
        context::{self, Nullable},
        payload::{PartyUserError, outcome},
    },
    service::{self, Request, relationship::NewRelationship},
};
use async_graphql::{Context, Object, SimpleObject};

/// What became of a change of a relationship.
#[derive(SimpleObject)]
pub struct PartyRelationshipPayload {
    /// The relationship as it is now, seen from its first party; null when the change was refused.
    pub relationship: Option<PartyRelationship>,
    /// Why nothing was changed; empty when it was.
    pub user_errors: Vec<PartyUserError>,
}

impl PartyRelationshipPayload {
    fn new(result: Result<Relationship, Error>) -> Result<Self, Error> {
        let (relationship, user_errors) = outcome(result)?;
        let relationship = relationship.map(|relationship| PartyRelationship::seen_from(relationship.from, relationship));
        Ok(Self { relationship, user_errors })
    }
}

/// Root fields that change relationships.
#[derive(Default)]
pub struct RelationshipMutation;

#[Object]
impl RelationshipMutation {
    /// Relates two parties: a person works for an organisation, a subsidiary is part of its parent. Needs the scope `party:write`.
    async fn relate_parties(&self, ctx: &Context<'_>, input: RelatePartiesInput) -> Nullable<PartyRelationshipPayload> {
        let related = async { PartyRelationshipPayload::new(relate(context::request(ctx)?, input).await) };
        Some(related.await)
    }

    /// Ends a relationship; it stays in the history of both parties. Needs the scope `party:write`.
    async fn end_relationship(&self, ctx: &Context<'_>, input: EndRelationshipInput) -> Nullable<PartyRelationshipPayload> {
        let ended = async { PartyRelationshipPayload::new(end(context::request(ctx)?, &input).await) };
        Some(ended.await)
    }
}

async fn relate(request: &Request, input: RelatePartiesInput) -> Result<Relationship, Error> {
    let mut refusals = Refusals::default();
    let from = refusals.take("fromPartyId", PartyId::parse(&input.from_party_id));
    let to = refusals.take("toPartyId", PartyId::parse(&input.to_party_id));
    refusals.check()?;
    let (Some(from), Some(to)) = (from, to) else { return Err(Error::internal("ids that were not refused are missing")) };
    let RelatePartiesInput { relationship_type: code, title, valid_from, .. } = input;
    let valid_from = valid_from.map(|at| at.0);
    service::relationship::relate(request, NewRelationship { from, to, code, title, valid_from }).await
}

async fn end(request: &Request, input: &EndRelationshipInput) -> Result<Relationship, Error> {
    let id = RelationshipId::parse(&input.relationship_id).map_err(|refusal| refusal.at("relationshipId"))?;
    service::relationship::end(request, id, input.reason.as_deref()).await
}
