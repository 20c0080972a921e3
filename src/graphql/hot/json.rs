//! Writing JSON: objects by their plans, and answers with what was written before.
use super::{
    Emit,
    plan::{Needs, Plan, Source},
};
use crate::{
    domain::{
        channel::Channel,
        code::{ChannelCode, RoleCode},
        error::Error,
        role::RoleType,
    },
    graphql::{context, scalar::DateTime},
};
use async_graphql::{ContextSelectionSet, Response, ScalarType, Value};
use serde::Serialize;
use std::{collections::HashMap, io, sync::Arc};
use uuid::Uuid;

/// The catalogues that objects are written with.
#[derive(Default)]
pub struct Environment {
    role_types: Arc<HashMap<RoleCode, RoleType>>,
    channels: Arc<Vec<Channel>>,
}

impl Environment {
    /// Reads the catalogues that a plan needs.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn load(ctx: &ContextSelectionSet<'_>, needs: Needs) -> Result<Self, Error> {
        let mut environment = Self::default();
        if needs.role_types {
            environment.role_types = context::loaders(ctx)?.role_types.load(()).await?.unwrap_or_default();
        }
        if needs.channels {
            environment.channels = context::loaders(ctx)?.channels.load(()).await?.unwrap_or_default();
        }
        Ok(environment)
    }

    /// A role type of the catalogue.
    pub fn role_type(&self, code: &RoleCode) -> Option<&RoleType> {
        self.role_types.get(code)
    }

    /// A channel of the catalogue.
    pub fn channel(&self, code: &ChannelCode) -> Option<&Channel> {
        self.channels.iter().find(|channel| channel.code == *code)
    }
}

/// JSON that grows.
pub struct Json<'o> {
    out: &'o mut Vec<u8>,
    /// The catalogues.
    pub environment: &'o Environment,
}

impl<'o> Json<'o> {
    /// JSON that is appended to some bytes.
    pub fn new(out: &'o mut Vec<u8>, environment: &'o Environment) -> Self {
        Self { out, environment }
    }

    /// Writes null.
    pub fn null(&mut self) {
        self.out.extend_from_slice(b"null");
    }

    /// Writes true or false.
    pub fn bool(&mut self, value: bool) {
        self.out.extend_from_slice(if value { b"true" } else { b"false" });
    }

    /// Writes a whole number.
    pub fn integer(&mut self, value: i64) {
        self.plain(format_args!("{value}"));
    }

    /// Writes a text.
    pub fn text(&mut self, text: &str) {
        self.out.push(b'"');
        if text.bytes().all(|byte| byte >= b' ' && byte != b'"' && byte != b'\\') {
            self.out.extend_from_slice(text.as_bytes());
            self.out.push(b'"');
        } else {
            self.out.pop();
            self.serialized(text);
        }
    }

    /// Writes a text or null.
    pub fn optional_text(&mut self, text: Option<&str>) {
        match text {
            Some(text) => self.text(text),
            None => self.null(),
        }
    }

    /// Writes an id.
    pub fn id(&mut self, id: Uuid) {
        let mut buffer = [0; uuid::fmt::Hyphenated::LENGTH];
        self.out.push(b'"');
        self.out.extend_from_slice(id.hyphenated().encode_lower(&mut buffer).as_bytes());
        self.out.push(b'"');
    }

    /// Writes a moment in time as the scalar does.
    pub fn time(&mut self, time: chrono::DateTime<chrono::Utc>) {
        self.value(&DateTime(time).to_value());
    }

    /// Writes a value that the library resolved, in which other lists may be written already.
    pub fn value(&mut self, value: &Value) {
        write(self.out, value);
    }

    /// Writes a list of what `each` writes.
    pub fn list<T>(&mut self, items: impl IntoIterator<Item = T>, mut each: impl FnMut(&mut Self, T)) {
        self.out.push(b'[');
        let mut is_first = true;
        for item in items {
            if !std::mem::take(&mut is_first) {
                self.out.push(b',');
            }
            each(self, item);
        }
        self.out.push(b']');
    }

    /// Writes an object by its plan, all of which is in memory.
    pub fn object(&mut self, object: &impl Emit, plan: &Plan<'_>) {
        self.object_with(object, plan, &[]);
    }

    /// Writes an object by its plan, or null.
    pub fn optional_object(&mut self, object: Option<&impl Emit>, plan: &Plan<'_>) {
        match object {
            Some(object) => self.object(object, plan),
            None => self.null(),
        }
    }

    /// Writes a list of objects by their plan, all of which is in memory.
    pub fn objects<'v, T: Emit + 'v>(&mut self, objects: impl IntoIterator<Item = &'v T>, plan: &Plan<'_>) {
        self.list(objects, |json, object| json.object(object, plan));
    }

    /// Writes an object by its plan, with the values of its lazy fields.
    pub fn object_with(&mut self, object: &impl Emit, plan: &Plan<'_>, lazy: &[Value]) {
        if plan.steps.is_empty() {
            return self.out.extend_from_slice(b"{}");
        }
        let mut lazy = lazy.iter();
        for step in &plan.steps {
            self.out.extend_from_slice(&step.lead);
            match &step.source {
                Source::Constant => {}
                Source::Memory(slot, plan) => object.emit(*slot, plan, self),
                Source::Lazy(_) => self.value(lazy.next().unwrap_or(&Value::Null)),
            }
        }
        self.out.push(b'}');
    }

    fn plain(&mut self, text: std::fmt::Arguments<'_>) {
        // Writing to a Vec cannot fail.
        let _ = io::Write::write_fmt(self.out, text);
    }

    fn serialized<T: Serialize + ?Sized>(&mut self, value: &T) {
        write(self.out, value);
    }
}

/// An answer as JSON. Lists that were written before are copied as they stand; no other serializer understands them.
pub fn response_bytes(response: &Response) -> Vec<u8> {
    let mut out = Vec::with_capacity(1024);
    write(&mut out, response);
    out
}

fn write<T: Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) {
    let start = out.len();
    if let Err(error) = value.serialize(&mut serde_json::Serializer::with_formatter(&mut *out, Verbatim)) {
        // Values of a response always have a JSON form; should one have none, the answer must stay JSON.
        tracing::error!(%error, "a value could not be written as JSON");
        out.truncate(start);
        out.extend_from_slice(b"null");
    }
}

/// Writes bytes as they are: they are JSON that a list wrote.
struct Verbatim;

impl serde_json::ser::Formatter for Verbatim {
    fn write_byte_array<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: &[u8]) -> io::Result<()> {
        writer.write_all(value)
    }
}
