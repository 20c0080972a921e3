//! `party match evaluate`: the shipped defaults on a table of records.
use super::{
    columns::{self, Column},
    mapping, process,
    table::Table,
};
use crate::domain::matching::{
    batch::{self, Matched, Options},
    features::Features,
    input::{Entry, features},
    model::probability,
    normal::words::hash,
};
use anyhow::{Context, Result, bail};
use clap::Args;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::{
    fs::File,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

/// Rows that are held as text at a time.
const CHUNK: usize = 20_000;

/// Columns that the matcher never sees.
const RESERVED: [&str; 3] = ["rec_id", "source", "cluster"];

/// The arguments.
#[derive(Args)]
pub struct Evaluate {
    /// The table: CSV with headings, in UTF-8 or Latin-1, parted by comma, semicolon, tab or bar
    data: PathBuf,
    /// A mapping file (TOML) that says which column holds which field
    #[arg(long)]
    map: Option<PathBuf>,
    /// Join only records of different sources
    #[arg(long)]
    link: bool,
    /// Where to write the clusters: `rec_id,cluster_id`
    #[arg(long)]
    clusters: Option<PathBuf>,
    /// Two records, `ID,ID`, of which the evidence is printed
    #[arg(long)]
    explain: Option<String>,
    /// Where to write the scored pairs: `rec_id_l,rec_id_r,score,weight`
    #[arg(long)]
    pairs: Option<PathBuf>,
}

/// The records of a table, with their names.
struct Loaded {
    ids: Vec<Box<str>>,
    records: batch::Table,
}

impl Evaluate {
    /// Reads, matches, writes, and prints what it took.
    ///
    /// # Errors
    /// When a file cannot be read or written, or its content does not fit.
    pub fn run(&self) -> Result<()> {
        let mut table = Table::open(&self.data)?;
        let loaded = self.load(&mut table)?;
        if table.short_rows + table.long_rows > 0 {
            println!("rows          {} had too few fields (counted as empty), {} too many (ignored)", table.short_rows, table.long_rows);
        }
        let load_cpu = process::cpu_seconds();
        let started = std::time::Instant::now();
        let matched = loaded.records.run(Options { link: self.link, ..Options::default() });
        let match_cpu = process::cpu_seconds().zip(load_cpu).map(|(end, start)| end - start);
        let wall = started.elapsed().as_secs_f64();
        if let Some(path) = &self.clusters {
            write(path, |out| write_clusters(out, &loaded, &matched))?;
        }
        if let Some(path) = &self.pairs {
            write(path, |out| write_pairs(out, &loaded, &matched))?;
        }
        if let Some(ids) = &self.explain {
            explain(ids, &loaded, &matched)?;
        }
        report(&loaded, &matched, [load_cpu, match_cpu, Some(wall)]);
        Ok(())
    }

    fn load(&self, table: &mut Table) -> Result<Loaded> {
        let mut chunk = Vec::with_capacity(CHUNK);
        let mut loaded = Loaded { ids: Vec::new(), records: batch::Table::default() };
        let mut seen: FxHashMap<u64, u32> = FxHashMap::default();
        let mut sources: FxHashMap<String, u16> = FxHashMap::default();
        let (id_at, source_at) = (table.column("rec_id"), table.column("source"));
        let mut columns: Option<Vec<Option<Column>>> = None;
        loop {
            let row = table.next()?;
            let ended = row.is_none();
            if let Some(row) = row {
                let id = id_at.map_or_else(|| (loaded.ids.len() + 1).to_string(), |at| row[at].trim().to_owned());
                if id.is_empty() {
                    bail!("{}, line {}: rec_id is empty; every record needs its own", self.data.display(), table.line());
                }
                if let Some(earlier) = seen.insert(hash(&id), u32::try_from(loaded.ids.len()).unwrap_or(u32::MAX)) {
                    bail!(
                        "{}, line {}: rec_id {id:?} was already that of record {}; every record needs its own",
                        self.data.display(),
                        table.line(),
                        earlier + 1
                    );
                }
                let source = source_at.map_or("", |at| row[at].trim());
                let next = u16::try_from(sources.len()).unwrap_or(u16::MAX);
                let source = *sources.entry(source.to_owned()).or_insert(next);
                loaded.ids.push(id.into());
                chunk.push((row, source));
            }
            if chunk.len() == CHUNK || ended {
                let columns = match &mut columns {
                    Some(columns) => columns,
                    none => none.insert(self.columns(table, &chunk)?),
                };
                let read: Vec<(Features, u16)> = chunk.par_iter().map(|(row, source)| (row_features(row, columns), *source)).collect();
                read.iter().for_each(|(features, source)| loaded.records.push(features, *source));
                chunk.clear();
            }
            if ended {
                break;
            }
        }
        if self.link && sources.len() < 2 {
            bail!("--link joins records of different sources, but the column source names {} of them", sources.len());
        }
        Ok(loaded)
    }

    fn columns(&self, table: &Table, chunk: &[(Vec<String>, u16)]) -> Result<Vec<Option<Column>>> {
        let mut columns = match &self.map {
            Some(path) => mapping::read(path, &table.headings)?,
            None => {
                let rows: Vec<Vec<String>> = chunk.iter().take(3_000).map(|(row, _)| row.clone()).collect();
                columns::recognise(&table.headings, &rows)
            }
        };
        for (heading, column) in table.headings.iter().zip(&mut columns) {
            if RESERVED.iter().any(|reserved| heading.eq_ignore_ascii_case(reserved)) {
                *column = None;
            }
        }
        let told: Vec<String> = table
            .headings
            .iter()
            .zip(&columns)
            .filter_map(|(heading, column)| Some(format!("{heading} = {}", mapping::name(&column.as_ref()?.field))))
            .collect();
        if told.is_empty() {
            bail!("No column of {} is recognised ({}); say with --map which field each holds", self.data.display(), table.headings.join(", "));
        }
        println!("columns       {}", told.join(", "));
        Ok(columns)
    }
}

fn row_features(row: &[String], columns: &[Option<Column>]) -> Features {
    let entries: Vec<Entry<'_>> = row
        .iter()
        .zip(columns)
        .filter_map(|(text, column)| column.as_ref().map(|column| Entry { field: &column.field, group: column.group, text }))
        .filter(|entry| !entry.text.trim().is_empty())
        .collect();
    features(&entries)
}

fn report(loaded: &Loaded, matched: &Matched, [load_cpu, match_cpu, wall]: [Option<f64>; 3]) {
    let clusters = matched.clusters.iter().enumerate().filter(|(at, cluster)| *at == **cluster as usize).count();
    let same = matched.pairs.iter().filter(|pair| pair.weight >= 0.0).count();
    println!("records       {}", loaded.ids.len());
    println!("candidates    {} pairs compared", matched.candidates);
    println!("pairs         {} told, {same} of them more likely the same than not", matched.pairs.len());
    println!("parties       {clusters}");
    if let (Some(load), Some(matching), Some(wall)) = (load_cpu, match_cpu, wall) {
        println!("CPU seconds   {load:.2} to load, {matching:.2} to match ({wall:.2} s by the clock)");
    }
    if let Some(peak) = process::peak_mebibytes() {
        println!("peak memory   {peak:.0} MiB");
    }
}

/// Prints what speaks for and against two records being one party.
fn explain(ids: &str, loaded: &Loaded, matched: &Matched) -> Result<()> {
    let find = |id: &str| loaded.ids.iter().position(|known| **known == *id.trim()).with_context(|| format!("There is no record {id:?}"));
    let (left, right) = ids.split_once(',').context("--explain takes two record ids, parted by a comma")?;
    let (left, right) = (u32::try_from(find(left)?)?, u32::try_from(find(right)?)?);
    let Some(evidence) = loaded.records.evidence(left, right, &matched.model) else {
        println!("{ids}: never one party; their kinds or generations differ");
        return Ok(());
    };
    println!("{:>8.2}  where every pair starts", evidence.prior);
    for part in &evidence.parts {
        let label = part.comparison.labels()[usize::from(part.level)];
        println!("{:>8.2}  {:?}: {label} ({:+.2} for how rare the value is)", part.bits + part.frequency_bits, part.comparison, part.frequency_bits);
    }
    println!("{:>8.2}  what related parties would agree in too", evidence.related);
    println!(
        "{:>8.2}  weight; probability {:.4} of one party, {:.4} of related ones",
        evidence.weight,
        evidence.probability(),
        evidence.related_probability
    );
    Ok(())
}

fn write(path: &Path, content: impl FnOnce(&mut BufWriter<File>) -> std::io::Result<()>) -> Result<()> {
    let file = File::create(path).with_context(|| format!("{} cannot be written", path.display()))?;
    let mut out = BufWriter::new(file);
    content(&mut out).and_then(|()| out.flush()).with_context(|| format!("{} cannot be written", path.display()))
}

fn write_clusters(out: &mut impl Write, loaded: &Loaded, matched: &Matched) -> std::io::Result<()> {
    writeln!(out, "rec_id,cluster_id")?;
    for (id, cluster) in loaded.ids.iter().zip(&matched.clusters) {
        writeln!(out, "{},{}", quoted(id), quoted(&loaded.ids[*cluster as usize]))?;
    }
    Ok(())
}

fn write_pairs(out: &mut impl Write, loaded: &Loaded, matched: &Matched) -> std::io::Result<()> {
    writeln!(out, "rec_id_l,rec_id_r,score,weight")?;
    for pair in &matched.pairs {
        let (left, right) = (&loaded.ids[pair.left as usize], &loaded.ids[pair.right as usize]);
        writeln!(out, "{},{},{:.6},{:.3}", quoted(left), quoted(right), probability(f64::from(pair.weight)), pair.weight)?;
    }
    Ok(())
}

fn quoted(text: &str) -> String {
    if text.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}
