//! A file that is sent: opened once, recognised again, and read part by part.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use tokio::sync::mpsc::Sender;

use super::{
    blocks::{BLOCK, Blocks},
    fingerprint::Fingerprinting,
    identity::Identity,
    read_at::ReadAt as _,
    trial::PartViewer,
};
use crate::{
    plan::Part,
    types::{ByteCount, Escaped, Sha256, Sha256Hasher},
};

/// Why a file cannot be used as a source.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    #[error("cannot open `{}`", shown(path))]
    Open { path: PathBuf, source: io::Error },
    #[error("`{}` is a {kind}, not a regular file", shown(path))]
    NotRegular { path: PathBuf, kind: &'static str },
    #[error("`{}` is empty", shown(path))]
    Empty { path: PathBuf },
    #[error("cannot read `{}`", shown(path))]
    Read { path: PathBuf, source: io::Error },
}

fn shown(path: &Path) -> String {
    Escaped::new(&path.to_string_lossy()).to_string()
}

/// The file is not what it was when it was opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` changed while it was uploaded: {what}", shown(path))]
pub struct Changed {
    pub(super) path: PathBuf,
    pub(super) what: String,
}

impl Changed {
    /// What is not as it was.
    pub fn what(&self) -> &str {
        &self.what
    }
}

/// An opened file. It stays open, so that a file put in its place later is not read by mistake.
#[derive(Debug)]
pub(super) struct OpenFile {
    pub(super) path: PathBuf,
    pub(super) file: Arc<File>,
    pub(super) identity: Identity,
    /// Another place where the file was found since, with the same content.
    elsewhere: Mutex<Option<(u64, u64)>>,
}

impl OpenFile {
    pub(super) fn open(path: &Path) -> Result<Self, SourceError> {
        let open = |source| SourceError::Open { path: path.to_owned(), source };
        let metadata = std::fs::metadata(path).map_err(open)?;
        if !metadata.is_file() {
            return Err(SourceError::NotRegular { path: path.to_owned(), kind: kind(&metadata) });
        }
        let file = File::open(path).map_err(open)?;
        let identity = Identity::of(&file)
            .map_err(|source| SourceError::Read { path: path.to_owned(), source })?;
        if identity.size == ByteCount::new(0) {
            return Err(SourceError::Empty { path: path.to_owned() });
        }
        let (path, file, elsewhere) = (path.to_owned(), Arc::new(file), Mutex::default());
        Ok(Self { path, file, identity, elsewhere })
    }

    /// Whether the file is still what it was when it was opened.
    pub(super) fn check(&self) -> Result<(), Changed> {
        let changed = |what: String| self.changed(what);
        let now = Identity::of(&self.file)
            .map_err(|error| changed(format!("it cannot be looked at any more ({error})")))?;
        if now.size != self.identity.size {
            let (before, now) = (self.identity.size.get(), now.size.get());
            return Err(changed(format!("its size was {before} bytes, and is {now} bytes now")));
        }
        if now.modified != self.identity.modified {
            return Err(changed("it was written to".to_owned()));
        }
        if self.is_replaced(&now) {
            return Err(changed("another file was put in its place".to_owned()));
        }
        Ok(())
    }

    fn changed(&self, what: String) -> Changed {
        Changed { path: self.path.clone(), what }
    }

    /// Whether its content may have changed since it was opened although its date did not: then only
    /// reading it again can tell.
    pub(super) fn is_doubtful(&self) -> bool {
        Identity::of(&self.file).map_or(true, |now| now.changed != self.identity.changed)
    }

    /// Whether the path names another file than the open one. A file that was only deleted is still
    /// here whole, as long as it is open. A number says little where one file has many: there, size,
    /// time and content decide.
    fn is_replaced(&self, now: &Identity) -> bool {
        let Ok(there) = Identity::at(&self.path) else { return false };
        if there.place() == self.identity.place() {
            return false;
        }
        if (there.size, there.modified) != (self.identity.size, self.identity.modified) {
            return true;
        }
        let mut elsewhere = self.elsewhere.lock().unwrap_or_else(PoisonError::into_inner);
        let is_known = elsewhere.is_some_and(|place| place == there.place())
            // Even the open file has another number each time it is asked for.
            || elsewhere.is_some() && now.place() != self.identity.place();
        if !is_known {
            if !self.has_content_of_path().unwrap_or(false) {
                return true;
            }
            *elsewhere = Some(there.place());
        }
        false
    }

    fn has_content_of_path(&self) -> io::Result<bool> {
        let there = File::open(&self.path)?;
        let of = |file: &File| {
            let mut fingerprinting = Fingerprinting::default();
            fingerprinting.content(file, self.identity.size)?;
            io::Result::Ok(fingerprinting.finish())
        };
        Ok(of(&self.file)? == of(&there)?)
    }
}

fn kind(metadata: &std::fs::Metadata) -> &'static str {
    use std::os::unix::fs::FileTypeExt as _;
    let file_type = metadata.file_type();
    if file_type.is_dir() {
        "directory"
    } else if file_type.is_fifo() {
        "pipe"
    } else if file_type.is_socket() {
        "socket"
    } else {
        "device"
    }
}

/// Reads, hashes, shows and hands on the blocks of a part; `None` if nobody takes them any more.
pub(super) fn read_part(
    file: &File,
    part: Part,
    blocks: &Blocks,
    mut viewer: Option<PartViewer>,
    sender: Option<&Sender<io::Result<Bytes>>>,
) -> io::Result<Option<Sha256>> {
    let mut digest = Sha256Hasher::new();
    let mut offset = part.offset;
    let end = offset + part.size.get();
    while offset < end {
        let mut block = blocks.take();
        block.length = usize::try_from(end - offset).map_or(BLOCK, |left| left.min(BLOCK));
        if file.read_from(&mut block.buffer[..block.length], offset)? < block.length {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        digest.update(block.as_ref());
        if let Some(view) = &mut viewer {
            view(Some(block.as_ref()));
        }
        offset += block.length as u64;
        if let Some(sender) = sender
            && sender.blocking_send(Ok(Bytes::from_owner(block))).is_err()
        {
            return Ok(None);
        }
    }
    if let Some(mut view) = viewer {
        view(None);
    }
    Ok(Some(digest.finish()))
}
