//! `party lint`: whether an engine borrows identity or copies it.
//!
//! `read` makes a `catalogue` of a schema, a database or migrations; `graph` and `tables` hold the rules about them, `identity` and `values` what
//! identity looks like; `report` writes what was found. Only `read` touches files and databases.
pub mod catalogue;
pub mod exemption;
pub mod finding;
pub mod graph;
pub mod hub;
pub mod identity;
pub mod read;
pub mod report;
pub mod rule;
pub mod tables;
pub mod values;

use anyhow::{Result, bail};
use exemption::Exemption;
use finding::Finding;
use hub::Hub;
use report::Report;
use std::path::PathBuf;

/// What is to be looked at.
#[derive(Debug, Default)]
pub struct Subjects {
    /// Schema files.
    pub schemas: Vec<PathBuf>,
    /// Addresses of databases.
    pub databases: Vec<String>,
    /// The schemas in PostgreSQL databases; empty means all.
    pub schema_names: Vec<String>,
    /// Folders of SQL migrations.
    pub migrations: Vec<PathBuf>,
    /// How many values of each column are looked at.
    pub sample: Option<u32>,
}

/// Looks at everything, and reports what no exemption covers on that day.
///
/// # Errors
/// When something cannot be looked at: then nothing may be concluded, not even from the rest.
pub async fn run(subjects: &Subjects, hub: &Hub, exemptions: &[Exemption], today: chrono::NaiveDate) -> Result<Report> {
    let mut look = Look { hub, findings: Vec::new(), looked_at: Vec::new() };
    for path in &subjects.schemas {
        look.schema(path)?;
    }
    for folder in &subjects.migrations {
        look.migrations(folder)?;
    }
    for url in &subjects.databases {
        look.database(url, subjects).await?;
    }
    let Look { mut findings, looked_at, .. } = look;
    findings.sort();
    findings.dedup();
    let (mut findings, exempt) = exemption::apply(findings, exemptions, today);
    findings.sort();
    Ok(Report { findings, exempt, looked_at })
}

struct Look<'a> {
    hub: &'a Hub,
    findings: Vec<Finding>,
    looked_at: Vec<String>,
}

impl Look<'_> {
    fn schema(&mut self, path: &std::path::Path) -> Result<()> {
        let name = path.display().to_string();
        let graph = read::sdl::parse(&name, &read::text_of(path)?)?;
        self.findings.extend(graph::check(&graph, self.hub));
        self.looked_at.push(format!("{name}: {}", counted(graph.types.len(), "type")));
        Ok(())
    }

    fn migrations(&mut self, folder: &std::path::Path) -> Result<()> {
        let (catalogue, files) = read::migrations::read(folder)?;
        self.tables(&format!("{} ({})", folder.display(), counted(files, "file")), catalogue, &tables::Samples::new());
        Ok(())
    }

    async fn database(&mut self, url: &str, subjects: &Subjects) -> Result<()> {
        let scheme = url.split(':').next().unwrap_or_default();
        match scheme {
            "postgres" | "postgresql" => {
                let mut database = read::postgres::Postgres::open(url).await?;
                let mut catalogue = database.catalogue(&subjects.schema_names).await?;
                self.without_hub(&mut catalogue);
                let samples = match subjects.sample {
                    Some(at_most) => database.sample(&catalogue, at_most).await,
                    None => tables::Samples::new(),
                };
                self.tables("database", catalogue, &samples);
            }
            "sqlite" => {
                if !subjects.schema_names.is_empty() {
                    bail!("an SQLite database has no schemas to choose from; leave out --schema-name");
                }
                let mut database = read::sqlite::Sqlite::open(url).await?;
                let mut catalogue = database.catalogue().await?;
                self.without_hub(&mut catalogue);
                let samples = match subjects.sample {
                    Some(at_most) => database.sample(&catalogue, at_most).await,
                    None => tables::Samples::new(),
                };
                self.tables("database", catalogue, &samples);
            }
            _ => bail!("a database is postgres://… or sqlite:<file>; {scheme:?} is neither"),
        }
        Ok(())
    }

    fn without_hub(&mut self, catalogue: &mut catalogue::Catalogue) {
        for schema in catalogue.mark_hub(&self.hub.tables) {
            self.looked_at.push(format!("schema {schema}: the hub's own tables were left out"));
        }
    }

    fn tables(&mut self, what: &str, catalogue: catalogue::Catalogue, samples: &tables::Samples) {
        let tables = catalogue.tables.iter().filter(|table| !table.is_hubs);
        let (count, columns) = tables.fold((0, 0), |(tables, columns), table| (tables + 1, columns + table.columns.len()));
        let name = match catalogue.tables.first().map(|table| &table.place) {
            Some(finding::Place::Database(name)) => format!("{what} {name}"),
            _ => what.to_owned(),
        };
        let sampled = if samples.is_empty() { String::new() } else { format!(", {} sampled", counted(samples.len(), "column")) };
        self.looked_at.push(format!("{name}: {}, {}{sampled}", counted(count, "table"), counted(columns, "column")));
        self.findings.extend(tables::check(&catalogue, samples));
    }
}

/// A number with its noun: `1 table`, `2 tables`.
pub(crate) fn counted(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
