//! Loaders: what many objects of one answer ask for is fetched with one statement.
use crate::{
    domain::{
        channel::Channel,
        code::{RelationshipCode, RoleCode, SourceKey},
        contact_point::ContactPoint,
        distinct::DistinctAssertion,
        engine::Acknowledgement,
        error::Error,
        event::Event,
        id::{LinkId, MergeId, PartyId},
        identifier_record::PartyIdentifier,
        link::{Link, SourceRecord},
        merge::Merge,
        page::Page,
        party::Party,
        relationship::{Relationship, RelationshipType},
        revenue::PartyRevenue,
        role::{RoleHolding, RoleType},
        suggestion::Suggestions,
    },
    service::{self, Request, history::HistoryPage, revenue::PartyRevenueKey},
};
use ::dataloader::{BatchFn, cached};
use futures_util::future::BoxFuture;
use std::{collections::HashMap, fmt::Debug, hash::Hash, sync::Arc};

/// As many keys as a request may have go into one batch.
const MAX_BATCH: usize = 100_000;

/// How often a loader is asked again after the request that led its batch was dropped.
const ATTEMPTS: usize = 3;

type Fetched<K, V> = BoxFuture<'static, Result<HashMap<K, V>, Error>>;

struct Fetch<K, V> {
    request: Arc<Request>,
    fetch: fn(Arc<Request>, Vec<K>) -> Fetched<K, V>,
}

impl<K: Eq + Hash + Clone, V> BatchFn<K, Result<Option<V>, Error>> for Fetch<K, V> {
    async fn load(&mut self, keys: &[K]) -> HashMap<K, Result<Option<V>, Error>> {
        match (self.fetch)(Arc::clone(&self.request), keys.to_vec()).await {
            Ok(mut found) => keys.iter().map(|key| (key.clone(), Ok(found.remove(key)))).collect(),
            Err(error) => keys.iter().map(|key| (key.clone(), Err(error.clone()))).collect(),
        }
    }
}

/// One thing that can be loaded by key, each key at most once a request.
pub struct Batch<K: Eq + Hash + Clone + Debug, V: Clone>(cached::Loader<K, Result<Option<V>, Error>, Fetch<K, V>>);

impl<K: Eq + Hash + Clone + Debug + Send + Sync, V: Clone + Send + Sync> Batch<K, V> {
    fn new(request: &Arc<Request>, fetch: fn(Arc<Request>, Vec<K>) -> Fetched<K, V>) -> Self {
        Self(cached::Loader::new(Fetch { request: Arc::clone(request), fetch }).with_max_batch_size(MAX_BATCH))
    }

    /// Notes values that were read in another way, so that they are not asked for again.
    pub async fn prime(&self, values: impl IntoIterator<Item = (K, V)>) {
        self.0.prime_many(values.into_iter().map(|(key, value)| (key, Ok(Some(value))))).await;
    }

    /// The value of a key, if there is one.
    ///
    /// # Errors
    /// What the batch failed with.
    pub async fn load(&self, key: K) -> Result<Option<V>, Error> {
        for _ in 0..ATTEMPTS {
            // A key is missing only when the future that ran the batch was dropped before it ended.
            if let Ok(value) = self.0.try_load(key.clone()).await {
                return value;
            }
        }
        Err(Error::internal("a batch was cancelled again and again"))
    }
}

/// The loaders of one request.
pub struct Loaders {
    /// What an id leads to: the party, or the survivor of a merged one.
    pub parties: Batch<PartyId, Party>,
    /// The ids that were merged into a party.
    pub absorbed: Batch<PartyId, Vec<PartyId>>,
    /// The channels that the company has, by code.
    pub channels: Batch<(), Arc<Vec<Channel>>>,
    /// The relationship types that the company has.
    pub relationship_types: Batch<(), Arc<HashMap<RelationshipCode, RelationshipType>>>,
    /// The relationships of a party from either end, ended ones too.
    pub relationships: Batch<PartyId, Vec<Relationship>>,
    /// What a party's revenue adds up to, in each currency.
    pub revenue: Batch<PartyRevenueKey, Vec<PartyRevenue>>,
    /// The role types that the company has.
    pub role_types: Batch<(), Arc<HashMap<RoleCode, RoleType>>>,
    /// The roles that a party holds or held.
    pub roles: Batch<PartyId, Vec<RoleHolding>>,
    /// The current contact points of a party.
    pub contact_points: Batch<PartyId, Vec<ContactPoint>>,
    /// All contact points of a party, the ended ones too.
    pub contact_point_histories: Batch<PartyId, Vec<ContactPoint>>,
    /// The identifiers of a party.
    pub identifiers: Batch<PartyId, Vec<PartyIdentifier>>,
    /// A page of what happened to a party.
    pub histories: Batch<HistoryPage, Page<Event>>,
    /// What engines said of a merge.
    pub acknowledgements: Batch<MergeId, Vec<Acknowledgement>>,
    /// The assertions that a party is not the same as another.
    pub distinct: Batch<PartyId, Vec<DistinctAssertion>>,
    /// The merges of a party.
    pub merges: Batch<PartyId, Vec<Merge>>,
    /// The parties that are perhaps the same as a party.
    pub duplicates: Batch<PartyId, Suggestions>,
    /// What is registered of a source record.
    pub source_records: Batch<SourceKey, SourceRecord>,
    /// A link, active or ended.
    pub links: Batch<LinkId, Link>,
    /// The active link of a source record.
    pub active_links: Batch<SourceKey, Link>,
    /// All links of a source record, oldest first.
    pub record_links: Batch<SourceKey, Vec<Link>>,
    /// All links of a party, oldest first.
    pub party_links: Batch<PartyId, Vec<Link>>,
}

