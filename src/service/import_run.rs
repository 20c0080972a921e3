//! Reports of imports: the runs, and what became of their rows.
use super::{Permission, Request};
use crate::{
    domain::{
        cursor,
        error::Error,
        id::ImportId,
        import::outcome::Outcome,
        import_run::{ImportCount, ImportRun, ImportedRow},
        page::{Page, PageRequest},
        refusal::{Code, Refusal},
    },
    store,
};

/// Runs that a list shows.
const SHOWN: i64 = 20;

/// The newest runs with how their rows ended, the last one first.
///
/// # Errors
/// `FORBIDDEN` without `party:admin`.
pub async fn latest(request: &Request) -> Result<Vec<(ImportRun, Vec<ImportCount>)>, Error> {
    request.caller.require(Permission::PartyAdmin)?;
    let tx = request.read().await?;
    let mut counts = store::import_run::counts(&tx, SHOWN).await?;
    let runs = store::import_run::latest(&tx, SHOWN).await?;
    Ok(runs.into_iter().map(|run| (counts.remove(&run.id).unwrap_or_default(), run)).map(|(counts, run)| (run, counts)).collect())
}

/// A page of the rows of a run, those that ended in one way if one is given.
///
/// # Errors
/// `INVALID_CURSOR` at `after`; `FORBIDDEN` without `party:admin`.
pub async fn rows(request: &Request, run: ImportId, outcome: Option<Outcome>, page: &PageRequest) -> Result<Page<ImportedRow>, Error> {
    request.caller.require(Permission::PartyAdmin)?;
    let tag = format!("partyImportRows/{run}");
    let after = page.after.as_deref().map(|after| place(&tag, after)).transpose().map_err(|refusal| refusal.at("after"))?;
    let rows = store::import_run::rows(&*request.read().await?, run, outcome, after, page.first as i64 + 1).await?;
    Ok(Page::cut(rows, page.first, |row| cursor::encode(&tag, &[row.system.clone(), row.table.clone(), row.key.clone()])))
}

fn place(tag: &str, after: &str) -> Result<[String; 3], Refusal> {
    let malformed = |_| Refusal::new(Code::InvalidCursor, "This is not a cursor: pass the endCursor of a page unchanged.");
    cursor::decode(tag, after)?.try_into().map_err(malformed)
}
