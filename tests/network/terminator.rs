//! What stands in front of a service: ends TLS, and passes on what it holds.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::{TlsAcceptor, rustls::ServerConfig};

/// What a client wanted of a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hello {
    /// The protocol that both sides settled on.
    pub(crate) protocol: Option<String>,
    /// The name that the client asked for.
    pub(crate) name: Option<String>,
}

/// How many connections there are, and were at most.
#[derive(Default)]
struct Open {
    now: AtomicUsize,
    most: AtomicUsize,
}

pub(crate) struct Terminator {
    pub(crate) address: SocketAddr,
    hellos: Arc<Mutex<Vec<Hello>>>,
    open: Arc<Open>,
}

impl Terminator {
    pub(crate) async fn start(config: ServerConfig, service: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (hellos, open) = (Arc::<Mutex<Vec<_>>>::default(), Arc::<Open>::default());
        let (told, counted) = (Arc::clone(&hellos), Arc::clone(&open));
        let acceptor = TlsAcceptor::from(Arc::new(config));
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let (acceptor, told, counted) =
                    (acceptor.clone(), Arc::clone(&told), Arc::clone(&counted));
                tokio::spawn(async move {
                    let Ok(mut stream) = acceptor.accept(socket).await else { return };
                    let session = stream.get_ref().1;
                    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
                    let protocol = session.alpn_protocol().map(text);
                    let name = session.server_name().map(str::to_owned);
                    told.lock().unwrap().push(Hello { protocol, name });
                    let now = counted.now.fetch_add(1, Ordering::SeqCst) + 1;
                    counted.most.fetch_max(now, Ordering::SeqCst);
                    if let Ok(mut service) = TcpStream::connect(service).await {
                        let _ = tokio::io::copy_bidirectional(&mut stream, &mut service).await;
                    }
                    counted.now.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        Self { address, hellos, open }
    }

    /// The connections whose certificate was accepted.
    pub(crate) fn hellos(&self) -> Vec<Hello> {
        self.hellos.lock().unwrap().clone()
    }

    /// The most connections at one time.
    pub(crate) fn most(&self) -> usize {
        self.open.most.load(Ordering::SeqCst)
    }
}
