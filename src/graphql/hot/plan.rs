//! A selection compiled for one type: which fields, in which order, and from where each comes.
use super::{Hot, WrittenAnswer};
use crate::{domain::profile::Parts, graphql::context, service::Permission};
use async_graphql::{
    Context, ContextSelectionSet, Name, OutputType, Positioned, ServerError, ServerResult, Value,
    indexmap::IndexMap,
    parser::types::{Field, Selection, SelectionSet},
};
use std::ops::BitOrAssign;

/// How a type answers one of its fields.
pub enum Kind {
    /// From memory, a scalar or enum.
    Leaf(u16, Needs),
    /// From memory, an object or a list of objects, whose selection is compiled for their type.
    Node(u16, Needs, Compile),
    /// By its ordinary resolver.
    Lazy,
}

/// Compiles a selection for a type.
pub type Compile = for<'a> fn(&Scope<'_, 'a>, &[&'a Positioned<SelectionSet>]) -> Option<Plan<'a>>;

/// What must be in memory before a plan can write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Needs {
    /// Of parties.
    pub parts: Parts,
    /// The catalogue of role types.
    pub role_types: bool,
    /// The catalogue of channels.
    pub channels: bool,
    /// The parties to which source records are linked.
    pub record_parties: bool,
}

impl Needs {
    /// Nothing but the object itself.
    pub const NOTHING: Self = Self { parts: Parts::empty(), role_types: false, channels: false, record_parties: false };

    /// Some parts of a party.
    pub const fn parts(parts: Parts) -> Self {
        Self { parts, ..Self::NOTHING }
    }
}

impl BitOrAssign for Needs {
    fn bitor_assign(&mut self, other: Self) {
        self.parts |= other.parts;
        self.role_types |= other.role_types;
        self.channels |= other.channels;
        self.record_parties |= other.record_parties;
    }
}

/// For whom a selection is compiled.
pub struct Scope<'s, 'a> {
    ctx: &'s ContextSelectionSet<'a>,
    /// Whether the caller may see personal data.
    pub sees_personal_data: bool,
    /// Whether the caller may see money.
    pub sees_revenue: bool,
    /// Whether the parties of the source records on this level are read before they are written.
    pub has_record_parties: bool,
}

impl<'s, 'a> Scope<'s, 'a> {
    /// The caller of the request that is being answered.
    pub fn new(ctx: &'s ContextSelectionSet<'a>) -> Option<Self> {
        let caller = context::caller(ctx)?;
        let (sees_personal_data, sees_revenue) = (caller.may(Permission::PartyPii), caller.may(Permission::RevenueRead));
        Some(Self { ctx, sees_personal_data, sees_revenue, has_record_parties: false })
    }

    /// The same for a selection of source records whose parties are read before.
    pub fn with_record_parties(self) -> Self {
        Self { has_record_parties: true, ..self }
    }

    /// The same for the selection of a party, whose own records' parties are not read before.
    pub fn within_party(&self) -> Self {
        Self { has_record_parties: false, ..*self }
    }
}

/// A compiled selection.
pub struct Plan<'a> {
    pub(super) steps: Vec<Step<'a>>,
    /// What must be in memory.
    pub needs: Needs,
}

pub(super) struct Step<'a> {
    /// What stands before the value: `{"key":` or `,"key":`, and for `__typename` the value, too.
    pub(super) lead: Box<[u8]>,
    pub(super) source: Source<'a>,
}

pub(super) enum Source<'a> {
    Constant,
    Memory(u16, Plan<'a>),
    Lazy(&'a Positioned<Field>),
}

impl<'a> Plan<'a> {
    const EMPTY: Self = Self { steps: Vec::new(), needs: Needs::NOTHING };

    /// The fields that take the ordinary way.
    pub fn lazy(&self) -> Vec<&'a Positioned<Field>> {
        self.steps.iter().filter_map(|step| if let Source::Lazy(field) = step.source { Some(field) } else { None }).collect()
    }

    /// Whether a field takes the ordinary way.
    pub fn is_lazy(&self) -> bool {
        self.steps.iter().any(|step| matches!(step.source, Source::Lazy(_)))
    }
}

/// Compiles some selection sets of one object together, as the specification collects fields. None when they hold what only the
/// library understands.
pub fn compile<'a, T: Hot>(scope: &Scope<'_, 'a>, sets: &[&'a Positioned<SelectionSet>]) -> Option<Plan<'a>> {
    let name = T::type_name();
    let mut groups: IndexMap<&'a Name, Vec<&'a Positioned<Field>>> = IndexMap::new();
    for set in sets {
        collect(scope.ctx, set, &name, &mut groups)?;
    }
    let mut plan = Plan { steps: Vec::with_capacity(groups.len()), needs: Needs::NOTHING };
    for (key, fields) in groups {
        let mut lead = format!("{}\"{key}\":", if plan.steps.is_empty() { '{' } else { ',' });
        let source = if fields[0].node.name.node == "__typename" {
            lead.push_str(&format!("\"{name}\""));
            Source::Constant
        } else {
            source::<T>(scope, &fields, &mut plan.needs)?
        };
        plan.steps.push(Step { lead: lead.into_bytes().into(), source });
    }
    Some(plan)
}

