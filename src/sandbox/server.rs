//! HTTP/1.1 on a loopback socket: accepts connections, and ends them as the service says.

use std::{sync::Arc, time::Duration};

use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::mpsc,
    time::{sleep, timeout},
};

use super::{
    exchange::{self, HangUp},
    service::Service,
};

/// How much of a request lies in memory at a time.
const BUFFER: usize = 128 * 1024;

/// How long requests may go on when the sandbox stops.
const GRACE: Duration = Duration::from_secs(1);

/// Accepts connections until the sandbox stops.
pub(super) async fn serve(listener: TcpListener, service: Arc<Service>) {
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = service.stopping.cancelled() => return,
        };
        match accepted {
            Ok((stream, _)) => {
                service.tasks.spawn(connection(stream, Arc::clone(&service)));
            }
            // No descriptors are left, or the like: others may be freed.
            Err(_) => sleep(Duration::from_millis(50)).await,
        }
    }
}

async fn connection(stream: TcpStream, service: Arc<Service>) {
    // Without it, small answers wait for acknowledgements; nothing else depends on it.
    drop(stream.set_nodelay(true));
    let stopping = service.stopping.clone();
    let (hang_up, mut asked) = mpsc::channel(1);
    let serve =
        service_fn(move |request| exchange::answer(Arc::clone(&service), hang_up.clone(), request));
    let mut connection =
        http1::Builder::new().max_buf_size(BUFFER).serve_connection(TokioIo::new(stream), serve);
    let how = tokio::select! {
        _ = &mut connection => return,
        Some(how) = asked.recv() => how,
        () = stopping.cancelled() => {
            std::pin::Pin::new(&mut connection).graceful_shutdown();
            drop(timeout(GRACE, connection).await);
            return;
        }
    };
    let stream = connection.into_parts().io.into_inner();
    if how == HangUp::Reset {
        // Closing a socket that does not linger sends a reset.
        drop(stream.set_zero_linger());
    }
}
