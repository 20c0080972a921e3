//! Variables that a client declares and leaves out, as most client libraries do for the page size.
//!
//! The library computes the cost of a list from `first` before it executes, and fails there with "Variable is not defined" instead
//! of taking the argument's default. Omitted whole numbers that may be null are therefore given null as their default: no
//! input of this schema tells a whole number that was left out from one that is null.
use async_graphql::{
    Positioned, ServerResult, Value, Variables,
    extensions::{Extension, ExtensionContext, ExtensionFactory, NextParseQuery},
    parser::types::{BaseType, DocumentOperations, ExecutableDocument, OperationDefinition, VariableDefinition},
};
use std::sync::Arc;

/// Gives omitted nullable variables of type `Int` the default null.
pub struct OmittedVariables;

impl ExtensionFactory for OmittedVariables {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self)
    }
}

#[async_trait::async_trait]
impl Extension for OmittedVariables {
    async fn parse_query(
        &self,
        ctx: &ExtensionContext<'_>,
        query: &str,
        variables: &Variables,
        next: NextParseQuery<'_>,
    ) -> ServerResult<ExecutableDocument> {
        let mut document = next.run(ctx, query, variables).await?;
        let operations: Vec<&mut Positioned<OperationDefinition>> = match &mut document.operations {
            DocumentOperations::Single(operation) => vec![operation],
            DocumentOperations::Multiple(operations) => operations.values_mut().collect(),
        };
        let definitions = operations.into_iter().flat_map(|operation| &mut operation.node.variable_definitions);
        definitions.filter(|definition| !variables.contains_key(&definition.node.name.node)).for_each(set_null);
        Ok(document)
    }
}

fn set_null(definition: &mut Positioned<VariableDefinition>) {
    let position = definition.pos;
    let definition = &mut definition.node;
    let var_type = &definition.var_type.node;
    let is_number = matches!(&var_type.base, BaseType::Named(name) if name == "Int");
    if is_number && var_type.nullable && definition.default_value.is_none() {
        definition.default_value = Some(Positioned::new(Value::Null, position));
    }
}
