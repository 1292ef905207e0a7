//! Documents of receipts as they are on disk: a version, and the same care with all of them.

use std::{
    fs::{File, OpenOptions},
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{
    files,
    types::{Escaped, json},
};

/// The version of the document that this program writes; a reader may ignore members it does not know.
pub const VERSION: u32 = 1;

/// In bytes; what is longer is not read. A part takes some 350.
pub(super) const LONGEST: u64 = 512 * 1024 * 1024;

/// Why a receipt cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum ReceiptError {
    #[error("cannot read the receipt `{}`", shown(path))]
    Read { path: PathBuf, source: io::Error },
    #[error("cannot write the receipt `{}`", shown(path))]
    Write { path: PathBuf, source: io::Error },
    #[error("`{}` is not a receipt", shown(path))]
    Malformed { path: PathBuf, source: serde_json::Error },
    #[error(
        "the receipt `{}` was written by a newer omics-upload (its version is {version}, and this \
         program knows {VERSION})",
        shown(path)
    )]
    Newer { path: PathBuf, version: u32 },
}

/// Reads a document that a user names, which may also come through a pipe.
pub(super) fn read<T: DeserializeOwned>(path: &Path) -> Result<T, ReceiptError> {
    let failed = |source| ReceiptError::Read { path: path.to_owned(), source };
    let file = File::open(path).map_err(failed)?;
    parse(path, &files::contents(&file, LONGEST).map_err(failed)?)
}

pub(super) fn parse<T: DeserializeOwned>(path: &Path, bytes: &[u8]) -> Result<T, ReceiptError> {
    #[derive(Deserialize)]
    struct ReceiptVersion {
        version: u32,
    }
    let malformed = |source| ReceiptError::Malformed { path: path.to_owned(), source };
    let ReceiptVersion { version } = serde_json::from_slice(bytes).map_err(malformed)?;
    if version > VERSION {
        return Err(ReceiptError::Newer { path: path.to_owned(), version });
    }
    serde_json::from_slice(bytes).map_err(malformed)
}

/// Whether a file holds what this program, or a newer one, has written, or nothing at all.
pub(super) fn is_at<T: DeserializeOwned>(path: &Path) -> io::Result<bool> {
    let mut file = files::open(path, OpenOptions::new().read(true))?;
    // The first byte tells a large file of another kind, without reading all of it.
    let mut first = [0];
    Ok(match file.read(&mut first)? {
        0 => true,
        _ if first != *b"{" => false,
        _ => matches!(read::<T>(path), Ok(_) | Err(ReceiptError::Newer { .. })),
    })
}

/// A document as it is on disk, with a newline.
pub(super) fn to_bytes(document: &impl Serialize) -> Vec<u8> {
    (json::pretty(document) + "\n").into_bytes()
}

fn shown(path: &Path) -> String {
    Escaped::new(&path.to_string_lossy()).to_string()
}
