//! The load: connections that each send the next request when the answer to the one before is there.
use anyhow::{Context, Result, bail, ensure};
use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Instant,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// Stands in a body where each request has a number of its own.
pub const UNIQUE: &str = "000000000000";

/// A request in the bytes that go over the wire.
pub struct Request {
    bytes: Vec<u8>,
    unique: Option<usize>,
}

impl Request {
    /// A POST of a JSON body to `/graphql`.
    pub fn post(headers: &str, body: &str) -> Self {
        let head =
            format!("POST /graphql HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\n{headers}content-length: {}\r\n\r\n", body.len());
        let unique = body.find(UNIQUE).map(|at| head.len() + at);
        Self { bytes: (head + body).into_bytes(), unique }
    }

    /// The bytes with a number in the place of [`UNIQUE`], if there is one.
    fn numbered(&self, number: u64) -> Vec<u8> {
        let mut bytes = self.bytes.clone();
        if let Some(at) = self.unique {
            bytes[at..at + UNIQUE.len()].copy_from_slice(format!("{number:012}").as_bytes());
        }
        bytes
    }
}

/// One connection of HTTP/1.1.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    /// Connects.
    ///
    /// # Errors
    /// When nobody listens.
    pub async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(1 << 20) })
    }

    /// Sends a request and gives the body of the answer.
    ///
    /// # Errors
    /// When the connection breaks, or the status is not 200.
    pub async fn send(&mut self, request: &Request, number: u64) -> Result<&[u8]> {
        match request.unique {
            None => self.stream.write_all(&request.bytes).await?,
            Some(_) => self.stream.write_all(&request.numbered(number)).await?,
        }
        self.buffer.clear();
        let mut expected = None;
        loop {
            ensure!(self.stream.read_buf(&mut self.buffer).await? > 0, "the server closed the connection");
            if expected.is_none() {
                expected = head(&self.buffer)?;
            }
            if let Some((start, length)) = expected
                && self.buffer.len() >= start + length
            {
                return Ok(&self.buffer[start..start + length]);
            }
        }
    }
}

/// Where the body begins and how long it is, once the head is complete.
fn head(bytes: &[u8]) -> Result<Option<(usize, usize)>> {
    let mut headers = [httparse::EMPTY_HEADER; 32];
    let mut response = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(start) = response.parse(bytes)? else { return Ok(None) };
    let length = response.headers.iter().find(|header| header.name.eq_ignore_ascii_case("content-length")).context("no content-length")?;
    let length = std::str::from_utf8(length.value)?.parse()?;
    if response.code != Some(200) {
        bail!("status {:?}: {}", response.code, String::from_utf8_lossy(&bytes[start..]));
    }
    Ok(Some((start, length)))
}

/// A load that runs until it is stopped.
pub struct Load {
    stop: Arc<AtomicBool>,
    thread: std::thread::JoinHandle<Result<Vec<(Instant, u32)>>>,
}

impl Load {
    /// Starts it on a thread of its own. The connections take the requests in turn.
    pub fn start(address: SocketAddr, requests: Arc<Vec<Request>>, connections: usize, first_number: u64) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let thread = std::thread::spawn({
            let stop = Arc::clone(&stop);
            move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
                runtime.block_on(async move {
                    let next = Arc::new(AtomicUsize::new(0));
                    let mut tasks = tokio::task::JoinSet::new();
                    for _ in 0..connections {
                        tasks.spawn(work(address, Arc::clone(&requests), Turn { next: Arc::clone(&next), first_number }, Arc::clone(&stop)));
                    }
                    let mut all = Vec::new();
                    while let Some(latencies) = tasks.join_next().await {
                        all.extend(latencies??);
                    }
                    Ok(all)
                })
            }
        });
        Self { stop, thread }
    }

    /// Ends it and gives when each answer came and after how many microseconds.
    ///
    /// # Errors
    /// When a connection broke or a request was refused.
    pub fn stop(self) -> Result<Vec<(Instant, u32)>> {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().map_err(|_| anyhow::anyhow!("the load panicked"))?
    }
}

struct Turn {
    next: Arc<AtomicUsize>,
    first_number: u64,
}

async fn work(address: SocketAddr, requests: Arc<Vec<Request>>, turn: Turn, stop: Arc<AtomicBool>) -> Result<Vec<(Instant, u32)>> {
    let mut connection = Connection::open(address).await?;
    let mut latencies = Vec::with_capacity(1 << 16);
    while !stop.load(Ordering::Relaxed) {
        let at = turn.next.fetch_add(1, Ordering::Relaxed);
        let begun = Instant::now();
        connection.send(&requests[at % requests.len()], turn.first_number + at as u64).await?;
        latencies.push((Instant::now(), u32::try_from(begun.elapsed().as_micros()).unwrap_or(u32::MAX)));
    }
    Ok(latencies)
}
