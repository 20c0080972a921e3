//! Rows that are money: each business fact becomes one entry.
use super::{
    Context,
    batch::NewRow,
    record::{Leads, References},
};
use crate::{
    domain::{
        code::{ChannelCode, RecordId, RecordType, SourceKey},
        error::Error,
        id::PartyId,
        import::{
            mapping::{Field, Table},
            outcome::{LedgerLine, Outcome},
            row,
        },
        kind::Direction,
        money::{Currency, Money},
        revenue::RevenueEntry,
    },
    service::{Change, revenue::record_events},
    store,
};
use chrono::{DateTime, SubsecRound, Utc};
use std::collections::{BTreeSet, HashMap, HashSet};

/// More than any one fact is worth, in minor units: beyond it a mistake is likelier, and sums might not fit.
const MAX_MINOR: i64 = 1_000_000_000_000_000;

/// Why a row is no entry.
type Verdict = (Outcome, &'static str);

/// Records the entries of rows that count.
pub async fn take(change: &mut Change, context: &Context<'_>, table: &Table, rows: &[NewRow<'_>]) -> Result<Vec<LedgerLine>, Error> {
    let references = References::look_up(change, context, table, rows).await?;
    let counted = counted(change, context, table, rows).await?;
    let keys: Vec<SourceKey> = rows.iter().filter_map(|row| NewRow::key_of(context, &table.record_type, &row.row.key)).collect();
    let recorded = store::revenue::entry::find(change.tx(), &keys).await?;
    let (mut lines, mut added) = (Vec::new(), Vec::new());
    for row in rows {
        match decide(change, context, table, row, (&references, &counted)) {
            Ok(entry) => {
                let line = LedgerLine { party: Some(entry.party), ..row.line(Outcome::Created) };
                lines.push(match recorded.get(&entry.key) {
                    None => {
                        added.push(entry);
                        line
                    }
                    Some(before) if before.amount == entry.amount && before.party == entry.party => {
                        LedgerLine { outcome: Outcome::Matched, ..line.because("RECORDED_BEFORE") }
                    }
                    Some(_) => LedgerLine { outcome: Outcome::Review, ..line.because("ENTRY_CONFLICT") },
                });
            }
            Err((outcome, reason)) => lines.push(row.line(outcome).because(reason)),
        }
    }
    book(change, added).await?;
    Ok(lines)
}

async fn book(change: &mut Change, mut added: Vec<RevenueEntry>) -> Result<(), Error> {
    let parties: BTreeSet<PartyId> = added.iter().map(|entry| entry.party).collect();
    store::party::lock_many(change.tx(), &parties.into_iter().collect::<Vec<_>>()).await?;
    added.sort_by(|one, other| one.key.cmp(&other.key));
    store::revenue::entry::insert_many(change.tx(), &added).await?;
    store::revenue::total::add(change.tx(), &added).await?;
    record_events(change, &added)
}

/// The records among those that rows are part of whose money counts already.
async fn counted(change: &Change, context: &Context<'_>, table: &Table, rows: &[NewRow<'_>]) -> Result<HashSet<String>, Error> {
    let Some(inside) = &table.inside else { return Ok(HashSet::new()) };
    let ids: BTreeSet<&str> = rows.iter().filter_map(|row| row.row.column(&inside.column)).collect();
    let keys: Vec<SourceKey> = ids.into_iter().filter_map(|id| NewRow::key_of(context, &inside.record_type, id)).collect();
    let entries: HashMap<SourceKey, RevenueEntry> = store::revenue::entry::find(change.tx(), &keys).await?;
    Ok(entries.into_keys().map(|key| key.record_id.as_str().to_owned()).collect())
}

fn decide(
    change: &Change,
    context: &Context<'_>,
    table: &Table,
    new: &NewRow<'_>,
    (references, counted): (&References, &HashSet<String>),
) -> Result<RevenueEntry, Verdict> {
    let review = |reason| (Outcome::Review, reason);
    let word = |field| new.row.field(table, field);
    if word(Field::Status).is_some_and(|status| table.left_out.iter().any(|left| left.eq_ignore_ascii_case(status))) {
        return Err((Outcome::Rejected, "LEFT_OUT"));
    }
    let party = match references.of(context, table, new) {
        Leads::To(party) => party,
        _ if new.row.company.is_none() => return Err((Outcome::Rejected, "NO_COMPANY")),
        Leads::Astray(_) => return Err(review("DANGLING_REFERENCE")),
        Leads::Apart => return Err(review("REFERENCES_DISAGREE")),
        Leads::Nowhere => return Err(review("NO_PARTY")),
    };
    if let Some(whole) = table.inside.as_ref().and_then(|inside| new.row.column(&inside.column)) {
        // A part of something that does not count is neither counted twice nor lost: somebody looks at it.
        return Err(if counted.contains(whole) { (Outcome::Matched, "INSIDE") } else { review("INSIDE_UNCOUNTED") });
    }
    let amount = amount(context, table, new)?;
    let key = SourceKey {
        system: context.system.clone(),
        record_type: RecordType::stored(table.record_type.clone()),
        record_id: RecordId::stored(new.row.key.clone()),
    };
    Ok(RevenueEntry {
        key,
        party,
        home: None,
        channel: channel(context, table, new)?,
        direction: table.direction.as_deref().and_then(Direction::stored).unwrap_or(Direction::Inflow),
        amount,
        occurred_at: occurred_at(table, new, change.at),
        reverses: None,
        note: None,
        recorded_by: change.actor.clone(),
        recorded_at: change.at,
    })
}

/// The amount of a row, more than zero.
pub fn amount(context: &Context<'_>, table: &Table, new: &NewRow<'_>) -> Result<Money, Verdict> {
    let review = |reason| (Outcome::Review, reason);
    let currency = new.row.field(table, Field::Currency).map_or(Ok(context.currency), Currency::parse).map_err(|_| review("BAD_CURRENCY"))?;
    let text = new.row.field(table, Field::Amount).ok_or(review("NO_AMOUNT"))?;
    let amount = Money::parse(text, currency).map_err(|_| review("BAD_AMOUNT"))?;
    match amount.minor {
        0 => Err((Outcome::Rejected, "ZERO_AMOUNT")),
        minor if minor < 0 => Err(review("NEGATIVE_AMOUNT")),
        minor if minor > MAX_MINOR => Err(review("AMOUNT_TOO_LARGE")),
        _ => Ok(amount),
    }
}

fn channel(context: &Context<'_>, table: &Table, new: &NewRow<'_>) -> Result<ChannelCode, Verdict> {
    let unknown = (Outcome::Review, "CHANNEL_UNKNOWN");
    let code = match new.row.field(table, Field::Channel) {
        Some(word) => table.channels.get(word).map_or(word, String::as_str),
        None => table.channel.as_deref().ok_or(unknown)?,
    };
    ChannelCode::parse(code).ok().filter(|code| context.channels.contains(code)).ok_or(unknown)
}

/// When it happened; the time of the import where the row does not say, or says a time to come.
fn occurred_at(table: &Table, new: &NewRow<'_>, now: DateTime<Utc>) -> DateTime<Utc> {
    new.row.field(table, Field::OccurredAt).and_then(row::time).map_or(now, |at| at.trunc_subsecs(6).min(now))
}
