//! The bell: wakes those who follow a company's log when it has grown, in this process and in the others.
//!
//! It only says that there is something to read. Followers read the log itself, and look at times without being woken, so a wake-up
//! that is lost costs a few seconds and never an event.
use crate::{
    domain::id::CompanyId,
    store::{database::Database, notice::Listener},
};
use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::Duration,
};
use tokio::{sync::watch, task::JoinHandle};

/// Changes of this long are told to the other processes in one notice.
const GATHERING: Duration = Duration::from_millis(10);
/// The pause before a listener that could not be opened is tried again.
const PAUSE: Duration = Duration::from_secs(1);

/// Wakes followers. Its copies are one bell.
#[derive(Clone)]
pub struct Bell {
    database: Database,
    rooms: Arc<Rooms>,
    untold: Arc<Mutex<BTreeSet<CompanyId>>>,
    listening: Arc<OnceLock<Listening>>,
}

/// The followers of each company that has any.
#[derive(Default)]
struct Rooms(Mutex<HashMap<CompanyId, watch::Sender<()>>>);

/// The task that hears the other processes; it ends with the bell.
struct Listening(JoinHandle<()>);

impl Drop for Listening {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Bell {
    /// A bell that nobody waits for yet.
    pub fn new(database: Database) -> Self {
        Self { database, rooms: Arc::default(), untold: Arc::default(), listening: Arc::default() }
    }

    /// Says that a company's log has grown. Call it when the change is committed.
    pub fn ring(&self, company: CompanyId) {
        self.rooms.wake(&[company]);
        if self.database.is_sqlite() {
            return;
        }
        let mut untold = self.untold.lock().unwrap_or_else(PoisonError::into_inner);
        let is_first = untold.is_empty();
        untold.insert(company);
        if is_first {
            tokio::spawn(tell(self.database.clone(), Arc::clone(&self.untold)));
        }
    }

    /// Waits in a company's room: the receiver changes whenever the company's log has grown.
    pub fn wait_for(&self, company: CompanyId) -> watch::Receiver<()> {
        if !self.database.is_sqlite() {
            self.listening.get_or_init(|| Listening(tokio::spawn(hear(self.database.clone(), Arc::clone(&self.rooms)))));
        }
        self.rooms.enter(company)
    }
}

impl Rooms {
    fn enter(&self, company: CompanyId) -> watch::Receiver<()> {
        let mut rooms = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        rooms.retain(|_, room| room.receiver_count() > 0);
        rooms.entry(company).or_insert_with(|| watch::channel(()).0).subscribe()
    }

    fn wake(&self, companies: &[CompanyId]) {
        let rooms = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        companies.iter().filter_map(|company| rooms.get(company)).for_each(|room| room.send_modify(|()| {}));
    }

    fn wake_all(&self) {
        let rooms = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        rooms.values().for_each(|room| room.send_modify(|()| {}));
    }
}

/// Tells the other processes of all that changed within a moment.
async fn tell(database: Database, untold: Arc<Mutex<BTreeSet<CompanyId>>>) {
    tokio::time::sleep(GATHERING).await;
    let companies: Vec<CompanyId> = std::mem::take(&mut *untold.lock().unwrap_or_else(PoisonError::into_inner)).into_iter().collect();
    if let Err(error) = database.notify(&companies).await {
        tracing::debug!(%error, "other processes were not woken; they will look by themselves");
    }
}

/// Wakes this process's followers when another process has changed something.
async fn hear(database: Database, rooms: Arc<Rooms>) {
    loop {
        match database.listen().await {
            Ok(Some(mut listener)) => hear_until_broken(&mut listener, &rooms).await,
            Ok(None) => return,
            Err(error) => tracing::warn!(%error, "the database cannot be listened to; followers look every few seconds meanwhile"),
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn hear_until_broken(listener: &mut Listener, rooms: &Rooms) {
    loop {
        match listener.next().await {
            Ok(Some(companies)) => rooms.wake(&companies),
            // The connection was lost and is back: what was told in between is not known.
            Ok(None) => rooms.wake_all(),
            Err(_) => return rooms.wake_all(),
        }
    }
}
