//! Registering source records.
use super::{SourceRecord, input::RegisterSourceRecordsInput};
use crate::{
    domain::error::Error,
    graphql::{
        context::{self, Nullable},
        page::list_complexity,
        payload::{PartyUserError, item_errors, outcome},
    },
    service::{
        registration::{self, Registered},
        source_record::RecordInput,
    },
};
use async_graphql::{Context, Object, SimpleObject};

/// What became of records that were registered.
#[derive(SimpleObject)]
pub struct RegisterSourceRecordsPayload {
    /// One result for each record, in the order asked for; empty when the call was refused as a whole.
    #[graphql(complexity = "list_complexity(child_complexity)")]
    pub results: Vec<SourceRecordResult>,
    /// Why the call was refused as a whole. What is wrong with one record stands in its result.
    pub user_errors: Vec<PartyUserError>,
}

/// What became of one record that was registered.
#[derive(SimpleObject)]
pub struct SourceRecordResult {
    /// The record as it is now; null when it was refused.
    pub source_record: Option<SourceRecord>,
    /// Whether it was not known before.
    pub created: bool,
    /// Whether it is new or its values are others than before.
    pub changed: bool,
    /// Why the record was refused; empty when it was not. The others are registered all the same.
    pub user_errors: Vec<PartyUserError>,
}

impl From<(usize, registration::Outcome)> for SourceRecordResult {
    fn from((index, outcome): (usize, registration::Outcome)) -> Self {
        match outcome {
            Ok(Registered { record, created, changed }) => Self { source_record: Some(record.into()), created, changed, user_errors: Vec::new() },
            Err(refusals) => {
                let refusals = refusals.into_iter().map(|refusal| refusal.at(index).at("records")).collect();
                Self { source_record: None, created: false, changed: false, user_errors: item_errors(refusals) }
            }
        }
    }
}

/// Root fields that register source records.
#[derive(Default)]
pub struct SourceRecordMutation;

#[Object]
impl SourceRecordMutation {
    /// Tells what an engine knows of the people behind its records, as often as it likes: new records are added, known ones take
    /// the new values, and sending the same again changes nothing. Needs the scope `party:link`, or the scope `engine:` of
    /// every engine that is named.
    async fn register_source_records(&self, ctx: &Context<'_>, input: RegisterSourceRecordsInput) -> Nullable<RegisterSourceRecordsPayload> {
        Some(register(ctx, input).await)
    }
}

async fn register(ctx: &Context<'_>, input: RegisterSourceRecordsInput) -> Result<RegisterSourceRecordsPayload, Error> {
    let records: Vec<RecordInput> = input.records.into_iter().map(RecordInput::from).collect();
    let (results, user_errors) = outcome(registration::register(context::request(ctx)?, &records).await)?;
    let results = results.unwrap_or_default().into_iter().enumerate().map(SourceRecordResult::from).collect();
    Ok(RegisterSourceRecordsPayload { results, user_errors })
}
