//! Loaders: what many objects of one answer ask for is read with one statement.
use super::{Error, Session};
use ::dataloader::{BatchFn, cached};
use futures_util::future::BoxFuture;
use std::{collections::HashMap, fmt::Debug, hash::Hash, sync::Arc};

/// As many keys as a request may have go into one batch.
const MAX_BATCH: usize = 100_000;

/// How often a loader is asked again after the request that led its batch was dropped.
const ATTEMPTS: usize = 3;

type Fetched<K, V> = BoxFuture<'static, Result<HashMap<K, Vec<V>>, Error>>;

struct Fetch<K, V> {
    session: Arc<Session>,
    fetch: fn(Arc<Session>, Vec<K>) -> Fetched<K, V>,
}

impl<K: Eq + Hash + Clone, V> BatchFn<K, Result<Vec<V>, Error>> for Fetch<K, V> {
    async fn load(&mut self, keys: &[K]) -> HashMap<K, Result<Vec<V>, Error>> {
        match (self.fetch)(Arc::clone(&self.session), keys.to_vec()).await {
            Ok(mut found) => keys.iter().map(|key| (key.clone(), Ok(found.remove(key).unwrap_or_default()))).collect(),
            Err(error) => keys.iter().map(|key| (key.clone(), Err(error.clone()))).collect(),
        }
    }
}

/// The rows of some keys, each key at most once a request.
pub struct Rows<K: Eq + Hash + Clone + Debug, V: Clone>(cached::Loader<K, Result<Vec<V>, Error>, Fetch<K, V>>);

impl<K: Eq + Hash + Clone + Debug + Send + Sync, V: Clone + Send + Sync> Rows<K, V> {
    /// A loader that has read nothing yet.
    pub fn new(session: &Arc<Session>, fetch: fn(Arc<Session>, Vec<K>) -> Fetched<K, V>) -> Self {
        Self(cached::Loader::new(Fetch { session: Arc::clone(session), fetch }).with_max_batch_size(MAX_BATCH))
    }

    /// The rows of all of the keys, in the order of the keys.
    ///
    /// # Errors
    /// What the batch failed with.
    pub async fn of(&self, keys: &[K]) -> Result<Vec<V>, Error> {
        for _ in 0..ATTEMPTS {
            // A key is missing only when the future that ran the batch was dropped before it ended.
            let Ok(mut found) = self.0.try_load_many(keys.to_vec()).await else { continue };
            let rows: Result<Vec<Vec<V>>, Error> = keys.iter().filter_map(|key| found.remove(key)).collect();
            return Ok(rows?.into_iter().flatten().collect());
        }
        Err(Error::Internal("a batch was cancelled again and again".to_owned()))
    }

    /// The row of a key, if there is one.
    ///
    /// # Errors
    /// What the batch failed with.
    pub async fn one(&self, key: K) -> Result<Option<V>, Error> {
        Ok(self.of(&[key]).await?.into_iter().next())
    }
}

/// Puts rows under their keys.
pub fn grouped<K: Eq + Hash, V>(rows: Vec<V>, key: impl Fn(&V) -> Option<K>) -> HashMap<K, Vec<V>> {
    let mut groups: HashMap<K, Vec<V>> = HashMap::new();
    for row in rows {
        if let Some(key) = key(&row) {
            groups.entry(key).or_default().push(row);
        }
    }
    groups
}
