//! Rows that are links: an old record belongs to the party of another one.
use super::{
    Context,
    batch::{self, NewRow, register},
};
use crate::{
    domain::{
        code::SourceKey,
        error::Error,
        id::PartyId,
        import::{
            mapping::{Field, Table},
            outcome::{LedgerLine, Outcome},
        },
        kind::{PartyKind, RecordState},
        link::SourceRecord,
        name::placeholder,
    },
    service::{Change, find_or_create::Item, input::PartyInput},
    store,
};
use std::collections::HashMap;

/// Links each record to the party that the old link names.
pub async fn take(change: &mut Change, context: &Context<'_>, table: &Table, rows: &[NewRow<'_>]) -> Result<Vec<LedgerLine>, Error> {
    let ends: Vec<Option<(SourceKey, SourceKey)>> = rows.iter().map(|row| ends(context, table, row)).collect();
    let keys: Vec<SourceKey> = ends.iter().flatten().flat_map(|(record, target)| [record.clone(), target.clone()]).collect();
    let mut parties: HashMap<SourceKey, PartyId> = store::link::parties(change.tx(), &keys).await?;
    let (mut lines, mut items, mut linked, mut left) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (row, ends) in rows.iter().zip(ends) {
        let Some((record, target)) = ends else {
            lines.push(row.line(Outcome::Rejected).because("BAD_KEY"));
            continue;
        };
        match (parties.get(&record).copied(), parties.get(&target).copied()) {
            (Some(party), Some(other)) if party == other => {
                lines.push(LedgerLine { party: Some(party), ..row.line(Outcome::Matched).because("LINKED_BEFORE") });
            }
            (Some(party), Some(_)) => lines.push(LedgerLine { party: Some(party), ..row.line(Outcome::Review).because("LINK_DISAGREES") }),
            (_, None) => {
                left.push((SourceRecord::unknown(record, change.at), RecordState::InReview));
                lines.push(row.line(Outcome::Review).because("DANGLING_REFERENCE"));
            }
            (None, Some(party)) => {
                parties.insert(record.clone(), party);
                items.push(item(context, SourceRecord::unknown(record, change.at), party)?);
                linked.push((row, party));
            }
        }
    }
    // A record that is registered already keeps its state and what it presented.
    left.retain(|(record, _)| !parties.contains_key(&record.key));
    let known = store::source_record::find(change.tx(), &left.iter().map(|(record, _)| record.key.clone()).collect::<Vec<_>>()).await?;
    left.retain(|(record, _)| !known.contains_key(&record.key));
    register(change, left).await?;
    for ((row, party), found) in linked.into_iter().zip(batch::place(change, context, items).await?) {
        lines.push(match found {
            Ok(_) => LedgerLine { party: Some(party), ..row.line(Outcome::Created) },
            Err(refusals) => row.line(Outcome::Review).because(refusals.first().map_or("REFUSED", |refusal| refusal.code.as_str())),
        });
    }
    Ok(lines)
}

/// The record that is linked, and the one whose party it gets.
fn ends(context: &Context<'_>, table: &Table, row: &NewRow<'_>) -> Option<(SourceKey, SourceKey)> {
    let end = |of_type, of_id| {
        let word = row.row.field(table, of_type)?;
        // Old links name the table as often as what its rows are.
        let named = context.mapping.tables.iter().find(|known| known.name == word);
        NewRow::key_of(context, named.map_or(word, |known| &known.record_type), row.row.field(table, of_id)?)
    };
    Some((end(Field::SourceType, Field::SourceId)?, end(Field::PartyType, Field::PartyId)?))
}

fn item(context: &Context<'_>, source: SourceRecord, party: PartyId) -> Result<Item, Error> {
    let nobody = PartyInput {
        kind: PartyKind::Person,
        display_name: Some(placeholder(PartyKind::Person).to_owned()),
        given_name: None,
        family_name: None,
        legal_name: None,
        email: None,
        phone: None,
        address: None,
        identifiers: Vec::new(),
        roles: Vec::new(),
    };
    Ok(Item { source: Some(source), draft: nobody.parse(&context.company)?, is_enough: false, roles: Vec::new(), party: Some(party) })
}
