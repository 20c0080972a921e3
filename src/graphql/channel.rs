//! Channels in the graph.
use super::{
    context::{self, Nullable},
    page::list_complexity,
};
use crate::{domain, service};
use async_graphql::{Context, Description, Object};

/// A way by which money comes in or goes out, from a catalogue that is data.
#[derive(Description)]
pub struct Channel(domain::channel::Channel);

impl From<domain::channel::Channel> for Channel {
    fn from(channel: domain::channel::Channel) -> Self {
        Self(channel)
    }
}

#[Object(use_type_description)]
impl Channel {
    /// The code, for instance `auction`: what entries and filters name the channel by.
    async fn code(&self) -> &str {
        self.0.code.as_str()
    }

    /// The name for people.
    async fn label(&self) -> &str {
        &self.0.label
    }
}

/// Root fields that read the catalogue of channels.
#[derive(Default)]
pub struct ChannelQuery;

#[Object]
impl ChannelQuery {
    /// The channels that revenue is recorded for, by code.
    #[graphql(complexity = "list_complexity(child_complexity)")]
    async fn channels(&self, ctx: &Context<'_>) -> Nullable<Vec<Channel>> {
        let channels = async { service::channel::all(context::request(ctx)?).await };
        Some(channels.await.map(|channels| channels.into_iter().map(Channel::from).collect()))
    }
}
