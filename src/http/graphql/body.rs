//! The one place where what a client sends becomes a GraphQL request, whichever way it came.
use super::Refused;
use crate::{domain::refusal::Code, graphql::read_request};
use async_graphql::{Request, Variables};
use axum::http::StatusCode;
use serde::{Deserialize, de::IntoDeserializer};

/// How many brackets of a document may be open at once. The parser calls itself for each, so a long row of them would exhaust its stack.
const MAX_NESTING: usize = 128;

/// Reads the body of a POST, or the payload of a WebSocket's message. Parameters that are not of GraphQL are ignored, as the specification asks for.
pub fn from_json(body: &[u8]) -> Result<Request, Refused> {
    if body.trim_ascii_start().first() == Some(&b'[') {
        return Err(Refused::malformed("Send one request at a time: several in one body are not taken."));
    }
    let request = read_request(body).map_err(|error| {
        Refused::malformed(format!(
            "The body is not a GraphQL request, a JSON object with `query` and perhaps `variables`, `operationName` and `extensions`: {}, line {}, column {}.",
            if error.is_data() { "a value has another type" } else { "it is not JSON" },
            error.line(),
            error.column()
        ))
    })?;
    checked(request)
}

/// Reads the query string of a GET.
pub fn from_query_string(text: &str) -> Result<Request, Refused> {
    let mut request = Request::new("");
    for (name, value) in url::form_urlencoded::parse(text.as_bytes()) {
        match name.as_ref() {
            "query" => request.query = value.into_owned(),
            "operationName" => request.operation_name = Some(value.into_owned()).filter(|name| !name.is_empty()),
            "variables" => request.variables = from_text::<Variables>(&value, "variables")?.unwrap_or_default(),
            "extensions" => request.extensions.0 = from_text(&value, "extensions")?.unwrap_or_default(),
            _ => {}
        }
    }
    if request.query.is_empty() && request.extensions.0.is_empty() {
        return Err(Refused::malformed("This address takes GraphQL queries: POST one as JSON, or add it as `?query=…`. People use /graphiql."));
    }
    checked(request)
}

/// A request that has a document, or names one, which can be parsed without danger.
fn checked(request: Request) -> Result<Request, Refused> {
    if request.query.is_empty() && !request.extensions.0.contains_key("persistedQuery") {
        return Err(Refused::malformed("The request has no `query`."));
    }
    if is_shallow(&request.query) {
        return Ok(request);
    }
    let message = format!("The query nests more than {MAX_NESTING} levels deep.");
    Err(Refused::new(StatusCode::BAD_REQUEST, Code::QueryTooLarge, message))
}

/// Reads a JSON object of the query string.
fn from_text<T: for<'de> Deserialize<'de>>(text: &str, name: &str) -> Result<Option<T>, Refused> {
    let value: serde_json::Value = serde_json::from_str(text).map_err(|_| Refused::malformed(format!("`{name}` is not JSON.")))?;
    Option::<T>::deserialize(value.into_deserializer()).map_err(|_| Refused::malformed(format!("`{name}` is not a JSON object.")))
}

/// Whether a document opens no more brackets at once than the parser takes. Those in strings and comments do not count.
fn is_shallow(document: &str) -> bool {
    let bytes = document.as_bytes();
    let (mut open, mut at) = (0_usize, 0);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'{' | b'[' | b'(' => open += 1,
            b'}' | b']' | b')' => open = open.saturating_sub(1),
            b'#' => at += bytes[at..].iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(bytes.len() - at),
            b'"' => at = end_of_string(bytes, at),
            _ => {}
        }
        if open > MAX_NESTING {
            return false;
        }
        at += 1;
    }
    true
}

/// The place of the last quote of the string that begins here. One that does not end, ends the document.
fn end_of_string(bytes: &[u8], at: usize) -> usize {
    let quotes: &[u8] = if bytes[at..].starts_with(b"\"\"\"") { b"\"\"\"" } else { b"\"" };
    let mut end = at + quotes.len();
    while end < bytes.len() {
        match bytes[end] {
            b'\\' if quotes.len() == 1 => end += 1,
            b'\\' if bytes[end + 1..].starts_with(quotes) => end += quotes.len(),
            b'"' if bytes[end..].starts_with(quotes) => return end + quotes.len() - 1,
            _ => {}
        }
        end += 1;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn brackets_in_strings_and_comments_do_not_count() {
        let many = "[".repeat(1_000);
        assert!(is_shallow(&format!("{{ a(b: \"{many}\") }}")));
        assert!(is_shallow(&format!("{{ a(b: \"\\\"{many}\") }}")));
        assert!(is_shallow(&format!("{{ a(b: \"\"\" \" \\\"\"\" {many}\"\"\") }}")));
        assert!(is_shallow(&format!("# {many}\n{{ a }}")));
        assert!(!is_shallow(&format!("# x\n{{ a(b: \"\", c: {many}")));
        assert!(!is_shallow(&"{a".repeat(200)));
        assert!(is_shallow(&"{a}".repeat(10_000)));
    }

    #[test]
    fn the_deepest_document_that_passes_can_be_parsed() {
        for (open, close) in [("[", "]"), ("{a:", "}")] {
            let document = format!("{{ a(b: {}1{}) }}", open.repeat(MAX_NESTING - 2), close.repeat(MAX_NESTING - 2));
            assert!(is_shallow(&document));
            async_graphql::parser::parse_query(&document).unwrap();
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_request_or_are_refused(bytes in any::<Vec<u8>>(), text in any::<String>()) {
            let _ = from_json(&bytes);
            let _ = from_query_string(&text);
            let _ = is_shallow(&text);
            let request = serde_json::json!({ "query": text, "variables": { "a": text } }).to_string();
            prop_assert_eq!(from_json(request.as_bytes()).is_ok(), !text.is_empty() && is_shallow(&text));
        }
    }
}
