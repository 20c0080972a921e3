//! One change: a transaction, its time and actor, and the events that are written with it.
use super::{
    bell::Bell,
    hub::{Hub, IdSource},
};
use crate::{
    domain::{
        company::Company,
        error::Error,
        event::{EventType, NewEvent},
        id::PartyId,
    },
    store::{self, tenant::TenantTx},
};
use chrono::{DateTime, Utc};
use std::{collections::HashMap, sync::Arc};
use uuid::Uuid;

/// A change in progress. Nothing of it stays unless [`Change::commit`] succeeds.
pub struct Change {
    tx: TenantTx,
    ids: IdSource,
    bell: Bell,
    events: Vec<NewEvent>,
    /// The company that is changed.
    pub company: Arc<Company>,
    /// When the change happens; one time for everything in it.
    pub at: DateTime<Utc>,
    /// Who changes.
    pub actor: String,
}

impl Change {
    pub(super) fn new(tx: TenantTx, hub: &Hub, company: Arc<Company>, actor: String) -> Self {
        Self { tx, ids: hub.ids.clone(), bell: hub.bell.clone(), events: Vec::new(), company, at: hub.clock.now(), actor }
    }

    /// The transaction, for the store.
    pub fn tx(&self) -> &TenantTx {
        &self.tx
    }

    /// A fresh id.
    pub fn id<I: From<Uuid>>(&self) -> I {
        self.ids.next()
    }

    /// Notes what happened; it is written in the same transaction.
    pub fn record(&mut self, event_type: EventType, party: impl Into<Option<PartyId>>, payload: serde_json::Value) {
        self.events.push(NewEvent { event_type, party: party.into(), payload });
    }

    /// Makes one event of the registration of a record and its link, which then says that the record is new: half of what millions of records
    /// write into the log that somebody follows.
    pub(super) fn tell_registrations_with_links(&mut self) {
        let mut linked: HashMap<String, usize> = HashMap::new();
        for (place, event) in self.events.iter().enumerate().filter(|(_, event)| event.event_type == EventType::LinkCreated) {
            linked.extend(event.payload["source"].as_str().map(|source| (source.to_owned(), place)));
        }
        let is_told = |event: &NewEvent| {
            let source = event.payload["source"].as_str().filter(|_| event.event_type == EventType::SourceRecordRegistered);
            source.filter(|_| event.payload["created"] == true).and_then(|source| linked.get(source)).copied()
        };
        let told: Vec<Option<usize>> = self.events.iter().map(is_told).collect();
        for place in told.iter().flatten() {
            self.events[*place].payload["created"] = true.into();
        }
        let mut told = told.into_iter();
        self.events.retain(|_| told.next().flatten().is_none());
    }

    /// Forgets the events of a change that is only tried and will be dropped.
    pub(super) fn forget_events(&mut self) {
        self.events.clear();
    }

    /// As [`Self::commit`], and keeps what was noted about the change itself when nothing happened to parties.
    ///
    /// # Errors
    /// `Unavailable` when the database went away.
    pub(super) async fn commit_notes(self) -> Result<(), Error> {
        if self.events.is_empty() {
            return self.tx.commit().await;
        }
        self.commit().await
    }

    /// Whether nothing happened yet.
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// Writes the events and makes everything durable and visible. A change without events has changed nothing and is dropped.
    ///
    /// # Errors
    /// `Unavailable` when the database went away.
    pub async fn commit(self) -> Result<(), Error> {
        if self.events.is_empty() {
            return Ok(());
        }
        store::event::append(&self.tx, &self.actor, self.at, self.events).await?;
        let company = self.tx.company();
        self.tx.commit().await?;
        self.bell.ring(company);
        Ok(())
    }
}
