//! The subgraph's side of federation: `_service`, and `_entities` as one batch a type.
//!
//! Declared by hand instead of with the library's entity attribute, which fails the whole batch when one entity fails and
//! loses the list index in error paths.
use super::{
    context::{self, Nullable},
    loader::Loaders,
    page::batch_complexity,
    party::Party,
    schema::ServiceSdl,
    source_record::SourceRecord,
};
use crate::domain::{
    code::SourceKey,
    error::Error,
    id::PartyId,
    refusal::{Code, Refusal},
    text::shortened,
};
use async_graphql::{Context, InputValueResult, Object, Scalar, ScalarType, SimpleObject, TypeDirective, Union, Value};
use futures_util::future::join_all;

/// The directive `@key` of federation, in the version that the schema links to.
#[TypeDirective(name = "key", location = "Object", repeatable)]
pub fn key(fields: String, resolvable: Option<bool>) {}

/// The most representations of one `_entities` field.
const MAX_REPRESENTATIONS: usize = 10_000;

#[derive(Clone)]
struct Representation(Value);

/// What a gateway sends to name an entity: its `__typename` and the fields of one of its keys.
#[Scalar(name = "_Any")]
impl ScalarType for Representation {
    fn parse(value: Value) -> InputValueResult<Self> {
        Ok(Self(value))
    }

    fn to_value(&self) -> Value {
        self.0.clone()
    }
}

#[derive(Union)]
#[graphql(name = "_Entity")]
enum Entity {
    Party(Party),
    SourceRecord(SourceRecord),
}

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
        Ok(Service { sdl: sdl.0.to_string() })
    }

    /// The entities of some representations, in the order asked for. One that cannot be answered is null with an error of its own.
    #[graphql(name = "_entities", complexity = "batch_complexity(representations.len(), child_complexity)")]
    async fn entities(&self, ctx: &Context<'_>, representations: Vec<Representation>) -> Result<Vec<Nullable<Entity>>, Error> {
        if representations.len() > MAX_REPRESENTATIONS {
            let message =
                format!("{} representations in one call; the limit is {MAX_REPRESENTATIONS}. Ask for them in several calls.", representations.len());
            return Err(Refusal::new(Code::TooManyItems, message).into());
        }
        let loaders = context::loaders(ctx)?;
        Ok(join_all(representations.iter().map(|representation| entity(&loaders, representation))).await.into_iter().map(Some).collect())
    }
}

async fn entity(loaders: &Loaders, representation: &Representation) -> Result<Entity, Error> {
    match text(&representation.0, "__typename")? {
        "Party" => {
            let id = PartyId::parse(text(&representation.0, "id")?)?;
            let party = loaders.parties.load(id).await?.ok_or_else(|| super::party::not_found(id))?;
            Ok(Entity::Party(Party::from(party)))
        }
        // Whether the record is registered shows in its fields: an engine's row must not be lost because nobody told us of it.
        "SourceRecord" => {
            let text = |field| text(&representation.0, field);
            Ok(Entity::SourceRecord(SourceKey::parse(text("system")?, text("type")?, text("id")?)?.into()))
        }
        other => Err(invalid(format!("This subgraph has no entity of type {:?}.", shortened(other)))),
    }
}

/// A string of a representation.
fn text<'v>(representation: &'v Value, field: &str) -> Result<&'v str, Error> {
    let Value::Object(fields) = representation else {
        return Err(invalid("A representation must be an object with `__typename` and the fields of a key.".to_owned()));
    };
    match fields.get(field) {
        Some(Value::String(text)) => Ok(text),
        Some(_) => Err(invalid(format!("The field `{field}` of a representation must be a string."))),
        None => Err(invalid(format!("A representation lacks the field `{field}`."))),
    }
}

fn invalid(message: String) -> Error {
    Refusal::new(Code::InvalidRepresentation, message).into()
}
