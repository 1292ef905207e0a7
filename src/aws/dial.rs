//! From a URL to a connection: directly or through a proxy, with TLS where it is asked for.

use std::{
    fmt,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use aws_smithy_runtime_api::box_error::BoxError;
use hyper::{Request, Uri, header::PROXY_AUTHORIZATION, http::uri::Scheme};
use hyper_util::{client::legacy::connect::HttpConnector, rt::TokioIo};
use rustls_pki_types::ServerName;
use tokio::net::TcpStream;
use tower_service::Service;

use super::{
    error::TookTooLong,
    link::{Link, Transport},
    names::HostNames,
    proxy::{Proxies, ProxyError, tunnel},
    trust::TlsError,
};

/// What a socket takes beyond what is on its way, in bytes. Without a bound it takes MiB ahead of a
/// slow link, and nobody knows what has got through.
#[cfg(any(target_os = "android", target_os = "linux"))]
const UNSENT: u32 = 256 * 1024;

/// Makes connections.
#[derive(Clone)]
pub(crate) struct Dial {
    tcp: HttpConnector<HostNames>,
    /// `None` where only plain HTTP is spoken.
    tls: Option<tokio_rustls::TlsConnector>,
    proxies: Arc<Proxies>,
    limit: Option<Duration>,
}

impl fmt::Debug for Dial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dial").field("limit", &self.limit).finish_non_exhaustive()
    }
}

impl Dial {
    pub(crate) fn new(
        tls: Option<Arc<rustls::ClientConfig>>,
        proxies: Proxies,
        names: HostNames,
    ) -> Self {
        let mut tcp = HttpConnector::new_with_resolver(names);
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_keepalive(Some(Duration::from_secs(30)));
        let tls = tls.map(tokio_rustls::TlsConnector::from);
        Self { tcp, tls, proxies: Arc::new(proxies), limit: None }
    }

    /// The same with a limit on how long a connection may take to be made.
    pub(crate) fn within(&self, limit: Option<Duration>) -> Self {
        Self { limit, ..self.clone() }
    }

    /// Adds what a proxy that forwards plain requests wants to know of the caller. A tunnel's proxy
    /// is told when the tunnel is made.
    pub(super) fn authorize<B>(&self, request: &mut Request<B>) {
        if request.uri().scheme() != Some(&Scheme::HTTP) {
            return;
        }
        let proxy = self.proxies.toward(request.uri());
        if let Some(login) = proxy.as_ref().and_then(|proxy| proxy.basic_auth()) {
            request.headers_mut().insert(PROXY_AUTHORIZATION, login.clone());
        }
    }

    async fn connect(mut self, to: Uri) -> Result<Link, BoxError> {
        let Some(proxy) = self.proxies.toward(&to) else {
            let pipe = Box::new(self.tcp(to.clone()).await?);
            return Ok(Link { pipe: self.secured(pipe, &to).await?, forwarding: false });
        };
        let unreachable = |error| Arc::new(ProxyError::unreachable(&proxy, error));
        let tcp = self.tcp(proxy.uri().clone()).await.map_err(unreachable)?;
        let pipe = self.secured(Box::new(tcp), proxy.uri()).await.map_err(unreachable)?;
        if to.scheme() != Some(&Scheme::HTTPS) {
            return Ok(Link { pipe, forwarding: true });
        }
        let pipe = tunnel(pipe, &to, &proxy).await.map_err(Arc::new)?;
        Ok(Link { pipe: self.secured(Box::new(pipe), &to).await?, forwarding: false })
    }

    async fn tcp(&mut self, to: Uri) -> Result<TokioIo<TcpStream>, BoxError> {
        let tcp = self.tcp.call(to).await?;
        // Where it cannot be set, progress runs further ahead of what has got through: no more.
        #[cfg(any(target_os = "android", target_os = "linux"))]
        let _ = socket2::SockRef::from(tcp.inner()).set_tcp_notsent_lowat(UNSENT);
        Ok(tcp)
    }

    /// TLS on top, if the URL wants it.
    async fn secured(&self, pipe: Transport, to: &Uri) -> Result<Transport, BoxError> {
        if to.scheme() != Some(&Scheme::HTTPS) {
            return Ok(pipe);
        }
        let host = to.host().unwrap_or_default().trim_matches(['[', ']']);
        let name = ServerName::try_from(host.to_owned())?;
        let tls = self.tls.as_ref().ok_or("this connection speaks no TLS")?;
        let stream = tls.connect(name, TokioIo::new(pipe)).await;
        let stream = stream.map_err(|error| TlsError::explain(host, error))?;
        Ok(Box::new(TokioIo::new(stream)))
    }
}

impl Service<Uri> for Dial {
    type Response = Link;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Link, BoxError>> + Send>>;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, to: Uri) -> Self::Future {
        let limit = self.limit;
        let link = self.clone().connect(to);
        Box::pin(async move {
            match limit {
                None => link.await,
                Some(limit) => {
                    tokio::time::timeout(limit, link).await.map_err(|_| TookTooLong(limit))?
                }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;
    use crate::aws::trust::tls;

    /// Whoever accepts a connection and then says nothing: a server without TLS, a proxy.
    #[tokio::test]
    async fn the_limit_is_on_all_of_connecting() {
        let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = silent.local_addr().unwrap();
        let proxy = Some(format!("http://{address}"));
        let through = Proxies::of(|name| proxy.clone().filter(|_| name == "HTTPS_PROXY")).unwrap();
        let limit = Duration::from_millis(200);
        for (proxies, url) in [
            (Proxies::none(), format!("https://{address}")),
            (through, "https://omics.test.example".to_owned()),
        ] {
            let begun = Instant::now();
            let mut dial = Dial::new(Some(tls().unwrap()), proxies, HostNames::new(|_| false))
                .within(Some(limit));
            let error = dial.call(url.parse().unwrap()).await.err().unwrap();
            assert_eq!(error.to_string(), "it took longer than 200ms");
            assert!(error.is::<TookTooLong>());
            assert!(begun.elapsed() >= limit);
        }
    }
}
