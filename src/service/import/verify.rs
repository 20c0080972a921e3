//! Recounting both sides: rows, distinct e-mail addresses, and sums of money by table and currency.
use super::{Context, Order, batch::NewRow, missing, money::amount, prepare};
use crate::{
    domain::{
        email::Email,
        error::Error,
        import::{
            mapping::{Field, Rows, Table},
            outcome::Outcome,
        },
        money::{Currency, Money},
    },
    service::Hub,
    store::{
        import::{
            ledger,
            source::{Missing, Selection, Source},
        },
        tenant::TenantTx,
    },
};
use rustc_hash::{FxHashSet, FxHasher};
use std::{
    collections::{BTreeMap, BTreeSet},
    hash::{Hash, Hasher},
    sync::Arc,
};

/// One thing that was counted on both sides.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// The table.
    pub table: String,
    /// What was counted.
    pub what: String,
    /// In the old table.
    pub source: String,
    /// Here.
    pub hub: String,
}

impl Comparison {
    /// Whether both sides are the same.
    pub fn is_equal(&self) -> bool {
        self.source == self.hub
    }
}

/// What was counted in an old table.
#[derive(Default)]
struct Counted {
    rows: i64,
    emails: FxHashSet<u64>,
    money: BTreeMap<String, i64>,
}

/// Counts the old tables row by row and what is here, each by its own means.
///
/// # Errors
/// As for an import.
pub async fn verify(hub: &Arc<Hub>, source: &Source, order: &Order<'_>) -> Result<Vec<Comparison>, Error> {
    let (context, _) = prepare(hub, order).await?;
    let tx = hub.database.read(order.company).await?;
    let mut counts = ledger::counts(&tx, context.system.as_str()).await?;
    let mut comparisons = Vec::new();
    for table in &order.mapping.tables {
        if matches!(missing(source, table).await?, Missing::Table) {
            continue;
        }
        let counted = count(&tx, source, order, &context, table).await?;
        let compare = |what: String, source: String, hub: String| Comparison { table: table.name.clone(), what, source, hub };
        let accounted: i64 = counts.remove(&table.name).unwrap_or_default().values().sum();
        comparisons.push(compare("rows".to_owned(), counted.rows.to_string(), accounted.to_string()));
        let of = context.ledger_of(table);
        if table.column(Field::Email).is_some() {
            let emails = ledger::emails(&tx, of, &table.record_type).await?;
            comparisons.push(compare("e-mail addresses".to_owned(), counted.emails.len().to_string(), emails.to_string()));
        }
        if table.rows == Rows::Money {
            let money = ledger::money(&tx, of, &table.record_type).await?;
            let currencies: BTreeSet<&String> = counted.money.keys().chain(money.keys()).collect();
            for code in currencies {
                let currency = Currency::parse(code)?;
                let sum = |sums: &BTreeMap<String, i64>| Money { minor: sums.get(code).copied().unwrap_or_default(), currency }.format();
                comparisons.push(compare(code.clone(), sum(&counted.money), sum(&money)));
            }
        }
    }
    Ok(comparisons)
}

async fn count(tx: &TenantTx, source: &Source, order: &Order<'_>, context: &Context<'_>, table: &Table) -> Result<Counted, Error> {
    let mut counted = Counted::default();
    let mut batches = source.read(&Selection { mapping: order.mapping, table, company: order.old_company }).await?;
    while let Some(rows) = batches.recv().await {
        let rows = rows?;
        let keys: Vec<String> = rows.iter().map(|row| row.key.clone()).collect();
        let known = ledger::known(tx, context.ledger_of(table), &keys).await?;
        for row in &rows {
            counted.rows += 1;
            let Some((position, outcome)) = known.get(&row.key) else { continue };
            if *position != row.position || !row.has_key || *outcome == Outcome::Rejected {
                continue;
            }
            let email = row.presented(table, Field::Email, &mut Vec::new()).and_then(|email| Email::parse(&email).ok());
            counted.emails.extend(email.map(|email| hash(email.key())));
            if table.rows == Rows::Money && *outcome == Outcome::Created {
                let new = NewRow { row, key: row.key.clone() };
                if let Ok(amount) = amount(context, table, &new) {
                    *counted.money.entry(amount.currency.as_str().to_owned()).or_default() += amount.minor;
                }
            }
        }
    }
    Ok(counted)
}

/// Ten million addresses take a tenth of their memory this way.
fn hash(text: &str) -> u64 {
    let mut hasher = FxHasher::default();
    text.hash(&mut hasher);
    hasher.finish()
}
