//! Reading the body of a request: as the library does, but representations are packed where they stand.
use super::federation::pack;
use async_graphql::{Name, Request, Value, Variables};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::{borrow::Cow, collections::BTreeMap};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body<'b> {
    #[serde(default)]
    query: Cow<'b, str>,
    operation_name: Option<String>,
    #[serde(borrow)]
    variables: Option<&'b RawValue>,
    extensions: Option<async_graphql::Extensions>,
}

/// Reads a request from JSON.
///
/// # Errors
/// When the body is no JSON object with `query` and perhaps `variables`, `operationName` and `extensions`.
pub fn read_request(body: &[u8]) -> Result<Request, serde_json::Error> {
    let body: Body<'_> = serde_json::from_slice(body)?;
    let variables = match body.variables {
        Some(json) => variables(json, &body.query)?,
        None => Variables::default(),
    };
    let mut request = Request::new(body.query).variables(variables);
    request.operation_name = body.operation_name;
    request.extensions = body.extensions.unwrap_or_default();
    Ok(request)
}

fn variables(json: &RawValue, query: &str) -> Result<Variables, serde_json::Error> {
    let names = representation_variables(query);
    if names.is_empty() {
        return serde_json::from_str(json.get());
    }
    let raw: Option<BTreeMap<Name, &RawValue>> = serde_json::from_str(json.get())?;
    let mut variables = Variables::default();
    for (name, json) in raw.unwrap_or_default() {
        let packed = names.contains(&name.as_str()).then(|| pack(json.get())).flatten();
        let value = match packed {
            Some(packed) => Value::Binary(packed),
            None => serde_json::from_str(json.get())?,
        };
        variables.insert(name, value);
    }
    Ok(variables)
}

/// The variables that a document passes as representations. Found by their place in the text: a name that is found by mistake holds
/// something else, and what is no list of representations is not packed.
fn representation_variables(query: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for (at, argument) in query.match_indices("representations") {
        let rest = query[at + argument.len()..].trim_start();
        if let Some(rest) = rest.strip_prefix(':')
            && let Some(name) = rest.trim_start().strip_prefix('$')
        {
            let end = name.find(|c: char| c != '_' && !c.is_ascii_alphanumeric()).unwrap_or(name.len());
            names.push(&name[..end]);
        }
    }
    names
}
