//! Mutation payloads: expected outcomes are data, everything else is an error.
use super::{context::Nullable, input::graphql_id, link::PartyLink, page::list_complexity, party::Party};
use crate::domain::{
    error::Error,
    id::PartyId,
    refusal::{Code, Help, Refusal},
};
use async_graphql::{Context, Description, ID, Object};
use futures_util::future::try_join_all;

/// Why a mutation did not do what it was asked to. It changed nothing.
#[derive(Description)]
pub struct PartyUserError(Refusal);

impl PartyUserError {
    /// A refusal that is told as it is.
    pub fn of(refusal: Refusal) -> Self {
        Self(refusal)
    }
}

#[Object(use_type_description)]
impl PartyUserError {
    /// A stable code to branch on, for instance DUPLICATE_PARTY or STALE_VERSION.
    async fn code(&self) -> &str {
        self.0.code.as_str()
    }

    /// What was wrong and what to do about it, for people.
    async fn message(&self) -> &str {
        &self.0.message
    }

    /// Where in the arguments: field names and list indexes from the outside in.
    async fn path(&self) -> &[String] {
        &self.0.path
    }

    /// The parties that stand in the way, best first: for DUPLICATE_PARTY and AMBIGUOUS_MATCH.
    async fn candidate_ids(&self) -> Vec<ID> {
        match &self.0.help {
            Help::Candidates(parties) => parties.iter().map(|id| graphql_id(id.0)).collect(),
            _ => Vec::new(),
        }
    }

    /// The parties that stand in the way, with all their fields. Needs the scope `party:read`.
    #[graphql(complexity = "list_complexity(child_complexity)")]
    async fn candidates(&self, ctx: &Context<'_>) -> Nullable<Vec<Party>> {
        match &self.0.help {
            Help::Candidates(ids) => Some(parties(ctx, ids).await),
            _ => Some(Ok(Vec::new())),
        }
    }

    /// The version that the record has now: for STALE_VERSION.
    async fn current_version(&self) -> Option<i64> {
        match self.0.help {
            Help::CurrentVersion(version) => Some(version),
            _ => None,
        }
    }

    /// The link that stands in the way: for ALREADY_LINKED.
    async fn link_id(&self) -> Option<ID> {
        match self.0.help {
            Help::Link(id) => Some(graphql_id(id.0)),
            _ => None,
        }
    }

    /// The link that stands in the way, with all its fields. Needs the scope `party:read`.
    async fn link(&self, ctx: &Context<'_>) -> Nullable<PartyLink> {
        let Help::Link(id) = self.0.help else { return None };
        let link = async { super::context::loaders(ctx)?.links.load(id).await };
        link.await.map(|link| link.map(PartyLink::from)).transpose()
    }
}

async fn parties(ctx: &Context<'_>, ids: &[PartyId]) -> Result<Vec<Party>, Error> {
    let loaders = super::context::loaders(ctx)?;
    let parties = try_join_all(ids.iter().map(|id| loaders.parties.load(*id))).await?;
    Ok(parties.into_iter().flatten().map(Party::from).collect())
}

/// Splits what a service answered into the value and the user errors of a payload.
/// Refusals under `input` become data; missing permission, limits, outages and faults stay errors of the request.
pub fn outcome<T>(result: Result<T, Error>) -> Result<(Option<T>, Vec<PartyUserError>), Error> {
    match result {
        Ok(value) => Ok((Some(value), Vec::new())),
        Err(Error::Refused(refusals)) if refusals.iter().all(|refusal| is_outcome(refusal.code)) => {
            Ok((None, refusals.into_iter().map(|refusal| PartyUserError(refusal.at("input"))).collect()))
        }
        Err(error) => Err(error),
    }
}

/// The user error of one item of a bulk mutation.
pub fn item_errors(refusals: Vec<Refusal>) -> Vec<PartyUserError> {
    refusals.into_iter().map(|refusal| PartyUserError(refusal.at("input"))).collect()
}

/// Whether a refusal is an outcome to tell as data, and not an error of the request.
pub fn is_outcome(code: Code) -> bool {
    !matches!(code, Code::Forbidden | Code::Unauthenticated | Code::CompanyUnknown | Code::TooManyItems)
}
