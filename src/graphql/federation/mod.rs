//! The subgraph's side of federation: `_service`, and `_entities` as one batch a type.
//!
//! Declared by hand instead of with the library's entity attribute, which fails the whole batch when one entity fails and
//! loses the list index in error paths.
mod entities;
mod representation;

pub use representation::pack;

use super::{page::batch_complexity, schema::ServiceSdl};
use crate::domain::{
    error::Error,
    refusal::{Code, Refusal},
};
use async_graphql::{Context, Object, SimpleObject, TypeDirective};
use entities::Entities;
use representation::Representations;

/// The directive `@key` of federation, in the version that the schema links to.
#[TypeDirective(name = "key", location = "Object", repeatable)]
pub fn key(fields: String, resolvable: Option<bool>) {}

/// The most representations of one `_entities` field.
const MAX_REPRESENTATIONS: usize = 10_000;

#[derive(SimpleObject)]
#[graphql(name = "_Service")]
struct Service {
    /// The schema of this subgraph in SDL.
    sdl: String,
}

/// The two root fields that gateways use.
#[derive(Default)]
pub struct FederationQuery;

#[Object]
impl FederationQuery {
    /// What this subgraph brings to a federated graph.
    #[graphql(name = "_service")]
    async fn service(&self, ctx: &Context<'_>) -> Result<Service, Error> {
        let sdl = ctx.data_opt::<ServiceSdl>().ok_or_else(|| Error::internal("the schema was built without its SDL"))?;
        let sdl = sdl.0.as_ref().ok_or_else(|| {
            let message = "This server does not tell its schema: PARTY_INTROSPECTION is off. `party schema` prints it.";
            Refusal::new(Code::Forbidden, message)
        })?;
        Ok(Service { sdl: sdl.to_string() })
    }

    /// The entities of some representations, in the order asked for. One that cannot be answered is null with an error of its own.
    #[graphql(name = "_entities", complexity = "batch_complexity(representations.0.len(), child_complexity)")]
    async fn entities(&self, representations: Representations) -> Result<Entities, Error> {
        let count = representations.0.len();
        if count > MAX_REPRESENTATIONS {
            let message = format!("{count} representations in one call; the limit is {MAX_REPRESENTATIONS}. Ask for them in several calls.");
            return Err(Refusal::new(Code::TooManyItems, message).into());
        }
        Ok(Entities(representations.0))
    }
}
