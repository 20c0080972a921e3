//! What is found, and where.
use super::rule::Rule;

/// Where something stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// In a file, at a line and a column that count from 1.
    File {
        /// The path as it was given.
        path: String,
        /// The line.
        line: usize,
        /// The column.
        column: usize,
    },
    /// In a database, by its name.
    Database(String),
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File { path, line, column } => write!(f, "{path}:{line}:{column}"),
            Self::Database(name) => f.write_str(name),
        }
    }
}

/// One breach of a rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// Where it stands.
    pub place: Place,
    /// What it is about: `crm.leads.contact_email`, `Cart.customerEmail`.
    pub subject: String,
    /// The rule.
    pub rule: Rule,
    /// What is wrong, as a sentence about the subject.
    pub what: String,
}
