//! Why a sandbox cannot start.

use std::{
    io,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use super::content::Unindexable;
use crate::types::Escaped;

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
    #[error("cannot read the reference `{}`", shown(path))]
    Reference { path: PathBuf, source: io::Error },
    #[error("`{}` cannot be a reference: {reason}", shown(path))]
    NoReference { path: PathBuf, reason: &'static str },
    #[error("`{}` is no FASTA file that can be indexed", shown(path))]
    NoFasta { path: PathBuf, source: Unindexable },
    #[error("`{}` is no index of a FASTA file", shown(path))]
    NoIndex { path: PathBuf, source: Unindexable },
    #[error("`{}` differs from the reference that the sandbox has by this name", shown(path))]
    OtherReference { path: PathBuf },
    #[error("cannot listen on `{address}`")]
    Listen { address: SocketAddr, source: io::Error },
}

fn shown(path: &Path) -> String {
    Escaped::new(&path.to_string_lossy()).to_string()
}
