//! The hot path: lists of objects whose values are in memory are written as JSON by a plan.
//!
//! The library runs a boxed future for each field of each object. A list here compiles its selection once into a [`Plan`] and then
//! writes every object by it. What is not in memory (fields with arguments, loaders, guards) is lazy: it takes the ordinary way, one
//! future each, and its value is put into the JSON.
//!
//! The types keep their ordinary resolvers, which are the schema and the plain way: lists take it when the answer is not written by
//! [`response_bytes`], when a response key is selected twice on the way to the list (the library merges values, which it cannot do with
//! written ones), and when a directive stands in the selection that only the library understands. Both ways answer the same bytes.
mod json;
mod list;
mod once;
mod plan;

pub use json::{Environment, Json, response_bytes};
pub use list::HotList;
pub use once::is_selected_once;
pub use plan::{Kind, Needs, Plan, Scope, compile, item_error, lazy_value, parts_beneath};

use async_graphql::{ContainerType, ContextSelectionSet, parser::types::Field};

/// Marks a request whose answer is written by [`response_bytes`]; without it every list takes the plain way.
pub struct WrittenAnswer;

/// A type of the schema that knows which of its fields are in memory. Stands beside the ordinary resolvers.
pub trait Hot: ContainerType {
    /// How a field is answered, for this caller and these arguments.
    fn kind(scope: &Scope<'_, '_>, field: &Field) -> Kind;
}

/// A value that writes the fields which the [`Hot`] of its type said are in memory.
pub trait Emit {
    /// Writes one field; `plan` says what is selected of it.
    fn emit(&self, field: u16, plan: &Plan<'_>, json: &mut Json<'_>);

    /// Whether everything that a plan needs was read into this value.
    fn is_ready(&self, _needs: Needs, _environment: &Environment) -> bool {
        true
    }
}

impl<T: Hot> Hot for &T {
    fn kind(scope: &Scope<'_, '_>, field: &Field) -> Kind {
        T::kind(scope, field)
    }
}

impl<T: Emit> Emit for &T {
    fn emit(&self, field: u16, plan: &Plan<'_>, json: &mut Json<'_>) {
        (**self).emit(field, plan, json);
    }

    fn is_ready(&self, needs: Needs, environment: &Environment) -> bool {
        (**self).is_ready(needs, environment)
    }
}

/// The plan of a list's items, if the list may be written.
pub fn plan<'a, T: Hot>(ctx: &ContextSelectionSet<'a>) -> Option<Plan<'a>> {
    if ctx.data_opt::<WrittenAnswer>().is_none() || !once::is_selected_once(ctx) {
        return None;
    }
    compile::<T>(&Scope::new(ctx)?, &[ctx.item])
}

/// Names the fields of a type that are in memory by small numbers, for [`Hot::kind`] and [`Emit::emit`].
macro_rules! slots {
    ($($name:ident),* $(,)?) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms, reason = "only counts the constants; some names have no underscore")]
        #[repr(u16)]
        enum Slot { $($name),* }
        $(const $name: u16 = Slot::$name as u16;)*
    };
}
pub(crate) use slots;
