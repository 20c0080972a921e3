//! Following the feed inside the process: the schema's own stream, without a transport.
use super::caller::TestCaller;
use async_graphql::{Request, Response};
use futures_util::{StreamExt, stream::BoxStream};
use party::{
    graphql::{self, GraphLimits, RequestContext},
    service::{self, Caller, Hub},
};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};

/// How long a change may take to arrive: less than the time after which a follower looks unwoken.
const SOON: Duration = Duration::from_secs(3);

/// A follower of the feed.
pub struct Follower(BoxStream<'static, Response>);

impl Follower {
    /// Follows with a document of one subscription, as a caller with some scopes.
    pub fn new(hub: &Arc<Hub>, caller: &TestCaller, scopes: &str, document: &str, variables: Value) -> Self {
        let limits = GraphLimits { depth: 20, complexity: 20_000, aliases: 200, directives: 20, introspection: true };
        let caller = Caller::new(caller.company, "follower", scopes).expect("scopes");
        let context = RequestContext::new(service::Request::new(Arc::clone(hub), caller));
        let request = Request::new(document).variables(async_graphql::Variables::from_json(variables)).data(context);
        let schema = graphql::build(&limits);
        Self(schema.execute_stream(request).boxed())
    }

    /// The next answer, which must come soon.
    pub async fn next(&mut self) -> Value {
        let answer = tokio::time::timeout(SOON, self.0.next()).await.expect("an answer soon").expect("the stream goes on");
        serde_json::to_value(answer).expect("JSON")
    }

    /// The type of the next change and the name of its party.
    pub async fn next_change(&mut self) -> (String, Value) {
        let answer = self.next().await;
        let change = &answer["data"]["partyChanged"];
        let kind = change["event"]["type"].as_str().unwrap_or_else(|| panic!("no change: {answer:#}"));
        (kind.to_owned(), change["party"]["displayName"].clone())
    }

    /// Whether nothing comes for a while. Begins to follow, if nothing was asked of it before.
    pub async fn is_silent(&mut self) -> bool {
        tokio::time::timeout(Duration::from_millis(400), self.0.next()).await.is_err()
    }

    /// Whether the stream ends now.
    pub async fn ends(&mut self) -> bool {
        tokio::time::timeout(SOON, self.0.next()).await.is_ok_and(|answer| answer.is_none())
    }
}

/// Follows everything that a document of `partyChanged` with these arguments asks for.
pub fn follow(hub: &Arc<Hub>, caller: &TestCaller, arguments: &str) -> Follower {
    let document = format!("subscription {{ partyChanged{arguments} {{ cursor event {{ type partyId }} party {{ displayName }} }} }}");
    Follower::new(hub, caller, "party:read", &document, json!({}))
}
