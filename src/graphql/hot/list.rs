//! A list that writes itself.
use super::{
    Emit, Hot,
    json::{Environment, Json},
    plan::{Plan, lazy_value},
};
use crate::graphql::context;
use async_graphql::{
    ContextSelectionSet, OutputType, Positioned, ServerResult, Value, parser::types::Field, registry::Registry, resolver_utils::resolve_list,
};
use futures_util::future::try_join_all;
use std::borrow::Cow;

/// A list of objects that are written by a plan where that is possible. In the schema it is the list of their type.
pub struct HotList<T>(pub Vec<T>);

impl<T: Hot + Emit> OutputType for HotList<T> {
    fn type_name() -> Cow<'static, str> {
        <Vec<T> as OutputType>::type_name()
    }

    fn qualified_type_name() -> String {
        <Vec<T> as OutputType>::qualified_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        <Vec<T> as OutputType>::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        if let Some(plan) = super::plan::<T>(ctx) {
            let environment = Environment::load(ctx, plan.needs).await.map_err(|error| context::server_error(ctx, error, field))?;
            if self.0.iter().all(|item| item.is_ready(plan.needs, &environment)) {
                return write_list(ctx, &self.0, &plan, &environment).await;
            }
        }
        resolve_list(ctx, field, self.0.iter(), Some(self.0.len())).await
    }
}

/// Writes a list of objects by their plan; lazy fields are resolved before, all of them at once, so that loaders see every key.
async fn write_list<T: Hot + Emit>(ctx: &ContextSelectionSet<'_>, items: &[T], plan: &Plan<'_>, environment: &Environment) -> ServerResult<Value> {
    let lazy = plan.lazy();
    let jobs = items.iter().enumerate().flat_map(|(index, item)| lazy.iter().map(move |field| lazy_value(ctx, index, item, field)));
    let values = if lazy.is_empty() { Vec::new() } else { try_join_all(jobs).await? };
    let mut out = Vec::with_capacity(items.len() * 96 + 16);
    Json::new(&mut out, environment).list(items.iter().enumerate(), |json, (index, item)| {
        json.object_with(item, plan, values.get(index * lazy.len()..(index + 1) * lazy.len()).unwrap_or_default());
    });
    Ok(Value::Binary(out.into()))
}
