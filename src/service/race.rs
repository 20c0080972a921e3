//! Lost races: a change that another writer beat to a value begins anew, and then finds the value taken by the ordinary rules.
use crate::domain::{error::Error, refusal::Code};

/// How often a change is tried.
const ATTEMPTS: usize = 10;

/// Makes a change, again when another writer was faster.
///
/// # Errors
/// What the change failed with, once it was no race or the races do not end.
pub async fn settled<T, F: Future<Output = Result<T, Error>>>(mut attempt: impl FnMut() -> F) -> Result<T, Error> {
    for _ in 1..ATTEMPTS {
        match attempt().await {
            Err(error) if is_lost(&error) => {}
            done => return done,
        }
    }
    attempt().await
}

/// Rules name the place in the input and what stands there; a constraint of the database, which only a race runs into, names none.
fn is_lost(error: &Error) -> bool {
    match error {
        Error::Contended(_) => true,
        Error::Refused(refusals) => refusals.iter().all(|refusal| refusal.path.is_empty() && is_of_constraint(refusal.code)),
        _ => false,
    }
}

fn is_of_constraint(code: Code) -> bool {
    matches!(
        code,
        Code::DuplicateParty
            | Code::IdentifierTaken
            | Code::IdempotencyConflict
            | Code::ContactPointExists
            | Code::AlreadyLinked
            | Code::RoleAlreadyHeld
            | Code::EntryConflict
            | Code::PartyMerged
            | Code::PartiesDistinct
            | Code::RelationshipExists
    )
}
