//! Rows that are a person or an organisation.
use super::{
    Context,
    batch::{self, NewRow, register},
    describe::{Described, describe},
};
use crate::{
    domain::{
        error::Error,
        id::PartyId,
        import::{
            mapping::Table,
            outcome::{LedgerLine, Outcome},
        },
        kind::RecordState,
        link::SourceRecord,
        refusal::Code,
    },
    service::{Change, find_or_create::Item},
};

/// Finds or makes the party of each row, and links the row to it.
pub async fn take(change: &mut Change, context: &Context<'_>, table: &Table, rows: &[NewRow<'_>]) -> Result<Vec<LedgerLine>, Error> {
    let described = rows.iter().map(|row| Ok((row, describe(context, table, row)?))).collect::<Result<Vec<_>, Error>>()?;
    Ok(place(change, context, described).await?.into_iter().map(|placed| placed.line).collect())
}

/// A row that found its end.
pub struct PlacedRow {
    /// What the ledger says of it.
    pub line: LedgerLine,
    /// Its party, if it has one.
    pub party: Option<PartyId>,
}

/// Places what rows describe. What cannot be placed is registered for somebody to look at, so that nothing of it is lost.
pub async fn place(change: &mut Change, context: &Context<'_>, described: Vec<(&NewRow<'_>, Described)>) -> Result<Vec<PlacedRow>, Error> {
    let (described, items): (Vec<_>, Vec<Item>) =
        described.into_iter().map(|(row, Described { item, source, notes })| ((row, source, notes), item)).unzip();
    let found = batch::place(change, context, items).await?;
    let (mut placed, mut left) = (Vec::with_capacity(found.len()), Vec::new());
    for ((row, source, notes), found) in described.into_iter().zip(found) {
        let note = (!notes.is_empty()).then(|| notes.join("; "));
        placed.push(match found {
            Ok(found) => {
                let outcome = if found.created { Outcome::Created } else { Outcome::Matched };
                let reason = found.by.map(|by| by.as_str().to_owned());
                let line = LedgerLine { reason, note, party: Some(found.party.id), ..row.line(outcome) };
                PlacedRow { line, party: Some(found.party.id) }
            }
            Err(refusals) => {
                let code = refusals.first().map_or(Code::InvalidArgument, |refusal| refusal.code);
                left.push((source, RecordState::InReview));
                PlacedRow { line: LedgerLine { note, ..row.line(Outcome::Review).because(code.as_str()) }, party: None }
            }
        });
    }
    register(change, left).await?;
    Ok(placed)
}

/// A row that leads to nobody: its record is registered in a state.
pub fn unlinked(row: &NewRow<'_>, source: SourceRecord, state: RecordState, reason: &str) -> (LedgerLine, (SourceRecord, RecordState)) {
    let outcome = if state == RecordState::InReview { Outcome::Review } else { Outcome::Created };
    (row.line(outcome).because(reason), (source, state))
}
