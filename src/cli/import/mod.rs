//! `party import`: the way in for the old tables.
mod report;

use crate::{
    domain::{
        id::CompanyId,
        import::{mapping::Mapping, outcome::Outcome},
    },
    service::{
        Hub,
        import::{self, Order, Progress, Report, RolledBack, Source},
    },
    startup::{self, Settings},
};
use anyhow::{Context, Result, bail, ensure};
use clap::{Args, Subcommand, ValueEnum};
use std::{
    io::{IsTerminal, Write},
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};
use uuid::Uuid;

/// What is imported, or done about an import.
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct ImportArguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    import: Option<Old>,
    /// Keep nothing, and print the report that an import would print
    #[arg(long)]
    dry_run: bool,
    /// How the report is printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    report: Format,
}

/// Which old tables, and for whom.
#[derive(Args)]
struct Old {
    /// Where they are: postgres://… or a folder of CSV files
    #[arg(long)]
    from: String,
    /// The id of the company whose parties they become
    #[arg(long)]
    company: Uuid,
    /// What the old tables call the company, when that is not its id
    #[arg(long)]
    old_company: Option<String>,
    /// A file that says which tables and columns there are; `party import mapping` prints the default
    #[arg(long)]
    mapping: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Command {
    /// Print the default mapping, as a file for --mapping
    Mapping,
    /// Recount old tables and what became of them; the exit code is 1 when something differs
    Verify {
        #[command(flatten)]
        old: Old,
        /// Rename the old tables when nothing differs, so that nobody goes on using them
        #[arg(long)]
        archive: bool,
    },
    /// Take a run back: everything becomes as it was before
    Rollback {
        /// The run, as its report names it
        run: Uuid,
        /// The company's id
        #[arg(long)]
        company: Uuid,
    },
    /// Print rows of the ledger that ended in one way, with the reasons
    Rows {
        /// How they ended
        #[arg(value_enum)]
        outcome: Ended,
        /// The company's id
        #[arg(long)]
        company: Uuid,
        /// The old system, as the mapping names it
        #[arg(long, default_value = "legacy")]
        system: String,
        /// How many at the most
        #[arg(long, default_value_t = 1_000)]
        limit: i64,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Text,
    Json,
}

#[derive(Clone, Copy, ValueEnum)]
enum Ended {
    Created,
    Matched,
    Review,
    Rejected,
}

/// Runs the command.
///
/// # Errors
/// What is wrong with the source or the mapping; rows that are unaccounted for; sides that differ.
pub async fn run(settings: &Settings, arguments: ImportArguments) -> Result<()> {
    match (arguments.command, arguments.import) {
        (None, Some(old)) => import(settings, &old, arguments.dry_run, arguments.report).await,
        (None, None) => bail!("give --from and --company, or one of the commands that `party import --help` lists"),
        (Some(Command::Mapping), _) => {
            print!("{}", Mapping::OLD_SHAPE);
            Ok(())
        }
        (Some(Command::Verify { old, archive }), _) => verify(settings, &old, archive).await,
        (Some(Command::Rollback { run, company }), _) => rollback(settings, run, CompanyId(company)).await,
        (Some(Command::Rows { outcome, company, system, limit }), _) => {
            let hub = startup::hub(settings).await?;
            let outcome = match outcome {
                Ended::Created => Outcome::Created,
                Ended::Matched => Outcome::Matched,
                Ended::Review => Outcome::Review,
                Ended::Rejected => Outcome::Rejected,
            };
            for (table, key, reason, note) in import::rows_that(&hub, CompanyId(company), &system, outcome, limit).await.map_err(super::plainly)? {
                println!("{table} {key} {reason} {note}");
            }
            Ok(())
        }
    }
}

/// What both an import and its verification need.
struct Opened {
    hub: Arc<Hub>,
    mapping: Mapping,
    source: Source,
    old_company: String,
}

impl Opened {
    async fn new(settings: &Settings, old: &Old) -> Result<Self> {
        let mapping = mapping(old.mapping.as_deref())?;
        let source = Source::open(&old.from).await.map_err(super::plainly).context("the old tables cannot be read")?;
        let old_company = old.old_company.clone().unwrap_or_else(|| old.company.to_string());
        Ok(Self { hub: startup::hub(settings).await?, mapping, source, old_company })
    }

    fn order(&self, old: &Old, is_dry: bool) -> Order<'_> {
        Order { company: CompanyId(old.company), old_company: &self.old_company, mapping: &self.mapping, is_dry }
    }
}

fn mapping(path: Option<&Path>) -> Result<Mapping> {
    let text = match path {
        Some(path) => std::fs::read_to_string(path).with_context(|| format!("the mapping {} cannot be read", path.display()))?,
        None => Mapping::OLD_SHAPE.to_owned(),
    };
    Mapping::parse(&text).map_err(|refusal| super::plainly(refusal.into()))
}

async fn import(settings: &Settings, old: &Old, is_dry: bool, format: Format) -> Result<()> {
    let opened = Opened::new(settings, old).await?;
    let mut bar = Bar::new();
    let report = import::import(&opened.hub, &opened.source, &opened.order(old, is_dry), |progress| bar.show(&progress)).await;
    bar.end();
    let report: Report = report.map_err(super::plainly).context("the import stopped; the same command goes on where it was")?;
    match format {
        Format::Text => print!("{}", report::text(&report, is_dry)),
        Format::Json => println!("{:#}", report::json(&report, is_dry)),
    }
    let unaccounted = report.unaccounted();
    ensure!(unaccounted == 0, "{unaccounted} row(s) are unaccounted for: the source has others than the ledger knows");
    Ok(())
}

async fn verify(settings: &Settings, old: &Old, archive: bool) -> Result<()> {
    let opened = Opened::new(settings, old).await?;
    let compared = import::verify(&opened.hub, &opened.source, &opened.order(old, false)).await.map_err(super::plainly)?;
    print!("{}", report::comparison(&compared));
    let differing = compared.iter().filter(|comparison| !comparison.is_equal()).count();
    ensure!(differing == 0, "{differing} count(s) differ; nothing was archived");
    if archive {
        let mut tables: Vec<&str> = compared.iter().map(|comparison| comparison.table.as_str()).collect();
        tables.dedup();
        import::require_alone(&opened.source, &opened.order(old, false)).await.map_err(super::plainly)?;
        opened.source.archive(&tables).await.map_err(super::plainly).context("the old tables were not renamed")?;
        println!("{} table(s) archived.", tables.len());
    }
    Ok(())
}

async fn rollback(settings: &Settings, run: Uuid, company: CompanyId) -> Result<()> {
    let hub = startup::owner_hub(settings).await?;
    match import::rollback(&hub, company, run).await.map_err(super::plainly)? {
        RolledBack::Done => println!("The run {run} was taken back."),
        RolledBack::Before => println!("The run {run} had been taken back before; nothing was changed."),
    }
    Ok(())
}

/// Progress for somebody who watches: rows, rate and the time that the table will take, a few times a second.
struct Bar {
    shown: Option<Instant>,
    is_watched: bool,
}

impl Bar {
    fn new() -> Self {
        Self { shown: None, is_watched: std::io::stderr().is_terminal() }
    }

    fn show(&mut self, progress: &Progress<'_>) {
        let is_due = self.shown.is_none_or(|shown| shown.elapsed() >= Duration::from_millis(200));
        if self.is_watched && is_due {
            self.shown = Some(Instant::now());
            let _ = write!(std::io::stderr(), "\r\x1b[K{}", report::progress(progress));
        }
    }

    fn end(&self) {
        if self.shown.is_some() {
            let _ = writeln!(std::io::stderr());
        }
    }
}
