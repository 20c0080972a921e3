//! Idempotency: a call with a key that was used before answers as it did then, and changes nothing.
use super::Change;
use crate::{
    domain::{
        error::Error,
        refusal::{Code, Refusal},
    },
    store::{self, idempotency::Remembered},
};
use serde::Serialize;
use sha2::{Digest, Sha256};

/// The longest idempotency key.
const MAX_KEY: usize = 200;

/// A call that may be repeated.
pub struct Call<'k> {
    key: &'k str,
    operation: &'static str,
    hash: String,
}

impl<'k> Call<'k> {
    /// A call of an operation with an input, if the caller gave it a key.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT` when the key is empty or longer than 200 bytes, or holds control characters.
    pub fn new(key: Option<&'k str>, operation: &'static str, input: &impl Serialize) -> Result<Option<Self>, Error> {
        let Some(key) = key else { return Ok(None) };
        if key.is_empty() || key.len() > MAX_KEY {
            let message = format!("An idempotency key has between 1 and {MAX_KEY} bytes.");
            return Err(Refusal::new(Code::InvalidArgument, message).at("idempotencyKey").into());
        }
        if key.chars().any(char::is_control) {
            let message = "An idempotency key holds no control characters: use a UUID, for instance.";
            return Err(Refusal::new(Code::InvalidArgument, message).at("idempotencyKey").into());
        }
        let input = serde_json::to_vec(input).map_err(|error| Error::internal(error.to_string()))?;
        let hash = Sha256::digest(&input).iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Some(Self { key, operation, hash }))
    }

    /// What the call did when it was made before.
    ///
    /// # Errors
    /// `IDEMPOTENCY_CONFLICT` when the key was used for something else.
    pub async fn recall(&self, change: &Change) -> Result<Option<serde_json::Value>, Error> {
        let Some(before) = store::idempotency::find(change.tx(), self.key).await? else { return Ok(None) };
        if before.operation != self.operation || before.request_hash != self.hash {
            let message =
                format!("This idempotency key was used before for another call of `{}`. Use a fresh key for each new request.", before.operation);
            return Err(Refusal::new(Code::IdempotencyConflict, message).at("idempotencyKey").into());
        }
        Ok(Some(before.result))
    }

    /// Remembers what the call did, in the same transaction.
    ///
    /// # Errors
    /// `IDEMPOTENCY_CONFLICT` when the same key is being used at the same time.
    pub async fn remember(&self, change: &Change, result: serde_json::Value) -> Result<(), Error> {
        let call = Remembered { operation: self.operation.to_owned(), request_hash: self.hash.clone(), result };
        store::idempotency::insert(change.tx(), self.key, call, change.at).await
    }
}
