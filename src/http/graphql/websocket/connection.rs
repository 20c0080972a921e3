//! One socket: it reads what the client says, and writes the answers of operations that run beside each other.
use super::{
    WebSocketLimits,
    protocol::{self, ClientMessage, Close},
};
use crate::{
    domain::refusal::Code,
    graphql::refusal,
    http::{
        auth::Identity,
        graphql::{Refused, sse::passes},
    },
};
use async_graphql::{Request, Response};
use axum::extract::ws::Message;
use futures_util::{Sink, SinkExt, Stream, StreamExt, stream::BoxStream};
use serde_json::Value;
use std::{collections::HashMap, pin::Pin, time::Duration};
use tokio::{
    sync::mpsc,
    task::AbortHandle,
    time::{Instant, MissedTickBehavior, interval, timeout},
};
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

/// How many answers may wait for a slow client before its operations wait too.
const WAITING: usize = 4;

/// How long the client may take to take the message that ends the connection.
const FAREWELL: Duration = Duration::from_secs(1);

/// An answer of an operation, or its end.
struct Event {
    id: String,
    serial: u64,
    message: Message,
    is_last: bool,
}

struct Operation {
    /// Tells apart operations that have the same name one after the other.
    serial: u64,
    is_subscription: bool,
    task: AbortHandle,
}

/// A connection that executes operations with a function.
pub struct Connection<S, R> {
    socket: S,
    limits: WebSocketLimits,
    run: R,
    operations: HashMap<String, Operation>,
    serial: u64,
    events: mpsc::Sender<Event>,
    waiting: mpsc::Receiver<Event>,
}

/// Why the loop ends: with a message to the client, or because the client is gone.
type End = Option<Close>;

