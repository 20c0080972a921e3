//! The rules about an engine's schema.
use super::{
    catalogue::{Argument, Field, Graph, Kind, Shape, Type},
    finding::{Finding, Place},
    hub::{Entity, Hub},
    identity,
    rule::Rule,
};
use std::collections::HashSet;

/// The entity whose merged ids engines have to ask for.
const PARTY: &str = "Party";
/// The field with all ids under which a party was ever known.
const MERGED_IDS: &str = "allIds";

/// Everything that the schema does wrong.
pub fn check(graph: &Graph, hub: &Hub) -> Vec<Finding> {
    let mut findings = Vec::new();
    for entity in &hub.entities {
        let definitions: Vec<&Type> = graph.types.iter().filter(|definition| definition.name == entity.name).collect();
        findings.extend(key(entity, &definitions));
        for definition in definitions {
            findings.extend(definition.fields.iter().filter(|field| !field.is_external).filter_map(|field| added(entity, definition, field)));
        }
    }
    let filters = filters(graph);
    for definition in graph.types.iter().filter(|definition| definition.shape != Shape::Input) {
        let owned = hub.entity(&definition.name);
        let copies = definition.fields.iter().filter(|field| !field.is_external && !owned.is_some_and(|entity| entity.owns(&field.name)));
        findings.extend(copies.filter_map(|field| {
            let of_people = identity::is_of_people(&definition.name);
            copy("The field holds", &format!("{}.{}", definition.name, field.name), &Value::of(field), of_people)
        }));
        findings.extend(read(graph, definition).flat_map(|(subject, argument)| asked_for(&subject, &Value::from(argument))));
    }
    for definition in graph.types.iter().filter(|definition| filters.contains(definition.name.as_str())) {
        let fields = definition.fields.iter();
        findings.extend(fields.flat_map(|field| asked_for(&format!("{}.{}", definition.name, field.name), &Value::of(field))));
    }
    findings
}

/// What the rules look at in fields and arguments alike.
struct Value<'a> {
    name: &'a str,
    kind: Kind,
    type_name: &'a str,
    place: &'a Place,
}

impl<'a> Value<'a> {
    fn of(field: &'a Field) -> Self {
        Self { name: &field.name, kind: field.kind, type_name: &field.type_name, place: &field.place }
    }

    fn from(argument: &'a Argument) -> Self {
        Self { name: &argument.name, kind: argument.kind, type_name: &argument.type_name, place: &argument.place }
    }
}

/// The arguments by which a type's fields choose what they answer; those of mutations say what is to be done instead.
fn read<'a>(graph: &'a Graph, definition: &'a Type) -> impl Iterator<Item = (String, &'a Argument)> {
    let fields = definition.fields.iter().filter(|_| definition.name != graph.mutation);
    fields.flat_map(move |field| {
        field.arguments.iter().map(move |argument| (format!("{}.{}({}:)", definition.name, field.name, argument.name), argument))
    })
}

/// The inputs that such arguments take, with the inputs inside them.
fn filters(graph: &Graph) -> HashSet<&str> {
    let mut filters = HashSet::new();
    let mut found: Vec<&str> =
        graph.types.iter().flat_map(|definition| read(graph, definition)).map(|(_, argument)| argument.type_name.as_str()).collect();
    while let Some(name) = found.pop() {
        let inputs = graph.types.iter().filter(|definition| definition.name == name && definition.shape == Shape::Input);
        for input in inputs.filter(|input| filters.insert(input.name.as_str())) {
            found.extend(input.fields.iter().map(|field| field.type_name.as_str()));
        }
    }
    filters
}

/// An argument, or a field of a filter, that chooses by identity: either by a party's id or by a copy of what the hub knows.
fn asked_for(subject: &str, value: &Value<'_>) -> Option<Finding> {
    if identity::is_party_id(value.name) {
        let what = "Records are chosen by a party's id that the caller brings; those of merged parties are missed.";
        return Some(finding(Rule::PartyIdArgument, value.place, subject.to_owned(), what.to_owned()));
    }
    copy("Records are chosen by", subject, value, false)
}

/// An entity of the hub that is not known by the hub's key.
fn key(entity: &Entity, definitions: &[&Type]) -> Option<Finding> {
    let first = definitions.first()?;
    let rule = if entity.name == PARTY { Rule::PartyKey } else { Rule::SourceRecordKey };
    let what = if first.shape != Shape::Object {
        format!("{} is an object type of the hub; here it is something else.", entity.name)
    } else if !definitions.iter().any(|definition| definition.keys.contains(&entity.key)) {
        format!("The type has no @key(fields: \"{}\"), by which the hub knows it.", entity.key.join(" "))
    } else {
        return None;
    };
    Some(finding(rule, &first.place, entity.name.clone(), what))
}

/// A field that an engine gives to an entity of the hub.
fn added(entity: &Entity, definition: &Type, field: &Field) -> Option<Finding> {
    let subject = format!("{}.{}", definition.name, field.name);
    if entity.owns(&field.name) {
        return Some(finding(Rule::HubFieldRedefined, &field.place, subject, "The hub owns this field.".to_owned()));
    }
    if entity.name != PARTY || entity.key.contains(&field.name) {
        return None;
    }
    let what = match &field.requires {
        None => format!("The field does not require {MERGED_IDS}, so it misses the records of parties that were merged into this one."),
        Some(required) if !required.iter().any(|name| name == MERGED_IDS) => {
            format!(
                "The field requires {}, but not {MERGED_IDS}, so it misses the records of parties that were merged into this one.",
                required.join(", ")
            )
        }
        Some(_) => return None,
    };
    Some(finding(Rule::MergedIdsForgotten, &field.place, subject, what))
}

/// Identity that the engine cannot show or search unless it keeps a copy.
fn copy(verb: &str, subject: &str, value: &Value<'_>, of_people: bool) -> Option<Finding> {
    let by_type = (value.kind == Kind::Unknown).then(|| identity::of_type(value.type_name)).flatten();
    let found = by_type.or_else(|| identity::of_name(value.name, value.kind, of_people))?;
    let by = if by_type.is_some() { format!("by its type {}", value.type_name) } else { "by its name".to_owned() };
    Some(finding(Rule::copy_of(found), value.place, subject.to_owned(), format!("{verb} {}, {by}.", found.noun())))
}

fn finding(rule: Rule, place: &Place, subject: String, what: String) -> Finding {
    Finding { place: place.clone(), subject, rule, what }
}
