//! Representations: how a gateway names entities, and how thousands of them come in without a tree of values for each.
use crate::domain::{
    code::SourceKey,
    error::Error,
    id::PartyId,
    refusal::{Code, Refusal},
    text::shortened,
};
use async_graphql::{InputType, InputValueError, InputValueResult, Scalar, ScalarType, Value, registry::Registry};
use bytes::Bytes;
use serde::Deserialize;
use std::borrow::Cow;
use uuid::Uuid;

#[derive(Clone)]
struct Any(Value);

/// What a gateway sends to name an entity: its `__typename` and the fields of one of its keys.
#[Scalar(name = "_Any")]
impl ScalarType for Any {
    fn parse(value: Value) -> InputValueResult<Self> {
        Ok(Self(value))
    }

    fn to_value(&self) -> Value {
        self.0.clone()
    }
}

/// An entity that is named by one of its keys, or why it names none.
#[derive(Debug)]
pub enum Representation {
    /// A party.
    Party(PartyId),
    /// A record of an engine.
    SourceRecord(SourceKey),
    /// What is wrong with it.
    Refused(Error),
}

impl Representation {
    fn read(value: &Value) -> Self {
        parse(|field| text(value, field)).unwrap_or_else(Self::Refused)
    }
}

/// Reads a representation from its fields.
fn parse<'v>(text: impl Fn(&str) -> Result<&'v str, Error>) -> Result<Representation, Error> {
    match text("__typename")? {
        "Party" => Ok(Representation::Party(PartyId::parse(text("id")?)?)),
        "SourceRecord" => Ok(Representation::SourceRecord(SourceKey::parse(text("system")?, text("type")?, text("id")?)?)),
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

/// The argument `representations`: in the schema a list of `_Any`, here read at once. What [`pack`] packed comes as one binary value,
/// which no JSON and no document can hold.
pub struct Representations(pub Vec<Representation>);

impl InputType for Representations {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        <Vec<Any> as InputType>::type_name()
    }

    fn qualified_type_name() -> String {
        <Vec<Any> as InputType>::qualified_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        <Vec<Any> as InputType>::create_type_info(registry)
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        match value.unwrap_or_default() {
            Value::Binary(packed) => unpack(&packed).map(Self).ok_or_else(|| InputValueError::custom("the packed representations are cut off")),
            Value::List(values) => Ok(Self(values.iter().map(Representation::read).collect())),
            Value::Null => Err(InputValueError::expected_type(Value::Null)),
            value => Ok(Self(vec![Representation::read(&value)])),
        }
    }

    fn to_value(&self) -> Value {
        Value::Null
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}

/// The fields of the keys of our entities; other fields are for other subgraphs.
#[derive(Deserialize)]
struct Item<'b> {
    #[serde(borrow, rename = "__typename")]
    type_name: Cow<'b, str>,
    #[serde(borrow)]
    id: Option<Cow<'b, str>>,
    #[serde(borrow)]
    system: Option<Cow<'b, str>>,
    #[serde(borrow, rename = "type")]
    record_type: Option<Cow<'b, str>>,
}

impl Item<'_> {
    fn read(&self) -> Result<Representation, Error> {
        parse(|field| {
            let value = match field {
                "__typename" => Some(&self.type_name),
                "id" => self.id.as_ref(),
                "system" => self.system.as_ref(),
                _ => self.record_type.as_ref(),
            };
            value.map(AsRef::as_ref).ok_or_else(|| invalid(String::new()))
        })
    }
}

/// Packs the JSON of a list of representations, if all of them are well-formed; what is not takes the ordinary way, which says what is
/// wrong with it.
pub fn pack(json: &str) -> Option<Bytes> {
    let items: Vec<Item<'_>> = serde_json::from_str(json).ok()?;
    let mut packed = Vec::with_capacity(items.len() * 17);
    for item in &items {
        match item.read() {
            Ok(Representation::Party(id)) => {
                packed.push(PARTY);
                packed.extend_from_slice(id.0.as_bytes());
            }
            Ok(Representation::SourceRecord(key)) => {
                packed.push(SOURCE_RECORD);
                for part in [key.system.as_str(), key.record_type.as_str(), key.record_id.as_str()] {
                    packed.extend_from_slice(&u16::try_from(part.len()).ok()?.to_be_bytes());
                    packed.extend_from_slice(part.as_bytes());
                }
            }
            _ => return None,
        }
    }
    Some(packed.into())
}

const PARTY: u8 = 0;
const SOURCE_RECORD: u8 = 1;

fn unpack(mut packed: &[u8]) -> Option<Vec<Representation>> {
    let mut items = Vec::with_capacity(packed.len() / 17);
    while let Some((kind, rest)) = packed.split_first() {
        packed = rest;
        items.push(match *kind {
            PARTY => Representation::Party(PartyId(Uuid::from_bytes(*take(&mut packed)?))),
            _ => {
                let mut text = || {
                    let length = u16::from_be_bytes(*take(&mut packed)?);
                    let (text, rest) = packed.split_at_checked(length.into())?;
                    packed = rest;
                    String::from_utf8(text.to_vec()).ok()
                };
                Representation::SourceRecord(SourceKey::stored(text()?, text()?, text()?))
            }
        });
    }
    Some(items)
}

fn take<'p, const N: usize>(packed: &mut &'p [u8]) -> Option<&'p [u8; N]> {
    let (taken, rest) = packed.split_first_chunk()?;
    *packed = rest;
    Some(taken)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(json: &str) -> Vec<Representation> {
        Representations::parse(Some(serde_json::from_str(json).unwrap())).ok().unwrap().0
    }

    proptest! {
        #[test]
        fn what_is_packed_is_what_would_be_read(
            ids in prop::collection::vec(any::<u128>(), 0..5),
            records in prop::collection::vec(("[a-z]{1,9}", "[a-z]{1,9}", "\\PC{1,30}"), 0..5),
        ) {
            let parties = ids.iter().map(|id| serde_json::json!({ "__typename": "Party", "id": Uuid::from_u128(*id), "extra": { "deep": [1] } }));
            let records = records.iter().map(|(system, kind, id)| serde_json::json!({ "__typename": "SourceRecord", "system": system, "type": kind, "id": id }));
            let json = serde_json::Value::from_iter(parties.chain(records)).to_string();
            let read = read(&json);
            match pack(&json) {
                Some(packed) => prop_assert_eq!(format!("{:?}", unpack(&packed).unwrap()), format!("{read:?}")),
                None => prop_assert!(read.iter().any(|one| matches!(one, Representation::Refused(_)))),
            }
        }

        #[test]
        fn packed_bytes_that_are_cut_off_are_refused_and_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            let _ = unpack(&bytes);
        }
    }

    #[test]
    fn what_is_malformed_is_not_packed() {
        for json in ["{}", "[1]", "[{}]", r#"[{"__typename":"Party"}]"#, r#"[{"__typename":"Party","id":7}]"#, r#"[{"__typename":"Lot","id":"1"}]"#] {
            assert_eq!(pack(json), None, "{json}");
        }
    }
}
