//! Server-sent events, in the mode of `graphql-sse` with a connection for each operation: an event `next` for each answer, then `complete`.
use super::{respond::to_json, run::is_subscription};
use crate::http::{Front, auth::Identity};
use async_graphql::{Request, Response as GraphResponse};
use axum::response::{
    IntoResponse, Response,
    sse::{Event, KeepAlive, Sse},
};
use futures_util::{
    StreamExt,
    stream::{self, BoxStream},
};
use std::{
    convert::Infallible,
    future::Future,
    sync::Arc,
    time::{Duration, SystemTime},
};

/// Executes an operation and answers with its events. A subscription ends when the token expires or the server stops.
pub fn stream(front: &Arc<Front>, identity: &Identity, mut request: Request) -> Response {
    let (stopping, expires, is_subscription) = (front.stopping.clone(), identity.expires, is_subscription(&mut request));
    let end = async move {
        if !is_subscription {
            std::future::pending::<()>().await;
        }
        tokio::select! {
            () = stopping.cancelled_owned() => {}
            () = passes(expires) => {}
        }
    };
    events(front.execute_stream(identity, request), end, front.limits.websocket.ping).into_response()
}

fn events(
    responses: BoxStream<'static, GraphResponse>,
    end: impl Future<Output = ()> + Send + 'static,
    ping: Duration,
) -> Sse<impl stream::Stream<Item = Result<Event, Infallible>>> {
    let next = responses.take_until(end).map(|response| event("next", &String::from_utf8_lossy(&to_json(&response))));
    let complete = stream::once(async { event("complete", "") });
    Sse::new(next.chain(complete).map(Ok)).keep_alive(KeepAlive::new().interval(ping))
}

fn event(name: &str, data: &str) -> Event {
    Event::default().event(name).data(data)
}

/// Ends when a time has come.
pub(super) async fn passes(time: Option<SystemTime>) {
    match time {
        Some(time) => tokio::time::sleep(time.duration_since(SystemTime::now()).unwrap_or_default()).await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::Value;
    use axum::body::to_bytes;

    #[tokio::test]
    async fn each_answer_is_an_event_and_the_last_says_so() {
        let responses = stream::iter([1, 2].map(|number| GraphResponse::new(Value::from(number)))).boxed();
        let response = events(responses, std::future::pending(), Duration::from_secs(60)).into_response();
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        let body = to_bytes(response.into_body(), 1_000).await.unwrap();
        assert_eq!(body, "event: next\ndata: {\"data\":1}\n\nevent: next\ndata: {\"data\":2}\n\nevent: complete\n\n");
    }

    #[tokio::test]
    async fn an_endless_stream_ends_with_the_server() {
        let responses = stream::pending().boxed();
        let response = events(responses, std::future::ready(()), Duration::from_secs(60)).into_response();
        assert_eq!(to_bytes(response.into_body(), 1_000).await.unwrap(), "event: complete\n\n");
    }
}
