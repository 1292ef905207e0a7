//! HTTP/1.1 on a loopback socket: accepts connections, and ends them as the service says.

use std::{sync::Arc, time::Duration};

use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::mpsc,
    time::{sleep, timeout},
};

use super::exchange::{self, Front, HangUp};

/// How much of a request lies in memory at a time.
const BUFFER: usize = 128 * 1024;

/// How long a connection may be without a whole head of a request: one that sends it a byte at a time,
/// or none, would be held forever. Bodies take as long as they take.
const HEAD: Duration = Duration::from_mins(1);

/// How long requests may go on when the sandbox stops.
const GRACE: Duration = Duration::from_secs(1);

/// Accepts connections until the sandbox stops.
pub(crate) async fn serve(listener: TcpListener, front: Arc<Front>) {
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = front.service.stopping.cancelled() => return,
        };
        match accepted {
            Ok((stream, _)) => {
                front.service.tasks.spawn(connection(stream, Arc::clone(&front)));
            }
            // No descriptors are left, or the like: others may be freed.
            Err(_) => sleep(Duration::from_millis(50)).await,
        }
    }
}

async fn connection(stream: TcpStream, front: Arc<Front>) {
    // Without it, small answers wait for acknowledgements; nothing else depends on it.
    drop(stream.set_nodelay(true));
    let stopping = front.service.stopping.clone();
    let (hang_up, mut asked) = mpsc::channel(1);
    let serve =
        service_fn(move |request| exchange::answer(Arc::clone(&front), hang_up.clone(), request));
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(BUFFER)
        .serve_connection(TokioIo::new(stream), serve);
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

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;
    use crate::sandbox::{Options, Sandbox};

    async fn send(text: &str, rest: &str, pause: Duration) -> String {
        let sandbox = Sandbox::start(Options::default()).await.unwrap();
        let mut stream = TcpStream::connect(sandbox.address).await.unwrap();
        stream.write_all(text.as_bytes()).await.unwrap();
        tokio::time::sleep(pause).await;
        // The connection may be gone.
        let _ = stream.write_all(rest.as_bytes()).await;
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer).await;
        answer
    }

    #[tokio::test(start_paused = true)]
    async fn heads_come_in_time_and_bodies_when_they_come() {
        let (head, end) = ("POST /x HTTP/1.1\r\nHost: localhost\r\n", "\r\n");
        let close = "Connection: close\r\nContent-Length: 2\r\n";
        let whole = format!("{head}{close}{end}");
        let answer = send(&whole, "{}", HEAD * 3).await;
        assert!(answer.starts_with("HTTP/1.1 404 "), "{answer}");
        assert_eq!(send(head, &format!("{close}{end}{{}}"), HEAD * 3).await, "");
        assert_eq!(send("", &whole, HEAD * 3).await, "");
    }
}
