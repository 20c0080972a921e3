//! What every request shares: the database, the clock, the source of ids and what is known of companies.
use super::bell::Bell;
use crate::{
    domain::{
        company::Company,
        error::Error,
        id::CompanyId,
        refusal::{Code, Refusal},
    },
    store::{self, database::Database, tenant::TenantTx},
};
use chrono::{DateTime, SubsecRound, Utc};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use uuid::Uuid;

/// For how long a company's settings may be remembered after a change elsewhere.
const COMPANY_LIFETIME: Duration = Duration::from_secs(60);

/// For how long the number of a company's parties is remembered.
const POPULATION_LIFETIME: Duration = Duration::from_secs(600);

/// Parties that are counted at the most.
const MAX_POPULATION: u64 = 1_000_000;

/// Tells the time; passed in so that tests and the demo data can hold it still.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>);

impl Clock {
    /// A clock that asks a function.
    pub fn new(now: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The time in UTC, in whole microseconds as both databases keep it.
    pub fn now(&self) -> DateTime<Utc> {
        (self.0)().trunc_subsecs(6)
    }
}

/// Makes ids; passed in so that the demo data gets the same ones each time.
#[derive(Clone)]
pub struct IdSource(Arc<dyn Fn() -> Uuid + Send + Sync>);

impl IdSource {
    /// A source that asks a function.
    pub fn new(next: impl Fn() -> Uuid + Send + Sync + 'static) -> Self {
        Self(Arc::new(next))
    }

    /// A fresh id.
    pub fn next<I: From<Uuid>>(&self) -> I {
        (self.0)().into()
    }
}

/// A company, and since when it is remembered.
type Remembered = (DateTime<Utc>, Arc<Company>);

/// The application behind every front door.
pub struct Hub {
    /// The pools.
    pub database: Database,
    /// The clock.
    pub clock: Clock,
    /// The source of ids.
    pub ids: IdSource,
    /// Wakes those who follow what changes.
    pub bell: Bell,
    companies: Mutex<HashMap<CompanyId, Remembered>>,
    populations: Mutex<HashMap<CompanyId, (DateTime<Utc>, u32)>>,
}

impl Hub {
    /// An application on a database.
    pub fn new(database: Database, clock: Clock, ids: IdSource) -> Arc<Self> {
        let bell = Bell::new(database.clone());
        Arc::new(Self { database, clock, ids, bell, companies: Mutex::default(), populations: Mutex::default() })
    }

    /// The caller's company, remembered for a minute.
    ///
    /// # Errors
    /// `COMPANY_UNKNOWN` when the token names a company that is not in the database.
    pub(super) async fn company(&self, tx: &TenantTx) -> Result<Arc<Company>, Error> {
        let now = self.clock.now();
        let known = self.companies.lock().unwrap_or_else(PoisonError::into_inner).get(&tx.company()).cloned();
        if let Some((since, company)) = known
            && (now - since).to_std().is_ok_and(|age| age < COMPANY_LIFETIME)
        {
            return Ok(company);
        }
        let company = store::company::find(tx).await?.ok_or_else(|| {
            Refusal::new(
                Code::CompanyUnknown,
                "Your token names a company that does not exist here. Ask the operator to create it with `party company add`.",
            )
        })?;
        let company = Arc::new(company);
        self.companies.lock().unwrap_or_else(PoisonError::into_inner).insert(tx.company(), (now, Arc::clone(&company)));
        Ok(company)
    }

    /// How many parties the company has, as counted within the last ten minutes: only its magnitude matters.
    pub(super) async fn population(&self, tx: &TenantTx) -> Result<u32, Error> {
        let now = self.clock.now();
        let known = self.populations.lock().unwrap_or_else(PoisonError::into_inner).get(&tx.company()).copied();
        if let Some((since, count)) = known
            && (now - since).to_std().is_ok_and(|age| age < POPULATION_LIFETIME)
        {
            return Ok(count);
        }
        let count = u32::try_from(store::party::count(tx, MAX_POPULATION).await?).unwrap_or(u32::MAX);
        self.populations.lock().unwrap_or_else(PoisonError::into_inner).insert(tx.company(), (now, count));
        Ok(count)
    }
}
