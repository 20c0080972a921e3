//! The import of old tables: every row ends in exactly one way, and the ledger says in which.
mod batch;
mod describe;
mod identity;
mod lead;
mod link;
mod money;
mod record;
mod rollback;
mod verify;

pub use crate::store::import::source::Source;
pub use rollback::{RolledBack, rollback};
pub use verify::{Comparison, verify};

use super::{Caller, Change, Hub, Request, race};
use crate::{
    domain::{
        code::{ChannelCode, RoleCode, SystemCode},
        company::Company,
        error::Error,
        id::CompanyId,
        import::{
            mapping::{Mapping, Table},
            outcome::{Outcome, TableReport},
            row::Row,
        },
        money::Currency,
        refusal::{Code, Refusal},
    },
    store::{
        self,
        import::source::{Missing, Selection},
    },
};
use std::{
    collections::HashSet,
    sync::Arc,
    time::{Duration, Instant},
};
use uuid::Uuid;

/// What an import is told.
pub struct Order<'o> {
    /// The company whose parties they become.
    pub company: CompanyId,
    /// What the old tables call it.
    pub old_company: &'o str,
    /// How the tables are read.
    pub mapping: &'o Mapping,
    /// Whether nothing is kept.
    pub is_dry: bool,
}

/// How far an import is.
pub struct Progress<'p> {
    /// The table that is read.
    pub table: &'p str,
    /// Its rows so far.
    pub done: i64,
    /// Its rows.
    pub of: i64,
    /// Rows of this and earlier tables so far.
    pub total: i64,
    /// How long the import runs.
    pub elapsed: Duration,
}

/// What became of an import.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The run; absent when the ledger knew every row before.
    pub run: Option<Uuid>,
    /// The tables, in the order of the mapping.
    pub tables: Vec<TableReport>,
}

impl Report {
    /// How many rows of the source the ledger does not know.
    pub fn unaccounted(&self) -> i64 {
        self.tables.iter().map(|table| table.unaccounted().abs()).sum()
    }
}

/// What the rows of all batches are decided by.
pub(super) struct Context<'c> {
    mapping: &'c Mapping,
    company: Arc<Company>,
    system: SystemCode,
    currency: Currency,
    roles: HashSet<RoleCode>,
    channels: HashSet<ChannelCode>,
    run: Uuid,
}

/// Imports old tables. Rows that the ledger knows are passed over, so a run that was stopped is taken up where it was, and one that
/// was complete changes nothing.
///
/// # Errors
/// `COMPANY_UNKNOWN`, `INVALID_ARGUMENT` for what the source or the mapping does not have, outages.
pub async fn import(hub: &Arc<Hub>, source: &Source, order: &Order<'_>, mut progress: impl FnMut(Progress<'_>)) -> Result<Report, Error> {
    let began = Instant::now();
    let (context, resumed) = prepare(hub, order).await?;
    let request = Request::new(Arc::clone(hub), Caller::unrestricted(order.company, actor(context.run)));
    let mut dry = if order.is_dry { Some(request.change_unchecked().await?) } else { None };
    if let Some(dry) = &dry {
        store::import::ledger::tune(dry.tx()).await?;
    }
    let (mut reports, mut total, mut taken) = (Vec::new(), 0, resumed);
    for table in &order.mapping.tables {
        let mut report = TableReport { table: table.name.clone(), ..TableReport::default() };
        match missing(source, table).await? {
            Missing::Table => report.missing = vec![format!("the table {}", table.name)],
            Missing::Columns(columns) => {
                report.missing = columns;
                let selection = Selection { mapping: order.mapping, table, company: order.old_company };
                report.read = source.count(&selection).await?;
                let (mut done, mut batches) = (0, source.read(&selection).await?);
                while let Some(rows) = batches.recv().await {
                    let rows = rows?;
                    taken |= work(&request, dry.as_mut(), &context, table, &rows).await? > 0;
                    done += i64::try_from(rows.len()).unwrap_or(i64::MAX);
                    progress(Progress { table: &table.name, done, of: report.read, total: total + done, elapsed: began.elapsed() });
                }
                total += done;
            }
        }
        reports.push(report);
    }
    finish(&request, dry, &context, &mut reports).await?;
    Ok(Report { run: taken.then_some(context.run), tables: reports })
}

/// As whom a run acts: what it made is known by that.
pub(super) fn actor(run: Uuid) -> String {
    format!("import:{run}")
}

