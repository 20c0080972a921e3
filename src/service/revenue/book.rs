//! What becomes of each entry of a call: recorded, known already, or refused.
use super::draft::{Draft, PartyRef, positive};
use crate::domain::{
    code::{ChannelCode, SourceKey},
    error::{Error, Refusals},
    id::PartyId,
    kind::Direction,
    link::Link,
    money::Money,
    refusal::{Code, Refusal},
    revenue::RevenueEntry,
};
use chrono::{DateTime, Utc};
use std::collections::{HashMap, HashSet};

/// What the database knows of what a call names, read while the parties are held.
pub(super) struct Known {
    /// The entries that are recorded, of the call's own keys and of those that it reverses.
    pub entries: HashMap<SourceKey, RevenueEntry>,
    /// How much of them was taken back, in minor units.
    pub taken_back: HashMap<SourceKey, i64>,
    /// All links of the records that name a party, ended ones too.
    pub links: HashMap<SourceKey, Vec<Link>>,
    /// What party ids lead to: themselves or a survivor.
    pub parties: HashMap<PartyId, PartyId>,
    /// The channels of the catalogue.
    pub channels: HashSet<ChannelCode>,
}

/// Who records, and when.
pub(super) struct Recorder<'k> {
    /// As entries and events name them.
    pub actor: &'k str,
    /// The time of the call.
    pub at: DateTime<Utc>,
    /// Whether refusals may tell amounts that were recorded before.
    pub sees_amounts: bool,
}

/// The books while the entries of one call are entered.
pub(super) struct Book<'k> {
    known: &'k mut Known,
    by: Recorder<'k>,
    /// The entries to add.
    pub added: Vec<RevenueEntry>,
    /// How many entries were recorded before.
    pub unchanged: usize,
}

impl<'k> Book<'k> {
    /// Books to which nothing was added yet.
    pub fn new(known: &'k mut Known, by: Recorder<'k>) -> Self {
        Self { known, by, added: Vec::new(), unchanged: 0 }
    }

    /// Enters one draft.
    ///
    /// # Errors
    /// Why it is refused, with the place in the entry.
    pub fn enter(&mut self, draft: &Draft) -> Result<(), Error> {
        if let Some(before) = self.known.entries.get(&draft.key) {
            return match self.is_same(draft, before)? {
                true => {
                    self.unchanged += 1;
                    Ok(())
                }
                false => Err(conflict(draft).into()),
            };
        }
        let entry = match &draft.reverses {
            None => self.fact(draft)?,
            Some(original) => self.reversal(draft, original)?,
        };
        if let Some(original) = &entry.reverses {
            // The amount is negative, and no more than what was left of an amount that fits.
            *self.known.taken_back.entry(original.clone()).or_default() -= entry.amount.minor;
        }
        self.known.entries.insert(entry.key.clone(), entry.clone());
        self.added.push(entry);
        Ok(())
    }

    /// Whether a draft says what was recorded under its key. What a reversal leaves out is the same.
    fn is_same(&self, draft: &Draft, before: &RevenueEntry) -> Result<bool, Refusal> {
        let amount = positive(&draft.amount, before.amount.currency).map(|money| money.minor);
        let default = if draft.reverses.is_some() { before.direction } else { Direction::Inflow };
        Ok(self.names(draft, before.party)?
            && draft.reverses == before.reverses
            && draft.channel.as_ref().is_none_or(|channel| *channel == before.channel)
            && draft.direction.unwrap_or(default) == before.direction
            && draft.currency.is_none_or(|currency| currency == before.amount.currency)
            && amount.ok() == before.amount.minor.checked_abs()
            && draft.occurred_at == before.occurred_at
            && draft.note == before.note)
    }

    /// Whether a draft names the party of an entry.
    fn names(&self, draft: &Draft, party: PartyId) -> Result<bool, Refusal> {
        let party = self.leads_to(party);
        Ok(match &draft.party {
            PartyRef::OfOriginal => true,
            PartyRef::Id(id) if self.leads_to(*id) == party => true,
            // A recorded fact stays with its party, wherever the record that named it is linked by now.
            PartyRef::Source(key) if self.was_linked(key, party) => true,
            PartyRef::Id(_) | PartyRef::Source(_) => self.party(draft)? == party,
        })
    }

    /// The party itself or its survivor.
    fn leads_to(&self, party: PartyId) -> PartyId {
        self.known.parties.get(&party).copied().unwrap_or(party)
    }

    /// Whether a record is or was linked to a party.
    fn was_linked(&self, key: &SourceKey, party: PartyId) -> bool {
        self.known.links.get(key).into_iter().flatten().any(|link| self.leads_to(link.party) == party)
    }

    fn fact(&self, draft: &Draft) -> Result<RevenueEntry, Error> {
        let mut refusals = Refusals::default();
        let party = match self.party(draft) {
            Ok(party) => Some(party),
            Err(refusal) => {
                refusals.push(refusal);
                None
            }
        };
        let channel = draft.channel.clone().filter(|code| self.known.channels.contains(code));
        if channel.is_none() {
            refusals.push(unknown_channel(draft.channel.as_ref()));
        }
        let amount = draft.currency.and_then(|currency| refusals.take("amount", positive(&draft.amount, currency)));
        refusals.check()?;
        let (Some(party), Some(channel), Some(amount)) = (party, channel, amount) else {
            return Err(Error::internal("a value that was not refused is missing"));
        };
        Ok(self
            .entry(draft, Terms { party, home: self.home(draft, party), channel, direction: draft.direction.unwrap_or(Direction::Inflow), amount }))
    }

