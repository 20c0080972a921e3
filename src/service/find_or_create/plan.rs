//! Deciding, without touching the database, which party each item goes to.
use super::{
    FoundBy, Item, item,
    known::{IdentifierKey, Known, identifier_key},
};
use crate::domain::{
    code::SourceKey,
    draft::PartyDraft,
    id::PartyId,
    refusal::{Code, Help, Refusal},
};
use std::collections::{BTreeSet, HashMap};

/// Which party an item goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// A party that is there.
    Known(PartyId),
    /// The party that is made of the draft with this index.
    New(usize),
}

/// An item that goes somewhere.
pub struct Placed {
    /// What the caller sent.
    pub item: Item,
    /// Where it goes.
    pub target: Target,
    /// By what the party was found; absent when this item makes it.
    pub by: Option<FoundBy>,
    /// What spoke for the party when all evidence together found it, and how probable that made it.
    pub evidence: Option<(serde_json::Value, f64)>,
}

/// What is to be done for all items.
pub struct Plan {
    /// The parties to make.
    pub drafts: Vec<PartyDraft>,
    /// Where each item goes, or why it goes nowhere.
    pub items: Vec<Result<Placed, Vec<Refusal>>>,
}

/// What leads where: what the database knows, and what the items before will have brought in.
struct Index {
    sources: HashMap<SourceKey, Target>,
    identifiers: HashMap<IdentifierKey, Target>,
    emails: HashMap<String, BTreeSet<Target>>,
}

impl Plan {
    /// Decides for each item in turn; an item also finds what an earlier one makes.
    pub fn make(known: &Known, items: Vec<Result<Item, Vec<Refusal>>>) -> Self {
        let mut index = Index {
            sources: known.links.iter().map(|(key, id)| (key.clone(), Target::Known(*id))).collect(),
            identifiers: known.identifiers.iter().map(|(key, id)| (key.clone(), Target::Known(*id))).collect(),
            emails: known.emails.iter().map(|(key, ids)| (key.clone(), ids.iter().map(|id| Target::Known(*id)).collect())).collect(),
        };
        let mut drafts = Vec::new();
        let items = items.into_iter().map(|item| index.place(known, item?, &mut drafts)).collect();
        Self { drafts, items }
    }
}

impl Index {
    fn place(&mut self, known: &Known, mut item: Item, drafts: &mut Vec<PartyDraft>) -> Result<Placed, Vec<Refusal>> {
        let (target, by) = match self.find(&item)? {
            Some((target, by)) => (target, Some(by)),
            None if !item.is_enough => return Err(vec![item::not_enough()]),
            None => {
                let draft = &mut item.draft;
                draft.email_is_shared = draft.email.as_ref().is_some_and(|email| known.shared_emails.contains(email.key()));
                drafts.push(draft.clone());
                let target = Target::New(drafts.len() - 1);
                self.learn(&item.draft, target);
                (target, None)
            }
        };
        if let Some(record) = &item.source {
            self.sources.entry(record.key.clone()).or_insert(target);
        }
        Ok(Placed { item, target, by, evidence: None })
    }

    fn find(&self, item: &Item) -> Result<Option<(Target, FoundBy)>, Vec<Refusal>> {
        if let Some(party) = item.party {
            return Ok(Some((Target::Known(party), FoundBy::SourceRecord)));
        }
        if let Some(target) = item.source.as_ref().and_then(|record| self.sources.get(&record.key)) {
            return Ok(Some((*target, FoundBy::SourceRecord)));
        }
        let identifiers = item.draft.identifiers.iter().filter_map(|identifier| self.identifiers.get(&identifier_key(identifier)));
        if let Some(target) = only(&identifiers.copied().collect(), "identifiers", "The identifiers belong to different parties.")? {
            return Ok(Some((target, FoundBy::Identifier)));
        }
        let Some(targets) = item.draft.email.as_ref().and_then(|email| self.emails.get(email.key())) else { return Ok(None) };
        let target = only(targets, "email", "The e-mail address belongs to several parties.")?;
        Ok(target.map(|target| (target, FoundBy::Email)))
    }

    fn learn(&mut self, draft: &PartyDraft, target: Target) {
        for identifier in &draft.identifiers {
            self.identifiers.insert(identifier_key(identifier), target);
        }
        if let Some(email) = draft.email.as_ref().filter(|_| !draft.email_is_shared) {
            self.emails.entry(email.key().to_owned()).or_default().insert(target);
        }
    }
}

/// The one party of several hints, if they agree.
fn only(targets: &BTreeSet<Target>, field: &str, what: &str) -> Result<Option<Target>, Vec<Refusal>> {
    if targets.len() < 2 {
        return Ok(targets.first().copied());
    }
    let known = targets.iter().filter_map(|target| match target {
        Target::Known(id) => Some(*id),
        Target::New(_) => None,
    });
    let message = format!("{what} Link the source record to the right one, or give better evidence.");
    Err(vec![Refusal::new(Code::AmbiguousMatch, message).at(field).with(Help::Candidates(known.collect()))])
}