fn source<'a, T: Hot>(scope: &Scope<'_, 'a>, fields: &[&'a Positioned<Field>], needs: &mut Needs) -> Option<Source<'a>> {
    match T::kind(scope, &fields[0].node) {
        Kind::Leaf(slot, own) => {
            *needs |= own;
            Some(Source::Memory(slot, Plan::EMPTY))
        }
        Kind::Node(slot, own, compile) => {
            let sets: Vec<_> = fields.iter().map(|field| &field.node.selection_set).collect();
            let plan = compile(scope, &sets)?;
            if plan.is_lazy() {
                return lazy(fields);
            }
            *needs |= own;
            *needs |= plan.needs;
            Some(Source::Memory(slot, plan))
        }
        Kind::Lazy => lazy(fields),
    }
}

/// A lazy field that is selected twice would have to be merged, which the library does.
fn lazy<'a>(fields: &[&'a Positioned<Field>]) -> Option<Source<'a>> {
    match fields {
        [field] => Some(Source::Lazy(field)),
        _ => None,
    }
}

fn collect<'a>(
    ctx: &ContextSelectionSet<'a>,
    set: &'a Positioned<SelectionSet>,
    type_name: &str,
    groups: &mut IndexMap<&'a Name, Vec<&'a Positioned<Field>>>,
) -> Option<()> {
    for selection in &set.node.items {
        let (condition, inner) = match &selection.node {
            // @skip and @include are gone by now: what is left is a directive of the library's.
            Selection::Field(field) if !field.node.directives.is_empty() => return None,
            Selection::Field(field) => {
                groups.entry(&field.node.response_key().node).or_default().push(field);
                continue;
            }
            Selection::FragmentSpread(spread) => {
                let fragment = ctx.query_env.fragments.get(&spread.node.fragment_name.node)?;
                (Some(&fragment.node.type_condition), &fragment.node.selection_set)
            }
            Selection::InlineFragment(fragment) => (fragment.node.type_condition.as_ref(), &fragment.node.selection_set),
        };
        let applies = condition.is_none_or(|condition| {
            let condition = condition.node.on.node.as_str();
            condition == type_name || ctx.schema_env.registry.types.get(condition).is_some_and(|on| on.is_possible_type(type_name))
        });
        if applies {
            collect(ctx, inner, type_name, groups)?;
        }
    }
    Some(())
}

/// What the objects at the end of some paths below a field need of parties, so that it can be read before the list is there.
/// The whole record when the list will not be written.
pub fn parts_beneath<T: Hot>(ctx: &Context<'_>, paths: &[&[&str]]) -> Parts {
    let set = ctx.with_selection_set(&ctx.item.node.selection_set);
    let plan = || {
        ctx.data_opt::<WrittenAnswer>()?;
        let mut sets = Vec::new();
        for path in paths {
            beneath(&set, set.item, path, &mut sets);
        }
        compile::<T>(&Scope::new(&set)?, &sets)
    };
    plan().map_or(Parts::RECORD, |plan| plan.needs.parts)
}

/// The selection sets at the end of a path of field names, those in fragments too.
fn beneath<'a>(ctx: &ContextSelectionSet<'a>, set: &'a Positioned<SelectionSet>, path: &[&str], sets: &mut Vec<&'a Positioned<SelectionSet>>) {
    let Some((name, rest)) = path.split_first() else { return sets.push(set) };
    for selection in &set.node.items {
        match &selection.node {
            Selection::Field(field) if field.node.name.node == *name => beneath(ctx, &field.node.selection_set, rest, sets),
            Selection::Field(_) => {}
            Selection::InlineFragment(fragment) => beneath(ctx, &fragment.node.selection_set, path, sets),
            Selection::FragmentSpread(spread) => {
                if let Some(fragment) = ctx.query_env.fragments.get(&spread.node.fragment_name.node) {
                    beneath(ctx, &fragment.node.selection_set, path, sets);
                }
            }
        }
    }
}

/// The value of a lazy field of one item of a list. As everywhere in this schema, an error of a nullable field stays in the field.
pub async fn lazy_value<T: Hot>(ctx: &ContextSelectionSet<'_>, index: usize, item: &T, field: &Positioned<Field>) -> ServerResult<Value> {
    let at = ctx.with_index(index);
    let at = at.with_field(field);
    match item.resolve_field(&at).await {
        Ok(value) => Ok(value.unwrap_or_default()),
        Err(error) if is_nullable::<T>(ctx, field) => {
            ctx.add_error(if error.path.is_empty() { at.set_error_path(error) } else { error });
            Ok(Value::Null)
        }
        Err(error) => Err(error),
    }
}

fn is_nullable<T: OutputType>(ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> bool {
    let types = &ctx.schema_env.registry.types;
    types.get(T::type_name().as_ref()).and_then(|of| of.field_by_name(&field.node.name.node)).is_some_and(|field| !field.ty.ends_with('!'))
}

/// The error of an item, in the place of the item.
pub fn item_error(ctx: &ContextSelectionSet<'_>, index: usize, error: async_graphql::Error, field: &Positioned<Field>) -> ServerError {
    ctx.with_index(index).set_error_path(error.into_server_error(field.pos))
}
