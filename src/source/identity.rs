//! What a file is recognised by.

use std::{
    fs::{File, Metadata},
    io,
    os::unix::fs::MetadataExt as _,
    path::Path,
};

use crate::types::ByteCount;

pub(super) const REPLACED: &str = "another file was put in its place";

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
    pub fn of(file: &File) -> io::Result<Self> {
        file.metadata().map(|metadata| Self::from(&metadata))
    }

    /// Of the file that a path names now.
    pub(super) fn at(path: &Path) -> io::Result<Self> {
        std::fs::metadata(path).map(|metadata| Self::from(&metadata))
    }

    /// What of a file is not as it was, if anything is.
    pub fn difference(&self, now: &Self) -> Option<&'static str> {
        if self.place() != now.place() {
            Some(REPLACED)
        } else if self.size != now.size {
            Some("its size differs")
        } else if self.modified != now.modified {
            Some("it was written to")
        } else if self.changed != now.changed {
            Some("its permissions, owner or links changed")
        } else {
            None
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_difference_has_its_words() {
        let then =
            Identity { device: 1, inode: 2, size: ByteCount::new(3), modified: 4, changed: 5 };
        for (now, what) in [
            (then, None),
            (Identity { device: 9, ..then }, Some(REPLACED)),
            (Identity { inode: 9, size: ByteCount::new(9), ..then }, Some(REPLACED)),
            (Identity { size: ByteCount::new(9), ..then }, Some("its size differs")),
            (Identity { modified: 9, changed: 9, ..then }, Some("it was written to")),
            (Identity { changed: 9, ..then }, Some("its permissions, owner or links changed")),
        ] {
            assert_eq!(then.difference(&now), what);
        }
    }
}