async fn prepare<'o>(hub: &Arc<Hub>, order: &Order<'o>) -> Result<(Context<'o>, bool), Error> {
    let tx = hub.database.read(order.company).await?;
    let company = hub.company(&tx).await?;
    let currency = order.mapping.currency.as_deref().map_or(Ok(company.currency), Currency::parse).map_err(|refusal| refusal.at("currency"))?;
    let running = store::import::ledger::running(&tx).await?;
    let context = Context {
        mapping: order.mapping,
        system: SystemCode::parse(&order.mapping.system)?,
        currency,
        roles: store::role::types(&tx).await?.into_iter().map(|role_type| role_type.code).collect(),
        channels: store::channel::all(&tx).await?.into_iter().map(|channel| channel.code).collect(),
        run: running.unwrap_or_else(|| hub.ids.next()),
        company,
    };
    context.check()?;
    Ok((context, running.is_some()))
}

impl Context<'_> {
    /// Refuses roles and channels that the catalogues do not have, before any row is read.
    fn check(&self) -> Result<(), Error> {
        for table in &self.mapping.tables {
            let unknown_role = table.roles.iter().find(|role| !self.roles.contains(&RoleCode::stored((*role).clone())));
            let mut channels = table.channel.iter().chain(table.channels.values());
            let unknown_channel = channels.find(|channel| !self.channels.contains(&ChannelCode::stored((*channel).clone())));
            if let Some(unknown) = unknown_role.or(unknown_channel) {
                let message = format!("The mapping of {} names {unknown:?}, which is neither a role type nor a channel of the company.", table.name);
                return Err(Refusal::new(Code::InvalidArgument, message).at("mapping").into());
            }
        }
        Ok(())
    }

    fn ledger_of<'l>(&'l self, table: &'l Table) -> store::import::ledger::LedgerOf<'l> {
        store::import::ledger::LedgerOf { system: self.system.as_str(), table: &table.name }
    }
}

/// What of a table's mapping the source does not have. Without its key a table cannot be read.
async fn missing(source: &Source, table: &Table) -> Result<Missing, Error> {
    let missing = source.missing(table).await?;
    if let Missing::Columns(columns) = &missing
        && let Some(key) = columns.iter().find(|column| table.key.contains(column))
    {
        let message = format!("The table {} has no column {key}, which tells its rows apart. Name others as its `key` in the mapping.", table.name);
        return Err(Refusal::new(Code::InvalidArgument, message).at("mapping").into());
    }
    Ok(missing)
}

/// Works on one batch in a transaction of its own; in the one that will be dropped when nothing is to be kept. Tells how many rows were new.
async fn work(request: &Request, dry: Option<&mut Change>, context: &Context<'_>, table: &Table, rows: &[Row]) -> Result<usize, Error> {
    if let Some(change) = dry {
        let new = batch::work(change, context, table, rows).await?;
        change.forget_events();
        return Ok(new);
    }
    race::settled(|| async {
        let mut change = request.change_unchecked().await?;
        store::import::ledger::tune(change.tx()).await?;
        let new = batch::work(&mut change, context, table, rows).await?;
        change.tell_registrations_with_links();
        if new > 0 {
            change.commit_notes().await?;
        }
        Ok(new)
    })
    .await
}

/// Reads from the ledger what became of all rows, and closes the run.
async fn finish(request: &Request, dry: Option<Change>, context: &Context<'_>, reports: &mut [TableReport]) -> Result<(), Error> {
    let is_dry = dry.is_some();
    let change = match dry {
        Some(change) => change,
        None => request.change_unchecked().await?,
    };
    let mut counts = store::import::ledger::counts(change.tx(), context.system.as_str()).await?;
    for report in reports.iter_mut() {
        report.ended = counts.remove(&report.table).unwrap_or_default();
    }
    if is_dry || reports.iter().any(|report| report.unaccounted() != 0) {
        return Ok(());
    }
    store::import::ledger::finish(change.tx(), context.run, change.at).await?;
    change.commit_notes().await
}

/// Refuses a source whose tables hold rows of other companies, which may not be archived with those of this one.
///
/// # Errors
/// `INVALID_ARGUMENT` with the table.
pub async fn require_alone(source: &Source, order: &Order<'_>) -> Result<(), Error> {
    for table in &order.mapping.tables {
        let selection = Selection { mapping: order.mapping, table, company: order.old_company };
        if source.has_others(&selection).await? {
            let message = format!("{} has rows of other companies. Import those too, and rename the tables by hand.", table.name);
            return Err(Refusal::new(Code::InvalidArgument, message).into());
        }
    }
    Ok(())
}

/// The rows that ended in one way, with reason and note.
///
/// # Errors
/// Outages.
pub async fn rows_that(
    hub: &Hub,
    company: CompanyId,
    system: &str,
    outcome: Outcome,
    limit: i64,
) -> Result<Vec<(String, String, String, String)>, Error> {
    store::import::ledger::list(&hub.database.read(company).await?, system, outcome, limit).await
}
