//! Rows that are records of an engine: they lead to the party of the records that they refer to.
use super::{
    Context,
    batch::{NewRow, register},
    describe::{Described, describe, has_verified_email},
    identity::{place, unlinked},
};
use crate::{
    domain::{
        code::SourceKey,
        error::Error,
        id::PartyId,
        import::{
            mapping::{Otherwise, Table},
            outcome::{LedgerLine, Outcome},
        },
        kind::RecordState,
    },
    service::Change,
    store,
};
use std::collections::{BTreeSet, HashMap};

/// Where the references of a row lead.
pub enum Leads {
    /// It refers to nobody.
    Nowhere,
    /// All of them lead to one party.
    To(PartyId),
    /// One of them leads nowhere; which one, for people.
    Astray(String),
    /// They lead to different parties.
    Apart,
}

/// The parties of the records that rows refer to.
pub struct References(HashMap<SourceKey, PartyId>);

impl References {
    /// Looks all of them up in one statement.
    pub async fn look_up(change: &Change, context: &Context<'_>, table: &Table, rows: &[NewRow<'_>]) -> Result<Self, Error> {
        let keys: BTreeSet<SourceKey> = rows.iter().flat_map(|row| named(context, table, row)).filter_map(|(_, key)| key).collect();
        Ok(Self(store::link::parties(change.tx(), &keys.into_iter().collect::<Vec<_>>()).await?))
    }

    /// Where a row leads.
    pub fn of(&self, context: &Context<'_>, table: &Table, row: &NewRow<'_>) -> Leads {
        let mut parties = BTreeSet::new();
        for (name, key) in named(context, table, row) {
            match key.and_then(|key| self.0.get(&key)) {
                Some(party) => drop(parties.insert(*party)),
                None => return Leads::Astray(name),
            }
        }
        match (parties.len(), parties.first()) {
            (0, _) => Leads::Nowhere,
            (1, Some(party)) => Leads::To(*party),
            _ => Leads::Apart,
        }
    }
}

/// What a row refers to: the column with the old id, for people, and the key if it can be one.
fn named(context: &Context<'_>, table: &Table, row: &NewRow<'_>) -> Vec<(String, Option<SourceKey>)> {
    let referring = table.references.iter().filter_map(|reference| Some((reference, row.row.column(&reference.column)?)));
    referring
        .map(|(reference, id)| {
            let name = format!("{} {}", reference.column, crate::domain::text::shortened(id));
            (name, NewRow::key_of(context, &reference.record_type, id))
        })
        .collect()
}

/// Links each row to the party that it leads to.
pub async fn take(change: &mut Change, context: &Context<'_>, table: &Table, rows: &[NewRow<'_>]) -> Result<Vec<LedgerLine>, Error> {
    let references = References::look_up(change, context, table, rows).await?;
    let (mut lines, mut placing, mut finding, mut left) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for row in rows {
        let described = describe(context, table, row)?;
        let leads = references.of(context, table, row);
        // A row that names no company belongs to that of its party; without a party it belongs to nobody whom we know.
        if row.row.company.is_none() && !matches!(leads, Leads::To(_)) {
            lines.push(row.line(Outcome::Rejected).because("NO_COMPANY"));
            continue;
        }
        let mut leave = |described: Described, state, reason, note: Option<String>| {
            let (line, record) = unlinked(row, described.source, state, reason);
            lines.push(LedgerLine { note, ..line });
            left.push(record);
        };
        match leads {
            Leads::To(party) => placing.push((row, to(described, party))),
            Leads::Astray(name) => leave(described, RecordState::InReview, "DANGLING_REFERENCE", Some(name)),
            Leads::Apart => leave(described, RecordState::InReview, "REFERENCES_DISAGREE", None),
            Leads::Nowhere if table.otherwise == Otherwise::Create && described.item.is_enough => placing.push((row, described)),
            Leads::Nowhere if table.otherwise == Otherwise::FindVerified && has_verified_email(table, row) => finding.push((row, described)),
            Leads::Nowhere => leave(described, RecordState::Unlinked, "UNLINKED", None),
        }
    }
    register(change, left).await?;
    lines.extend(place(change, context, placing).await?.into_iter().map(|placed| placed.line));
    lines.extend(find(change, context, finding).await?);
    Ok(lines)
}

/// The same record, for a party that is known.
fn to(mut described: Described, party: PartyId) -> Described {
    described.item.party = Some(party);
    described
}

/// Links records to those who have their verified e-mail addresses; the others stay unlinked.
async fn find(change: &mut Change, context: &Context<'_>, described: Vec<(&NewRow<'_>, Described)>) -> Result<Vec<LedgerLine>, Error> {
    let keys = described.iter().filter_map(|(_, described)| described.source.email_key.clone()).collect();
    let evidence = store::evidence::Evidence { emails: keys, ..Default::default() };
    let mut holders: HashMap<String, BTreeSet<PartyId>> = HashMap::new();
    for (clue, party) in store::evidence::look_up(change.tx(), evidence).await?.parties {
        if let store::evidence::Clue::Email { key, is_shared: false, is_sure: true } = clue {
            holders.entry(key).or_default().insert(party.id);
        }
    }
    let (mut lines, mut left, mut placing) = (Vec::new(), Vec::new(), Vec::new());
    for (row, described) in described {
        let parties = described.source.email_key.as_ref().and_then(|key| holders.get(key));
        match parties.filter(|parties| parties.len() == 1).and_then(BTreeSet::first) {
            Some(party) => placing.push((row, to(described, *party))),
            None => {
                let (line, record) = unlinked(row, described.source, RecordState::Unlinked, "UNLINKED");
                lines.push(line);
                left.push(record);
            }
        }
    }
    register(change, left).await?;
    lines.extend(place(change, context, placing).await?.into_iter().map(|placed| placed.line));
    Ok(lines)
}
