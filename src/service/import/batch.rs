//! One batch: which of its rows are new, what becomes of each, and the lines of the ledger in the same transaction.
use super::{Context, identity, lead, link, money, record};
use crate::{
    domain::{
        code::{RecordId, RecordType, SourceKey},
        error::Error,
        import::{
            mapping::{Field, Rows, Table},
            outcome::{LedgerLine, Outcome},
            row::{MAX_PRESENTED, Row},
        },
        kind::{LinkMethod, RecordState},
        link::{Presented, SourceRecord},
    },
    service::{
        Change,
        find_or_create::{self, Item},
        registration,
        source_record::RecordInput,
    },
    store::import::ledger,
};
use sha2::{Digest, Sha256};
use std::collections::{HashMap, hash_map::Entry};

/// A row that the ledger does not know yet.
pub struct NewRow<'r> {
    /// The row.
    pub row: &'r Row,
    /// Under which key the ledger will know it.
    pub key: String,
}

/// Decides about every row of a batch that is new, and writes what follows from it. Tells how many were new.
pub async fn work(change: &mut Change, context: &Context<'_>, table: &Table, rows: &[Row]) -> Result<usize, Error> {
    let of = context.ledger_of(table);
    let (new, mut lines) = unknown(change, context, table, rows).await?;
    if new.is_empty() && lines.is_empty() {
        return Ok(0);
    }
    ledger::begin(change.tx(), context.run, serde_json::json!(context.mapping), change.at).await?;
    lines.extend(match table.rows {
        Rows::Party => identity::take(change, context, table, &new).await?,
        Rows::Lead => lead::take(change, context, table, &new).await?,
        Rows::Record => record::take(change, context, table, &new).await?,
        Rows::Money => money::take(change, context, table, &new).await?,
        Rows::Link => link::take(change, context, table, &new).await?,
    });
    ledger::add(change.tx(), of, context.run, &lines).await?;
    Ok(lines.len())
}

/// The rows that the ledger does not know, and lines for those of them that have no key to be known by.
async fn unknown<'r>(change: &Change, context: &Context<'_>, table: &Table, rows: &'r [Row]) -> Result<(Vec<NewRow<'r>>, Vec<LedgerLine>), Error> {
    let of = context.ledger_of(table);
    let keys: Vec<String> = rows.iter().flat_map(|row| [ledger_key(row), repeated_key(row)]).collect();
    let known = ledger::known(change.tx(), of, &keys).await?;
    let mut known: HashMap<String, i64> = known.into_iter().map(|(key, (position, _))| (key, position)).collect();
    let (mut new, mut lines) = (Vec::new(), Vec::new());
    for row in rows {
        let key = ledger_key(row);
        match known.get(&key).copied() {
            Some(position) if position == row.position => {}
            Some(_) => {
                let key = repeated_key(row);
                if let Entry::Vacant(vacant) = known.entry(key.clone()) {
                    vacant.insert(row.position);
                    lines.push(LedgerLine::new(&key, row.position, Outcome::Rejected).because("DUPLICATE_KEY"));
                }
            }
            None => {
                known.insert(key.clone(), row.position);
                match unusable(row, table, &key) {
                    Some(line) => lines.push(line),
                    None => new.push(NewRow { row, key }),
                }
            }
        }
    }
    Ok((new, lines))
}

/// A line for a row that cannot be found again by its key.
fn unusable(row: &Row, table: &Table, key: &str) -> Option<LedgerLine> {
    let rejected = |reason| LedgerLine::new(key, row.position, Outcome::Rejected).because(reason);
    if !row.has_key {
        return Some(rejected(if row.key.is_empty() { "NO_KEY" } else { "DUPLICATE_KEY" }));
    }
    if RecordId::parse(&row.key).is_err() {
        return Some(rejected("BAD_KEY"));
    }
    // Money and records belong to the company of the party that they lead to.
    let must_say = !matches!(table.rows, Rows::Record | Rows::Money);
    (must_say && row.company.is_none()).then(|| rejected("NO_COMPANY"))
}

fn ledger_key(row: &Row) -> String {
    match (row.has_key, row.key.is_empty()) {
        (false, true) => format!("?row {}", row.position),
        (false, false) => repeated_key(row),
        _ if RecordId::parse(&row.key).is_ok() => row.key.clone(),
        _ => hashed(&row.key),
    }
}

fn repeated_key(row: &Row) -> String {
    let key = if RecordId::parse(&row.key).is_ok() { row.key.clone() } else { hashed(&row.key) };
    format!("{key}?{}", row.position)
}

/// A key that is too long or cannot be shown, known again by its digest.
fn hashed(key: &str) -> String {
    let digest = Sha256::digest(key.as_bytes());
    format!("?{}", digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect::<String>())
}

impl NewRow<'_> {
    /// The line of the ledger for an outcome.
    pub fn line(&self, outcome: Outcome) -> LedgerLine {
        LedgerLine::new(&self.key, self.row.position, outcome)
    }

    /// The row as a source record of a type.
    pub fn source(&self, context: &Context<'_>, table: &Table, record_type: &str, notes: &mut Vec<String>) -> Result<RecordInput, Error> {
        let mut presented = |field| self.row.presented(table, field, notes);
        let presented = Presented {
            display_name: presented(Field::Name),
            organization_name: presented(Field::Organization),
            email: presented(Field::Email),
            phone: presented(Field::Phone),
            address: presented(Field::Address)
                .map(|address| crate::domain::import::row::address_line(&address).chars().take(MAX_PRESENTED).collect()),
            ..Presented::default()
        };
        Ok(RecordInput {
            system: context.system.as_str().to_owned(),
            record_type: record_type.to_owned(),
            record_id: self.row.key.clone(),
            presented,
        })
    }

    /// The key of a record of the same old system.
    pub fn key_of(context: &Context<'_>, record_type: &str, id: &str) -> Option<SourceKey> {
        let record_id = RecordId::parse(id).ok()?;
        Some(SourceKey { system: context.system.clone(), record_type: RecordType::parse(record_type).ok()?, record_id })
    }
}

/// Finds or makes the parties of items and links their records. When parties that are there last changed is kept, for a rollback.
pub async fn place(change: &mut Change, context: &Context<'_>, items: Vec<Item>) -> Result<Vec<find_or_create::Outcome>, Error> {
    if items.is_empty() {
        return Ok(Vec::new());
    }
    let placed = find_or_create::place(change, items.into_iter().map(Ok).collect(), LinkMethod::Import).await?;
    let before = placed.iter().flatten().map(|found| (found.party.id, found.party.updated_at)).filter(|(_, at)| *at < change.at).collect();
    ledger::touched(change.tx(), context.run, &before).await?;
    Ok(placed)
}

/// Registers records that are linked to nobody.
pub async fn register(change: &mut Change, records: Vec<(SourceRecord, RecordState)>) -> Result<(), Error> {
    if records.is_empty() {
        return Ok(());
    }
    let at = change.at;
    let records = records.into_iter().map(|(record, state)| SourceRecord { state, received_at: at, updated_at: at, ..record }).collect();
    registration::write(change, records).await.map(drop)
}
