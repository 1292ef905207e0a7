//! A local HealthOmics storage service.

mod answer;
mod bam;
mod content;
mod cram;
mod disk;
mod error;
mod exchange;
mod extents;
mod fastq;
mod fault;
mod faults;
mod gzip;
mod intake;
mod log;
mod members;
mod operation;
mod page;
mod parts;
mod process;
mod readsets;
mod receive;
mod record;
mod rules;
mod server;
mod service;
mod signature;
mod stores;
mod target;
mod uploads;

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use tokio::{net::TcpSocket, time::timeout};
use tokio_util::sync::CancellationToken;

use self::{disk::Home, fault::Action, faults::Faults, log::Log, service::Service};
use crate::types::Escaped;

pub use fault::{Fault, InvalidFault};

/// How long `stop` waits for what is going on.
const PATIENCE: Duration = Duration::from_secs(2);

/// How a sandbox is to be set up.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where everything is kept; a temporary directory, removed at the end, if it is `None`.
    pub dir: Option<PathBuf>,
    /// Where to listen: a loopback address, port 0 for any.
    pub listen: SocketAddr,
    pub faults: Vec<Fault>,
    /// A file that gets one line of JSON for every request.
    pub request_log: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        Self { dir: None, listen, faults: Vec::new(), request_log: None }
    }
}

/// Why a sandbox cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("`{0}` is not a loopback address, and the sandbox serves this machine only")]
    NotLoopback(SocketAddr),
    #[error("the sandbox in `{}` is in use by another process", shown(dir))]
    Locked { dir: PathBuf },
    #[error("`{}` is neither a sandbox nor empty", shown(dir))]
    Foreign { dir: PathBuf },
    #[error("`{}` is of layout {version}, which this program does not know", shown(path))]
    Version { path: PathBuf, version: u32 },
    #[error("`{}` is damaged", shown(path))]
    Damaged { path: PathBuf, source: serde_json::Error },
    #[error("cannot use `{}` for a sandbox", shown(dir))]
    Directory { dir: PathBuf, source: io::Error },
    #[error("cannot make a temporary directory for a sandbox")]
    Temporary { source: io::Error },
    #[error("cannot open the request log `{}`", shown(path))]
    RequestLog { path: PathBuf, source: io::Error },
    #[error("cannot listen on `{address}`")]
    Listen { address: SocketAddr, source: io::Error },
}

fn shown(path: &Path) -> String {
    Escaped::new(&path.to_string_lossy()).to_string()
}

/// A service that runs on the tokio runtime it was started on.
///
/// Dropping it closes the directory at once; [`Sandbox::stop`] also lets requests end.
#[derive(Debug)]
pub struct Sandbox {
    address: SocketAddr,
    store_id: String,
    service: Arc<Service>,
    temporary: Option<tempfile::TempDir>,
}

impl Sandbox {
    /// Opens or makes the directory and listens. When it returns, requests are answered.
    pub async fn start(options: Options) -> Result<Self, StartError> {
        let Options { dir, listen, faults, request_log } = options;
        if !listen.ip().is_loopback() {
            return Err(StartError::NotLoopback(listen));
        }
        let faults = Faults::new(faults);
        let slow = operation::Operation::ALL
            .into_iter()
            .any(|operation| faults.may(operation, |a| matches!(a, Action::Bandwidth(_))));
        let opened = tokio::task::spawn_blocking(move || open(dir, faults, request_log)).await;
        let (service, store_id, temporary) =
            opened.map_err(|error| StartError::Temporary { source: io::Error::other(error) })??;
        let failed = |source| StartError::Listen { address: listen, source };
        let listener =
            socket(listen, slow).and_then(|socket| socket.listen(1024)).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        service.tasks.spawn(server::serve(listener, Arc::clone(&service)));
        process::resume(&service);
        Ok(Self { address, store_id, service, temporary })
    }

    /// `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The store that was made on the directory's first start.
    pub fn store_id(&self) -> &str {
        &self.store_id
    }

    /// Accepts nothing more, waits shortly for what is going on, and lets go of the directory; a
    /// temporary one is removed.
    pub async fn stop(mut self) {
        self.service.stopping.cancel();
        self.service.tasks.close();
        // What is not done by then finds the directory closed.
        drop(timeout(PATIENCE, self.service.tasks.wait()).await);
        self.service.close();
        if let Some(temporary) = self.temporary.take() {
            // A directory that cannot be removed is left to the system's own cleaning.
            drop(tokio::task::spawn_blocking(move || temporary.close()).await);
        }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.service.close();
    }
}

type Opened = (Arc<Service>, String, Option<tempfile::TempDir>);

fn open(
    dir: Option<PathBuf>,
    faults: Faults,
    request_log: Option<PathBuf>,
) -> Result<Opened, StartError> {
    let (root, temporary) = if let Some(dir) = dir {
        (dir, None)
    } else {
        let made = tempfile::Builder::new().prefix("omics-upload-sandbox-").tempdir();
        let made = made.map_err(|source| StartError::Temporary { source })?;
        (made.path().to_owned(), Some(made))
    };
    let log = request_log
        .map(|path| Log::open(&path).map_err(|source| StartError::RequestLog { path, source }))
        .transpose()?;
    let home = Home::open(&root)?;
    let first = home.first_store()?;
    let service = Service::load(home, faults, log, CancellationToken::new())?;
    let store = match first {
        Some(store) => store,
        None => service
            .ready_made_store()
            .map_err(|source| StartError::Directory { dir: root, source })?,
    };
    Ok((Arc::new(service), store, temporary))
}

fn socket(listen: SocketAddr, slow: bool) -> io::Result<TcpSocket> {
    let socket = if listen.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    socket.set_reuseaddr(true)?;
    if slow {
        // Else the system takes in megabytes at full speed before a slow reader makes itself felt.
        socket.set_recv_buffer_size(64 * 1024)?;
    }
    socket.bind(listen)?;
    Ok(socket)
}
