//! A sandbox in a process of its own that discards what it hashed; behind TLS if wanted.

use std::{
    io::{BufRead as _, BufReader, Read},
    net::SocketAddr,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::Duration,
};

use anyhow::{Context as _, Result};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio_rustls::rustls::ServerConfig;

use crate::{front::Front, meter};

/// How a service is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scheme {
    Http,
    Https,
}

impl Scheme {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Http => "HTTP",
            Self::Https => "HTTPS",
        }
    }
}

/// A running sandbox; dropping it ends it.
pub(crate) struct Service {
    process: Child,
    /// What this process had taken of processor time at the start.
    own: Duration,
    /// Only held: both go when the service does.
    _front: Option<Front>,
    _folder: TempDir,
    pub(crate) scheme: Scheme,
    pub(crate) url: String,
    pub(crate) store: String,
}

impl Service {
    pub(crate) fn start(
        runtime: &Runtime,
        scheme: Scheme,
        config: &Arc<ServerConfig>,
    ) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let mut process = Command::new(env!("CARGO_BIN_EXE_omics-upload"))
            .args(["sandbox", "--discard", "--dir"])
            .arg(folder.path())
            .env_clear()
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .context("cannot start the sandbox")?;
        let mut url = first_line(process.stdout.take())?;
        let said = first_line(process.stderr.take())?;
        let store = said.split_whitespace().find(|word| word.parse::<u64>().is_ok());
        let store =
            store.with_context(|| format!("the sandbox named no store: {said}"))?.to_owned();
        let front = match scheme {
            Scheme::Http => None,
            Scheme::Https => {
                let address: SocketAddr = url.trim_start_matches("http://").parse()?;
                let front = Front::start(runtime, Arc::clone(config), address)?;
                url = format!("https://localhost:{}", front.address.port());
                Some(front)
            }
        };
        let own = meter::own()?;
        Ok(Self { process, own, _front: front, _folder: folder, scheme, url, store })
    }
}

impl Service {
    /// Ends the sandbox, and says what it and the end of TLS took of processor time.
    pub(crate) fn end(mut self) -> Result<Duration> {
        let before = meter::children()?;
        self.process.kill()?;
        self.process.wait()?;
        let front = meter::own()?.saturating_sub(self.own);
        Ok(meter::children()?.saturating_sub(before) + front)
    }
}

fn first_line(output: Option<impl Read>) -> Result<String> {
    let mut line = String::new();
    BufReader::new(output.context("the sandbox has no output")?).read_line(&mut line)?;
    Ok(line.trim().to_owned())
}

impl Drop for Service {
    fn drop(&mut self) {
        // It may have ended by itself; nothing more can be done about it here.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}