    fn reversal(&self, draft: &Draft, original: &SourceKey) -> Result<RevenueEntry, Refusal> {
        let Some(original) = self.known.entries.get(original) else {
            let message = format!("There is no entry {original} to reverse.");
            return Err(Refusal::new(Code::EntryNotFound, message).at("reverses"));
        };
        if original.reverses.is_some() {
            let message = format!("{} is a reversal itself, which cannot be reversed. Record the fact again under a new key.", original.key);
            return Err(Refusal::new(Code::InvalidReversal, message).at("reverses"));
        }
        if let Some(field) = self.differing(draft, original)? {
            let message = format!("A reversal has the same {field} as the entry that it reverses. Leave it out.");
            return Err(Refusal::new(Code::InvalidReversal, message).at(field));
        }
        let amount = positive(&draft.amount, original.amount.currency).map_err(|refusal| refusal.at("amount"))?;
        let taken_back = self.known.taken_back.get(&original.key).copied().unwrap_or(0);
        let left = Money { minor: original.amount.minor.saturating_sub(taken_back), ..original.amount };
        if amount.minor > left.minor {
            let message = match self.by.sees_amounts {
                true => format!("{amount} cannot be taken back: of the entry {} {left} is left.", original.key),
                false => format!("{amount} cannot be taken back: it is more than is left of the entry {}.", original.key),
            };
            return Err(Refusal::new(Code::InvalidReversal, message).at("amount"));
        }
        let terms = Terms {
            party: original.party,
            home: original.home,
            channel: original.channel.clone(),
            direction: original.direction,
            amount: amount.checked_neg()?,
        };
        Ok(self.entry(draft, terms))
    }

    /// The first field in which a reversal says something else than what it reverses.
    fn differing(&self, draft: &Draft, original: &RevenueEntry) -> Result<Option<&'static str>, Refusal> {
        let other_party = !self.names(draft, original.party)?;
        let fields = [
            (other_party, if matches!(draft.party, PartyRef::Source(_)) { "partySource" } else { "partyId" }),
            (draft.channel.as_ref().is_some_and(|channel| *channel != original.channel), "channel"),
            (draft.direction.is_some_and(|direction| direction != original.direction), "direction"),
            (draft.currency.is_some_and(|currency| currency != original.amount.currency), "currency"),
        ];
        Ok(fields.into_iter().find_map(|(differs, field)| differs.then_some(field)))
    }

    fn party(&self, draft: &Draft) -> Result<PartyId, Refusal> {
        match &draft.party {
            PartyRef::Id(id) => self
                .known
                .parties
                .get(id)
                .copied()
                .ok_or_else(|| Refusal::new(Code::PartyNotFound, format!("There is no party with the id {id}.")).at("partyId")),
            PartyRef::Source(key) => {
                let active = self.known.links.get(key).into_iter().flatten().find(|link| link.is_active());
                active.map(|link| self.leads_to(link.party)).ok_or_else(|| {
                    let message = format!("The source record {key} is not linked to a party. Link it first, or give partyId.");
                    Refusal::new(Code::NotLinked, message).at("partySource")
                })
            }
            PartyRef::OfOriginal => Err(Refusal::new(Code::InvalidArgument, "An entry needs a party.").at("partyId")),
        }
    }

    /// For whom an entry is, when that is a party that was merged into the one that gets it: it is the absorbed party's again when the
    /// merge is taken back.
    fn home(&self, draft: &Draft, party: PartyId) -> Option<PartyId> {
        let named = match &draft.party {
            PartyRef::Id(id) => Some(*id),
            PartyRef::Source(key) => {
                self.known.links.get(key).into_iter().flatten().find(|link| link.is_active()).map(|link| link.home.unwrap_or(link.party))
            }
            PartyRef::OfOriginal => None,
        };
        named.filter(|named| *named != party)
    }

    fn entry(&self, draft: &Draft, terms: Terms) -> RevenueEntry {
        RevenueEntry {
            key: draft.key.clone(),
            party: terms.party,
            home: terms.home,
            channel: terms.channel,
            direction: terms.direction,
            amount: terms.amount,
            occurred_at: draft.occurred_at,
            reverses: draft.reverses.clone(),
            note: draft.note.clone(),
            recorded_by: self.by.actor.to_owned(),
            recorded_at: self.by.at,
        }
    }
}

/// What a reversal takes over from the entry that it reverses.
struct Terms {
    party: PartyId,
    home: Option<PartyId>,
    channel: ChannelCode,
    direction: Direction,
    amount: Money,
}

fn conflict(draft: &Draft) -> Refusal {
    let message = format!("{} was recorded before with other content. Entries are never changed: reverse it and record the right one.", draft.key);
    Refusal::new(Code::EntryConflict, message).at("source")
}

fn unknown_channel(code: Option<&ChannelCode>) -> Refusal {
    let message = match code {
        Some(code) => format!("There is no channel {code}. The query `channels` tells which there are."),
        None => "An entry needs a channel.".to_owned(),
    };
    Refusal::new(Code::ChannelUnknown, message).at("channel")
}
