//! An engine's schema, as federation composers take it.
use crate::lint::{
    catalogue::{Argument, Field, Graph, Kind, Shape, Type},
    finding::Place,
};
use anyhow::{Result, anyhow, bail};
use async_graphql::{
    Pos, Positioned,
    parser::{
        parse_schema,
        types::{BaseType, ConstDirective, FieldDefinition, InputValueDefinition, Type as TypeReference, TypeKind, TypeSystemDefinition},
    },
};
use std::collections::HashMap;

/// How deep brackets may nest. The parser goes down with its stack, and no schema nests nearly as deep.
const MAX_NESTING: usize = 100;

/// The types of a schema.
///
/// # Errors
/// When it does not parse, with line and column, or is the schema of a whole graph.
pub fn parse(path: &str, text: &str) -> Result<Graph> {
    check_nesting(path, text)?;
    let document = parse_schema(text).map_err(|error| {
        let at = error.positions().next().unwrap_or(Pos { line: 1, column: 1 });
        // The last line of the parser's message says what it expected; the others draw the place.
        let message = error.to_string();
        let expected = message.lines().last().unwrap_or_default().trim().trim_start_matches("= ").replace('_', " ");
        anyhow!("{path}:{}:{}: the schema does not parse: {expected}", at.line, at.column)
    })?;
    let graph = Graph { types: Vec::new(), mutation: "Mutation".to_owned() };
    let mut reader = Reader { path, graph, kinds: HashMap::new() };
    for definition in &document.definitions {
        if let TypeSystemDefinition::Type(definition) = definition {
            reader.kinds.insert(definition.node.name.node.to_string(), kind_of_definition(&definition.node.kind));
        }
    }
    for definition in document.definitions {
        match definition {
            TypeSystemDefinition::Schema(schema) => {
                if let Some(mutation) = schema.node.mutation {
                    reader.graph.mutation = mutation.node.to_string();
                }
            }
            TypeSystemDefinition::Type(definition) => reader.definition(definition),
            TypeSystemDefinition::Directive(directive) if directive.node.name.node.starts_with("join__") => {
                bail!("{path}:{}: this is the schema of a whole graph; lint the schemas of its engines", directive.pos)
            }
            TypeSystemDefinition::Directive(_) => {}
        }
    }
    Ok(reader.graph)
}

fn check_nesting(path: &str, text: &str) -> Result<()> {
    let mut depth = 0_usize;
    for (number, line) in text.lines().enumerate() {
        for letter in line.chars() {
            match letter {
                '[' | '{' | '(' => depth += 1,
                ']' | '}' | ')' => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        if depth > MAX_NESTING {
            bail!("{path}:{}:1: the schema does not parse: its brackets nest deeper than {MAX_NESTING} levels", number + 1);
        }
    }
    Ok(())
}

struct Reader<'a> {
    path: &'a str,
    graph: Graph,
    /// What the types of this file are, by name.
    kinds: HashMap<String, Kind>,
}

impl Reader<'_> {
    fn definition(&mut self, definition: Positioned<async_graphql::parser::types::TypeDefinition>) {
        let place = self.place(definition.node.name.pos);
        let definition = definition.node;
        let (shape, fields) = match definition.kind {
            TypeKind::Object(object) => (Shape::Object, self.fields(&object.fields)),
            TypeKind::Interface(interface) => (Shape::Interface, self.fields(&interface.fields)),
            TypeKind::InputObject(input) => (Shape::Input, input.fields.iter().map(|field| self.input(&field.node)).collect()),
            TypeKind::Scalar | TypeKind::Enum(_) | TypeKind::Union(_) => (Shape::Leaf, Vec::new()),
        };
        let keys = definition.directives.iter().filter(|directive| directive.node.name.node == "key").filter_map(|key| field_set(&key.node));
        let keys = keys.map(|mut names| {
            names.sort();
            names
        });
        self.graph.types.push(Type { name: definition.name.node.to_string(), shape, keys: keys.collect(), fields, place });
    }

    fn fields(&self, fields: &[Positioned<FieldDefinition>]) -> Vec<Field> {
        fields.iter().map(|field| self.field(&field.node)).collect()
    }

    fn field(&self, field: &FieldDefinition) -> Field {
        let type_name = base_name(&field.ty.node);
        let directive = |name: &str| field.directives.iter().find(|directive| directive.node.name.node == name);
        Field {
            name: field.name.node.to_string(),
            kind: self.kind(&type_name),
            type_name,
            arguments: field.arguments.iter().map(|argument| self.argument(&argument.node)).collect(),
            is_external: directive("external").is_some(),
            requires: directive("requires").map(|requires| field_set(&requires.node).unwrap_or_default()),
            place: self.place(field.name.pos),
        }
    }

    fn argument(&self, argument: &InputValueDefinition) -> Argument {
        let type_name = base_name(&argument.ty.node);
        Argument { name: argument.name.node.to_string(), kind: self.kind(&type_name), type_name, place: self.place(argument.name.pos) }
    }

    fn input(&self, field: &InputValueDefinition) -> Field {
        let Argument { name, kind, type_name, place } = self.argument(field);
        Field { name, kind, type_name, arguments: Vec::new(), is_external: false, requires: None, place }
    }

    fn kind(&self, type_name: &str) -> Kind {
        match type_name {
            "String" => Kind::Text,
            "Int" | "Float" | "BigInt" | "Long" | "Decimal" | "BigDecimal" => Kind::Number,
            "Boolean" => Kind::Flag,
            "ID" | "UUID" | "Uuid" => Kind::Id,
            "Date" | "DateTime" | "Time" | "LocalDate" | "LocalTime" | "LocalDateTime" | "NaiveDate" | "NaiveDateTime" | "Timestamp" | "Duration" => {
                Kind::Moment
            }
            "JSON" | "JSONObject" | "Json" => Kind::Json,
            "IPv4" | "IPv6" | "IP" | "MAC" => Kind::Network,
            _ => self.kinds.get(type_name).copied().unwrap_or(Kind::Unknown),
        }
    }

    fn place(&self, at: Pos) -> Place {
        Place::File { path: self.path.to_owned(), line: at.line, column: at.column }
    }
}

fn kind_of_definition(kind: &TypeKind) -> Kind {
    match kind {
        TypeKind::Scalar => Kind::Unknown,
        TypeKind::Enum(_) => Kind::Choice,
        TypeKind::Object(_) | TypeKind::Interface(_) | TypeKind::Union(_) | TypeKind::InputObject(_) => Kind::Object,
    }
}

fn base_name(reference: &TypeReference) -> String {
    let mut base = &reference.base;
    loop {
        match base {
            BaseType::Named(name) => return name.to_string(),
            BaseType::List(inner) => base = &inner.base,
        }
    }
}

/// The top-level names of a directive's field set: `system type id { x }` names three.
fn field_set(directive: &ConstDirective) -> Option<Vec<String>> {
    let (_, fields) = directive.arguments.iter().find(|(name, _)| name.node == "fields")?;
    let async_graphql::Value::String(text) = fields.node.clone() else { return None };
    let spaced = text.replace(',', " ").replace('{', " { ").replace('}', " } ");
    let mut depth = 0_i32;
    let mut names = Vec::new();
    for word in spaced.split_whitespace() {
        match word {
            "{" => depth += 1,
            "}" => depth -= 1,
            name if depth == 0 => names.push(name.to_owned()),
            _ => {}
        }
    }
    Some(names)
}
