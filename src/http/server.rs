//! Connections: accepting them, giving up on clients that send or read too slowly, and ending them when the server stops.
use super::{Front, observe::observe};
use axum::{Router, body::Body};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::{convert::Infallible, io::ErrorKind, pin::pin, sync::Arc, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{sleep, timeout},
};
use tokio_io_timeout::TimeoutStream;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// What connections may do.
#[derive(Clone, Copy, Debug)]
pub struct ConnectionLimits {
    /// How long the head of a request may take, from when the connection is ready for one: also how long it may be idle.
    pub header_timeout: Duration,
    /// How long a client may let the server wait before it takes more of an answer.
    pub write_timeout: Duration,
    /// How many there may be at once. Others wait to be accepted.
    pub max_connections: usize,
}

/// How long to wait after accepting failed because the process has no more file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// The place of a connection among those that there may be. Whoever holds it keeps the connection counted.
#[derive(Clone)]
pub struct ConnectionSlot(#[expect(dead_code, reason = "only held")] Arc<OwnedSemaphorePermit>);

/// Serves until the front is told to stop, then finishes what is running, for at most a while.
pub async fn serve(listener: TcpListener, router: Router, front: Arc<Front>, limits: ConnectionLimits, grace: Duration) {
    let (connections, slots) = (TaskTracker::new(), Arc::new(Semaphore::new(limits.max_connections)));
    let abort = CancellationToken::new();
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &slots) => accepted,
            () = front.stopping.cancelled() => break,
        };
        let Some((stream, slot)) = accepted else { continue };
        let serving = connection(stream, slot, router.clone(), Arc::clone(&front), limits);
        let abort = abort.clone();
        connections.spawn(async move { abort.run_until_cancelled(serving).await });
    }
    drop(listener);
    connections.close();
    front.sockets.close();
    let finished = timeout(grace, async {
        connections.wait().await;
        front.sockets.wait().await;
    });
    if finished.await.is_err() {
        tracing::warn!(connections = connections.len(), sockets = front.sockets.len(), "the time to finish is over; what still runs is given up");
        abort.cancel();
    }
}

/// The next connection, once there is room for one.
async fn accept(listener: &TcpListener, slots: &Arc<Semaphore>) -> Option<(TcpStream, ConnectionSlot)> {
    let slot = Arc::clone(slots).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, _)) => Some((stream, ConnectionSlot(Arc::new(slot)))),
        Err(error) => {
            // A client that went away before it was accepted is no trouble of ours.
            if !matches!(error.kind(), ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset | ErrorKind::ConnectionRefused) {
                tracing::error!(%error, "no connection can be accepted");
                sleep(ACCEPT_PAUSE).await;
            }
            None
        }
    }
}

async fn connection(stream: TcpStream, slot: ConnectionSlot, router: Router, front: Arc<Front>, limits: ConnectionLimits) {
    // An answer is written at once, so there is nothing to wait for before it is sent.
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(limits.write_timeout));
    let stopping = front.stopping.clone();
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(slot.clone());
        let answer = observe(Arc::clone(&front), router.clone(), request.map(Body::new));
        async move { Ok::<_, Infallible>(answer.await) }
    });
    let serving = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_timeout)
        .serve_connection(TokioIo::new(Box::pin(stream)), service)
        .with_upgrades();
    let mut serving = pin!(serving);
    let result = tokio::select! {
        result = serving.as_mut() => result,
        () = stopping.cancelled_owned() => {
            serving.as_mut().graceful_shutdown();
            serving.await
        }
    };
    if let Err(error) = result {
        tracing::debug!(%error, "a connection broke");
    }
}
