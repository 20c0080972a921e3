//! "Never the same" in the graph.
use super::{
    context::{self, Nullable},
    input::{graphql_id, party_id},
    payload::{PartyUserError, outcome},
    scalar::DateTime,
};
use crate::{
    domain::{
        self,
        error::{Error, Refusals},
        id::{AssertionId, PartyId},
    },
    service::distinct,
};
use async_graphql::{Context, Description, ID, InputObject, Object, SimpleObject};

/// The assertion that two parties are not the same. While it stands, no merge puts them or their survivors together.
#[derive(Description)]
pub struct DistinctPartiesAssertion(domain::distinct::DistinctAssertion);

#[Object(use_type_description)]
impl DistinctPartiesAssertion {
    /// The id.
    async fn id(&self) -> ID {
        graphql_id(self.0.id.0)
    }

    /// The two parties, by the ids that they had when it was made.
    async fn party_ids(&self) -> Vec<ID> {
        self.0.parties.iter().map(|id| graphql_id(id.0)).collect()
    }

    /// Who asserted it.
    async fn author(&self) -> &str {
        &self.0.author
    }

    /// Why.
    async fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }

    /// When.
    async fn asserted_at(&self) -> DateTime {
        self.0.created_at.into()
    }

    /// Who withdrew it; null while it stands.
    async fn withdrawn_by(&self) -> Option<&str> {
        self.0.withdrawn_by.as_deref()
    }

    /// When it was withdrawn.
    async fn withdrawn_at(&self) -> Option<DateTime> {
        self.0.withdrawn_at.map(DateTime::from)
    }

    /// Why it was withdrawn.
    async fn withdraw_reason(&self) -> Option<&str> {
        self.0.withdraw_reason.as_deref()
    }
}

/// The assertions that stand of a party.
pub async fn of_party(ctx: &Context<'_>, party: PartyId) -> Result<Vec<DistinctPartiesAssertion>, Error> {
    let standing = context::loaders(ctx)?.distinct.load(party).await?.unwrap_or_default();
    Ok(standing.into_iter().map(DistinctPartiesAssertion).collect())
}

/// Two parties that are not the same.
#[derive(InputObject)]
pub struct AssertPartiesDistinctInput {
    /// One party.
    pub party_id: ID,
    /// The other one.
    pub other_party_id: ID,
    /// Why they are not the same.
    pub reason: Option<String>,
}

/// An assertion that was wrong.
#[derive(InputObject)]
pub struct WithdrawPartiesDistinctInput {
    /// The assertion.
    pub assertion_id: ID,
    /// Why it is withdrawn.
    pub reason: Option<String>,
}

/// What became of an assertion.
#[derive(SimpleObject)]
pub struct DistinctPartiesPayload {
    /// The assertion as it is now; null when it was refused.
    pub assertion: Option<DistinctPartiesAssertion>,
    /// Why nothing was changed; empty when it was.
    pub user_errors: Vec<PartyUserError>,
}

/// Root fields that assert and withdraw.
#[derive(Default)]
pub struct DistinctMutation;

#[Object]
impl DistinctMutation {
    /// Asserts that two parties are never the same: no merge puts them together, nor those into which they are merged. Needs the scope
    /// `party:steward`.
    async fn assert_parties_distinct(&self, ctx: &Context<'_>, input: AssertPartiesDistinctInput) -> Nullable<DistinctPartiesPayload> {
        Some(assert(ctx, input).await)
    }

    /// Withdraws the assertion that two parties are not the same. Needs the scope `party:steward`.
    async fn withdraw_parties_distinct(&self, ctx: &Context<'_>, input: WithdrawPartiesDistinctInput) -> Nullable<DistinctPartiesPayload> {
        Some(withdraw(ctx, input).await)
    }
}

async fn assert(ctx: &Context<'_>, input: AssertPartiesDistinctInput) -> Result<DistinctPartiesPayload, Error> {
    let request = context::request(ctx)?;
    let mut refusals = Refusals::default();
    let mut read = |field: &str, id: &ID| match party_id(field, id) {
        Ok(id) => Some(id),
        Err(refusal) => {
            refusals.push(refusal);
            None
        }
    };
    let ends = (read("partyId", &input.party_id), read("otherPartyId", &input.other_party_id));
    payload(match (refusals.check(), ends) {
        (Ok(()), (Some(one), Some(other))) => distinct::assert(request, one, other, input.reason.as_deref()).await,
        (checked, _) => Err(checked.err().unwrap_or_else(|| Error::internal("an id that was not refused is missing"))),
    })
}

async fn withdraw(ctx: &Context<'_>, input: WithdrawPartiesDistinctInput) -> Result<DistinctPartiesPayload, Error> {
    let request = context::request(ctx)?;
    payload(match AssertionId::parse(&input.assertion_id) {
        Ok(id) => distinct::withdraw(request, id, input.reason.as_deref()).await,
        Err(refusal) => Err(refusal.at("assertionId").into()),
    })
}

fn payload(result: Result<domain::distinct::DistinctAssertion, Error>) -> Result<DistinctPartiesPayload, Error> {
    let (assertion, user_errors) = outcome(result)?;
    Ok(DistinctPartiesPayload { assertion: assertion.map(DistinctPartiesAssertion), user_errors })
}
