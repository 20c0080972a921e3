//! Recording revenue.
use super::input::RecordRevenueInput;
use crate::{
    domain::error::Error,
    graphql::{
        context::{self, Nullable},
        payload::{PartyUserError, outcome},
    },
    service::revenue::{self, EntryInput, Recorded},
};
use async_graphql::{Context, Object, SimpleObject};

/// What became of a call that records revenue.
#[derive(SimpleObject)]
pub struct RecordRevenuePayload {
    /// How many entries were recorded by this call; 0 when one was refused.
    pub recorded: usize,
    /// How many entries had been recorded before with the same content.
    pub unchanged: usize,
    /// Why nothing was recorded, at most 100 reasons; empty when all is well.
    pub user_errors: Vec<PartyUserError>,
}

/// Root fields that record revenue.
#[derive(Default)]
pub struct RevenueMutation;

#[Object]
impl RevenueMutation {
    /// Records business facts worth money, all of them or none, in one transaction. Sending a call again is safe: what is recorded stays
    /// as it is. Needs the scope `revenue:write`, or the scope `engine:` of every system that is named.
    async fn record_revenue(&self, ctx: &Context<'_>, input: RecordRevenueInput) -> Nullable<RecordRevenuePayload> {
        Some(record(ctx, input).await)
    }
}

async fn record(ctx: &Context<'_>, input: RecordRevenueInput) -> Result<RecordRevenuePayload, Error> {
    let entries: Vec<EntryInput> = input.entries.into_iter().map(EntryInput::from).collect();
    let (done, user_errors) = outcome(revenue::record(context::request(ctx)?, &entries).await)?;
    let Recorded { recorded, unchanged } = done.unwrap_or(Recorded { recorded: 0, unchanged: 0 });
    Ok(RecordRevenuePayload { recorded, unchanged, user_errors })
}
