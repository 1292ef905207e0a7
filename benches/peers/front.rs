//! Ends TLS in front of a sandbox, with the processor time of this process: the same for all clients.

use std::{net::SocketAddr, sync::Arc};

use anyhow::Result;
use tokio::{
    io::copy_bidirectional_with_sizes,
    net::{TcpListener, TcpStream},
    runtime::Runtime,
    task::JoinHandle,
};
use tokio_rustls::{TlsAcceptor, rustls::ServerConfig};

/// How much is passed on at a time.
const BLOCK: usize = 256 * 1024;

/// A listener that passes what it deciphers on to a service, until it is dropped.
pub(crate) struct Front {
    pub(crate) address: SocketAddr,
    accepting: JoinHandle<()>,
}

impl Front {
    pub(crate) fn start(
        runtime: &Runtime,
        config: Arc<ServerConfig>,
        service: SocketAddr,
    ) -> Result<Self> {
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"))?;
        let address = listener.local_addr()?;
        let acceptor = TlsAcceptor::from(config);
        let accepting = runtime.spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                tokio::spawn(pass_on(acceptor.clone(), socket, service));
            }
        });
        Ok(Self { address, accepting })
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn pass_on(acceptor: TlsAcceptor, socket: TcpStream, service: SocketAddr) {
    // Small answers would wait for acknowledgements else.
    drop(socket.set_nodelay(true));
    let Ok(mut stream) = acceptor.accept(socket).await else { return };
    let Ok(mut service) = TcpStream::connect(service).await else { return };
    drop(service.set_nodelay(true));
    // A client that goes away without a farewell is none of our business.
    drop(copy_bidirectional_with_sizes(&mut stream, &mut service, BLOCK, BLOCK).await);
}