impl Loaders {
    /// Loaders that have loaded nothing yet.
    pub fn new(request: &Arc<Request>) -> Self {
        Self {
            parties: Batch::new(request, |request, ids| Box::pin(async move { service::party::resolve(&request, &ids).await })),
            absorbed: Batch::new(request, |request, ids| Box::pin(async move { service::party::absorbed(&request, &ids).await })),
            channels: Batch::new(request, |request, _| Box::pin(async move { channels(&request).await })),
            relationship_types: Batch::new(request, |request, _| Box::pin(async move { relationship_types(&request).await })),
            relationships: Batch::new(request, |request, ids| Box::pin(async move { service::relationship::of_parties(&request, &ids).await })),
            revenue: Batch::new(request, |request, keys| Box::pin(async move { service::revenue::of_parties(&request, &keys).await })),
            role_types: Batch::new(request, |request, _| Box::pin(async move { role_types(&request).await })),
            roles: Batch::new(request, |request, ids| Box::pin(async move { service::role::of_parties(&request, &ids).await })),
            contact_points: Batch::new(request, |request, ids| Box::pin(async move { service::contact_point::of_parties(&request, &ids).await })),
            contact_point_histories: Batch::new(request, |request, ids| {
                Box::pin(async move { service::contact_point::history_of_parties(&request, &ids).await })
            }),
            identifiers: Batch::new(request, |request, ids| Box::pin(async move { service::identifier::of_parties(&request, &ids).await })),
            histories: Batch::new(request, |request, pages| Box::pin(async move { service::history::pages(&request, &pages).await })),
            acknowledgements: Batch::new(request, |request, ids| Box::pin(async move { service::engine::acknowledgements(&request, &ids).await })),
            distinct: Batch::new(request, |request, ids| Box::pin(async move { service::distinct::of_parties(&request, &ids).await })),
            merges: Batch::new(request, |request, ids| Box::pin(async move { service::merge::of_parties(&request, &ids).await })),
            duplicates: Batch::new(request, |request, ids| Box::pin(async move { service::suggestion::of_parties(&request, &ids).await })),
            source_records: Batch::new(request, |request, keys| Box::pin(async move { service::source_record::find(&request, &keys).await })),
            links: Batch::new(request, |request, ids| Box::pin(async move { service::link::find(&request, &ids).await })),
            active_links: Batch::new(request, |request, keys| Box::pin(async move { service::link::active(&request, &keys).await })),
            record_links: Batch::new(request, |request, keys| Box::pin(async move { service::link::of_records(&request, &keys).await })),
            party_links: Batch::new(request, |request, ids| Box::pin(async move { service::link::of_parties(&request, &ids).await })),
        }
    }
}

async fn channels(request: &Request) -> Result<HashMap<(), Arc<Vec<Channel>>>, Error> {
    Ok(HashMap::from([((), Arc::new(service::channel::all(request).await?))]))
}

async fn relationship_types(request: &Request) -> Result<HashMap<(), Arc<HashMap<RelationshipCode, RelationshipType>>>, Error> {
    let types = service::relationship::types(request).await?;
    Ok(HashMap::from([((), Arc::new(types.into_iter().map(|known| (known.code.clone(), known)).collect()))]))
}

async fn role_types(request: &Request) -> Result<HashMap<(), Arc<HashMap<RoleCode, RoleType>>>, Error> {
    let types = service::role_type::all(request).await?;
    Ok(HashMap::from([((), Arc::new(types.into_iter().map(|known| (known.code.clone(), known)).collect()))]))
}
