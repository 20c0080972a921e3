//! The list that `_entities` answers with: read in one batch a type, for just the fields that are selected, and written by plans.
use super::representation::Representation;
use crate::{
    domain::{code::SourceKey, error::Error, id::PartyId, link::Link, profile::Parts},
    graphql::{
        context::{self, Nullable},
        hot::{Emit, Environment, Hot, Json, Needs, Plan, Scope, WrittenAnswer, compile, is_selected_once, item_error, lazy_value},
        loader::Loaders,
        party::{Party, not_found},
        source_record::{SourceRecord, WithParty},
    },
    service,
};
use async_graphql::{ContextSelectionSet, OutputType, Positioned, ServerResult, Union, Value, parser::types::Field, registry::Registry};
use futures_util::future::join_all;
use std::{borrow::Cow, collections::HashMap};

#[derive(Union)]
#[graphql(name = "_Entity")]
#[expect(clippy::large_enum_variant, reason = "a box for each record would cost more than the room that it saves")]
enum Entity {
    Party(Party),
    SourceRecord(SourceRecord),
}

/// Entities that are yet to be read.
pub struct Entities(pub Vec<Representation>);

impl OutputType for Entities {
    fn type_name() -> Cow<'static, str> {
        <Vec<Nullable<Entity>> as OutputType>::type_name()
    }

    fn qualified_type_name() -> String {
        <Vec<Nullable<Entity>> as OutputType>::qualified_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        <Vec<Nullable<Entity>> as OutputType>::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        if let Some(plans) = Plans::compile(ctx)
            && let Some(batch) = self.read(ctx, plans.needs(), plans.is_lazy()).await
        {
            return self.write(ctx, field, &plans, &batch).await;
        }
        let loaders = context::loaders(ctx).map_err(|error| context::server_error(ctx, error, field))?;
        let entities: Vec<Nullable<Entity>> = join_all(self.0.iter().map(|one| entity(&loaders, one))).await.into_iter().map(Some).collect();
        entities.resolve(ctx, field).await
    }
}

async fn entity(loaders: &Loaders, representation: &Representation) -> Result<Entity, Error> {
    match representation {
        Representation::Party(id) => {
            let party = loaders.parties.load(*id).await?.ok_or_else(|| not_found(*id))?;
            Ok(Entity::Party(Party::from(party)))
        }
        Representation::SourceRecord(key) => Ok(Entity::SourceRecord(key.clone().into())),
        Representation::Refused(error) => Err(error.clone()),
    }
}

/// The plans of both types.
struct Plans<'a> {
    party: Plan<'a>,
    source_record: Plan<'a>,
}

impl<'a> Plans<'a> {
    fn compile(ctx: &ContextSelectionSet<'a>) -> Option<Self> {
        ctx.data_opt::<WrittenAnswer>()?;
        if !is_selected_once(ctx) {
            return None;
        }
        let party = compile::<Party>(&Scope::new(ctx)?, &[ctx.item])?;
        let source_record = compile::<SourceRecord>(&Scope::new(ctx)?.with_record_parties(), &[ctx.item])?;
        Some(Self { party, source_record })
    }

    fn needs(&self) -> Needs {
        let mut needs = self.party.needs;
        needs |= self.source_record.needs;
        needs
    }

    fn is_lazy(&self) -> bool {
        self.party.is_lazy() || self.source_record.is_lazy()
    }
}

/// What was read for all representations.
struct Batch {
    parties: HashMap<PartyId, Party>,
    links: HashMap<SourceKey, Link>,
    environment: Environment,
}

impl Batch {
    fn party_of(&self, key: &SourceKey) -> Option<&Party> {
        self.links.get(key).and_then(|link| self.parties.get(&link.party))
    }
}