impl<S, E, R> Connection<S, R>
where
    S: Stream<Item = Result<Message, E>> + Sink<Message> + Unpin,
    R: Fn(&Identity, Result<Request, Refused>) -> (bool, BoxStream<'static, Response>),
{
    /// A connection that has not said anything yet. The function says whether an operation is a subscription, and executes it.
    pub fn new(socket: S, limits: WebSocketLimits, run: R) -> Self {
        let (events, waiting) = mpsc::channel(WAITING);
        Self { socket, limits, run, operations: HashMap::new(), serial: 0, events, waiting }
    }

    /// Serves the client until it goes, does something that the protocol forbids, its token expires or the server stops.
    pub async fn serve<A>(mut self, authenticate: A, stopping: CancellationToken)
    where
        A: AsyncFnOnce(Value) -> Result<Identity, Close>,
    {
        let end = match timeout(self.limits.init_timeout, self.greet(authenticate)).await {
            Ok(Ok(identity)) => self.converse(&identity, &stopping).await,
            Ok(Err(end)) => end,
            Err(_) => Some(Close::new(4408, "Connection initialisation timeout")),
        };
        for (_, operation) in self.operations.drain() {
            operation.task.abort();
        }
        if let Some(close) = end {
            let _ = timeout(FAREWELL, self.socket.send(close.message())).await;
        }
        let _ = timeout(FAREWELL, self.socket.close()).await;
    }

    /// Waits for the message that says who the client is.
    async fn greet<A>(&mut self, authenticate: A) -> Result<Identity, End>
    where
        A: AsyncFnOnce(Value) -> Result<Identity, Close>,
    {
        loop {
            match self.hear().await? {
                Some(ClientMessage::ConnectionInit(payload)) => {
                    let identity = authenticate(payload).await.map_err(Some)?;
                    self.say(protocol::acknowledge()).await?;
                    return Ok(identity);
                }
                Some(ClientMessage::Ping) => self.say(protocol::pong()).await?,
                Some(ClientMessage::Subscribe(..)) => return Err(Some(Close::new(4401, "Unauthorized"))),
                Some(ClientMessage::Pong | ClientMessage::Complete(_)) | None => {}
            }
        }
    }

    async fn converse(&mut self, identity: &Identity, stopping: &CancellationToken) -> End {
        let mut ping = interval(self.limits.ping);
        ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut heard = Instant::now();
        let mut expiry: Pin<Box<_>> = Box::pin(passes(identity.expires));
        loop {
            // What is running when the server stops is finished; subscriptions have no end of their own.
            if stopping.is_cancelled() && self.operations.values().all(|operation| operation.is_subscription) {
                return Some(Close::new(1001, "The server stops"));
            }
            let step = tokio::select! {
                message = self.socket.next() => {
                    heard = Instant::now();
                    match parse(message) {
                        Ok(Some(message)) => self.react(identity, message, stopping.is_cancelled()).await,
                        Ok(None) => Ok(()),
                        Err(end) => Err(end),
                    }
                }
                Some(event) = self.waiting.recv() => self.pass_on(event).await,
                _ = ping.tick() => {
                    if heard.elapsed() > 2 * self.limits.ping + FAREWELL { Err(None) } else { self.say(Message::Ping(Vec::new().into())).await }
                }
                () = &mut expiry => Err(Some(Close::forbidden("The token has expired."))),
                () = stopping.cancelled(), if !stopping.is_cancelled() => Ok(()),
            };
            if let Err(end) = step {
                return end;
            }
        }
    }

    async fn react(&mut self, identity: &Identity, message: ClientMessage, is_stopping: bool) -> Result<(), End> {
        match message {
            ClientMessage::ConnectionInit(_) => Err(Some(Close::new(4429, "Too many initialisation requests"))),
            ClientMessage::Ping => self.say(protocol::pong()).await,
            ClientMessage::Pong => Ok(()),
            ClientMessage::Complete(id) => {
                if let Some(operation) = self.operations.remove(&id) {
                    operation.task.abort();
                }
                Ok(())
            }
            ClientMessage::Subscribe(..) if is_stopping => Ok(()),
            ClientMessage::Subscribe(id, _) if self.operations.contains_key(&id) => {
                Err(Some(Close::new(4409, format!("Subscriber for {id} already exists"))))
            }
            ClientMessage::Subscribe(id, _) if self.operations.len() >= self.limits.max_operations => {
                let message = format!("{} operations run on this connection; that is the most. Wait for one to end.", self.operations.len());
                self.say(protocol::answer(&id, &refusal(Code::TooManyOperations, message)).0).await
            }
            ClientMessage::Subscribe(id, request) => {
                self.start(identity, id, *request);
                Ok(())
            }
        }
    }

    /// Executes an operation in a task of its own, whose answers wait when the client does not take them.
    fn start(&mut self, identity: &Identity, id: String, request: Result<Request, Refused>) {
        let (is_subscription, mut responses) = (self.run)(identity, request);
        self.serial += 1;
        let (serial, events, name) = (self.serial, self.events.clone(), id.clone());
        let operation = async move {
            let mut is_over = false;
            while let Some(response) = responses.next().await {
                let (message, is_last) = protocol::answer(&id, &response);
                drop(response);
                is_over = is_last;
                if events.send(Event { id: id.clone(), serial, message, is_last }).await.is_err() || is_last {
                    break;
                }
            }
            if !is_over {
                let _ = events.send(Event { message: protocol::complete(&id), id, serial, is_last: true }).await;
            }
        };
        let task = tokio::spawn(operation.in_current_span());
        self.operations.insert(name, Operation { serial, is_subscription, task: task.abort_handle() });
    }

    /// Sends an answer, unless its operation was ended by the client in the meantime.
    async fn pass_on(&mut self, event: Event) -> Result<(), End> {
        if self.operations.get(&event.id).is_none_or(|operation| operation.serial != event.serial) {
            return Ok(());
        }
        if event.is_last {
            self.operations.remove(&event.id);
        }
        self.say(event.message).await
    }

    async fn hear(&mut self) -> Result<Option<ClientMessage>, End> {
        parse(self.socket.next().await)
    }

    async fn say(&mut self, message: Message) -> Result<(), End> {
        self.socket.send(message).await.map_err(|_| None)
    }
}

/// A message of the protocol; nothing for those of WebSocket itself, which answer themselves.
fn parse<E>(message: Option<Result<Message, E>>) -> Result<Option<ClientMessage>, End> {
    match message {
        Some(Ok(Message::Text(text))) => {
            ClientMessage::parse(&text).map(Some).ok_or_else(|| Some(Close::new(4400, "The message is not one of graphql-transport-ws")))
        }
        Some(Ok(Message::Binary(_))) => Err(Some(Close::new(4400, "Messages are text"))),
        Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(None),
        Some(Ok(Message::Close(_)) | Err(_)) | None => Err(None),
    }
}
