//! A load of our own: a fixed number of clients, each with one connection that stays open, each sending its next
//! request when the last was answered. A few threads carry them, so that they cost the server little of its cores.

use actix_web::rt::System;
use actix_web::rt::net::TcpStream;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};
use std::time::{Duration, Instant};

/// Threads that carry the clients.
const CARRIERS: usize = 2;

/// What came of a number of requests.
pub(crate) struct Outcome {
    /// Answers with another status than was asked for.
    pub(crate) refused: usize,
    /// From the first request to the last answer.
    pub(crate) took: Duration,
    /// How long each good answer took, shortest first.
    pub(crate) times: Vec<Duration>,
    /// Time on a core of the clients themselves.
    pub(crate) clients: Duration,
}

/// Shortest first.
pub(crate) fn sorted(mut times: Vec<Duration>) -> Vec<Duration> {
    times.sort_unstable();
    times
}

impl Outcome {
    pub(crate) fn per_second(&self) -> f64 {
        self.times.len() as f64 / self.took.as_secs_f64()
    }

    fn at(&self, share: f64) -> Duration {
        let place = (self.times.len() as f64 * share) as usize;
        self.times.get(place.min(self.times.len().saturating_sub(1))).copied().unwrap_or_default()
    }

    pub(crate) fn p50(&self) -> Duration {
        self.at(0.50)
    }

    pub(crate) fn p99(&self) -> Duration {
        self.at(0.99)
    }

    /// Two runs of the same thing as one.
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.times.extend(other.times);
        let clients = self.clients + other.clients;
        Self { refused: self.refused + other.refused, took: self.took + other.took, times: sorted(self.times), clients }
    }
}

/// An answer.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
}

struct Connection {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Connection {
    async fn open(address: SocketAddr) -> std::io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, read: Vec::with_capacity(64 * 1024) })
    }

    /// Sends a request and reads its answer; gives the status and where the body begins in `self.read`.
    async fn exchange(&mut self, request: &[u8]) -> std::io::Result<(u16, usize)> {
        let mut sent = 0;
        while sent < request.len() {
            self.stream.writable().await?;
            match self.stream.try_write(&request[sent..]) {
                Ok(count) => sent += count,
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
        self.read.clear();
        let mut whole = None;
        loop {
            if whole.is_none() {
                whole = head_of(&self.read);
            }
            if let Some((status, body, length)) = whole
                && self.read.len() >= body + length
            {
                return Ok((status, body));
            }
            self.stream.readable().await?;
            match self.stream.try_read_buf(&mut self.read) {
                Ok(0) => return Err(std::io::ErrorKind::UnexpectedEof.into()),
                Ok(_) => {}
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
    }
}

/// Status, start of the body and its length, once the whole head is there.
fn head_of(read: &[u8]) -> Option<(u16, usize, usize)> {
    let end = read.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&read[..end]).ok()?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
    });
    Some((status, end + 4, length.unwrap_or(0)))
}

/// One request on a connection of its own.
pub(crate) fn once(address: SocketAddr, request: &[u8]) -> std::io::Result<Answer> {
    System::new().block_on(async {
        let mut connection = Connection::open(address).await?;
        let (status, body) = connection.exchange(request).await?;
        Ok(Answer { status, body: String::from_utf8_lossy(&connection.read[body..]).into_owned() })
    })
}

/// Sends the requests from this many clients, each once, until they are through or the time is over.
pub(crate) fn run(
    address: SocketAddr,
    requests: Vec<Vec<u8>>,
    clients: usize,
    wanted: u16,
    at_most: Duration,
) -> Outcome {
    let (requests, next) = (Arc::new(requests), Arc::new(AtomicUsize::new(0)));
    let carriers = clients.min(CARRIERS);
    let barrier = Arc::new(Barrier::new(carriers + 1));
    let threads: Vec<_> = (0..carriers)
        .map(|place| {
            let (requests, next, barrier) = (requests.clone(), next.clone(), barrier.clone());
            let own = clients / carriers + usize::from(place < clients % carriers);
            let carrier = std::thread::Builder::new().name("load".to_owned());
            carrier.spawn(move || System::new().block_on(carry(address, requests, next, own, wanted, barrier, at_most)))
        })
        .collect();
    barrier.wait();
    let begun = Instant::now();
    let parts = threads.into_iter().map(|thread| thread.unwrap().join().unwrap());
    let mut all = Outcome { refused: 0, took: Duration::ZERO, times: Vec::new(), clients: Duration::ZERO };
    for part in parts {
        all = all.and(part);
    }
    Outcome { took: begun.elapsed(), ..all }
}

