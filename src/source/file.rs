//! A file that is sent: open while it is its turn, recognised again, and read part by part.

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
    identity::{Identity, REPLACED},
    place::{Changed, FilePlace},
    read_at::ReadAt,
    trial::PartViewer,
};
use crate::{
    plan::Part,
    types::{ByteCount, Digest, Escaped},
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

/// A file that was opened. While it stays open, a file put in its place is not read by mistake; while
/// it is closed, each use opens it again, and fails if another is there.
#[derive(Debug)]
pub(super) struct OpenFile {
    pub(super) place: Arc<FilePlace>,
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
        let place = FilePlace::new(path.to_owned(), identity, file);
        Ok(Self { place, elsewhere: Mutex::default() })
    }

    /// Whether the file is still what it was when it was opened.
    pub(super) fn check(&self) -> Result<(), Changed> {
        let unseen =
            |error| self.place.changed(format!("it cannot be looked at any more ({error})"));
        let file = self.place.file();
        let file = file.map_err(|error| error.downcast::<Changed>().unwrap_or_else(unseen))?;
        let now = Identity::of(&file).map_err(unseen)?;
        self.place.compare(&now)?;
        if self.is_replaced(&file, &now) {
            return Err(self.place.changed(REPLACED.to_owned()));
        }
        Ok(())
    }

    /// Whether its content may have changed since it was opened although its date did not: then only
    /// reading it again can tell.
    pub(super) fn is_doubtful(&self) -> bool {
        let now = self.place.file().and_then(|file| Identity::of(&file));
        now.map_or(true, |now| now.changed != self.place.identity.changed)
    }

    /// Whether the path names another file than the open one. A file that was only deleted is still
    /// here whole, as long as it is open. A number says little where one file has many: there, size,
    /// time and content decide.
    fn is_replaced(&self, file: &File, now: &Identity) -> bool {
        let FilePlace { path, identity: then, .. } = &*self.place;
        let Ok(there) = Identity::at(path) else { return false };
        if there.place() == then.place() {
            return false;
        }
        if (there.size, there.modified) != (then.size, then.modified) {
            return true;
        }
        let mut elsewhere = self.elsewhere.lock().unwrap_or_else(PoisonError::into_inner);
        let is_known = elsewhere.is_some_and(|place| place == there.place())
            // Even the open file has another number each time it is asked for.
            || elsewhere.is_some() && now.place() != then.place();
        if !is_known {
            if !self.has_content_of_path(file).unwrap_or(false) {
                return true;
            }
            *elsewhere = Some(there.place());
        }
        false
    }

    fn has_content_of_path(&self, file: &File) -> io::Result<bool> {
        let there = File::open(&self.place.path)?;
        let of = |file: &File| {
            let mut fingerprinting = Fingerprinting::default();
            fingerprinting.content(file, self.place.identity.size)?;
            io::Result::Ok(fingerprinting.finish())
        };
        Ok(of(file)? == of(&there)?)
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
    file: &dyn ReadAt,
    part: Part,
    blocks: &Blocks,
    mut viewer: Option<PartViewer>,
    sender: Option<&Sender<io::Result<Bytes>>>,
) -> io::Result<Option<Digest>> {
    let mut digest = blocks.hasher();
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
