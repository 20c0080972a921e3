//! Reading tables of any origin: separators, encodings, ragged rows.
use anyhow::{Context, Result, bail};
use csv::{ByteRecord, Reader, ReaderBuilder};
use std::{
    fs::File,
    io::{BufReader, Read, Seek, SeekFrom},
    path::Path,
};

/// A table that is read row by row.
pub struct Table {
    reader: Reader<BufReader<File>>,
    /// The headings, without the white space around them.
    pub headings: Vec<String>,
    /// Rows with fewer fields than there are headings; what is missing counts as empty.
    pub short_rows: u64,
    /// Rows with more fields; what is beyond the headings is ignored.
    pub long_rows: u64,
    record: ByteRecord,
}

/// Bytes of the beginning from which separator and encoding are told.
const HEAD: usize = 64 * 1024;

impl Table {
    /// Opens a table and reads its headings.
    ///
    /// # Errors
    /// When it cannot be read, is empty, or is no text.
    pub fn open(path: &Path) -> Result<Self> {
        let shown = path.display();
        let mut file = File::open(path).with_context(|| format!("{shown} cannot be opened"))?;
        let mut head = vec![0; HEAD];
        let length = read_up_to(&mut file, &mut head).with_context(|| format!("{shown} cannot be read"))?;
        head.truncate(length);
        if head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) || head.iter().take(1000).any(|b| *b == 0) {
            bail!("{shown} is no text in UTF-8 or Latin-1 (UTF-16, or a binary file?); save it as CSV in UTF-8");
        }
        let mark = if head.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        file.seek(SeekFrom::Start(mark)).with_context(|| format!("{shown} cannot be read"))?;
        let separator = separator(&head[usize::from(mark > 0) * 3..]);
        let mut reader = ReaderBuilder::new().delimiter(separator).flexible(true).from_reader(BufReader::with_capacity(1 << 20, file));
        let headings: Vec<String> = reader
            .byte_headers()
            .with_context(|| format!("The headings of {shown} cannot be read"))?
            .iter()
            .map(|field| text(field).trim().to_owned())
            .collect();
        if headings.iter().all(String::is_empty) {
            bail!("{shown} is empty: its first row must be the headings");
        }
        Ok(Self { reader, headings, short_rows: 0, long_rows: 0, record: ByteRecord::new() })
    }

    /// The next row, with as many fields as there are headings; none at the end.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn next(&mut self) -> Result<Option<Vec<String>>> {
        loop {
            let before = self.reader.position().line();
            let more = self.reader.read_byte_record(&mut self.record).with_context(|| format!("The row after line {before} cannot be read"))?;
            if !more {
                return Ok(None);
            }
            if self.record.iter().all(<[u8]>::is_empty) {
                continue;
            }
            let fields = self.record.len();
            self.short_rows += u64::from(fields < self.headings.len());
            self.long_rows += u64::from(fields > self.headings.len());
            let mut row: Vec<String> = self.record.iter().take(self.headings.len()).map(text).collect();
            row.resize(self.headings.len(), String::new());
            return Ok(Some(row));
        }
    }

    /// The line at which the next row begins.
    pub fn line(&self) -> u64 {
        self.record.position().map_or(0, csv::Position::line)
    }

    /// The place of a column.
    pub fn column(&self, heading: &str) -> Option<usize> {
        self.headings.iter().position(|known| known.eq_ignore_ascii_case(heading))
    }
}

fn read_up_to(file: &mut File, buffer: &mut [u8]) -> std::io::Result<usize> {
    let mut length = 0;
    while length < buffer.len() {
        match file.read(&mut buffer[length..])? {
            0 => break,
            more => length += more,
        }
    }
    Ok(length)
}

/// The separator that parts the first line into the most fields.
fn separator(head: &[u8]) -> u8 {
    let line = head.split(|b| *b == b'\n').next().unwrap_or(head);
    let count = |separator: u8| line.iter().filter(|b| **b == separator).count();
    *b",;\t|".iter().max_by_key(|separator| (count(**separator), **separator == b',')).unwrap_or(&b',')
}

/// UTF-8, or Latin-1 where it is not that.
fn text(field: &[u8]) -> String {
    std::str::from_utf8(field).map_or_else(|_| field.iter().map(|b| char::from(*b)).collect(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_and_encodings_are_told() {
        for (head, expected) in [(&b"a,b;c,d\n"[..], b','), (b"a;b;c\n1,2;3", b';'), (b"a\tb", b'\t'), (b"a|b|c", b'|'), (b"a", b',')] {
            assert_eq!(separator(head), expected);
        }
        assert_eq!((text("ü".as_bytes()).as_str(), text(b"\xfc").as_str()), ("ü", "ü"));
    }
}
