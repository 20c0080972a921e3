//! Whether a list stands alone: a written list is opaque, so the library could not merge it with a second selection of its key.
use async_graphql::{
    ContextSelectionSet, Positioned, QueryPathSegment,
    parser::types::{Field, Selection, SelectionSet},
};

/// Whether each response key from the root down to here is selected exactly once.
pub fn is_selected_once(ctx: &ContextSelectionSet<'_>) -> bool {
    let Some(here) = &ctx.path_node else { return false };
    let mut keys: Vec<&str> = Vec::with_capacity(4);
    for node in std::iter::once(here).chain(here.parents()) {
        if let QueryPathSegment::Name(key) = node.segment {
            keys.push(key);
        }
    }
    let mut set = &ctx.query_env.operation.node.selection_set;
    for key in keys.into_iter().rev() {
        let mut found = Vec::with_capacity(1);
        with_key(ctx, set, key, &mut found);
        match found.as_slice() {
            [field] => set = &field.node.selection_set,
            _ => return false,
        }
    }
    true
}

/// The fields of a selection that answer under a key, those of fragments too.
fn with_key<'a>(ctx: &ContextSelectionSet<'a>, set: &'a Positioned<SelectionSet>, key: &str, found: &mut Vec<&'a Positioned<Field>>) {
    for selection in &set.node.items {
        match &selection.node {
            Selection::Field(field) if field.node.response_key().node == key => found.push(field),
            Selection::Field(_) => {}
            Selection::InlineFragment(fragment) => with_key(ctx, &fragment.node.selection_set, key, found),
            Selection::FragmentSpread(spread) => {
                if let Some(fragment) = ctx.query_env.fragments.get(&spread.node.fragment_name.node) {
                    with_key(ctx, &fragment.node.selection_set, key, found);
                }
            }
        }
    }
}
