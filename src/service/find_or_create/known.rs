//! What the database knows of the evidence of all items, in a handful of statements however many items there are.
use super::Item;
use crate::{
    domain::{code::SourceKey, error::Error, id::PartyId, identifier::Identifier, kind::ContactKind, party::Party},
    service::Change,
    store,
};
use std::collections::{BTreeSet, HashMap, HashSet};

/// Scheme and value of an identifier.
pub type IdentifierKey = (String, String);

/// The key under which an identifier is looked up.
pub fn identifier_key(identifier: &Identifier) -> IdentifierKey {
    (identifier.scheme().as_str().to_owned(), identifier.value().to_owned())
}

/// What the evidence leads to. All ids are those of survivors.
pub struct Known {
    /// The parties of actively linked records.
    pub links: HashMap<SourceKey, PartyId>,
    /// The parties of identifiers.
    pub identifiers: HashMap<IdentifierKey, PartyId>,
    /// The parties of e-mail addresses that identify.
    pub emails: HashMap<String, BTreeSet<PartyId>>,
    /// The e-mail addresses that several people share.
    pub shared_emails: HashSet<String>,
    /// The parties themselves.
    pub parties: HashMap<PartyId, Party>,
}

impl Known {
    /// Looks everything up.
    pub async fn look_up(change: &Change, items: impl Iterator<Item = &Item>) -> Result<Self, Error> {
        let (mut sources, mut identifiers, mut emails) = (BTreeSet::new(), Vec::new(), BTreeSet::new());
        for item in items {
            sources.extend(item.source.iter().map(|record| record.key.clone()));
            identifiers.extend(item.draft.identifiers.iter().cloned());
            emails.extend(item.draft.email.iter().map(|email| email.key().to_owned()));
        }
        let sources: Vec<SourceKey> = sources.into_iter().collect();
        let tx = change.tx();
        let mut known = Self {
            links: store::link::active(tx, &sources).await?.into_iter().map(|(key, link)| (key, link.party)).collect(),
            identifiers: HashMap::new(),
            emails: HashMap::new(),
            shared_emails: HashSet::new(),
            parties: HashMap::new(),
        };
        for taken in store::identifier::taken(tx, &identifiers).await? {
            known.identifiers.insert(identifier_key(&taken.identifier), taken.party);
        }
        known.look_up_emails(change, &emails.into_iter().collect::<Vec<_>>()).await?;
        known.resolve(change).await?;
        Ok(known)
    }

    /// An address identifies a party where it is verified or primary, and not marked as shared.
    async fn look_up_emails(&mut self, change: &Change, emails: &[String]) -> Result<(), Error> {
        if emails.is_empty() {
            return Ok(());
        }
        for point in store::contact_point::by_keys(change.tx(), ContactKind::Email, emails).await? {
            if point.is_shared {
                self.shared_emails.insert(point.key);
            } else if point.is_primary || point.verified_at.is_some() {
                self.emails.entry(point.key).or_default().insert(point.party);
            }
        }
        Ok(())
    }

    /// Loads the parties and replaces merged ids by their survivors.
    async fn resolve(&mut self, change: &Change) -> Result<(), Error> {
        let found = self.links.values().chain(self.identifiers.values()).chain(self.emails.values().flatten());
        let ids: Vec<PartyId> = found.copied().collect::<BTreeSet<_>>().into_iter().collect();
        let resolved = store::party::resolve(change.tx(), &ids).await?;
        let canonical = |id: &PartyId| resolved.get(id).map_or(*id, |party| party.id);
        self.links.values_mut().chain(self.identifiers.values_mut()).for_each(|id| *id = canonical(id));
        for ids in self.emails.values_mut() {
            *ids = ids.iter().map(canonical).collect();
        }
        self.parties = resolved.into_values().map(|party| (party.id, party)).collect();
        Ok(())
    }
}
