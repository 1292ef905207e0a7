//! What a file is recognised by.

use std::{
    fs::{File, Metadata},
    io,
    os::unix::fs::MetadataExt as _,
    path::Path,
};

use crate::types::ByteCount;

/// What a file is recognised by: if one of these changes, its content may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Identity {
    pub device: u64,
    pub inode: u64,
    pub size: ByteCount,
    /// Nanoseconds since 1970.
    pub modified: i128,
    /// When anything about the file changed, its permissions and links included (`ctime`): unlike
    /// `modified`, nobody can set it back.
    pub changed: i128,
}

impl Identity {
    pub(super) fn of(file: &File) -> io::Result<Self> {
        file.metadata().map(|metadata| Self::from(&metadata))
    }

    /// Of the file that a path names now.
    pub(super) fn at(path: &Path) -> io::Result<Self> {
        std::fs::metadata(path).map(|metadata| Self::from(&metadata))
    }

    /// Where the file is. Some file systems (FUSE, CIFS) give a file another number at any time.
    pub(super) const fn place(&self) -> (u64, u64) {
        (self.device, self.inode)
    }
}

impl From<&Metadata> for Identity {
    fn from(metadata: &Metadata) -> Self {
        let time = |seconds: i64, nanoseconds: i64| {
            i128::from(seconds) * 1_000_000_000 + i128::from(nanoseconds)
        };
        Self {
            device: metadata.dev(),
            inode: metadata.ino(),
            size: ByteCount::new(metadata.len()),
            modified: time(metadata.mtime(), metadata.mtime_nsec()),
            changed: time(metadata.ctime(), metadata.ctime_nsec()),
        }
    }
}
