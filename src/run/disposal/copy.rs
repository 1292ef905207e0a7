//! A copy of a proven file on another file system, compared with what was uploaded.
//!
//! It has a temporary name until all of it is on the disk and right. Extended attributes are not copied.

use std::{
    fs::{File, FileTimes},
    io::{self, Read, Seek as _, SeekFrom, Write as _},
    os::unix::fs::{MetadataExt as _, fchown},
    path::Path,
};

use rustix::fs::Advice;
use tempfile::TempPath;

use crate::{
    files,
    types::{ByteCount, Sha256, Sha256Hasher},
};

/// A stretch of a file that the service has confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ProvenPart {
    pub(super) size: ByteCount,
    /// `None` where it is the end of a part that began in another file, or the other way round: what is
    /// in the file itself says then what its copy has to hold.
    pub(super) digest: Option<Sha256>,
}

/// Why there is no copy. Nothing is left of it.
#[derive(Debug, thiserror::Error)]
pub(super) enum CopyError {
    #[error("it cannot be copied to the other file system: {0}")]
    Io(#[from] io::Error),
    #[error("its copy on the other file system differs from what was uploaded")]
    Differs,
    #[error("interrupted while it was copied to the other file system")]
    Interrupted,
}

/// Copies a file into a folder, and reads the copy back.
pub(super) fn copy(
    from: &File,
    folder: &Path,
    parts: &[ProvenPart],
    is_stopped: &dyn Fn() -> bool,
) -> Result<TempPath, CopyError> {
    let mut copy = files::temporary_in(folder)?;
    let mut from = from;
    from.rewind()?;
    in_blocks(from, is_stopped, |block| Ok(copy.write_all(block)?))?;
    like(from, copy.as_file())?;
    copy.as_file().sync_all()?;
    // What is read back should come from the disk, where the system can forget what was written.
    let _ = rustix::fs::fadvise(copy.as_file(), 0, None, Advice::DontNeed);
    compare(copy.as_file(), from, parts, is_stopped)?;
    Ok(copy.into_temp_path())
}

/// Owner, permissions and times; the owner as far as this user may.
fn like(from: &File, copy: &File) -> io::Result<()> {
    let metadata = from.metadata()?;
    let _ = fchown(copy, Some(metadata.uid()), Some(metadata.gid()));
    copy.set_permissions(metadata.permissions())?;
    let times = FileTimes::new().set_modified(metadata.modified()?);
    copy.set_times(times.set_accessed(metadata.accessed()?))
}

fn compare(
    mut copy: &File,
    mut from: &File,
    parts: &[ProvenPart],
    is_stopped: &dyn Fn() -> bool,
) -> Result<(), CopyError> {
    copy.rewind()?;
    let mut at = 0;
    for part in parts {
        let expected = if let Some(digest) = &part.digest {
            *digest
        } else {
            from.seek(SeekFrom::Start(at))?;
            digest(from.take(part.size.get()), is_stopped)?.0
        };
        if digest(copy.take(part.size.get()), is_stopped)? != (expected, part.size.get()) {
            return Err(CopyError::Differs);
        }
        at += part.size.get();
    }
    let is_longer = copy.read(&mut [0])? > 0;
    if is_longer { Err(CopyError::Differs) } else { Ok(()) }
}

/// The digest of everything, and its length.
fn digest(from: impl Read, is_stopped: &dyn Fn() -> bool) -> Result<(Sha256, u64), CopyError> {
    let mut hasher = Sha256Hasher::new();
    let length = in_blocks(from, is_stopped, |block| {
        hasher.update(block);
        Ok(())
    })?;
    Ok((hasher.finish(), length))
}

/// Reads everything; gives its length.
fn in_blocks(
    mut from: impl Read,
    is_stopped: &dyn Fn() -> bool,
    mut take: impl FnMut(&[u8]) -> Result<(), CopyError>,
) -> Result<u64, CopyError> {
    let mut buffer = vec![0; 1 << 20];
    let mut length = 0;
    loop {
        if is_stopped() {
            return Err(CopyError::Interrupted);
        }
        match from.read(&mut buffer) {
            Ok(0) => return Ok(length),
            Ok(read) => {
                take(&buffer[..read])?;
                length += read as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
}