impl Entities {
    /// Reads what the plans need of all entities. None when that fails: the plain way then tells which entities it harms.
    /// Lazy fields below may lead back to the same parties: then the whole records are read, and the loaders know them.
    async fn read(&self, ctx: &ContextSelectionSet<'_>, mut needs: Needs, is_lazy: bool) -> Option<Batch> {
        if is_lazy {
            needs.parts |= Parts::RECORD;
        }
        let request = context::request(ctx).ok()?;
        let mut ids = Vec::with_capacity(self.0.len());
        let mut keys = Vec::new();
        for representation in &self.0 {
            match representation {
                Representation::Party(id) => ids.push(*id),
                Representation::SourceRecord(key) if needs.record_parties => keys.push(key.clone()),
                _ => {}
            }
        }
        let links = if keys.is_empty() { HashMap::new() } else { service::link::active(request, &keys).await.ok()? };
        ids.extend(links.values().map(|link| link.party));
        let profiles = if ids.is_empty() { HashMap::new() } else { service::party::profiles(request, &ids, needs.parts).await.ok()? };
        if is_lazy {
            let records = profiles.iter().filter_map(|(id, profile)| Some((*id, profile.record(Parts::RECORD)?.clone())));
            context::loaders(ctx).ok()?.parties.prime(records.collect::<Vec<_>>()).await;
        }
        let environment = Environment::load(ctx, needs).await.ok()?;
        let parties: HashMap<PartyId, Party> = profiles.into_iter().map(|(id, profile)| (id, profile.into())).collect();
        parties.values().all(|party| party.is_ready(needs, &environment)).then_some(Batch { parties, links, environment })
    }

    async fn write(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>, plans: &Plans<'_>, batch: &Batch) -> ServerResult<Value> {
        let lazy = (plans.party.lazy(), plans.source_record.lazy());
        let known = |index: usize, representation: &Representation| {
            let known = known(batch, representation);
            known.map_err(|error| ctx.add_error(item_error(ctx, index, error.into(), field))).ok()
        };
        let representations = self.0.iter().enumerate();
        let items: Vec<Option<(Known<'_>, Vec<Value>)>> = if lazy.0.is_empty() && lazy.1.is_empty() {
            representations.map(|(index, one)| known(index, one).map(|known| (known, Vec::new()))).collect()
        } else {
            let (known, lazy) = (&known, &lazy);
            let item = |(index, one)| async move {
                let known = known(index, one)?;
                let values = known.lazies(ctx, index, lazy).await;
                // A field that cannot be null failed: then the entity is.
                values.map_err(|error| ctx.add_error(error)).ok().map(|values| (known, values))
            };
            join_all(representations.map(item)).await
        };
        let mut out = Vec::with_capacity(items.len() * 128 + 16);
        Json::new(&mut out, &batch.environment).list(&items, |json, item| match item {
            None => json.null(),
            Some((Known::Party(party), lazy)) => json.object_with(party, &plans.party, lazy),
            Some((Known::SourceRecord(record), lazy)) => {
                let with_party = WithParty { key: record.key(), party: batch.party_of(record.key()) };
                json.object_with(&with_party, &plans.source_record, lazy);
            }
        });
        Ok(Value::Binary(out.into()))
    }
}

/// An entity that is there.
#[expect(clippy::large_enum_variant, reason = "a box for each record would cost more than the room that it saves")]
enum Known<'b> {
    Party(&'b Party),
    SourceRecord(SourceRecord),
}

fn known<'b>(batch: &'b Batch, representation: &Representation) -> Result<Known<'b>, Error> {
    match representation {
        Representation::Party(id) => batch.parties.get(id).map(Known::Party).ok_or_else(|| not_found(*id)),
        // Whether the record is registered shows in its fields: an engine's row must not be lost because nobody told us of it.
        Representation::SourceRecord(key) => Ok(Known::SourceRecord(key.clone().into())),
        Representation::Refused(error) => Err(error.clone()),
    }
}

type LazyFields<'a> = (Vec<&'a Positioned<Field>>, Vec<&'a Positioned<Field>>);

impl Known<'_> {
    async fn lazies(&self, ctx: &ContextSelectionSet<'_>, index: usize, fields: &LazyFields<'_>) -> ServerResult<Vec<Value>> {
        match self {
            Self::Party(party) => lazies(ctx, index, *party, &fields.0).await,
            Self::SourceRecord(record) => lazies(ctx, index, record, &fields.1).await,
        }
    }
}

async fn lazies<T: Hot>(ctx: &ContextSelectionSet<'_>, index: usize, item: &T, fields: &[&Positioned<Field>]) -> ServerResult<Vec<Value>> {
    join_all(fields.iter().map(|field| lazy_value(ctx, index, item, field))).await.into_iter().collect()
}
