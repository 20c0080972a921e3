//! The stage of the demo: a clock that is set by hand, ids that are always the same, and chance that is none.
use crate::{
    domain::{error::Error, id::CompanyId, refusal::Code},
    service::{
        self, Caller, Hub, Request,
        company::CompanyInput,
        find_or_create::{Evidence, Found, find_or_create},
        hub::{Clock, IdSource},
        relationship::{NewRelationship, relate},
        revenue::{EntryInput, record},
    },
    store::database::Database,
};
use chrono::{DateTime, Duration, TimeZone, Utc};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
};
use uuid::Uuid;

/// How many months the demo's story lasts.
pub const MONTHS: u32 = 24;

/// Where and when the demo plays.
pub struct Stage {
    /// The application, with the demo's clock and ids.
    pub hub: Arc<Hub>,
    now: Arc<AtomicI64>,
    chance: Mutex<StdRng>,
}

impl Stage {
    /// A stage at the beginning of the story; the same seed gives the same ids and the same chance.
    pub fn new(database: Database, seed: u64) -> Self {
        let now = Arc::new(AtomicI64::new(month_start(0).timestamp_micros()));
        let ids = Mutex::new((StdRng::seed_from_u64(seed), 0_u16));
        let (clock, time) = (Arc::clone(&now), Arc::clone(&now));
        let id_source = IdSource::new(move || {
            let mut ids = ids.lock().unwrap_or_else(PoisonError::into_inner);
            ids.1 = ids.1.wrapping_add(1) & 0x0fff;
            let millis = time.load(Ordering::Relaxed).unsigned_abs() / 1_000;
            uuid_v7(millis, ids.1, ids.0.random())
        });
        let hub = Hub::new(database, Clock::new(move || at_micros(clock.load(Ordering::Relaxed))), id_source);
        Self { hub, now, chance: Mutex::new(StdRng::seed_from_u64(seed ^ 0x5eed)) }
    }

    /// Makes a company, if it is not there.
    pub async fn open(&self, id: CompanyId, input: &CompanyInput<'_>) -> Result<(), Error> {
        if !service::company::exists(&self.hub, id).await? {
            service::company::add(&self.hub, id, input).await?;
        }
        Ok(())
    }

    /// Relates two parties, if they are not related in this way.
    pub async fn relate(&self, company: CompanyId, relationship: NewRelationship) -> Result<(), Error> {
        unless_made(relate(&self.request(company, "maria.keller"), relationship).await, Code::RelationshipExists)
    }

    /// Sets the clock to a day of a month of the story, counted from zero.
    pub fn set_time(&self, month: u32, day: i64, hour: i64) -> DateTime<Utc> {
        let time = month_start(month) + Duration::days(day) + Duration::hours(hour);
        self.now.store(time.timestamp_micros(), Ordering::Relaxed);
        time
    }

    /// A request of an engine or of a person in the demo company.
    pub fn request(&self, company: CompanyId, subject: &str) -> Request {
        Request::new(Arc::clone(&self.hub), Caller::unrestricted(company, subject))
    }

    /// Finds or creates, and fails when an item of the demo's own is refused.
    pub async fn bring_in(&self, company: CompanyId, subject: &str, items: &[Evidence]) -> Result<Vec<Found>, Error> {
        let outcomes = find_or_create(&self.request(company, subject), items).await?;
        outcomes.into_iter().map(|outcome| outcome.map_err(Error::Refused)).collect()
    }

    /// As [`Self::bring_in`], each item by the engine whose record it is; the answers are in the order of the items.
    pub async fn bring_in_by_engine(&self, company: CompanyId, items: &[Evidence]) -> Result<Vec<Found>, Error> {
        let mut of_engines: BTreeMap<&str, (Vec<usize>, Vec<Evidence>)> = BTreeMap::new();
        for (place, item) in items.iter().enumerate() {
            let (places, items) = of_engines.entry(item.source.as_ref().map_or("crm", |record| &record.system)).or_default();
            places.push(place);
            items.push(item.clone());
        }
        let mut found = BTreeMap::new();
        for (engine, (places, items)) in of_engines {
            found.extend(places.into_iter().zip(self.bring_in(company, &format!("engine:{engine}"), &items).await?));
        }
        Ok(found.into_values().collect())
    }

    /// Records entries, each by the engine whose record it is.
    pub async fn record(&self, company: CompanyId, entries: &[EntryInput]) -> Result<(), Error> {
        let mut of_engines: BTreeMap<&str, Vec<EntryInput>> = BTreeMap::new();
        for entry in entries {
            of_engines.entry(&entry.source.system).or_default().push(entry.clone());
        }
        for (engine, entries) in of_engines {
            record(&self.request(company, &format!("engine:{engine}")), &entries).await?;
        }
        Ok(())
    }

    /// Asks chance.
    pub fn chance<T>(&self, ask: impl FnOnce(&mut StdRng) -> T) -> T {
        ask(&mut self.chance.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Lets the refusal of a change pass that was made before: loading may be taken up again. As parties are deactivated last, what a
/// deactivated one refuses was made before too.
pub fn unless_made<T>(result: Result<T, Error>, refusal: Code) -> Result<(), Error> {
    match result {
        Err(error) if ![refusal, Code::PartyInactive].contains(&error.code()) => Err(error),
        _ => Ok(()),
    }
}

/// The first moment of a month of the story: it begins in November 2024.
pub fn month_start(month: u32) -> DateTime<Utc> {
    let months = 10 + month;
    let year = 2024 + i32::try_from(months / 12).unwrap_or_default();
    Utc.with_ymd_and_hms(year, months % 12 + 1, 1, 0, 0, 0).single().unwrap_or_default()
}

fn at_micros(micros: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(micros).unwrap_or_default()
}

/// A UUIDv7 (RFC 9562) of a time, a counter that keeps ids of one millisecond in order, and random bits.
fn uuid_v7(millis: u64, counter: u16, random: u64) -> Uuid {
    let high = u128::from(millis & 0xffff_ffff_ffff) << 80 | 0x7 << 76 | u128::from(counter & 0x0fff) << 64;
    Uuid::from_u128(high | 0b10 << 62 | u128::from(random >> 2))
}
