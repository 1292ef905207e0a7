//! A proxy: tunnels by CONNECT, forwards plain requests, wants a login or refuses. It leads every
//! host to one address, so that no names have to be resolved.

use std::{
    convert::Infallible,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use http_body_util::{Either, Full};
use hyper::{
    Method, Request, Response, StatusCode,
    body::{Bytes, Incoming},
    client, server,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

/// How a proxy behaves.
#[derive(Clone, Copy)]
pub(crate) enum Behaviour {
    Willing,
    /// Willing for whoever logs in with this `Proxy-Authorization`.
    Login(&'static str),
    /// Answers everything with this status.
    Refusing(u16),
}

/// What was asked of a proxy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) method: String,
    /// The host and port of CONNECT, or the whole URL.
    pub(crate) target: String,
    pub(crate) login: Option<String>,
}

struct Inner {
    behaviour: Behaviour,
    upstream: SocketAddr,
    asked: Mutex<Vec<Asked>>,
    sent: AtomicU64,
}

pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    inner: Arc<Inner>,
}

type Answer = Response<Either<Full<Bytes>, Incoming>>;

impl Proxy {
    pub(crate) async fn start(behaviour: Behaviour, upstream: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (asked, sent) = (Mutex::default(), AtomicU64::new(0));
        let inner = Arc::new(Inner { behaviour, upstream, asked, sent });
        let served = Arc::clone(&inner);
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let inner = Arc::clone(&served);
                let service = service_fn(move |request| {
                    let inner = Arc::clone(&inner);
                    async move { Ok::<_, Infallible>(inner.answer(request).await) }
                });
                let connection = server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(socket), service)
                    .with_upgrades();
                tokio::spawn(connection);
            }
        });
        Self { address, inner }
    }

    /// `http://LOGIN@127.0.0.1:PORT`.
    pub(crate) fn url(&self, login: &str) -> String {
        format!("http://{login}{}", self.address)
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.inner.asked.lock().unwrap().clone()
    }

    /// The bytes that clients sent through tunnels so far.
    pub(crate) fn sent(&self) -> u64 {
        self.inner.sent.load(Ordering::SeqCst)
    }
}

fn status(status: u16) -> Answer {
    let body = Full::new(Bytes::from_static(b"<html>this is the proxy's own page</html>"));
    let mut answer = Response::new(Either::Left(body));
    *answer.status_mut() = StatusCode::from_u16(status).unwrap();
    answer
}

impl Inner {
    async fn answer(self: Arc<Self>, request: Request<Incoming>) -> Answer {
        let login = request.headers().get("proxy-authorization");
        let login = login.map(|value| value.to_str().unwrap().to_owned());
        self.asked.lock().unwrap().push(Asked {
            method: request.method().to_string(),
            target: request.uri().to_string(),
            login: login.clone(),
        });
        match self.behaviour {
            Behaviour::Refusing(refusal) => return status(refusal),
            Behaviour::Login(wanted) if login.as_deref() != Some(wanted) => return status(407),
            Behaviour::Willing | Behaviour::Login(_) => {}
        }
        if request.method() == Method::CONNECT {
            tokio::spawn(self.tunnel(request));
            return Response::new(Either::Left(Full::default()));
        }
        self.forward(request).await
    }

    async fn tunnel(self: Arc<Self>, request: Request<Incoming>) {
        let Ok(upgraded) = hyper::upgrade::on(request).await else { return };
        let Ok(upstream) = TcpStream::connect(self.upstream).await else { return };
        let (mut from_client, mut to_client) = tokio::io::split(TokioIo::new(upgraded));
        let (mut from_upstream, mut to_upstream) = upstream.into_split();
        let up = async {
            let mut buffer = vec![0; 64 * 1024];
            while let Ok(read @ 1..) = from_client.read(&mut buffer).await {
                // Counted before it is passed on, so that no answer is older than the count.
                self.sent.fetch_add(read as u64, Ordering::SeqCst);
                if to_upstream.write_all(&buffer[..read]).await.is_err() {
                    break;
                }
            }
            let _ = to_upstream.shutdown().await;
        };
        let down = async {
            let _ = tokio::io::copy(&mut from_upstream, &mut to_client).await;
            let _ = to_client.shutdown().await;
        };
        tokio::join!(up, down);
    }

    /// To the service only the path is sent, as proxies do, and no login.
    async fn forward(&self, mut request: Request<Incoming>) -> Answer {
        let path = request.uri().path_and_query().unwrap().to_string();
        *request.uri_mut() = path.parse().unwrap();
        request.headers_mut().remove("proxy-authorization");
        let socket = TcpStream::connect(self.upstream).await.unwrap();
        let (mut sender, connection) =
            client::conn::http1::handshake(TokioIo::new(socket)).await.unwrap();
        tokio::spawn(connection);
        match sender.send_request(request).await {
            Ok(answer) => answer.map(Either::Right),
            Err(_) => status(502),
        }
    }
}
