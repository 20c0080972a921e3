//! The engine's side of federation: the key directive, representations, stubs, and the SDL as gateways get it.
//!
//! `_entities` is declared by hand in each engine: all representations of a call are answered together, and one that is bad harms no other.
use super::{Engine, Error};
use async_graphql::{EmptySubscription, ID, InputValueResult, SDLExportOptions, Scalar, ScalarType, Schema, SimpleObject, TypeDirective, Value};
use uuid::Uuid;

/// The directive `@key` of federation, in the version that the schema links to.
#[TypeDirective(name = "key", location = "Object", repeatable)]
pub fn key(fields: String, resolvable: Option<bool>) {}

/// Names an entity: its `__typename` and the fields that a gateway knows of it.
#[derive(Clone)]
pub struct Representation(Value);

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

/// What this subgraph brings to a federated graph.
#[derive(SimpleObject)]
#[graphql(name = "_Service")]
pub struct Service {
    /// The schema of this subgraph in SDL.
    pub sdl: String,
}

/// A party as a gateway names it.
#[derive(Clone, Debug)]
pub struct PartyKey {
    /// The id that the gateway has.
    pub id: Uuid,
    /// Every id that leads to the party, because rows may be stored under one that was merged since. Absent when the hub does not know
    /// the party, or when the gateway did not ask for it.
    pub all_ids: Option<Vec<Uuid>>,
}

/// A record of this engine, by which the hub finds the party.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(directive = key::apply("system type id".into(), Some(false)))]
pub struct SourceRecord {
    system: String,
    #[graphql(name = "type")]
    record_type: String,
    id: ID,
}

impl SourceRecord {
    /// The stub of a record.
    pub fn new(system: &str, record_type: &str, id: &str) -> Self {
        Self { system: system.to_owned(), record_type: record_type.to_owned(), id: ID::from(id) }
    }
}

impl Representation {
    /// The name of the type.
    ///
    /// # Errors
    /// `INVALID_REPRESENTATION`.
    pub fn type_name(&self) -> Result<&str, Error> {
        self.text("__typename")
    }

    /// A field that is a string.
    ///
    /// # Errors
    /// `INVALID_REPRESENTATION` when it is missing or something else.
    pub fn text(&self, field: &str) -> Result<&str, Error> {
        match self.field(field) {
            Some(Value::String(text)) => Ok(text),
            _ => Err(invalid(format!("A representation needs the field `{field}` as a string."))),
        }
    }

    /// A field that is a UUID.
    ///
    /// # Errors
    /// `INVALID_REPRESENTATION` when it is missing or something else.
    pub fn id(&self, field: &str) -> Result<Uuid, Error> {
        uuid(self.field(field))
    }

    /// A party with all ids that lead to it.
    ///
    /// # Errors
    /// `INVALID_REPRESENTATION` when an id is no UUID.
    pub fn party(&self) -> Result<PartyKey, Error> {
        let all_ids = match self.field("allIds") {
            None | Some(Value::Null) => None,
            Some(Value::List(ids)) => Some(ids.iter().map(|id| uuid(Some(id))).collect::<Result<_, _>>()?),
            Some(_) => return Err(invalid("The field `allIds` of a representation must be a list.".to_owned())),
        };
        Ok(PartyKey { id: self.id("id")?, all_ids })
    }

    /// The refusal of a type that this subgraph does not know.
    pub fn unknown(type_name: &str) -> Error {
        invalid(format!("This subgraph has no entity of type {:?}.", type_name.chars().take(50).collect::<String>()))
    }

    fn field(&self, name: &str) -> Option<&Value> {
        let Value::Object(fields) = &self.0 else { return None };
        fields.get(name)
    }
}

fn uuid(value: Option<&Value>) -> Result<Uuid, Error> {
    let id = if let Some(Value::String(text)) = value { text.parse().ok() } else { None };
    id.ok_or_else(|| invalid("An id of a representation is missing or no UUID.".to_owned()))
}

fn invalid(message: String) -> Error {
    Error::refused("INVALID_REPRESENTATION", message)
}

/// Parses an id that a client sends.
///
/// # Errors
/// `INVALID_ID`.
pub fn parse_id(id: &ID) -> Result<Uuid, Error> {
    id.parse().map_err(|_| Error::refused("INVALID_ID", "An id must be a UUID."))
}

/// The directives of federation that engines use.
const DIRECTIVES: [&str; 4] = ["@key", "@external", "@requires", "@shareable"];

/// The SDL of an engine, as it is committed and as gateways compose it.
pub fn sdl<E: Engine>() -> String {
    let schema = Schema::build(E::Query::default(), E::Mutation::default(), EmptySubscription).finish();
    let exported = schema.sdl_with_options(SDLExportOptions::new().federation().use_space_ident());
    // The library writes a link to an older federation at the end, and definitions of directives that the link imports.
    let body = exported.split("extend schema @link(").next().unwrap_or_default();
    let mut kept: Vec<&str> = Vec::new();
    for line in body.lines() {
        if line.starts_with("directive @") { drop_description(&mut kept) } else { kept.push(line) }
    }
    let body = kept.join("\n");
    let used: Vec<String> = DIRECTIVES.iter().filter(|directive| body.contains(*directive)).map(|directive| format!("{directive:?}")).collect();
    let link = format!("extend schema @link(url: \"https://specs.apollo.dev/federation/v2.9\", import: [{}])", used.join(", "));
    format!("{link}\n\n{}\n", body.trim())
}

/// Takes a description off the end: without the definition that follows it, it is no GraphQL.
fn drop_description(lines: &mut Vec<&str>) {
    const QUOTES: &str = "\"\"\"";
    if lines.last() == Some(&QUOTES) {
        lines.pop();
        while lines.pop().is_some_and(|line| line != QUOTES) {}
    }
}
