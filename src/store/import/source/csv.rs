//! Old tables as CSV files: `customers.csv` with a line of headings for the table `customers`.
use super::{Batches, Gatherer, Selection, places, wrong};
use crate::domain::{
    error::Error,
    import::{
        mapping::Field,
        row::{Row, joined_key},
    },
};
use csv::{ByteRecord, Reader, ReaderBuilder};
use std::{
    collections::BTreeSet,
    fs::File,
    path::{Path, PathBuf},
    sync::Arc,
};

/// A folder with old tables.
pub struct CsvSource {
    folder: PathBuf,
}

impl CsvSource {
    /// A folder that is there.
    pub fn new(folder: impl AsRef<Path>) -> Self {
        Self { folder: folder.as_ref().to_owned() }
    }

    fn path(&self, table: &str) -> PathBuf {
        self.folder.join(format!("{}.csv", table.rsplit('.').next().unwrap_or(table)))
    }

    fn open(&self, table: &str) -> Result<Reader<File>, Error> {
        let path = self.path(table);
        ReaderBuilder::new().flexible(true).from_path(&path).map_err(|error| wrong(format!("{} cannot be read: {error}", path.display())).into())
    }

    fn headings(reader: &mut Reader<File>) -> Result<Vec<String>, Error> {
        let headings = reader.byte_headers().map_err(|error| Error::from(wrong(format!("A line of headings cannot be read: {error}"))))?;
        Ok(headings.iter().map(|heading| String::from_utf8_lossy(heading).trim_start_matches('\u{feff}').trim().to_owned()).collect())
    }

    /// The columns of a file; none when there is no such file.
    pub fn columns(&self, table: &str) -> Result<Option<BTreeSet<String>>, Error> {
        if !self.path(table).exists() {
            return Ok(None);
        }
        Ok(Some(Self::headings(&mut self.open(table)?)?.into_iter().collect()))
    }

    /// How many lines a selection has.
    pub async fn count(&self, selection: &Selection<'_>) -> Result<i64, Error> {
        let mut batches = self.read(selection)?;
        let mut count = 0;
        while let Some(batch) = batches.recv().await {
            count += i64::try_from(batch?.len()).unwrap_or(i64::MAX);
        }
        Ok(count)
    }

    /// Whether the file has lines beside those of a selection.
    pub fn has_others(&self, selection: &Selection<'_>) -> Result<bool, Error> {
        let mut reader = self.open(&selection.table.name)?;
        let headings = Self::headings(&mut reader)?;
        let column = selection.table.column(Field::Company).and_then(|column| headings.iter().position(|heading| heading == column));
        let Some(column) = column else { return Ok(false) };
        let (mut record, mut others) = (ByteRecord::new(), false);
        while !others && reader.read_byte_record(&mut record).map_err(|error| Error::from(wrong(format!("A CSV file cannot be read: {error}"))))? {
            let company = record.get(column).map(String::from_utf8_lossy).unwrap_or_default();
            others = !company.trim().is_empty() && company.trim() != selection.company;
        }
        Ok(others)
    }

    /// The lines of a selection, in the order of the file.
    pub fn read(&self, selection: &Selection<'_>) -> Result<Batches, Error> {
        let mut reader = self.open(&selection.table.name)?;
        let headings = Self::headings(&mut reader)?;
        let lines = Lines {
            places: places(&headings),
            key: selection.table.key.clone(),
            company_column: selection.table.column(Field::Company).map(str::to_owned),
            company: selection.company.to_owned(),
        };
        let (mut gatherer, batches) = Gatherer::new();
        tokio::task::spawn_blocking(move || {
            let mut record = ByteRecord::new();
            let mut number = 0;
            loop {
                match reader.read_byte_record(&mut record) {
                    Ok(true) => number += 1,
                    Ok(false) => {
                        gatherer.send_blocking();
                        break;
                    }
                    Err(error) => {
                        let refusal = wrong(format!("A CSV file cannot be read on after row {number}: {error}"));
                        break drop(gatherer.sender.blocking_send(Err(refusal.into())));
                    }
                }
                let Some(row) = lines.read(&record, number) else { continue };
                if gatherer.push(row) && !gatherer.send_blocking() {
                    break;
                }
            }
        });
        Ok(batches)
    }

    /// Renames files.
    pub fn archive(&self, tables: &[&str]) -> Result<(), Error> {
        for table in tables {
            let path = self.path(table);
            std::fs::rename(&path, path.with_extension("csv.imported"))
                .map_err(|error| wrong(format!("{} cannot be renamed: {error}", path.display())))?;
        }
        Ok(())
    }
}

struct Lines {
    places: Arc<std::collections::HashMap<String, usize>>,
    key: Vec<String>,
    company_column: Option<String>,
    company: String,
}

impl Lines {
    /// A line of the company or of none. A field that is not UTF-8 keeps what is.
    fn read(&self, record: &ByteRecord, number: i64) -> Option<Row> {
        let values: Vec<Option<String>> =
            record.iter().map(|value| (!value.is_empty()).then(|| String::from_utf8_lossy(value).into_owned())).collect();
        let value = |column: &String| values.get(*self.places.get(column)?)?.as_deref().map(str::trim).filter(|value| !value.is_empty());
        let company = self.company_column.as_ref().and_then(value).map(str::to_owned);
        if company.as_ref().is_some_and(|company| *company != self.company) {
            return None;
        }
        let key = joined_key(&self.key.iter().map(value).collect::<Vec<_>>());
        let has_key = key.is_some();
        Some(Row { columns: Arc::clone(&self.places), values, company, key: key.unwrap_or_default(), position: number, has_key })
    }
}
