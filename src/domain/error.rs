//! The one error of every layer: what a caller may read, and what is only logged.
//!
//! Which kind to use: a value or a state that the caller can mend is `Refused`; a database that does not answer is
//! `Unavailable`; everything else is a fault of ours and `Internal`. The text of the last two never leaves the server.
use super::refusal::{Code, Refusal};
use std::sync::Arc;

/// What lies under an error that is not the caller's doing.
pub type Cause = Arc<dyn std::error::Error + Send + Sync>;

/// Why an operation did not happen.
#[derive(Clone, Debug)]
pub enum Error {
    /// The caller asked for something that cannot be; never empty.
    Refused(Vec<Refusal>),
    /// A server that this one needs did not answer; the same request may succeed later.
    Unavailable(Cause),
    /// Another writer was faster and the database gave way (deadlock, serialisation); the operation may be tried again at once.
    Contended(Cause),
    /// A fault of this program.
    Internal(Cause),
}

impl Error {
    /// An error of this program that has no error value of its own.
    pub fn internal(message: impl Into<String>) -> Self {
        Self::Internal(Arc::new(std::io::Error::other(message.into())))
    }

    /// The code of the first thing that is wrong.
    pub fn code(&self) -> Code {
        match self {
            Self::Refused(refusals) => refusals.first().map_or(Code::InvalidArgument, |refusal| refusal.code),
            Self::Unavailable(_) | Self::Contended(_) => Code::Unavailable,
            Self::Internal(_) => Code::Internal,
        }
    }

    /// The same error, one step further out in the input.
    pub fn at(self, step: impl ToString) -> Self {
        match self {
            Self::Refused(refusals) => {
                let step = step.to_string();
                Self::Refused(refusals.into_iter().map(|refusal| refusal.at(&step)).collect())
            }
            other => other,
        }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(vec![refusal])
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Refused(refusals) => match refusals.first() {
                Some(refusal) => f.write_str(&refusal.message),
                None => f.write_str("The request was refused."),
            },
            Self::Unavailable(_) => f.write_str("The database cannot be reached at the moment. Try again shortly."),
            Self::Contended(_) => f.write_str("Others changed the same data at the same time. Try again."),
            Self::Internal(_) => f.write_str("Something went wrong on the server. It has been logged."),
        }
    }
}

/// Collects the refusals of several fields, so that a caller sees all of them at once.
#[derive(Default)]
pub struct Refusals(Vec<Refusal>);

impl Refusals {
    /// Takes the value out of a parse, or notes what was wrong and where.
    pub fn take<T>(&mut self, field: &str, parsed: Result<T, Refusal>) -> Option<T> {
        match parsed {
            Ok(value) => Some(value),
            Err(refusal) => {
                self.0.push(refusal.at(field));
                None
            }
        }
    }

    /// Parses a value that may be absent.
    pub fn optional<T>(&mut self, field: &str, text: Option<&str>, parse: impl Fn(&str) -> Result<T, Refusal>) -> Option<T> {
        text.and_then(|text| self.take(field, parse(text)))
    }

    /// Notes one more refusal.
    pub fn push(&mut self, refusal: Refusal) {
        self.0.push(refusal);
    }

    /// An error with everything that was noted, if anything was.
    pub fn check(self) -> Result<(), Error> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::Refused(self.0)) }
    }
}
