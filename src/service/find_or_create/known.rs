//! What the database knows of the evidence of all items, in one statement however many items there are.
use super::Item;
use crate::{
    domain::{code::SourceKey, error::Error, id::PartyId, identifier::Identifier, party::Party},
    service::{Change, creation::words_of},
    store::{
        self,
        evidence::{Clue, Evidence},
    },
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
    /// Those words of the items' names that names have already.
    pub words: BTreeSet<String>,
}

impl Known {
    /// Looks everything up, in one statement.
    pub async fn look_up(change: &Change, items: impl Iterator<Item = &Item>) -> Result<Self, Error> {
        let mut evidence = Evidence::default();
        let mut named = BTreeSet::new();
        for item in items {
            named.extend(item.party);
            evidence.sources.extend(item.source.iter().map(|record| record.key.clone()));
            evidence.identifiers.extend(item.draft.identifiers.iter().cloned());
            evidence.emails.extend(item.draft.email.iter().map(|email| email.key().to_owned()));
            evidence.words.extend(words_of(&item.draft.names));
        }
        let found = store::evidence::look_up(change.tx(), evidence).await?;
        let mut known = Self {
            links: HashMap::new(),
            identifiers: HashMap::new(),
            emails: HashMap::new(),
            shared_emails: HashSet::new(),
            parties: HashMap::new(),
            words: found.words,
        };
        for (clue, party) in found.parties {
            known.learn(clue, party);
        }
        let named = store::party::resolve(change.tx(), &named.into_iter().collect::<Vec<_>>()).await?;
        known.parties.extend(named.into_values().map(|party| (party.id, party)));
        Ok(known)
    }

    /// An address identifies a party where it is verified or primary, and not marked as shared.
    fn learn(&mut self, clue: Clue, party: Party) {
        match clue {
            Clue::Source(key) => drop(self.links.insert(key, party.id)),
            Clue::Identifier(scheme, value) => drop(self.identifiers.insert((scheme, value), party.id)),
            Clue::Email { key, is_shared: true, .. } => drop(self.shared_emails.insert(key)),
            Clue::Email { key, is_sure: true, .. } => drop(self.emails.entry(key).or_default().insert(party.id)),
            Clue::Email { .. } => return,
        }
        self.parties.insert(party.id, party);
    }
}
