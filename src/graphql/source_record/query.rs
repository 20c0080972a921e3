//! Reading source records.
use super::{SourceRecord, input::SourceRecordFilter, object::SourceRecordState};
use crate::{
    domain::error::Error,
    graphql::{
        context::{self, Nullable},
        input::SourceKeyInput,
        page::{connection, page_complexity, page_request},
    },
    service,
};
use async_graphql::{Context, Object};

connection!(SourceRecordConnection, SourceRecordEdge, SourceRecord);

/// Root fields that read source records.
#[derive(Default)]
pub struct SourceRecordQuery;

#[Object]
impl SourceRecordQuery {
    /// A registered source record; null when its engine never registered it.
    async fn source_record(&self, ctx: &Context<'_>, #[graphql(desc = "The record's key.")] source: SourceKeyInput) -> Nullable<SourceRecord> {
        find(ctx, &source).await.transpose()
    }

    /// The registered source records, in the order of system, type and id.
    #[graphql(complexity = "page_complexity(first, child_complexity)")]
    async fn source_records(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which records.")] filter: Option<SourceRecordFilter>,
        #[graphql(desc = "How many at most: 1 to 100, 20 when absent.")] first: Option<i32>,
        #[graphql(desc = "The endCursor of the page before.")] after: Option<String>,
    ) -> Nullable<SourceRecordConnection> {
        Some(list(ctx, filter.unwrap_or_default(), first, after).await)
    }
}

async fn find(ctx: &Context<'_>, source: &SourceKeyInput) -> Result<Option<SourceRecord>, Error> {
    let key = source.parse().map_err(|refusal| refusal.at("source"))?;
    Ok(context::loaders(ctx)?.source_records.load(key).await?.map(SourceRecord::from))
}

async fn list(ctx: &Context<'_>, filter: SourceRecordFilter, first: Option<i32>, after: Option<String>) -> Result<SourceRecordConnection, Error> {
    let page = page_request(first, after)?;
    let state = filter.state.map(SourceRecordState::filter).transpose().map_err(|refusal| refusal.at("filter"))?;
    let filter =
        service::source_record::filter(filter.system.as_deref(), filter.record_type.as_deref(), state).map_err(|error| error.at("filter"))?;
    let found = service::source_record::list(context::request(ctx)?, &filter, &page).await?;
    Ok(SourceRecordConnection::new(found, page.after.as_deref()))
}
