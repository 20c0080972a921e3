//! `party match pairs`: whether two names are those of one person or organisation.
use super::table::Table;
use crate::domain::matching::{
    features::Kind,
    names::{SAME, likeness},
    normal::{organization, person::looks_like_person},
};
use anyhow::{Context, Result};
use clap::Args;
use std::{
    fs::File,
    io::{BufWriter, Write},
    path::PathBuf,
};

/// Headings of the two names, and of what tells persons from organisations.
const LEFT: [&str; 4] = ["name1", "name_1", "left", "name_l"];
const RIGHT: [&str; 4] = ["name2", "name_2", "right", "name_r"];
const KIND: [&str; 3] = ["schema", "kind", "type"];

/// The arguments.
#[derive(Args)]
pub struct Pairs {
    /// The table: CSV with the columns name1 and name2, and schema (Person, Company, …) where that is known
    data: PathBuf,
    /// Where to write the judgements: `row,score,is_match`
    #[arg(long)]
    out: PathBuf,
}

impl Pairs {
    /// Judges every pair.
    ///
    /// # Errors
    /// When a file cannot be read or written, or has no columns of names.
    pub fn run(&self) -> Result<()> {
        let mut table = Table::open(&self.data)?;
        let find = |headings: &[&str]| headings.iter().find_map(|heading| table.column(heading));
        let missing = || format!("{} needs the columns name1 and name2; it has {}", self.data.display(), table.headings.join(", "));
        let (left, right) = (find(&LEFT).with_context(missing)?, find(&RIGHT).with_context(missing)?);
        let kind = find(&KIND);
        let unwritable = || format!("{} cannot be written", self.out.display());
        let mut out = BufWriter::new(File::create(&self.out).with_context(unwritable)?);
        writeln!(out, "row,score,is_match").with_context(unwritable)?;
        let (mut rows, mut same) = (0u64, 0u64);
        while let Some(row) = table.next()? {
            let kind = kind_of(kind.map(|at| row[at].as_str()), &row[left], &row[right]);
            let score = likeness(kind, &row[left], &row[right]);
            rows += 1;
            same += u64::from(score >= SAME);
            writeln!(out, "{rows},{score:.4},{}", score >= SAME).with_context(unwritable)?;
        }
        out.flush().with_context(unwritable)?;
        println!("pairs         {rows}, {same} of them taken for one");
        Ok(())
    }
}

/// What the table says, else what the names look like.
fn kind_of(said: Option<&str>, left: &str, right: &str) -> Kind {
    match said.map(str::trim).filter(|said| !said.is_empty()) {
        Some(said) if said.eq_ignore_ascii_case("person") || said.eq_ignore_ascii_case("individual") => Kind::Person,
        Some(_) => Kind::Organization,
        None if organization::looks_like_organization(left) || organization::looks_like_organization(right) => Kind::Organization,
        None if looks_like_person(left) || looks_like_person(right) => Kind::Person,
        None => Kind::Organization,
    }
}