async fn carry(
    address: SocketAddr,
    requests: Arc<Vec<Vec<u8>>>,
    next: Arc<AtomicUsize>,
    clients: usize,
    wanted: u16,
    barrier: Arc<Barrier>,
    at_most: Duration,
) -> Outcome {
    let mut connections = Vec::new();
    for _ in 0..clients {
        connections.push(Connection::open(address).await.unwrap());
    }
    barrier.wait();
    let begun = Instant::now();
    let tasks: Vec<_> = connections
        .into_iter()
        .map(|mut connection| {
            let (requests, next) = (requests.clone(), next.clone());
            actix_web::rt::spawn(async move {
                let (mut times, mut refused) = (Vec::new(), 0);
                while begun.elapsed() < at_most
                    && let Some(request) = requests.get(next.fetch_add(1, Ordering::Relaxed))
                {
                    let since = Instant::now();
                    let (status, _) = connection.exchange(request).await.unwrap();
                    if status == wanted { times.push(since.elapsed()) } else { refused += 1 }
                }
                (times, refused)
            })
        })
        .collect();
    let (mut times, mut refused) = (Vec::new(), 0);
    for task in tasks {
        let (more, other) = task.await.unwrap();
        times.extend(more);
        refused += other;
    }
    Outcome { refused, took: Duration::ZERO, times, clients: on_core(Path::new("/proc/thread-self")) }
}

/// `GET`, with a cookie when there is one.
pub(crate) fn get(path: &str, cookie: &str) -> Vec<u8> {
    let cookie = if cookie.is_empty() { String::new() } else { format!("Cookie: {cookie}\r\n") };
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{cookie}\r\n").into_bytes()
}

/// `POST` of a form.
pub(crate) fn post(path: &str, fields: &[(&str, &str)]) -> Vec<u8> {
    let one = |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
    let body: Vec<String> = fields.iter().map(|(name, value)| format!("{}={}", one(name), one(value))).collect();
    post_as(path, "application/x-www-form-urlencoded", &body.join("&"))
}

/// `POST` of a text of this type.
pub(crate) fn post_as(path: &str, kind: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n{body}")
        .into_bytes()
}

/// The value of a page's hidden field.
pub(crate) fn hidden(page: &str, name: &str) -> String {
    let mark = format!("name=\"{name}\" value=\"");
    let Some(at) = page.find(&mark) else { panic!("geen veld {name} op deze pagina: {page}") };
    page[at + mark.len()..].split('"').next().unwrap_or_default().to_owned()
}

/// Time on a core of the threads that serve: how much of it went to the web and how much to the writer.
#[derive(Clone, Copy, Default)]
pub(crate) struct Work {
    pub(crate) web: Duration,
    pub(crate) writer: Duration,
}

impl Work {
    /// Until now.
    pub(crate) fn so_far() -> Self {
        let mut work = Self::default();
        let Ok(tasks) = std::fs::read_dir("/proc/self/task") else { return work };
        for task in tasks.flatten() {
            let spent = on_core(&task.path());
            match std::fs::read_to_string(task.path().join("comm")).unwrap_or_default().trim() {
                "writer" => work.writer += spent,
                name if name.starts_with("actix") || name.starts_with("tokio") => work.web += spent,
                _ => {}
            }
        }
        work
    }

    /// What was added since an earlier look.
    pub(crate) fn since(self, earlier: Self) -> Self {
        Self { web: self.web.saturating_sub(earlier.web), writer: self.writer.saturating_sub(earlier.writer) }
    }
}

fn on_core(task: &Path) -> Duration {
    let text = std::fs::read_to_string(task.join("schedstat")).unwrap_or_default();
    Duration::from_nanos(text.split(' ').next().and_then(|nanos| nanos.parse().ok()).unwrap_or(0))
}
