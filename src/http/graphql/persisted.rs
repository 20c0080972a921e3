//! Automatic persisted queries: a client sends the hash of a document, and the document itself only when this server does not know it.
use super::Refused;
use crate::{domain::refusal::Code, graphql::refusal};
use async_graphql::{Request, Response, from_value};
use quick_cache::{Weighter, sync::Cache};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// A longer document is run, but not kept.
const MAX_DOCUMENT: usize = 64 * 1024;

/// What is expected of a document's length when room is made for them.
const TYPICAL_DOCUMENT: u64 = 1024;

type Hash = [u8; 32];

#[derive(Clone)]
struct ByLength;

impl Weighter<Hash, Arc<str>> for ByLength {
    fn weight(&self, _: &Hash, document: &Arc<str>) -> u64 {
        document.len().max(1) as u64
    }
}

/// The documents that were asked for most recently, up to some bytes of them.
pub struct PersistedQueries(Option<Cache<Hash, Arc<str>, ByLength>>);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Extension {
    version: i32,
    sha256_hash: String,
}

impl PersistedQueries {
    /// Room for some bytes of documents; none turns the feature off.
    pub fn new(bytes: u64) -> Self {
        let items = usize::try_from(bytes / TYPICAL_DOCUMENT).unwrap_or(usize::MAX).max(1);
        Self((bytes > 0).then(|| Cache::with_weighter(items, bytes, ByLength)))
    }

    /// Puts the document into a request that has only its hash, and remembers the documents of those that have both.
    ///
    /// # Errors
    /// A whole answer: `PERSISTED_QUERY_NOT_FOUND` makes clients send the document.
    pub fn complete(&self, request: &mut Request) -> Result<(), Box<Response>> {
        let Some(extension) = request.extensions.0.remove("persistedQuery") else { return Ok(()) };
        let Some(cache) = &self.0 else {
            return if request.query.is_empty() { Err(answer(Code::PersistedQueryNotSupported, "PersistedQueryNotSupported")) } else { Ok(()) };
        };
        let hash =
            from_value::<Extension>(extension).ok().filter(|extension| extension.version == 1).and_then(|extension| parse(&extension.sha256_hash));
        let Some(hash) = hash else {
            return Err(answer(Code::InvalidArgument, "The extension `persistedQuery` needs `version: 1` and `sha256Hash`, 64 hexadecimal digits."));
        };
        if request.query.is_empty() {
            // The words that Apollo's clients look for.
            let document = cache.get(&hash).ok_or_else(|| answer(Code::PersistedQueryNotFound, "PersistedQueryNotFound"))?;
            document.as_ref().clone_into(&mut request.query);
        } else if <[u8; 32]>::from(Sha256::digest(&request.query)) != hash {
            return Err(answer(Code::InvalidArgument, "The hash of `persistedQuery` is not the one of `query`."));
        } else if request.query.len() <= MAX_DOCUMENT {
            cache.insert(hash, request.query.as_str().into());
        }
        Ok(())
    }
}

fn answer(code: Code, message: &str) -> Box<Response> {
    Box::new(refusal(code, message))
}

fn parse(hexadecimal: &str) -> Option<Hash> {
    let mut hash = [0; 32];
    if hexadecimal.len() != 64 || !hexadecimal.is_ascii() {
        return None;
    }
    for (i, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&hexadecimal[2 * i..2 * i + 2], 16).ok()?;
    }
    Some(hash)
}

impl From<Box<Response>> for Refused {
    fn from(response: Box<Response>) -> Self {
        Self::Answer(response)
    }
}
