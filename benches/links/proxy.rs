//! The link itself: a proxy on loopback that passes bytes on as the model says, and counts them.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{
        TcpSocket, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::Notify,
    task::JoinSet,
    time::{Instant, sleep, sleep_until},
};

use crate::link::{Line, Link, Window};

/// Small, so that the kernel does not hold what the link should: it doubles the number.
const BUFFER: u32 = 32 << 10;

/// A link that is being used.
pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    traffic: Arc<Traffic>,
    connections: JoinSet<()>,
}

/// What has passed.
#[derive(Default)]
struct Traffic {
    /// Bytes to the service that were not lost again.
    bytes: AtomicI64,
    resets: AtomicU64,
    first: Mutex<Option<Instant>>,
    begun: Notify,
}

impl Proxy {
    pub(crate) fn start(link: Link, service: SocketAddr) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(BUFFER).unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let listener = socket.listen(1024).unwrap();
        let address = listener.local_addr().unwrap();
        let traffic = Arc::new(Traffic::default());
        let trunk = Line::new(link.total);
        let mut connections = JoinSet::new();
        let shared = Arc::clone(&traffic);
        connections.spawn(async move {
            let mut accepted = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                accepted.spawn(connect(client, service, link, trunk.clone(), Arc::clone(&shared)));
            }
        });
        Self { address, traffic, connections }
    }

    /// Waits for the client's first byte.
    pub(crate) async fn first_byte(&self) -> Instant {
        loop {
            let begun = self.traffic.begun.notified();
            if let Some(first) = *self.traffic.first.lock().unwrap() {
                return first;
            }
            begun.await;
        }
    }

    pub(crate) fn bytes(&self) -> u64 {
        u64::try_from(self.traffic.bytes.load(Ordering::Relaxed)).unwrap_or(0)
    }

    pub(crate) fn resets(&self) -> u64 {
        self.traffic.resets.load(Ordering::Relaxed)
    }

    pub(crate) async fn stop(mut self) {
        self.connections.shutdown().await;
    }
}

async fn connect(
    client: TcpStream,
    service: SocketAddr,
    link: Link,
    trunk: Line,
    traffic: Arc<Traffic>,
) {
    // The handshake.
    sleep(link.round_trip).await;
    let Ok(onwards) = TcpStream::connect(service).await else { return };
    let _ = client.set_nodelay(true);
    let _ = onwards.set_nodelay(true);
    let (from_client, to_client) = client.into_split();
    let (from_service, to_service) = onwards.into_split();
    // Bytes of the request that is under way.
    let unanswered = Arc::new(AtomicI64::new(0));
    let sending = send(from_client, to_service, link, trunk, &traffic, &unanswered);
    tokio::select! {
        is_reset = sending => if is_reset {
            traffic.bytes.fetch_sub(unanswered.load(Ordering::Relaxed), Ordering::Relaxed);
            traffic.resets.fetch_add(1, Ordering::Relaxed);
            let _ = to_client.as_ref().set_zero_linger();
        },
        () = answer(from_service, &to_client, link, &unanswered) => {}
    }
}

/// Passes requests on; whether it ends with a reset.
async fn send(
    mut client: OwnedReadHalf,
    mut service: OwnedWriteHalf,
    link: Link,
    trunk: Line,
    traffic: &Traffic,
    unanswered: &AtomicI64,
) -> bool {
    let own = Line::new(link.each);
    let mut window = Window::new(link.round_trip);
    let chunk = link.chunk();
    let mut buffer = vec![0; usize::try_from(chunk).unwrap()];
    loop {
        let room = usize::try_from(window.room(chunk).await).unwrap();
        let Ok(read @ 1..) = client.read(&mut buffer[..room]).await else { return false };
        traffic.first.lock().unwrap().get_or_insert_with(|| {
            traffic.begun.notify_one();
            Instant::now()
        });
        let bytes = read as u64;
        own.pass(bytes).await;
        trunk.pass(bytes).await;
        if link.resets_within(bytes) {
            return true;
        }
        if service.write_all(&buffer[..read]).await.is_err() {
            return false;
        }
        window.sent(bytes);
        let bytes = i64::try_from(bytes).unwrap();
        unanswered.fetch_add(bytes, Ordering::Relaxed);
        traffic.bytes.fetch_add(bytes, Ordering::Relaxed);
    }
}

/// Passes answers back, a round trip later.
async fn answer(
    mut service: OwnedReadHalf,
    client: &OwnedWriteHalf,
    link: Link,
    unanswered: &AtomicI64,
) {
    let mut buffer = vec![0; 16 << 10];
    while let Ok(read @ 1..) = service.read(&mut buffer).await {
        unanswered.store(0, Ordering::Relaxed);
        sleep_until(Instant::now() + link.round_trip).await;
        let mut left = &buffer[..read];
        while !left.is_empty() {
            if client.writable().await.is_err() {
                return;
            }
            match client.try_write(left) {
                Ok(written) => left = &left[written..],
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                Err(_) => return,
            }
        }
    }
}
