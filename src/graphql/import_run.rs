//! Reports of imports in the graph.
use super::{
    context::{self, Nullable, personal},
    input::graphql_id,
    page::{connection, list_complexity, page_complexity, page_request},
    party::Party,
    scalar::DateTime,
};
use crate::{
    domain::{
        self,
        error::Error,
        id::ImportId,
        import::outcome,
        import_run::{ImportCount, ImportRun, ImportedRow},
        kind,
    },
    service::import_run,
};
use async_graphql::{Context, Description, Enum, ID, Object};

/// Where an import stands.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "kind::ImportState")]
pub enum PartyImportStatus {
    /// It goes on, or was cut short and can be taken up again.
    Running,
    /// It looked at every row.
    Done,
    /// What it made was taken back.
    RolledBack,
}

/// How a row of an old table ended.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "outcome::Outcome")]
pub enum PartyImportOutcome {
    /// It made something that was not there: a party, a record, an entry.
    Created,
    /// It was found to be what is there already.
    Matched,
    /// Somebody must look at it; what it presents is kept where it could be.
    Review,
    /// It was not taken.
    Rejected,
}

/// One run of an import of old tables. Every row ends in exactly one way; rows that an earlier run took count there.
#[derive(Description)]
pub struct PartyImportRun(ImportRun, Vec<ImportCount>);

#[Object(use_type_description)]
impl PartyImportRun {
    /// The id.
    async fn id(&self) -> ID {
        graphql_id(self.0.id.0)
    }

    /// Where it stands.
    async fn status(&self) -> PartyImportStatus {
        self.0.state.into()
    }

    /// When it began.
    async fn started_at(&self) -> DateTime {
        self.0.started_at.into()
    }

    /// When it ended; null while it goes on.
    async fn finished_at(&self) -> Option<DateTime> {
        self.0.finished_at.map(DateTime::from)
    }

    /// How many rows of each table ended in which way and why, by system, table, outcome and reason.
    async fn counts(&self) -> Vec<PartyImportCount> {
        self.1.iter().cloned().map(PartyImportCount).collect()
    }
}

/// How many rows of one table ended in one way for one reason.
#[derive(Description)]
pub struct PartyImportCount(ImportCount);

#[Object(use_type_description)]
impl PartyImportCount {
    /// The old system.
    async fn system(&self) -> &str {
        &self.0.system
    }

    /// The table.
    async fn table(&self) -> &str {
        &self.0.table
    }

    /// How they ended.
    async fn outcome(&self) -> PartyImportOutcome {
        self.0.outcome.into()
    }

    /// A code for the reason, such as `NO_COMPANY`; null when there is nothing to say.
    async fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }

    /// How many.
    async fn count(&self) -> i64 {
        self.0.count
    }
}

/// What became of one row of an old table.
#[derive(Description)]
pub struct PartyImportRow(ImportedRow);

impl From<ImportedRow> for PartyImportRow {
    fn from(row: ImportedRow) -> Self {
        Self(row)
    }
}

#[Object(use_type_description)]
impl PartyImportRow {
    /// The old system.
    async fn system(&self) -> &str {
        &self.0.system
    }

    /// The table.
    async fn table(&self) -> &str {
        &self.0.table
    }

    /// The key of the row in its table.
    async fn key(&self) -> &str {
        &self.0.key
    }

    /// How it ended.
    async fn outcome(&self) -> PartyImportOutcome {
        self.0.outcome.into()
    }

    /// A code for the reason, such as `NO_COMPANY`; null when there is nothing to say.
    async fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }

    /// What else is to be known, for people. Needs the scope `party:pii`.
    #[graphql(tag = "pii")]
    async fn note(&self, ctx: &Context<'_>) -> Nullable<&str> {
        personal(ctx, self.0.note.as_deref())
    }

    /// The party that it led to, or the one into which that was merged; null when it led to none.
    async fn party(&self, ctx: &Context<'_>) -> Nullable<Party> {
        party(ctx, self.0.party).await.transpose()
    }
}

async fn party(ctx: &Context<'_>, id: Option<domain::id::PartyId>) -> Result<Option<Party>, Error> {
    let Some(id) = id else { return Ok(None) };
    Ok(context::loaders(ctx)?.parties.load(id).await?.map(Party::from))
}

connection!(PartyImportRowConnection, PartyImportRowEdge, PartyImportRow);

/// Root fields that report of imports.
#[derive(Default)]
pub struct ImportRunQuery;

#[Object]
impl ImportRunQuery {
    /// The newest 20 imports of old tables, the last one first, with how their rows ended. Needs the scope `party:admin` besides `party:read`.
    #[graphql(complexity = "list_complexity(child_complexity)")]
    async fn party_imports(&self, ctx: &Context<'_>) -> Nullable<Vec<PartyImportRun>> {
        Some(latest(ctx).await)
    }

    /// What became of each row of an import, by system, table and key. Needs the scope `party:admin` besides `party:read`.
    #[graphql(complexity = "page_complexity(first, child_complexity)")]
    #[expect(clippy::too_many_arguments, reason = "each is an argument in the graph")]
    async fn party_import_rows(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The id of the import.")] import_id: ID,
        #[graphql(desc = "Only rows that ended in this way.")] outcome: Option<PartyImportOutcome>,
        #[graphql(desc = "How many at most: 1 to 100, 20 when left out.")] first: Option<i32>,
        #[graphql(desc = "The `endCursor` of the page before.")] after: Option<String>,
    ) -> Nullable<PartyImportRowConnection> {
        Some(rows(ctx, &import_id, outcome, (first, after)).await)
    }
}

async fn latest(ctx: &Context<'_>) -> Result<Vec<PartyImportRun>, Error> {
    Ok(import_run::latest(context::request(ctx)?).await?.into_iter().map(|(run, counts)| PartyImportRun(run, counts)).collect())
}

async fn rows(
    ctx: &Context<'_>,
    id: &ID,
    outcome: Option<PartyImportOutcome>,
    (first, after): (Option<i32>, Option<String>),
) -> Result<PartyImportRowConnection, Error> {
    let id = ImportId::parse(id).map_err(|refusal| refusal.at("importId"))?;
    let page = page_request(first, after)?;
    let found = import_run::rows(context::request(ctx)?, id, outcome.map(Into::into), &page).await?;
    Ok(PartyImportRowConnection::new(found, page.after.as_deref()))
}
