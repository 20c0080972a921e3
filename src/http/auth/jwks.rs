//! The keys that tokens are signed with, from a URL or a file: fetched ahead of time, kept for a while when the source does not answer,
//! and fetched again when a token names a key that is not known. Without keys nobody is let in.
use super::{
    TokenRules,
    key_set::{KeySet, VerifyingKey},
    unauthenticated,
};
use crate::domain::{
    error::Error,
    refusal::{Code, Refusal},
};
use jsonwebtoken::Header;
use prometheus_client::metrics::counter::Counter;
use std::{
    path::PathBuf,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};
use tokio::{
    sync::Mutex,
    time::{Instant, sleep, timeout},
};

/// The most bytes of a set of keys. Real ones have a few thousand.
const MAX_BYTES: usize = 1024 * 1024;

/// Where the keys are published.
pub enum JwksSource {
    /// A file, which is read again at intervals.
    File(PathBuf),
    /// An address, with the client that asks it.
    Url {
        /// The client.
        client: reqwest::Client,
        /// The address.
        url: reqwest::Url,
    },
}

/// How often keys are fetched, and how long they are good for.
#[derive(Clone, Copy, Debug)]
pub struct JwksTiming {
    /// How often they are fetched.
    pub refresh: Duration,
    /// How long they may be used when fetching them fails.
    pub stale: Duration,
    /// How long after a fetch for the sake of an unknown key, or a failed one, the next may follow.
    pub pause: Duration,
    /// How long a fetch may take.
    pub timeout: Duration,
}

/// Keys with their source.
pub struct Jwks {
    source: JwksSource,
    rules: TokenRules,
    timing: JwksTiming,
    known: RwLock<Known>,
    /// When a token last made the keys be fetched. Held while that happens: all who wait get its outcome.
    asked: Mutex<Option<Instant>>,
    /// Fetches that brought keys.
    pub refreshes: Counter,
    /// Fetches that did not.
    pub failures: Counter,
}

#[derive(Clone, Default)]
struct Known {
    keys: Option<Arc<KeySet>>,
    fetched: Option<Instant>,
    last_failed: bool,
}

impl Jwks {
    /// Keys of a source, fetched once before this returns, and from then on at intervals for as long as they are used.
    pub async fn start(source: JwksSource, rules: TokenRules, timing: JwksTiming) -> Arc<Self> {
        let (known, asked) = (RwLock::default(), Mutex::default());
        let jwks = Arc::new(Self { source, rules, timing, known, asked, refreshes: Counter::default(), failures: Counter::default() });
        jwks.refresh().await;
        let weak = Arc::downgrade(&jwks);
        tokio::spawn(async move {
            let mut pause = timing.refresh;
            loop {
                sleep(pause).await;
                let Some(jwks) = weak.upgrade() else { return };
                pause = if jwks.refresh().await { timing.refresh } else { timing.pause.min(timing.refresh) };
            }
        });
        jwks
    }

    /// Whether there are keys that may be used.
    pub fn has_keys(&self) -> bool {
        self.usable().is_some()
    }

    /// How old the keys are.
    pub fn age(&self) -> Option<Duration> {
        self.known().fetched.map(|fetched| fetched.elapsed())
    }

    /// The key that a token says it was signed with.
    ///
    /// # Errors
    /// `UNAUTHENTICATED` when there is no such key, `UNAVAILABLE` when that cannot be told because the source does not answer.
    pub(super) async fn key(self: &Arc<Self>, header: &Header) -> Result<Arc<VerifyingKey>, Error> {
        let seen = self.known().fetched;
        if let Some(key) = self.find(header) {
            return Ok(key);
        }
        self.refresh_since(seen).await;
        if let Some(key) = self.find(header) {
            return Ok(key);
        }
        if self.known().last_failed || !self.has_keys() {
            return Err(
                Refusal::new(Code::Unavailable, "The keys that tokens are signed with cannot be fetched at the moment. Try again shortly.").into()
            );
        }
        Err(unauthenticated("The token is signed with a key that this server does not know."))
    }

    fn known(&self) -> Known {
        self.known.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn usable(&self) -> Option<Arc<KeySet>> {
        let known = self.known();
        known.keys.filter(|_| known.fetched.is_some_and(|fetched| fetched.elapsed() < self.timing.stale))
    }

    fn find(&self, header: &Header) -> Option<Arc<VerifyingKey>> {
        self.usable()?.find(header).map(Arc::clone)
    }

    /// Fetches the keys for a token that needs newer ones than it has seen: one fetch for all that wait, and not too often.
    async fn refresh_since(self: &Arc<Self>, seen: Option<Instant>) {
        let mut asked = self.asked.lock().await;
        let is_newer = self.known().fetched != seen;
        if is_newer || asked.is_some_and(|asked| asked.elapsed() < self.timing.pause) {
            return;
        }
        *asked = Some(Instant::now());
        // In a task of its own: a client that goes away must not keep others from the keys.
        let this = Arc::clone(self);
        let _ = tokio::spawn(async move { this.refresh().await }).await;
    }

    /// Fetches the keys; says whether it did.
    async fn refresh(&self) -> bool {
        let fetched = match timeout(self.timing.timeout, self.source.fetch()).await {
            Ok(text) => text.and_then(|text| KeySet::parse(&text, &self.rules)),
            Err(_) => Err(format!("it did not answer in {:?}", self.timing.timeout)),
        };
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        match fetched {
            Ok(keys) => {
                *known = Known { keys: Some(Arc::new(keys)), fetched: Some(Instant::now()), last_failed: false };
                self.refreshes.inc();
                true
            }
            Err(cause) => {
                known.last_failed = true;
                self.failures.inc();
                tracing::warn!(source = %self.source, %cause, "the keys of tokens could not be fetched");
                false
            }
        }
    }
}

impl JwksSource {
    async fn fetch(&self) -> Result<Vec<u8>, String> {
        match self {
            Self::File(path) => {
                let size = tokio::fs::metadata(path).await.map_err(|error| error.to_string())?.len();
                let fits = usize::try_from(size).is_ok_and(|size| size <= MAX_BYTES);
                if fits { tokio::fs::read(path).await.map_err(|error| error.to_string()) } else { Err(too_large()) }
            }
            Self::Url { client, url } => {
                let response = client.get(url.clone()).header("accept", "application/json").send().await;
                let mut response = response.and_then(reqwest::Response::error_for_status).map_err(|error| error.without_url().to_string())?;
                let mut text = Vec::new();
                while let Some(chunk) = response.chunk().await.map_err(|error| error.without_url().to_string())? {
                    if text.len() + chunk.len() > MAX_BYTES {
                        return Err(too_large());
                    }
                    text.extend_from_slice(&chunk);
                }
                Ok(text)
            }
        }
    }
}

fn too_large() -> String {
    format!("it has more than {MAX_BYTES} bytes")
}

impl std::fmt::Display for JwksSource {
    /// Without what an address may hold of secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Url { url, .. } => write!(f, "{}{}", url.origin().ascii_serialization(), url.path()),
        }
    }
}
